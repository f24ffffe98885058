"""What late and corrected facts change in claims that stand, and which claim corrects which.

Read for an authorised calculation. Earlier claims, what they were calculated from and the closings
they rest on stay as they are; only what is known now is set beside them. Where a closing was opened
again, its latest version says what its claim should have been.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from contracts.rules.terms import TermsDocument, parse
from contracts.rules.terms.words import Timing
from outcomes.models import Closing
from outcomes.rules.corrected import Recount, corrected
from outcomes.rules.counting import Cell, Figures
from outcomes.selectors.aggregated import Deliveries
from outcomes.selectors.closings import cut_off_of
from outcomes.selectors.corrected import Corrections
from outcomes.selectors.pinned import latest_cut_off
from outcomes.selectors.versions import standing_closings
from payments.models import Claim, Line, ObjectionDecision
from payments.rules.adjustments import Made, Now, Past, Right, adjustments
from payments.rules.inputs import (
    Adjustment,
    CellFigure,
    ClaimInputs,
    Observation,
    Profile,
    read_inputs,
)
from payments.rules.objection import Outcome
from payments.rules.pipeline import RULES_VERSION
from payments.selectors.figures import figures_as_frozen, figures_under
from payments.selectors.registers import compared_with
from payments.selectors.supplied import frozen_outcomes, supplied_until
from payments.states import ClaimKind, ClaimState
from sibportal.accounts import access
from sibportal.accounts.roles import Action

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer

NOTHING = Decimal(0)
Observations = tuple[Observation, ...]


def standing_claims(contract_id: UUID, before: int | None = None) -> list[Claim]:
    """The claims of a contract that have not been replaced, in the order in which they build on
    each other; only those of periods before a number, where one is given."""
    rows = Claim.objects.filter(contract=contract_id).exclude(state=ClaimState.REPLACED)
    if before is not None:
        rows = rows.filter(period__number__lt=before)
    with_parts = rows.select_related("contract", "terms", "period", "closing__period")
    return list(
        with_parts.prefetch_related("lines", "payer_shares__payer").order_by(
            "period__number", "number"
        )
    )


def adjustments_of(
    terms: TermsDocument, standing: Sequence[Claim], closing: Closing, inputs: ClaimInputs | None
) -> tuple[Adjustment, ...]:
    """The adjustments of the claim of a closing, whose other figures are `inputs`; without them,
    those of a claim after the last period, by all that is known today."""
    to_date = all(term.timing is Timing.CUMULATIVE for term in terms.payment_terms)
    if not standing or (inputs is not None and to_date):
        return ()
    known = _Known(tuple(standing), closing, is_open=inputs is None)
    past = [known.past(claim) for claim in known.of_periods]
    made = [one for claim in standing for one in known.made(claim)]
    now = None
    if inputs is not None:
        now = Now(inputs, known.right(closing, terms, inputs))
    if not made and not any(one.reason for one in past):
        return ()
    return adjustments(terms, RULES_VERSION, past, made, now)


class _Known:
    """What is known at a closing, or today, about the claims that stand."""

    def __init__(self, standing: tuple[Claim, ...], closing: Closing, *, is_open: bool) -> None:
        self.standing, self.closing = standing, closing
        self.of_periods = [one for one in standing if one.kind == ClaimKind.PERIOD]
        self.holding = _holding(self.of_periods)
        closings = [self.holding[one.period_id] for one in self.of_periods]
        cut_off = latest_cut_off() if is_open else cut_off_of(closing)
        self.corrections = Corrections(
            closings if is_open else [*closings, closing], closing.period, cut_off
        )
        self.previous: Observations = ()

    @cached_property
    def decided(self) -> dict[UUID, Decimal]:
        """What decisions on disputes have settled lines at."""
        rows = ObjectionDecision.objects.filter(
            objection__claim__in=self.standing, outcome=Outcome.CHANGED, amount__isnull=False
        )
        return {line: amount or NOTHING for line, amount in
                rows.values_list("objection__line", "amount")}  # fmt: skip

    def accepted(self, line: Line) -> Decimal:
        return min(line.amount, self.decided.get(line.pk, line.amount))

    def past(self, claim: Claim) -> Past:
        """A claim of a period beside what is known now; its reason is empty where nothing else is
        known than was then."""
        terms, stored = parse(claim.terms.document), read_inputs(claim.inputs)
        holding = self.holding[claim.period_id]
        right = self.right(holding, terms, _at(holding, claim, terms, stored))
        own = [line for line in claim.lines.all() if not corrected_number(line)]
        decided = {
            line.payment_term_key: self.decided[line.pk] for line in own if line.pk in self.decided
        }
        supplied = supplied_until(claim.contract_id, claim.period.ends_on)
        now_frozen = frozen_outcomes(claim.contract, terms, claim.period.ends_on)
        inputs = replace(
            right.inputs,
            service_cost=supplied.service_cost,
            indexes=supplied.indexes,
            # A suspicion makes a line wait; it takes nothing back that was paid before it.
            frozen=tuple(key for key in stored.frozen if key in now_frozen),
        )
        return Past(
            number=str(claim.number),
            version=claim.rules_version,
            terms=terms,
            claimed={line.payment_term_key: self.accepted(line) for line in own},
            right=Right(inputs, right.assessed),
            decided=decided,
            reason=_reason(stored, inputs, right.assessed, has_decision=bool(decided)),
        )

    def made(self, claim: Claim) -> Iterable[Made]:
        """The adjustments that a claim holds already."""
        given = read_inputs(claim.inputs).adjustments
        lines = [line for line in claim.lines.all() if corrected_number(line)]
        for one, line in zip(given, lines, strict=True):
            yield Made(one.payment_term, one.corrects, one.amount, self.accepted(line))

    def right(self, closing: Closing, terms: TermsDocument, inputs: ClaimInputs) -> Right:
        """The figures of a closing with what is known now of the people touched since, and of the
        registers' figures; asked in the order of the closings."""
        register = self.corrections.of_registers(closing, terms)
        observations = _with_registers(inputs.observations, register)
        inputs = replace(inputs, observations=observations)
        if not self.corrections.people:
            return Right(inputs, inputs.observations)
        again = self.corrections.recount(closing, terms)
        previous, self.previous = self.previous, inputs.observations
        agreed = _with(terms, inputs.observations, previous, again.agreed)
        happened = _with(terms, inputs.observations, previous, again.happened)
        profiles = _profiles(inputs.profiles, again.profiles_then, again.profiles_now)
        return Right(replace(inputs, observations=agreed, profiles=profiles), happened)


