"""Terms for the tests of rules: work and health of young adults, as the Swedish example has it."""

from datetime import date
from decimal import Decimal

from contracts.rules.terms.document import (
    ClaimTerms,
    Composite,
    Condition,
    Count,
    Counting,
    FollowUp,
    MeasurementPoint,
    MetricReference,
    Outcome,
    TermsDocument,
)
from contracts.rules.terms.words import (
    Anchor,
    BelowMinimum,
    CompositeRule,
    CompositeScope,
    ConditionKind,
    CountKind,
    Denominator,
    LateFacts,
    LeavingReason,
    LeavingTreatment,
    PayeeRole,
    VerificationScope,
)
from sibportal.kernel.money import Rounding

WORK, HEALTH, TRAINING = (MetricReference(code, 1) for code in ("work", "health", "training"))
START = MeasurementPoint("start", {"en": "Start"}, Anchor.ENROLMENT, tolerance_before_days=14)
MONTH_12 = MeasurementPoint(
    "month_12",
    {"en": "After a year"},
    Anchor.ENROLMENT,
    offset_months=12,
    tolerance_before_days=10,
    tolerance_after_days=30,
)
MONTH_18 = MeasurementPoint(
    "month_18", {"en": "After 18 months"}, Anchor.ENROLMENT, offset_months=18
)


def counting(
    denominator: Denominator = Denominator.ENROLLED,
    cap: str = "10",
    **exits: LeavingTreatment,
) -> Counting:
    return Counting(
        denominator=denominator,
        minimum_cohort=None,
        below_minimum=BelowMinimum.SCALE,
        exits={LeavingReason(name): how for name, how in exits.items()},
        neutral_exit_cap_percent=Decimal(cap),
    )


def work(
    *points: str, kind: CountKind = CountKind.ONCE_PER_PERSON, most: int | None = None
) -> Outcome:
    return Outcome(
        "work",
        {"en": "Permanent work"},
        WORK,
        points or ("month_12",),
        Condition(ConditionKind.IS_TRUE),
        Count(kind, most),
    )


def health(change: str = "2") -> Outcome:
    return Outcome(
        "health",
        {"en": "Better health"},
        HEALTH,
        ("month_12",),
        Condition(ConditionKind.CHANGE_AT_LEAST, Decimal(change), baseline_point="start"),
    )


def compound(
    rule: CompositeRule = CompositeRule.ALL_OF,
    scope: CompositeScope = CompositeScope.PER_PERSON,
    parts: tuple[str, ...] = ("work", "health"),
    needed: int | None = None,
) -> Outcome:
    return Outcome("both", {"en": "Both"}, composite=Composite(rule, parts, scope, needed))


def terms(*outcomes: Outcome, policy: Counting | None = None) -> TermsDocument:
    return TermsDocument(
        currency="EUR",
        rounding=Rounding.HALF_UP,
        counting=policy or counting(),
        verification=VerificationScope.EVERYONE,
        late_facts=LateFacts.NEXT_OPEN_PERIOD,
        points=(START, MONTH_12, MONTH_18),
        outcomes=outcomes or (work(), health(), compound()),
        follow_up=(FollowUp("training", {"en": "Training"}, TRAINING, ("month_12",)),),
        payment_terms=(),
        claim=ClaimTerms(None, None, (), PayeeRole.INVESTOR, 30),
        expected_path=(),
    )


ENROLLED_ON = date(2025, 1, 10)
