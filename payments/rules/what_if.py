"""The claims that terms would give for assumed figures, period by period; and terms with other
values in them. Nothing here is stored or has happened."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from contracts.rules.terms.document import TermsDocument
from contracts.rules.terms.parse import to_document
from payments.rules.assumed import Assumed, complete_in, grown, observations, profiles
from payments.rules.inputs import ClaimInputs, ClaimPeriod, Earlier, Flow
from payments.rules.pipeline import ClaimCalculation, calculate
from payments.rules.sequence import followed_by
from sibportal.kernel.dates import Period

NOTHING = Decimal(0)
# Where the terms hold values that somebody may want to try otherwise.
_TRIED = ("counting", "figures", "payment_terms", "claim", "indexes")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is assumed besides outcomes: the service's cost in all, which grows from period to
    period, the capital, what others pay, and the value of each index (its agreed base if unsaid).
    `grace_days` is how long a period waits before it is closed and claimed."""

    service_cost: Decimal | None = None
    other_funding: Decimal = NOTHING
    capital: tuple[Flow, ...] = ()
    indexes: Mapping[str, Decimal] = dataclasses.field(default_factory=dict)
    grace_days: int = 0


@dataclass(frozen=True, slots=True)
class AssumedClaim:
    """The claim of one period, and the day on which it would be paid."""

    period: ClaimPeriod
    due_on: date
    claim: ClaimCalculation


@dataclass(frozen=True, slots=True)
class Sums:
    """What assumed claims come to: in all, by payer, by calendar year of payment, by term."""

    total: Decimal
    by_payer: Mapping[str, Decimal]
    by_year: Mapping[int, Decimal]
    by_term: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class TriedValue:
    """A number of the terms by its path, such as payment_terms[0].gate.value: which entry of what
    it is, and under which title and places of lists (from 1) it stands."""

    path: str
    value: Decimal | int
    owner: type[Any]
    entry: str
    title: Mapping[str, str]
    places: tuple[tuple[type[Any], str, int], ...]
    party: str = ""


def claims(
    terms: TermsDocument,
    periods: Sequence[ClaimPeriod],
    figures: Sequence[Mapping[str, Assumed]],
    given: Circumstances | None = None,
) -> tuple[AssumedClaim, ...]:
    """The claims of periods in order; `figures` are to date at the end of each. RuleViolation
    where terms are open or do not fit the figures."""
    circumstances = given or Circumstances()
    earlier, before = Earlier(), None
    found: list[AssumedClaim] = []
    for number, (period, now) in enumerate(zip(periods, figures, strict=True), start=1):
        part = Decimal(number) / len(periods)
        inputs = _inputs(terms, period, now, before, earlier, circumstances, part, found)
        claim = calculate(terms, inputs)
        found.append(AssumedClaim(period, due_on(terms, period, circumstances.grace_days), claim))
        earlier, before = followed_by(earlier, claim), now
    return tuple(found)


def evenly(
    terms: TermsDocument, whole: Mapping[str, Assumed], periods: Sequence[ClaimPeriod]
) -> list[dict[str, Assumed]]:
    """Figures in the end as figures to date after each period: they grow evenly, until the first
    final assessment that rests on them where there is one."""
    last = {key: complete_in(terms, key, periods) for key in whole}
    return [
        grown(terms, whole, {key: min(Decimal(number) / last[key], Decimal(1)) for key in whole})
        for number in range(1, len(periods) + 1)
    ]


def claim_periods(periods: Sequence[Period]) -> tuple[ClaimPeriod, ...]:
    """Reporting periods as claims know them: the last one says so."""
    last = len(periods) - 1
    return tuple(ClaimPeriod(period, number == last) for number, period in enumerate(periods))


def due_on(terms: TermsDocument, period: ClaimPeriod, grace_days: int) -> date:
    """When the claim of a period is paid, if it is closed as soon as it can be."""
    end = period.period.end or date.max
    days = grace_days + (terms.claim.payment_days or 0)
    return end + timedelta(days=days) if end < date.max - timedelta(days=days) else end