def _holding(claims: Iterable[Claim]) -> dict[UUID, Closing]:
    """The version of each period's closing that holds: that of its claim, or a later one."""
    found = {one.period_id: one.closing for one in claims}
    later = standing_closings().filter(period__in=found, version__gt=1)
    return found | {one.period_id: one for one in later.select_related("period", "terms")}


def _at(holding: Closing, claim: Claim, terms: TermsDocument, stored: ClaimInputs) -> ClaimInputs:
    """What a claim was calculated from; where its closing was opened again, with the figures of the
    version that holds."""
    if holding.pk == claim.closing_id:
        return stored
    same_terms = holding.terms_id == claim.terms_id
    found = figures_as_frozen(holding) if same_terms else figures_under(holding, terms)
    known = {one.outcome: one for one in stored.observations}
    observations = tuple(
        known[one.outcome] if _is_same(one, known.get(one.outcome)) else one
        for one in found.observations
    )
    return replace(stored, observations=observations, profiles=found.profiles)


def _is_same(one: Observation, other: Observation | None) -> bool:
    return other is not None and replace(one, sources=other.sources) == other


def _reason(stored: ClaimInputs, now: ClaimInputs, assessed: Observations, *,
            has_decision: bool) -> str:  # fmt: skip
    """Why a claim would come out otherwise now, as a code; empty where it would not."""
    if now.profiles != stored.profiles or now.observations != stored.observations:
        return "facts"
    if assessed != stored.observations:
        return "facts"
    if now.frozen != stored.frozen:
        return "cleared"
    if (now.service_cost, now.indexes) != (stored.service_cost, stored.indexes):
        return "figures"
    return "dispute" if has_decision else ""


