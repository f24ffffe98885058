"""What the pages before signing and of what-if start from: periods, people, and what the terms
themselves say that one may assume. Takes terms that the viewer has been authorised to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import contracts.selectors
from contracts.models import Contract, Terms
from contracts.rules.calendar import reporting_periods
from contracts.rules.terms import TermsDocument, open_questions
from contracts.rules.terms.check_pricing import IN_TERMS
from contracts.rules.terms.document import Compare, Outcome, PaymentTerm
from contracts.rules.terms.words import CostSource, MeasureKind, PriceKind
from payments.rules.assumed import groups_of, paid_on, pairs, times_each
from payments.rules.preview import stand_ins
from payments.rules.risk import INVESTORS, drivers
from payments.selectors import drafting
from sibportal.kernel.dates import Period

HUNDRED = Decimal(100)
SHARE_SPREAD = Decimal(5)
PLACES = Decimal("0.01")


@dataclass(frozen=True)
class Asked:
    """What is asked of one outcome, with what the terms themselves suggest (None: nothing).

    Levels are the share in per cent that reaches it, or the mean of its quantity for a person.
    """

    outcome: Outcome
    is_share: bool
    is_chance: bool
    has_comparison: bool
    without: Decimal | None
    expected: Decimal | None
    spread: Decimal | None


@dataclass(frozen=True)
class Start:
    """Everything the two pages need of one version of the terms. `terms` has a stand-in for each
    open question that does not touch the price; `calculable` is false while others are open."""

    written: TermsDocument
    terms: TermsDocument
    calculable: bool
    periods: tuple[Period, ...]
    grace_days: int
    people: int
    asked: tuple[Asked, ...]
    needs_cost: bool
    cost: Decimal | None
    has_investors: bool
    capital: Decimal | None
    first_day: date
    last_day: date


def start(contract: Contract, terms: Terms) -> Start:
    """What can be assumed of a version of the terms of an authorised contract."""
    written = contracts.selectors.terms_document(terms)
    last_day = contract.ends_on - timedelta(days=1)
    whole = stand_ins(written, last_day)
    people = drafting.places(contract)
    cost = _cost(written)
    chances = {key for key, _name in drivers(whole)}
    return Start(
        written=written,
        terms=whole,
        calculable=bool(whole.payment_terms) and not open_questions(whole),
        periods=_periods(contract),
        grace_days=contract.grace_days,
        people=people,
        asked=tuple(
            _asked(whole, outcome, people, outcome.key in chances) for outcome in paid_on(whole)
        ),
        needs_cost=_needs_cost(written),
        cost=cost,
        has_investors=written.claim.payee in INVESTORS or written.claim.payee is None,
        capital=_capital(written, cost),
        first_day=contract.starts_on,
        last_day=last_day,
    )


def _periods(contract: Contract) -> tuple[Period, ...]:
    """The reporting periods; those that the calendar will make while there are none."""
    made = contracts.selectors.periods(contract)
    found = tuple(Period(period.starts_on, period.ends_on) for period in made)
    return found or reporting_periods(contract.starts_on, contract.ends_on, contract.period_months)


def _cost(terms: TermsDocument) -> Decimal | None:
    """The cost that the terms name, if they do."""
    return max((term.price.cost for term in terms.payment_terms if term.price.cost), default=None)


def _needs_cost(terms: TermsDocument) -> bool:
    return any(
        term.limit.floor_cost_percent is not None
        or (
            term.price.cost_source is CostSource.VERIFIED
            and term.price.kind in {PriceKind.COST_PLUS_PREMIUM, PriceKind.GUARANTEED_PART,
                                    PriceKind.STEP_TIERS}
        )
        for term in terms.payment_terms
    )  # fmt: skip


def _capital(terms: TermsDocument, cost: Decimal | None) -> Decimal | None:
    """The investors' capital as the distribution names it, else the cost that is prepaid."""
    if terms.waterfall:
        parts = [tranche.capital for tranche in terms.waterfall.tranches if tranche.capital]
        if parts:
            return sum(parts, Decimal(0))
    return cost


def _asked(terms: TermsDocument, outcome: Outcome, people: int, is_chance: bool) -> Asked:
    is_share = outcome.quantity is None
    without = _without(terms, outcome, people)
    expected = _expected(terms, outcome, people)
    mean = without if expected is None else expected
    spread = SHARE_SPREAD if is_share else mean and abs(mean)
    return Asked(
        outcome=outcome,
        is_share=is_share,
        is_chance=is_chance,
        has_comparison="comparison" in groups_of(terms, outcome),
        without=without,
        expected=expected,
        spread=spread,
    )


def _without(terms: TermsDocument, outcome: Outcome, people: int) -> Decimal | None:
    """What the terms say would happen anyway: the reference they compare with."""
    for measure, compare in pairs(terms):
        if compare and compare.kind in IN_TERMS and measure.outcome == outcome.key:
            value = _reference(compare)
            if value is not None:
                return _level(outcome, measure.kind, value, people)
    return None


def _reference(compare: Compare) -> Decimal | None:
    return compare.forecast[-1].value if compare.forecast else compare.value


def _expected(terms: TermsDocument, outcome: Outcome, people: int) -> Decimal | None:
    """What the parties expect: the end of the agreed path, else the threshold."""
    kinds = _kinds(terms, outcome)
    for path in terms.expected_path:
        if path.outcome == outcome.key and path.points and len(kinds) == 1:
            return _level(outcome, kinds[0], path.points[-1].value, people)
    for term in terms.payment_terms:
        if term.measure.outcome == outcome.key and (value := _threshold(term)) is not None:
            return _level(outcome, term.measure.kind, value, people)
    return None


def _kinds(terms: TermsDocument, outcome: Outcome) -> list[MeasureKind]:
    found = [measure.kind for measure, _compare in pairs(terms) if measure.outcome == outcome.key]
    return list(dict.fromkeys(found))


def _threshold(term: PaymentTerm) -> Decimal | None:
    return term.gate.value if term.gate and not term.compare and not term.gate.figure else None


def _level(outcome: Outcome, kind: MeasureKind, value: Decimal, people: int) -> Decimal | None:
    """A figure of the terms as a share in per cent, or as a mean for one person."""
    by_kind: Mapping[MeasureKind, Decimal] = {
        MeasureKind.RATE: value,
        MeasureKind.MEAN: value,
        MeasureKind.FREQUENCY: value / times_each(outcome),
        MeasureKind.COUNT: value * HUNDRED / (people * times_each(outcome)),
        MeasureKind.SUM: value / people,
        MeasureKind.DAYS: value / people,
    }
    found = by_kind.get(kind)
    if found is None or (outcome.quantity is None and not 0 <= found <= HUNDRED):
        return None
    return found.quantize(PLACES)
