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


class WindowRule(StrEnum):
    """At how many of its measurement points a success must hold."""

    ANY_POINT = "any_point"
    ALL_POINTS = "all_points"
    SOME_POINTS = "some_points"
    IN_A_ROW = "in_a_row"


class QuantityKind(StrEnum):
    """Which number one person adds to a sum, a mean or days."""

    TOTAL = "total"
    LAST = "last"
    CHANGE = "change"


class OutcomeSource(StrEnum):
    """Whether an outcome is counted person by person, or comes as figures of the whole group from a
    data holder's register."""

    INDIVIDUAL = "individual"
    AGGREGATE = "aggregate"


class CompositeRule(StrEnum):
    ALL_OF = "all_of"
    ANY_OF = "any_of"
    K_OF_N = "k_of_n"
    WEIGHTED = "weighted"


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
    """Stage 1: how much of an outcome there is."""

    COUNT = "count"
    RATE = "rate"
    FREQUENCY = "frequency"
    RATIO = "ratio"
    DAYS = "days"
    SUM = "sum"
    MEAN = "mean"
    WEIGHTED_INDEX = "weighted_index"
    FIGURE = "figure"


class CompareKind(StrEnum):
    """Stage 2: what the measured figure is set against."""

    FIXED_BASELINE = "fixed_baseline"
    OWN_HISTORY = "own_history"
    HISTORICAL_COHORT = "historical_cohort"
    FORECAST = "forecast"
    COMPARISON_GROUP = "comparison_group"
    DIFFERENCE_IN_DIFFERENCES = "difference_in_differences"


class Effect(StrEnum):
    """How the difference from the reference is expressed; the relative ones are in per cent."""

    INCREASE = "increase"
    REDUCTION = "reduction"
    RELATIVE_INCREASE = "relative_increase"
    RELATIVE_REDUCTION = "relative_reduction"
    RATIO = "ratio"


class ComparisonDesign(StrEnum):
    RANDOMISED = "randomised"
    MATCHED = "matched"


class ValuationKind(StrEnum):
    """End of stage 2: what an effect is worth in money."""

    COST_SAVED = "cost_saved"
    NET_PRESENT_VALUE = "net_present_value"


class ValuationTimes(StrEnum):
    """Whether a unit cost is for each unit of the effect, or for each person who counts."""

    EFFECT = "effect"
    PERSON = "person"


class GateKind(StrEnum):
    """Stage 3: whether anything is paid."""

    THRESHOLD = "threshold"
    PRECONDITION = "precondition"
    FALLBACK_CHAIN = "fallback_chain"


class Operator(StrEnum):
    """A threshold says whether it includes its own value."""

    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"


class PriceKind(StrEnum):
    """Stage 4: what the figure is worth."""

    UNIT_PRICE = "unit_price"
    FIXED_AMOUNT = "fixed_amount"
    COST_PLUS_PREMIUM = "cost_plus_premium"
    STEP_TIERS = "step_tiers"
    MARGINAL_BANDS = "marginal_bands"
    LINEAR_INTERPOLATION = "linear_interpolation"
    SHARE_OF_SAVINGS = "share_of_savings"
    GUARANTEED_PART = "guaranteed_part"


class PremiumBasis(StrEnum):
    """What the premium is: a percentage of cost, a sum, or interest per year on the cost."""

    COST = "cost"
    AMOUNT = "amount"
    YEARLY = "yearly"


class CostSource(StrEnum):
    """Whether the cost is the sum agreed, or what was verified up to that sum."""

    AGREED = "agreed"
    VERIFIED = "verified"


class Compounding(StrEnum):
    SIMPLE = "simple"
    COMPOUND = "compound"


class ShareBasis(StrEnum):
    """What a switch of the share is reckoned on: savings to date, or payments to date."""

    SAVINGS = "savings"
    PAID = "paid"


class ReturnCapKind(StrEnum):
    """A cap on the investors' return: in total per cent of capital, or per year (IRR)."""

    TOTAL = "total"
    YEARLY = "yearly"


class Clawback(StrEnum):
    """What happens when a figure to date falls below what it was paid for."""

    NONE = "none"
    CREDIT = "credit"
    REPAID = "repaid"


class RoundingTo(StrEnum):
    """The unit that each line is rounded to."""

    COIN = "coin"
    WHOLE = "whole"


class ReturnKind(StrEnum):
    """The preferred return of a tranche."""

    NONE = "none"
    SIMPLE = "simple"
    COMPOUND = "compound"


class SurplusTo(StrEnum):
    """Who receives what is left after every tranche."""

    INVESTORS = "investors"
    PAYER = "payer"
    PROVIDER = "provider"
    RECYCLING = "recycling"


class DisruptionTreatment(StrEnum):
    """What happens to payment while something outside the plan disturbs it."""

    EXCLUDE = "exclude"
    EXTEND = "extend"
    SUBSTITUTE = "substitute"
    PAY_ACTIVITY = "pay_activity"


class TerminationCause(StrEnum):
    """Why a contract ends before its time."""

    TOO_FEW_ENROLLED = "too_few_enrolled"
    PAYER_ENDS = "payer_ends"
    PROVIDER_FAILS = "provider_fails"
    INVESTOR_ENDS = "investor_ends"
    FORCE_MAJEURE = "force_majeure"
    MUTUAL = "mutual"


class SettlementKind(StrEnum):
    """What is paid at an early end: nothing, what results have earned, or that and a part of the
    cost that they have not earned back."""

    NOTHING = "nothing"
    EARNED = "earned"
    EARNED_AND_COST = "earned_and_cost"


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


class AmendmentScope(StrEnum):
    """Whom and what an amendment concerns: what is measured from its day on, who enrols from its
    day on, or everything that is open and unpaid."""

    LATER_MEASUREMENTS = "later_measurements"
    LATER_ENROLMENTS = "later_enrolments"
    ALL_OPEN = "all_open"
