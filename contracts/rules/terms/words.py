"""The closed vocabularies of the terms document: every word that a term may choose from.

A new primitive is one member here, one function and one registry entry in payments/rules, and one
worked example.
"""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    EN = "en"
    FI = "fi"
    SV = "sv"


class Denominator(StrEnum):
    """Out of how many a rate is taken (decision 6)."""

    PLACES = "places"
    REFERRED = "referred"
    ENROLLED = "enrolled"
    STARTED = "started"
    MEASURED = "measured"


class BelowMinimum(StrEnum):
    """What happens to payment while the denominator is below the minimum cohort."""

    SCALE = "scale"
    PAUSE = "pause"
    RENEGOTIATE = "renegotiate"


class LeavingReason(StrEnum):
    """The ways of leaving before the end that terms must answer for (decision 6)."""

    DEATH = "death"
    MOVED_AWAY = "moved_away"
    TAKEN_INTO_CARE = "taken_into_care"
    GUARDIAN_WITHDREW = "guardian_withdrew"
    TURNED_18 = "turned_18"
    TRANSFERRED = "transferred"
    DROPPED_OUT = "dropped_out"


class LeavingTreatment(StrEnum):
    """How someone who left counts."""

    FAILURE = "failure"
    NEUTRAL = "neutral"
    LAST_VALUE = "last_value"
    FOLLOWED_BY_REGISTER = "followed_by_register"


class Anchor(StrEnum):
    """What a measurement point is reckoned from (decision 5)."""

    ENROLMENT = "enrolment"
    EXIT = "exit"
    BIRTHDAY = "birthday"
    SCHOOL_GRADE = "school_grade"
    CALENDAR_DATE = "calendar_date"
    TAX_YEAR = "tax_year"


class ConditionKind(StrEnum):
    """When a measured value is a success."""

    IS_TRUE = "is_true"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    CHANGE_AT_LEAST = "change_at_least"


class CompositeRule(StrEnum):
    ALL_OF = "all_of"
    ANY_OF = "any_of"
    K_OF_N = "k_of_n"


class CompositeScope(StrEnum):
    """Whether one person must reach the parts, or the cohort reaches each part separately."""

    PER_PERSON = "per_person"
    PER_COHORT = "per_cohort"


class CountKind(StrEnum):
    """How often one person counts; a milestone is one measurement point."""

    ONCE_PER_PERSON = "once_per_person"
    ONCE_PER_PERSON_PER_MILESTONE = "once_per_person_per_milestone"
    REPEATABLE = "repeatable"


class MeasureKind(StrEnum):
    COUNT = "count"
    RATE = "rate"


class CompareKind(StrEnum):
    FIXED_BASELINE = "fixed_baseline"


class GateKind(StrEnum):
    THRESHOLD = "threshold"


class Operator(StrEnum):
    """A threshold says whether it includes its own value."""

    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"


class PriceKind(StrEnum):
    UNIT_PRICE = "unit_price"
    FIXED_AMOUNT = "fixed_amount"
    COST_PLUS_PREMIUM = "cost_plus_premium"


class PremiumBasis(StrEnum):
    """What the premium is a percentage of."""

    COST = "cost"


class Timing(StrEnum):
    """Which figures a payment term pays on (decision 5)."""

    THIS_PERIOD = "this_period"
    CUMULATIVE = "cumulative"
    FINAL = "final"


class PayeeRole(StrEnum):
    """Who receives the money (decision 14); words of the party roles."""

    INVESTOR = "investor"
    FUND_MANAGER = "fund_manager"
    LEAD_PROVIDER = "lead_provider"


class VerificationScope(StrEnum):
    EVERYONE = "everyone"


class LateFacts(StrEnum):
    """What happens to a fact that arrives after its period was closed."""

    NEXT_OPEN_PERIOD = "next_open_period"
    NOT_COUNTED = "not_counted"