def sums(found: Sequence[AssumedClaim]) -> Sums:
    """Claims added up."""
    by_payer: dict[str, Decimal] = {}
    by_year: dict[int, Decimal] = {}
    by_term: dict[str, Decimal] = {}
    for one in found:
        by_year[one.due_on.year] = by_year.get(one.due_on.year, NOTHING) + one.claim.total
        for share in one.claim.payer_shares:
            by_payer[share.party] = by_payer.get(share.party, NOTHING) + share.amount
        for line in one.claim.lines:
            by_term[line.payment_term] = by_term.get(line.payment_term, NOTHING) + line.amount
    total = sum((one.claim.total for one in found), NOTHING)
    return Sums(total, by_payer, by_year, by_term)


def tried_values(terms: TermsDocument) -> tuple[TriedValue, ...]:
    """Every number that terms pay by, with its path in the document."""
    found: list[TriedValue] = []
    for name in _TRIED:
        _find(found, terms, name, name, TriedValue("", 0, TermsDocument, name, {}, ()))
    return tuple(found)


def with_values(terms: TermsDocument, values: Mapping[str, Decimal | int]) -> dict[str, Any]:
    """The document with other numbers at some paths. KeyError for a path that has none."""
    document = copy.deepcopy(to_document(terms))
    known = {one.path: one.value for one in tried_values(terms)}
    for path, value in values.items():
        whole = isinstance(known[path], int)
        *way, name = _steps(path)
        node: Any = document
        for step in way:
            node = node[step]
        node[name] = int(value) if whole else f"{Decimal(value):f}"
    return document


def _inputs(
    terms: TermsDocument,
    period: ClaimPeriod,
    now: Mapping[str, Assumed],
    before: Mapping[str, Assumed] | None,
    earlier: Earlier,
    given: Circumstances,
    part: Decimal,
    made: Sequence[AssumedClaim],
) -> ClaimInputs:
    cost = given.service_cost
    return ClaimInputs(
        observations=observations(terms, now, before),
        earlier=earlier,
        period=period,
        service_cost=None if cost is None else cost * part,
        other_funding=given.other_funding * part,
        capital=given.capital,
        payments=tuple(Flow(one.due_on, one.claim.total) for one in made if one.claim.total),
        indexes={
            clause.key: given.indexes.get(clause.key, clause.base_value or NOTHING)
            for clause in terms.indexes
        },
        profiles=profiles(terms, now),
    )


def _find(found: list[TriedValue], owner: object, entry: str, path: str, above: TriedValue) -> None:
    """The numbers at and below one entry; what equals its default is not written, so there is
    nothing to change."""
    value = getattr(owner, entry)
    here = dataclasses.replace(above, owner=type(owner), entry=entry)
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        found.append(dataclasses.replace(here, path=path, value=value))
        return
    below = value if isinstance(value, tuple) else (value,)
    for position, one in enumerate(below):
        if not dataclasses.is_dataclass(one):
            continue
        at, inner = path, here
        if isinstance(value, tuple):
            at = f"{path}[{position}]"
            place = (type(owner), entry, position + 1)
            inner = dataclasses.replace(here, places=(*here.places, place))
        inner = dataclasses.replace(
            inner,
            title=getattr(one, "title", inner.title),
            party=getattr(one, "party", inner.party),
        )
        for name in _said(one):
            _find(found, one, name, f"{at}.{name}", inner)


def _said(part: Any) -> list[str]:
    return [
        entry.name
        for entry in dataclasses.fields(part)
        if getattr(part, entry.name) != entry.default
    ]


def _steps(path: str) -> list[str | int]:
    """payment_terms[0].gate.value as ["payment_terms", 0, "gate", "value"]."""
    found: list[str | int] = []
    for part in path.split("."):
        name, *places = part.replace("]", "").split("[")
        found.append(name)
        found += [int(place) for place in places]
    return found
