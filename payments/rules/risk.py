"""What terms may bring before anyone signs: how probable a payment is if the service has no effect
at all, what is expected, and how the investors may fare.

Every amount is calculated as a claim would be; only which figures are probable is assumed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from contracts.rules.terms.document import Outcome, TermsDocument, Waterfall
from contracts.rules.terms.words import (
    Clawback,
    Compounding,
    MeasureKind,
    PayeeRole,
    PremiumBasis,
    PriceKind,
    QuantityKind,
    ShareBasis,
    Timing,
)
from outcomes.rules.chance import Chances, Draws, successes, sums, together
from payments.rules.assumed import Assumed, groups_of, paid_on, pairs, times_each
from payments.rules.inputs import ClaimPeriod, Flow, Group
from payments.rules.returns import Return, receipts, returned
from payments.rules.what_if import AssumedClaim, Circumstances, claim_periods, claims, evenly
from sibportal.kernel.dates import Period
from sibportal.kernel.money import quantise

# How many lines of claims one page may calculate for one set of assumptions.
MOST_LINES = 2000
LOW, MIDDLE, HIGH = Decimal("0.1"), Decimal("0.5"), Decimal("0.9")
NOTHING = Decimal(0)
INVESTORS = frozenset({PayeeRole.INVESTOR, PayeeRole.FUND_MANAGER})


@dataclass(frozen=True, slots=True)
class Belief:
    """What is assumed of one outcome: the share in per cent that reaches it, or the mean of its
    quantity for one person; and its spread: of the share in percentage points, or the standard
    deviation between people."""

    level: Decimal
    spread: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Setting:
    """What does not change between the two cases: so many people, the periods, the level of each
    outcome without the service (what others and earlier times show), the circumstances, and how a
    payment is distributed."""

    terms: TermsDocument
    periods: tuple[Period, ...]
    people: int
    without: Mapping[str, Decimal]
    comparison_people: int
    circumstances: Circumstances = field(default_factory=Circumstances)
    waterfall: Waterfall | None = None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One case. Probabilities are from 0 to 1; one in ten amounts is below `low`, one in ten above
    `high`. `error` is twice the standard error of the simulated probability, None where it was
    summed exactly; `every` tells that so many neighbouring counts were taken together."""

    probability: Decimal
    expected: Decimal
    low: Decimal
    middle: Decimal
    high: Decimal
    loss: Decimal | None
    returns: tuple[Return, Return, Return] | None
    error: Decimal | None
    every: int
    calculated: int


