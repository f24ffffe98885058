"""Which terms a claim is calculated by, and what a signed closing gives under them.

A closing pins its rows, not what they are worth: an amendment of all that is open and unpaid counts
the same rows anew, up to the same cut-offs, for claims that nobody has decided yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from contracts.models import Contract, ReportingPeriod, Terms
from contracts.rules.terms import TermsDocument
from contracts.rules.terms.words import AmendmentScope
from contracts.states import TermsState
from outcomes.models import Closing, Result
from outcomes.rules.results import ResultFigures, results
from outcomes.selectors import counted
from outcomes.selectors.closings import cut_off_of, previous_cut_off
from outcomes.selectors.pinned import Scene, latest_cut_off
from outcomes.selectors.versions import standing_closings
from outcomes.states import ClosingState
from payments.models import Claim
from payments.rules.inputs import Profile
from payments.states import ClaimKind, ClaimState

UNDECIDED = (ClaimState.CALCULATED, ClaimState.SUBMITTED, ClaimState.RETURNED)
DECIDED = (ClaimState.APPROVED, ClaimState.SETTLED)


def all_open_amendments() -> QuerySet[Terms]:
    """Agreed amendments of all that was open and unpaid."""
    scope = {"document__amendment__scope": AmendmentScope.ALL_OPEN.value}
    return Terms.objects.filter(state=TermsState.AGREED, **scope)


def governing_terms(closing: Closing) -> Terms | None:
    """The terms by which the claim of a closing is calculated: those it was signed under, or a
    later amendment of all that is open; None while it is not signed."""
    if closing.terms is None:
        return None
    last_day = closing.period.ends_on - timedelta(days=1)
    later = all_open_amendments().filter(
        contract=closing.contract_id, version__gt=closing.terms.version, valid_from__lte=last_day
    )
    return later.order_by("-version").first() or closing.terms


@dataclass(frozen=True)
class Recounted:
    """What rows give under some terms, in the form in which a closing freezes it; for reading."""

    results: list[Result]
    profiles: tuple[Profile, ...]


def recounted(closing: Closing, terms: TermsDocument) -> Recounted:
    """What a signed closing gives under other terms: the rows it pinned, counted anew. Of a period
    that is not closed, all rows verified so far."""
    is_signed = closing.state == ClosingState.SIGNED
    cut_off = cut_off_of(closing) if is_signed else latest_cut_off()
    scene = Scene(closing.period, terms, cut_off, previous_cut_off(closing.period))
    found = counted.count(scene)
    return Recounted(
        [
            _unsaved(closing, one, found.deliveries.result(one.outcome))
            for one in results(found.figures.values())
        ],
        tuple(Profile(people, dict(times)) for times, people in sorted(found.profiles.items())),
    )


def _unsaved(closing: Closing, figures: ResultFigures, of_register: dict[str, Any]) -> Result:
    names = {field.attname for field in Result._meta.concrete_fields} - {"cells"}
    values: dict[str, Any] = {
        name: getattr(figures, name) for name in names if hasattr(figures, name)
    }
    cells = [
        {
            "cell": one.cell,
            "quantity": str(one.quantity),
            "cumulative_quantity": str(one.cumulative_quantity),
        }
        for one in figures.cells
    ]
    values |= of_register
    return Result(closing=closing, outcome_key=figures.outcome, cells=cells, **values)


def unclaimed_closings() -> QuerySet[Closing]:
    """Signed closings whose period has no claim and is not open again: what a later version of a
    claimed one changes is an adjustment."""
    claimed = Claim.objects.filter(period=OuterRef("period"))
    return standing_closings().filter(~Exists(claimed), ~Exists(_opened("contract")))


def _opened(contract: str) -> QuerySet[Closing]:
    """Closings that the parties opened again and nobody has signed anew."""
    opened = Closing.objects.filter(state=ClosingState.PROPOSED, version__gt=1)
    return opened.filter(contract=OuterRef(contract))


def amended_claims() -> QuerySet[Claim]:
    """Claims that nobody has decided, calculated by terms that an amendment of all that is open has
    replaced since. What comes before a decided claim stands, since that one rests on it; where a
    closing is open again, they wait for it."""
    amended = all_open_amendments().filter(
        contract=OuterRef("contract"),
        version__gt=OuterRef("terms__version"),
        valid_from__lt=OuterRef("period__ends_on"),
    )
    decided = Claim.objects.filter(
        contract=OuterRef("contract"),
        period__number__gt=OuterRef("period__number"),
        state__in=DECIDED,
    )
    undecided = Claim.objects.filter(~Exists(_opened("contract")), state__in=UNDECIDED)
    return undecided.filter(Exists(amended), ~Exists(decided)).order_by(F("period__number").desc())


def fully_claimed() -> QuerySet[Contract]:
    """Contracts whose every period has a decided claim, with no claim left to decide and no
    closing open again."""
    periods = ReportingPeriod.objects.filter(contract=OuterRef("pk"))
    decided = Claim.objects.filter(period=OuterRef("pk"), kind=ClaimKind.PERIOD, state__in=DECIDED)
    undecided = Claim.objects.filter(contract=OuterRef("pk"), state__in=UNDECIDED)
    return Contract.objects.filter(
        Exists(periods),
        ~Exists(periods.filter(~Exists(decided))),
        ~Exists(undecided),
        ~Exists(_opened("pk")),
    ).order_by("pk")
