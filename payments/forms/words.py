"""The closed words of the terms as people choose them in a form; each set begins undecided.

Two sets may share a word (`at_least` of a condition, of a threshold): labels are kept per set.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from contracts.rules.terms import words
from sibportal.kernel.money import Rounding

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Text

UNDECIDED: tuple[str, Text] = ("", _("Not decided yet"))

_WHO_COUNTS: Mapping[type[StrEnum], Mapping[str, Text]] = {
    words.Language: {"en": _("English"), "fi": _("Finnish"), "sv": _("Swedish")},
    words.Denominator: {
        "places": _("All agreed places"),
        "referred": _("Everyone referred"),
        "enrolled": _("Everyone enrolled"),
        "started": _("Everyone who started"),
        "measured": _("Those who were measured"),
    },
    words.BelowMinimum: {
        "scale": _("Fixed sums are reduced in proportion"),
        "pause": _("Payment is paused"),
        "renegotiate": _("Nothing is paid and the parties renegotiate"),
    },
    words.LeavingReason: {
        "death": _("Participant dies"),
        "moved_away": _("Participant moves away"),
        "taken_into_care": _("Participant is taken into care"),
        "guardian_withdrew": _("Guardian withdraws"),
        "turned_18": _("Participant turns 18"),
        "transferred": _("Participant is transferred to another service"),
        "dropped_out": _("Participant drops out"),
    },
    words.LeavingTreatment: {
        "failure": _("Counts as no success"),
        "neutral": _("Is left out, if the verifier confirms it"),
        "last_value": _("Counts by the last value measured"),
        "followed_by_register": _("Is followed in registers"),
    },
    words.VerificationScope: {"everyone": _("The verifier checks every measurement")},
    words.LateFacts: {
        "next_open_period": _("It counts in the first period still open"),
        "not_counted": _("It is not counted"),
    },
}

_OUTCOMES: Mapping[type[StrEnum], Mapping[str, Text]] = {
    words.Anchor: {
        "enrolment": _("Enrolment"),
        "exit": _("Exit"),
        "birthday": _("Birth"),
        "school_grade": _("Start of a school grade"),
        "calendar_date": _("A date"),
        "tax_year": _("End of the tax year of enrolment"),
    },
    words.ConditionKind: {
        "is_true": _("The answer is yes"),
        "at_least": _("The value is at least"),
        "at_most": _("The value is at most"),
        "change_at_least": _("The value has changed by at least"),
    },
    words.WindowRule: {
        "any_point": _("At one of the measurement points"),
        "all_points": _("At every measurement point"),
        "some_points": _("At a number of the measurement points"),
        "in_a_row": _("At a number of measurement points in a row"),
    },
    words.QuantityKind: {
        "total": _("The sum of the person's values"),
        "last": _("The person's latest value"),
        "change": _("How much the person's value has changed"),
    },
    words.OutcomeSource: {
        "individual": _("Each person is measured"),
        "aggregate": _("A register gives the figures of the whole group"),
    },
    words.CompositeRule: {
        "all_of": _("All of the outcomes"),
        "any_of": _("At least one of the outcomes"),
        "k_of_n": _("So many of the outcomes as you say below"),
        "weighted": _("Outcomes with weights that reach a percentage together"),
    },
    words.CompositeScope: {
        "per_person": _("The same person reaches them"),
        "per_cohort": _("Each outcome is counted separately"),
    },
    words.CountKind: {
        "once_per_person": _("Once"),
        "once_per_person_per_milestone": _("Once at each measurement point"),
        "repeatable": _("Each time, up to a number"),
    },
}

_FIGURES: Mapping[type[StrEnum], Mapping[str, Text]] = {
    words.MeasureKind: {
        "count": _("How many people reach it"),
        "rate": _("What share of people reach it"),
        "frequency": _("How many times per 100 people"),
        "ratio": _("One sum as a percentage of another"),
        "days": _("Number of days"),
        "sum": _("Sum over everyone"),
        "mean": _("Average per person"),
        "weighted_index": _("Several figures with weights"),
        "figure": _("A figure named in these terms"),
    },
    words.CompareKind: {
        "fixed_baseline": _("A fixed starting level"),
        "own_history": _("The same people before the service"),
        "historical_cohort": _("An earlier group without the service"),
        "forecast": _("A forecast without the service"),
        "comparison_group": _("A comparison group"),
        "difference_in_differences": _("The change in a comparison group"),
    },
    words.Effect: {
        "increase": _("By how much it rose"),
        "reduction": _("By how much it fell"),
        "relative_increase": _("By how many per cent it rose"),
        "relative_reduction": _("By how many per cent it fell"),
        "ratio": _("Its percentage of the figure compared with"),
    },
    words.ComparisonDesign: {
        "randomised": _("Chosen by lot"),
        "matched": _("Chosen to be alike"),
    },
    words.ValuationKind: {
        "cost_saved": _("Costs avoided"),
        "net_present_value": _("Value over several years, in today's money"),
    },
    words.ValuationTimes: {
        "effect": _("For each unit of the effect"),
        "person": _("For each person who counts"),
    },
    words.GateKind: {
        "threshold": _("A threshold must be met"),
        "precondition": _("Another figure must meet a threshold"),
        "fallback_chain": _("A threshold, or else the next one"),
    },
    words.Operator: {
        "at_least": _("At least"),
        "more_than": _("More than"),
        "at_most": _("At most"),
        "less_than": _("Less than"),
    },
}

_PRICES: Mapping[type[StrEnum], Mapping[str, Text]] = {
    words.PriceKind: {
        "unit_price": _("A price for each"),
        "fixed_amount": _("A fixed sum"),
        "cost_plus_premium": _("The cost and a premium"),
        "step_tiers": _("Tiers: the highest one reached is paid"),
        "marginal_bands": _("Bands: each part at its own price"),
        "linear_interpolation": _("Variable between points"),
        "share_of_savings": _("A share of the savings"),
        "guaranteed_part": _("A guaranteed part of the cost"),
    },
    words.PremiumBasis: {
        "cost": _("A percentage of the cost"),
        "amount": _("A fixed sum"),
        "yearly": _("Yearly interest on the cost"),
    },
    words.CostSource: {
        "agreed": _("The cost agreed here"),
        "verified": _("The verified cost, up to the one agreed here"),
    },
    words.Compounding: {
        "simple": _("Without interest on interest"),
        "compound": _("With interest on interest"),
    },
    words.ShareBasis: {
        "savings": _("Savings to date"),
        "paid": _("Payments to date"),
    },
    words.Timing: {
        "this_period": _("For what each period brings"),
        "cumulative": _("On the figure to date, less what was claimed before"),
        "final": _("Once, at an assessment"),
    },
    words.RoundingTo: {
        "coin": _("To the smallest coin"),
        "whole": _("To whole units of the currency"),
    },
    Rounding: {
        "half_up": _("A half goes up"),
        "half_even": _("A half goes to the even digit"),
        "down": _("Always down"),
    },
}

_SETTLEMENT: Mapping[type[StrEnum], Mapping[str, Text]] = {
    words.PayeeRole: {
        "investor": _("The investors"),
        "fund_manager": _("The fund manager"),
        "lead_provider": _("The lead provider"),
    },
    words.ReturnCapKind: {
        "total": _("In all, as a percentage of the capital"),
        "yearly": _("Per year"),
    },
    words.Clawback: {
        "none": _("Nothing is taken back"),
        "credit": _("It is taken off later claims"),
        "repaid": _("It is paid back"),
    },
    words.ReturnKind: {
        "none": _("No return of its own"),
        "simple": _("Yearly, without interest on interest"),
        "compound": _("Yearly, with interest on interest"),
    },
    words.SurplusTo: {
        "investors": _("Investors"),
        "payer": _("Payer"),
        "provider": _("Service provider"),
        "recycling": _("New services"),
    },
    words.DisruptionTreatment: {
        "exclude": _("The time is left out"),
        "extend": _("Measurement points are moved later"),
        "substitute": _("Another outcome stands in"),
        "pay_activity": _("Activity is paid for"),
    },
    words.TerminationCause: {
        "too_few_enrolled": _("Too few people are enrolled"),
        "payer_ends": _("The payer ends the contract"),
        "provider_fails": _("The service provider fails to deliver"),
        "investor_ends": _("The investors end the contract"),
        "force_majeure": _("Force majeure"),
        "mutual": _("The parties agree to end it"),
    },
    words.AmendmentScope: {
        "later_measurements": _("What is measured from the day on"),
        "later_enrolments": _("Those who enrol from the day on"),
        "all_open": _("All that is open and unpaid"),
    },
    words.SettlementKind: {
        "nothing": _("Nothing more is paid"),
        "earned": _("What results have earned is paid"),
        "earned_and_cost": _("What results have earned and a part of other costs is paid"),
    },
    words.AmendmentScope: {
        "later_measurements": _("Measurements from that day on"),
        "later_enrolments": _("People who enrol from that day on"),
        "all_open": _("All that is open and unpaid from that day on"),
    },
}

LABELS: Mapping[type[StrEnum], Mapping[str, Text]] = {
    **_WHO_COUNTS, **_OUTCOMES, **_FIGURES, **_PRICES, **_SETTLEMENT,
}  # fmt: skip


def label(word: StrEnum) -> Text:
    """What people read for a word of the terms; KeyError for a word without a label."""
    return LABELS[type(word)][word]


def choices(kind: type[StrEnum], *without: StrEnum) -> list[tuple[str, Text]]:
    """The words of a set with their labels, undecided first."""
    return [UNDECIDED, *((word.value, label(word)) for word in kind if word not in without)]