class Forecast:
    """Amounts of one setting; the same figures are calculated only once."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.drivers = drivers(setting.terms)
        whole = _is_one_claim(setting.terms) and len(setting.periods) > 1
        self.periods = _joined(setting) if whole else claim_periods(setting.periods)
        # What all claims come to, and what investors receive of it.
        self._known: dict[tuple[Decimal, ...], tuple[Decimal, Decimal]] = {}

    def foresee(self, beliefs: Mapping[str, Belief]) -> Foreseen:
        """What follows if these are the outcomes of those served. RuleViolation where the terms
        cannot be calculated or a spread is impossible."""
        found = self._draws(beliefs)
        totals = [self.total(draw.values) for draw in found.draws.draws]
        weights = [draw.weight for draw in found.draws.draws]
        low, middle, high = (_quantile(totals, weights, part) for part in (LOW, MIDDLE, HIGH))
        currency = self.setting.terms.currency
        pairs_of = list(zip(weights, totals, strict=True))
        return Foreseen(
            probability=_sum(weight for weight, total in pairs_of if total > 0),
            expected=quantise(_sum(weight * total for weight, total in pairs_of), currency),
            low=totals[low],
            middle=totals[middle],
            high=totals[high],
            loss=self._loss(found.draws),
            returns=self._returns([found.draws.draws[one].values for one in (low, middle, high)]),
            error=_error(found.draws, totals),
            every=found.every,
            calculated=len(self._known),
        )  # fmt: skip

    def total(self, values: tuple[Decimal, ...]) -> Decimal:
        """What all claims come to, if the drivers of payment have these values."""
        return self._worth(values)[0]

    def _worth(self, values: tuple[Decimal, ...]) -> tuple[Decimal, Decimal]:
        if values not in self._known:
            made = self.claims(values)
            flows = self._receipts(made) if self._capital() else []
            back = _sum(flow.amount for flow in flows)
            self._known[values] = (_sum(one.claim.total for one in made), back)
        return self._known[values]

    def _receipts(self, made: tuple[AssumedClaim, ...]) -> list[Flow]:
        setting = self.setting
        return receipts(made, setting.waterfall, self._capital(), setting.terms.currency)

    def claims(
        self, values: tuple[Decimal, ...], periods: Sequence[ClaimPeriod] | None = None
    ) -> tuple[AssumedClaim, ...]:
        """The claims for these values of the drivers."""
        chosen = self.periods if periods is None else periods
        whole = self.assumed(values)
        terms = self.setting.terms
        figures = evenly(terms, whole, chosen)
        return claims(terms, chosen, figures, self.setting.circumstances)

    def assumed(self, values: tuple[Decimal, ...]) -> dict[str, Assumed]:
        """What is assumed of every outcome, if the drivers have these values."""
        given = dict(zip(self.drivers, values, strict=True))
        return {outcome.key: self._one(outcome, given) for outcome in paid_on(self.setting.terms)}

    def _one(self, outcome: Outcome, given: Mapping[tuple[str, str], Decimal]) -> Assumed:
        setting = self.setting
        level = setting.without.get(outcome.key, NOTHING)
        groups = {}
        for name in groups_of(setting.terms, outcome):
            people = setting.comparison_people if "comparison" in name else setting.people
            value = given.get((outcome.key, name))
            if value is None:
                value = _whole(outcome, level, people)
            groups[name] = (
                Group(people, total=value)
                if outcome.quantity
                else Group(people, reached=int(value))
            )
        now = given.get((outcome.key, "now"))
        if now is None:
            now = _whole(outcome, level, setting.people)
        if outcome.quantity:
            return Assumed(setting.people, total=now, groups=groups)
        return Assumed(setting.people, reached=int(now), groups=groups)

    def _draws(self, beliefs: Mapping[str, Belief]) -> _Found:
        chances = [self._chances(driver, beliefs) for driver in self.drivers]
        return _Found(
            together(chances, self._most()), max((one.every for one in chances), default=1)
        )

    def _chances(self, driver: tuple[str, str], beliefs: Mapping[str, Belief]) -> Chances:
        key, name = driver
        outcome, setting = self.setting.terms.outcome(key), self.setting
        belief, people = beliefs[key], setting.people
        if name != "now":
            level = setting.without.get(key, NOTHING)
            # The spread of a share is doubt about the service, that between people is everybody's.
            belief = Belief(level, belief.spread if outcome.quantity else NOTHING)
            people = setting.comparison_people
        if outcome.quantity:
            least = None if outcome.quantity.kind is QuantityKind.CHANGE else NOTHING
            return sums(people, belief.level, belief.spread, least=least)
        trials = people * times_each(outcome)
        return successes(
            trials, belief.level, belief.spread, field=f"spread.{key}", most=max(self._most(), 200)
        )

    def _most(self) -> int:
        """How many sets of figures are calculated at most."""
        terms = self.setting.terms
        lines = len(terms.payment_terms) + len(terms.figures)
        return max(MOST_LINES // (len(self.periods) * lines), 64)

    def _loss(self, found: Draws) -> Decimal | None:
        capital = self._capital()
        if not capital:
            return None
        return _sum(draw.weight for draw in found.draws if self._worth(draw.values)[1] < capital)

    def _capital(self) -> Decimal:
        if self.setting.terms.claim.payee not in INVESTORS:
            return NOTHING
        return _sum(flow.amount for flow in self.setting.circumstances.capital)

    def _returns(
        self, chosen: Sequence[tuple[Decimal, ...]]
    ) -> tuple[Return, Return, Return] | None:
        if not self._capital():
            return None
        paid_in = self.setting.circumstances.capital
        periods = claim_periods(self.setting.periods)
        low, middle, high = (
            returned(paid_in, self._receipts(self.claims(values, periods))) for values in chosen
        )
        return low, middle, high


@dataclass(frozen=True, slots=True)
class _Found:
    draws: Draws
    every: int


def drivers(terms: TermsDocument) -> tuple[tuple[str, str], ...]:
    """What payment depends on by chance: an outcome now, and that of a comparison group. Earlier
    times are known when the service begins, and what a ratio is taken of is given."""
    bases = {measure.per for measure, _compare in pairs(terms)}
    measured = {measure.outcome for measure, _compare in pairs(terms)}
    found = []
    for outcome in paid_on(terms):
        if outcome.key in bases and outcome.key not in measured:
            continue
        found.append((outcome.key, "now"))
        found += [(outcome.key, "comparison")] * ("comparison" in groups_of(terms, outcome))
    return tuple(found)


def _joined(setting: Setting) -> tuple[ClaimPeriod, ...]:
    """One claim over the whole contract, where one gives what many give."""
    return (ClaimPeriod(Period(setting.periods[0].start, setting.periods[-1].end), is_last=True),)


def _is_one_claim(terms: TermsDocument) -> bool:
    """Whether claims of all periods come to what one claim over the whole comes to."""
    claim = terms.claim
    if claim.period_cap is not None or claim.return_cap or terms.disruptions:
        return False
    if claim.clawback is not Clawback.NONE or any(payer.cap for payer in claim.payers):
        return False
    return not any(
        term.limit.period_cap is not None
        or term.price.price_list
        or term.price.interest_from
        or term.price.compounding is Compounding.COMPOUND
        or term.price.basis is PremiumBasis.YEARLY
        or (term.compare is not None and term.compare.forecast)
        or term.price.share_basis is ShareBasis.PAID
        or (term.timing is Timing.THIS_PERIOD and not _is_in_proportion(terms, term.key))
        for term in terms.payment_terms
    )


def _is_in_proportion(terms: TermsDocument, key: str) -> bool:
    term = terms.payment_term(key)
    counts = term.measure.kind in (MeasureKind.COUNT, MeasureKind.DAYS, MeasureKind.SUM)
    return counts and term.price.kind is PriceKind.UNIT_PRICE and term.gate is None


def _whole(outcome: Outcome, level: Decimal, people: int) -> Decimal:
    """A level as what so many people bring: a count of successes, or a sum."""
    if outcome.quantity:
        return level * people
    return (level * people * times_each(outcome) / 100).to_integral_value()


def _quantile(totals: Sequence[Decimal], weights: Sequence[Decimal], part: Decimal) -> int:
    """The place of the amount below which that part of the probability lies."""
    reached = NOTHING
    rising = sorted(range(len(totals)), key=lambda position: totals[position])
    for position in rising:
        reached += weights[position]
        if reached >= part:
            return position
    return rising[-1]


def _error(draws: Draws, totals: Sequence[Decimal]) -> Decimal | None:
    """Twice the standard error of the probability of payment, from the batches."""
    if draws.is_exact:
        return None
    shares = [
        _sum(
            draw.weight * draws.batches
            for draw, total in zip(draws.draws, totals, strict=True)
            if draw.batch == batch and total > 0
        )
        for batch in range(draws.batches)
    ]
    mean = _sum(shares) / len(shares)
    variance = _sum((share - mean) ** 2 for share in shares) / (len(shares) - 1)
    return 2 * (variance / len(shares)).sqrt()


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, NOTHING)