def _with(
    terms: TermsDocument, closed: Observations, previous: Observations, recount: Recount
) -> Observations:
    found = corrected(
        terms,
        {one.outcome: _figures(one) for one in closed},
        {one.outcome: _figures(one) for one in previous},
        recount,
    )
    return tuple(
        _observed(one, found[one.outcome]) if one.outcome in found else one for one in closed
    )


def _with_registers(closed: Observations, register: Deliveries) -> Observations:
    """The figures with those of registers as they were corrected since."""
    return tuple(_with_register(one, register) for one in closed)


def _with_register(seen: Observation, register: Deliveries) -> Observation:
    if (own := register.figures.get(seen.outcome)) is not None:
        seen = _observed(seen, own)
    if (references := register.references.get(seen.outcome)) is not None:
        seen = compared_with(seen, references)
    return seen


def _figures(seen: Observation) -> Figures:
    return Figures(
        outcome=seen.outcome,
        numerator=seen.numerator,
        events=seen.events,
        cumulative_numerator=seen.cumulative_numerator,
        cumulative_events=seen.cumulative_events,
        denominator=seen.denominator,
        measured=seen.measured or 0,
        total=seen.total,
        cumulative_total=seen.cumulative_total,
        cells=tuple(
            Cell(one.cell, one.quantity, one.cumulative_quantity) for one in seen.cells
        ),
    )  # fmt: skip


def _observed(seen: Observation, found: Figures) -> Observation:
    return replace(
        seen,
        numerator=found.numerator,
        events=found.events,
        cumulative_numerator=found.cumulative_numerator,
        cumulative_events=found.cumulative_events,
        denominator=found.denominator,
        total=found.total,
        cumulative_total=found.cumulative_total,
        measured=None if seen.measured is None else found.cumulative_numerator,
        cells=tuple(
            CellFigure(one.cell, one.quantity, one.cumulative_quantity) for one in found.cells
        ),
    )


def _profiles(
    closed: tuple[Profile, ...],
    then: Mapping[tuple[tuple[str, int], ...], int],
    now: Mapping[tuple[tuple[str, int], ...], int],
) -> tuple[Profile, ...]:
    if not closed and not now:
        return closed
    known = Counter({tuple(sorted(one.times.items())): one.people for one in closed})
    known.update({tuple(sorted(times)): people for times, people in now.items()})
    known.subtract({tuple(sorted(times)): people for times, people in then.items()})
    return tuple(Profile(people, dict(times)) for times, people in sorted(known.items()) if people)


# --- Which claim corrects which ---------------------------------------------------------------


def corrected_number(line: Line) -> str:
    """The number of the claim that a line corrects; empty for a line of its own period."""
    return str(line.explanation["inputs"].get("corrects", ""))


@dataclass(frozen=True)
class Correction:
    """What a later claim changes in an earlier one; `amount` is what its lines come to."""

    claim: Claim
    amount: Decimal


def corrections_of(viewer: Viewer, claim: Claim) -> list[Correction]:
    """The claims that correct a claim and that `viewer` may see, in their order."""
    rows = Line.objects.filter(
        claim__in=_others(viewer, claim), explanation__inputs__corrects=str(claim.number)
    ).select_related("claim")
    found: dict[int, Correction] = {}
    for line in rows.order_by("claim__number"):
        before = found[line.claim.number].amount if line.claim.number in found else NOTHING
        found[line.claim.number] = Correction(line.claim, before + line.amount)
    return list(found.values())


def corrected_claims(viewer: Viewer, claim: Claim) -> dict[str, Claim]:
    """The claims that lines of a claim correct and that `viewer` may see, by number."""
    numbers = {number for line in claim.lines.all() if (number := corrected_number(line))}
    if not numbers:
        return {}
    return {str(one.number): one for one in _others(viewer, claim) if str(one.number) in numbers}


def _others(viewer: Viewer, claim: Claim) -> QuerySet[Claim]:
    rows = access.visible(Claim.objects.all(), viewer, Action.VIEW_CLAIM)
    return rows.filter(contract=claim.contract_id).exclude(state=ClaimState.REPLACED)
