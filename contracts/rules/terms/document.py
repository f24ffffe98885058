"""The terms as frozen dataclasses; docs/terms-format.md describes the same as a file.

A field that may be None although terms need it is an open question: a draft may leave it open,
agreed terms may not (`open_questions`). Amounts are Decimal in the contract's currency,
percentages are numbers such as 8 for 8 %.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from contracts.rules.terms.words import (
    Anchor,
    BelowMinimum,
    CompareKind,
    CompositeRule,
    CompositeScope,
    ConditionKind,
    CountKind,
    Denominator,
    GateKind,
    LateFacts,
    LeavingReason,
    LeavingTreatment,
    MeasureKind,
    Operator,
    PayeeRole,
    PremiumBasis,
    PriceKind,
    Timing,
    VerificationScope,
)
from sibportal.kernel.money import Rounding

SCHEMA_VERSION = 1

# Text per language: {"en": ..., "fi": ..., "sv": ...}; at least one is written.
Titles = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Counting:
    """Who counts, out of how many, and what leaving does (decision 6)."""

    denominator: Denominator | None
    minimum_cohort: int | None
    below_minimum: BelowMinimum | None
    exits: Mapping[LeavingReason, LeavingTreatment]
    neutral_exit_cap_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class MeasurementPoint:
    """When something is measured for one person (decision 5).

    The due day is the anchor's day plus `offset_months` and then `offset_days`:
    birthday counts months from birth (18 years = 216); school_grade is 1 August of the year in
    which the child starts `grade` (the first in the year of the seventh birthday); tax_year is
    31 December of the year of enrolment; calendar_date is `day`. The window is
    [due - tolerance_before_days, due + tolerance_after_days], both ends included.
    """

    key: str
    title: Titles
    anchor: Anchor
    offset_months: int = 0
    offset_days: int = 0
    day: date | None = None
    grade: int | None = None
    tolerance_before_days: int = 0
    tolerance_after_days: int = 0


@dataclass(frozen=True, slots=True)
class MetricReference:
    """One version of a metric definition (contracts.Metric)."""

    code: str
    version: int


@dataclass(frozen=True, slots=True)
class Condition:
    """When a value is a success. `value` is None for is_true; `baseline_point` is the key of the
    point whose value is subtracted, for change_at_least (a negative value means a decrease of at
    least that much)."""

    kind: ConditionKind
    value: Decimal | None = None
    baseline_point: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How often one person counts; `most_per_person` caps a repeatable outcome."""

    kind: CountKind = CountKind.ONCE_PER_PERSON
    most_per_person: int | None = None


@dataclass(frozen=True, slots=True)
class Composite:
    """An outcome made of others: all, any, or `needed` of `parts` (keys of simple outcomes)."""

    rule: CompositeRule
    parts: tuple[str, ...]
    scope: CompositeScope
    needed: int | None = None

    @property
    def required(self) -> int:
        """How many of the parts must be reached."""
        if self.rule is CompositeRule.ALL_OF:
            return len(self.parts)
        return 1 if self.rule is CompositeRule.ANY_OF else self.needed or len(self.parts)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A success that can be counted: simple (metric, points, condition) or a composite.

    A simple outcome is reached when the condition holds at one of its points.
    """

    key: str
    title: Titles
    metric: MetricReference | None = None
    points: tuple[str, ...] = ()
    condition: Condition | None = None
    count: Count = Count()
    verified_automatically: bool = False
    composite: Composite | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something measured and shown that is never paid for."""

    key: str
    title: Titles
    metric: MetricReference
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    kind: MeasureKind
    outcome: str


@dataclass(frozen=True, slots=True)
class Compare:
    """What the measured figure is set against; `source` says where the value comes from."""

    kind: CompareKind
    value: Decimal | None
    source: str


@dataclass(frozen=True, slots=True)
class Gate:
    """Nothing is paid unless the figure passes; per cent for a rate, a number for a count."""

    kind: GateKind
    operator: Operator | None
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Price:
    """`amount` for unit_price and fixed_amount; `cost`, `premium_percent` and `basis` for
    cost_plus_premium."""

    kind: PriceKind
    amount: Decimal | None = None
    cost: Decimal | None = None
    premium_percent: Decimal | None = None
    basis: PremiumBasis | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """`cap` is the most this term pays over the whole contract."""

    cap: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PaymentTerm:
    """One line of thought: measure, compare, gate, price, limit; and when it pays."""

    key: str
    title: Titles
    measure: Measure
    compare: Compare | None
    gate: Gate | None
    price: Price
    limit: Limit
    timing: Timing | None
    assessment_on: date | None = None


@dataclass(frozen=True, slots=True)
class PayerPart:
    """The share of one payer, by the party's key in the contract."""

    party: str
    share_percent: Decimal


@dataclass(frozen=True, slots=True)
class ClaimTerms:
    """What holds for a claim as a whole. `cap` and `floor` are for all claims together."""

    cap: Decimal | None
    floor: Decimal | None
    payers: tuple[PayerPart, ...]
    payee: PayeeRole | None
    payment_days: int | None


@dataclass(frozen=True, slots=True)
class PathPoint:
    """What the parties expect of an outcome on a day, in the unit it is paid on."""

    day: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class ExpectedPath:
    outcome: str
    points: tuple[PathPoint, ...]


@dataclass(frozen=True, slots=True)
class TermsDocument:
    """The whole agreement on outcomes and payment."""

    currency: str
    rounding: Rounding | None
    counting: Counting
    verification: VerificationScope
    late_facts: LateFacts | None
    points: tuple[MeasurementPoint, ...]
    outcomes: tuple[Outcome, ...]
    follow_up: tuple[FollowUp, ...]
    payment_terms: tuple[PaymentTerm, ...]
    claim: ClaimTerms
    expected_path: tuple[ExpectedPath, ...]
    schema_version: int = SCHEMA_VERSION

    def outcome(self, key: str) -> Outcome:
        """The outcome with this key; KeyError when there is none."""
        return _by_key(self.outcomes, key)

    def point(self, key: str) -> MeasurementPoint:
        """The measurement point with this key; KeyError when there is none."""
        return _by_key(self.points, key)

    def payment_term(self, key: str) -> PaymentTerm:
        """The payment term with this key; KeyError when there is none."""
        return _by_key(self.payment_terms, key)


Keyed = TypeVar("Keyed", Outcome, MeasurementPoint, PaymentTerm)


def _by_key(entries: tuple[Keyed, ...], key: str) -> Keyed:
    for entry in entries:
        if entry.key == key:
            return entry
    raise KeyError(key)
