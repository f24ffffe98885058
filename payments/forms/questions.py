"""What the terms editor asks about each entry of the terms: label, example, and what is rare.

Keyed by the dataclass and the name of its entry; a test fails while an entry has no label. Units
(currency, per cent, people) are added to the label by the editor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from contracts.rules.terms import document as terms

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Text


@dataclass(frozen=True, slots=True)
class Ask:
    """One question. `optional`: terms need no answer; `rare`: most terms do without it, so it is
    folded away; `none` is what the empty choice says."""

    label: Text
    hint: Text = ""
    optional: bool = False
    rare: bool = False
    none: Text = ""


@dataclass(frozen=True, slots=True)
class Several(Ask):
    """A list of entries: what one of them is called, and the button that adds one."""

    noun: Text = ""
    add: Text = ""


_SOURCE = _("Where the figure comes from, for example the care register 2025.")
_SHARE = _("The shares sum to 100 per cent. A cent that is left over goes to the first.")
_UNUSED = _("Nothing")

_COUNTING: Mapping[tuple[type[Any], str], Ask] = {
    (terms.Counting, "denominator"): Ask(
        _("Success is counted out of"),
        _("Everyone enrolled is the safest: nobody can raise the share by leaving people out."),
    ),
    (terms.Counting, "minimum_cohort"): Ask(
        _("Smallest number of people"), _("Write 0 if there is none.")
    ),
    (terms.Counting, "below_minimum"): Ask(_("If there are fewer people")),
    (terms.Counting, "exits"): Ask(_("How somebody counts who leaves before the end")),
    (terms.Counting, "neutral_exit_cap_percent"): Ask(
        _("Most who may be left out"), _("Of those enrolled, for example 10.")
    ),
    (terms.MeasurementPoint, "title"): Ask(_("Name"), _("For example After one year.")),
    (terms.MeasurementPoint, "anchor"): Ask(_("Reckoned from")),
    (terms.MeasurementPoint, "offset_months"): Ask(_("Months after it"), optional=True),
    (terms.MeasurementPoint, "offset_days"): Ask(_("Days after it"), optional=True, rare=True),
    (terms.MeasurementPoint, "day"): Ask(_("Day")),
    (terms.MeasurementPoint, "grade"): Ask(_("Grade")),
    (terms.MeasurementPoint, "tolerance_before_days"): Ask(
        _("Days it may be early"), optional=True
    ),
    (terms.MeasurementPoint, "tolerance_after_days"): Ask(_("Days it may be late"), optional=True),
}

_OUTCOMES: Mapping[tuple[type[Any], str], Ask] = {
    (terms.Outcome, "title"): Ask(_("Name"), _("For example Permanent work.")),
    (terms.Outcome, "metric"): Ask(_("Metric"), _("What is measured, and with which instrument.")),
    (terms.Outcome, "points"): Ask(_("Measured at")),
    (terms.Outcome, "condition"): Ask(_("When it is a success")),
    (terms.Condition, "kind"): Ask(_("Reached when")),
    (terms.Condition, "value"): Ask(_("Value")),
    (terms.Condition, "baseline_point"): Ask(_("Changed since")),
    (terms.Outcome, "count"): Ask(_("How often one person counts")),
    (terms.Count, "kind"): Ask(_("One person counts")),
    (terms.Count, "most_per_person"): Ask(_("Most times per person")),
    (terms.Outcome, "verified_automatically"): Ask(
        _("Comes from a register and needs no check of each item"), optional=True, rare=True
    ),
    (terms.Outcome, "source"): Ask(
        _("Where the figures come from"),
        _("Figures of the whole group are delivered by a data holder, such as a county."),
        rare=True,
    ),
    (terms.Outcome, "composite"): Ask(_("Outcomes together")),
    (terms.Composite, "rule"): Ask(_("What must be reached")),
    (terms.Composite, "parts"): Ask(_("Of these outcomes")),
    (terms.Composite, "scope"): Ask(
        _("By whom"),
        _("By the same person: 120 with work and 130 with better health may be 85 with both."),
    ),
    (terms.Composite, "needed"): Ask(_("How many of the outcomes")),
    (terms.Composite, "weights"): Several(
        _("Weights"), _("They sum to 100 per cent."), noun=_("Weight"), add=_("Add weight")
    ),
    (terms.Weight, "part"): Ask(_("Outcome")),
    (terms.Weight, "percent"): Ask(_("Weight")),
    (terms.Composite, "needed_percent"): Ask(_("Weight that is enough")),
    (terms.Outcome, "window"): Ask(_("At how many points it must hold"), rare=True),
    (terms.Window, "rule"): Ask(_("It must hold")),
    (terms.Window, "needed"): Ask(_("At how many points"), _("For example 6 of 12 months.")),
    (terms.Outcome, "quantity"): Ask(_("Which number")),
    (terms.Quantity, "kind"): Ask(_("What one person adds")),
    (terms.Quantity, "baseline_point"): Ask(_("Changed since")),
    (terms.Quantity, "less_metric"): Ask(
        _("Less another metric"), _("For example days in custody."), optional=True,
        none=_UNUSED,
    ),
    (terms.Quantity, "most_per_person"): Ask(_("Most that one person adds"), optional=True),
    (terms.Outcome, "only"): Ask(_("Whom and what it counts"), rare=True),
    (terms.Restriction, "cohorts"): Ask(_("Only these cohorts"), optional=True),
    (terms.Restriction, "enrolled_from"): Ask(_("Only enrolled from"), optional=True),
    (terms.Restriction, "enrolled_before"): Ask(_("Only enrolled before"), optional=True),
    (terms.Restriction, "measured_from"): Ask(_("Only measured from"), optional=True),
    (terms.Restriction, "measured_before"): Ask(_("Only measured before"), optional=True),
    (terms.Restriction, "reached"): Ask(
        _("Only those who have reached"), optional=True, none=_UNUSED
    ),
    (terms.Restriction, "not_reached"): Ask(
        _("Only those who have not reached"), _("So that nobody is paid for twice."),
        optional=True, none=_UNUSED,
    ),
    (terms.FollowUp, "title"): Ask(_("Name")),
    (terms.FollowUp, "metric"): Ask(_("Metric")),
    (terms.FollowUp, "points"): Ask(_("Measured at")),
    (terms.ExpectedPath, "outcome"): Ask(_("Outcome")),
    (terms.ExpectedPath, "points"): Several(
        _("Expected by day"), noun=_("Expectation"), add=_("Add day")
    ),
    (terms.PathPoint, "day"): Ask(_("Day")),
    (terms.PathPoint, "value"): Ask(_("Expected"), _("Per cent of people, or a number.")),
}  # fmt: skip

_FIGURES: Mapping[tuple[type[Any], str], Ask] = {
    (terms.Figure, "title"): Ask(_("Name")),
    (terms.Figure, "measure"): Ask(_("What is measured")),
    (terms.Figure, "compare"): Ask(_("Compared with")),
    (terms.Figure, "valuation"): Ask(_("What the effect is worth")),
    (terms.Measure, "kind"): Ask(_("How it is counted")),
    (terms.Measure, "outcome"): Ask(_("Outcome")),
    (terms.Measure, "per"): Ask(_("As a percentage of")),
    (terms.Measure, "figure"): Ask(_("Figure")),
    (terms.Measure, "parts"): Several(
        _("Figures with weights"), _("They sum to 100 per cent."), noun=_("Figure"),
        add=_("Add figure"),
    ),
    (terms.FigurePart, "figure"): Ask(_("Figure")),
    (terms.FigurePart, "weight_percent"): Ask(_("Weight")),
    (terms.Compare, "kind"): Ask(_("Compared with"), none=_("Nothing: the figure itself counts")),
    (terms.Compare, "value"): Ask(_("Level without the service")),
    (terms.Compare, "source"): Ask(_("Source of the comparison"), _SOURCE),
    (terms.Compare, "effect"): Ask(_("What counts")),
    (terms.Compare, "design"): Ask(_("How the group was chosen")),
    (terms.Compare, "forecast"): Several(
        _("Forecast by period"), _("Leave it out if one level holds all the time."),
        noun=_("Forecast"), add=_("Add period of the forecast"), rare=True,
    ),
    (terms.ForecastPoint, "until"): Ask(_("For periods that end by")),
    (terms.ForecastPoint, "value"): Ask(_("Level without the service")),
    (terms.Compare, "version"): Ask(_("Version"), optional=True),
    (terms.Compare, "price_base"): Ask(_("Year of the prices"), optional=True),
    (terms.Valuation, "kind"): Ask(_("Valued as"), none=_("Not valued in money")),
    (terms.Valuation, "unit_cost"): Ask(_("Cost of one"), _("For example of one day in care.")),
    (terms.Valuation, "source"): Ask(_("Source of the cost"), _SOURCE),
    (terms.Valuation, "price_base"): Ask(_("Year of the prices"), _("For example 2025.")),
    (terms.Valuation, "version"): Ask(_("Version"), optional=True, rare=True),
    (terms.Valuation, "times"): Ask(_("Cost is counted")),
    (terms.Valuation, "years"): Ask(_("For how many years")),
    (terms.Valuation, "discount_percent"): Ask(_("Discount rate per year"), _("For example 3.")),
    (terms.Valuation, "index"): Ask(_("Moves with"), optional=True, rare=True, none=_UNUSED),
}  # fmt: skip

_PAYMENT: Mapping[tuple[type[Any], str], Ask] = {
    (terms.PaymentTerm, "title"): Ask(_("Name"), _("Left empty: the name of its outcome.")),
    (terms.PaymentTerm, "measure"): Ask(_("What is measured")),
    (terms.PaymentTerm, "compare"): Ask(_("Compared with")),
    (terms.PaymentTerm, "valuation"): Ask(_("What the effect is worth"), rare=True),
    (terms.PaymentTerm, "gate"): Ask(_("Condition for any payment")),
    (terms.PaymentTerm, "further_gates"): Several(
        _("Further conditions"), _("Every one of them must be met too."),
        noun=_("Condition"), add=_("Add condition"), rare=True,
    ),
    (terms.Gate, "kind"): Ask(_("Paid only if"), none=_("No condition")),
    (terms.Gate, "figure"): Ask(_("Which figure")),
    (terms.Gate, "operator"): Ask(_("It must be")),
    (terms.Gate, "value"): Ask(_("Threshold"), _("For example 50.")),
    (terms.Gate, "fallback"): Several(
        _("Otherwise"), _("Tried in this order."), noun=_("Next condition"),
        add=_("Add next condition"),
    ),
    (terms.FallbackStep, "figure"): Ask(_("Which figure")),
    (terms.FallbackStep, "operator"): Ask(_("It must be")),
    (terms.FallbackStep, "value"): Ask(_("Threshold")),
    (terms.PaymentTerm, "price"): Ask(_("What is paid")),
    (terms.Price, "kind"): Ask(_("How the payment is set")),
    (terms.Price, "amount"): Ask(_("Amount")),
    (terms.Price, "cost"): Ask(_("Agreed cost")),
    (terms.Price, "basis"): Ask(_("Premium on top of the cost")),
    (terms.Price, "premium_percent"): Ask(_("Premium"), _("For example 8.")),
    (terms.Price, "premium_amount"): Ask(_("Premium")),
    (terms.Price, "interest_from"): Ask(_("Interest runs from")),
    (terms.Price, "compounding"): Ask(_("Interest is reckoned"), rare=True),
    (terms.Price, "cost_source"): Ask(_("Which cost is paid"), rare=True),
    (terms.Price, "price_list"): Several(
        _("Prices by date"), _("In place of the one price, if it changes on agreed days."),
        noun=_("Price"), add=_("Add price from a date"), rare=True,
    ),
    (terms.DatedPrice, "valid_from"): Ask(_("For periods that end after")),
    (terms.DatedPrice, "amount"): Ask(_("Price for each")),
    (terms.Price, "multipliers"): Several(
        _("Other prices for some groups"), _("By region or age, in per cent of the price."),
        noun=_("Group"), add=_("Add group"), rare=True,
    ),
    (terms.Multiplier, "cell"): Ask(_("Short name of the group"), _("For example north.")),
    (terms.Multiplier, "percent"): Ask(_("Of the price"), _("For example 110.")),
    (terms.Price, "tiers"): Several(
        _("Tiers"), _("From the lowest to the highest. Only the highest one reached is paid."),
        noun=_("Tier"), add=_("Add tier"),
    ),
    (terms.Tier, "reached"): Ask(_("Reached at")),
    (terms.Tier, "amount"): Ask(_("Pays"), _("Or a percentage of the cost."), optional=True),
    (terms.Tier, "percent"): Ask(_("Pays of the cost"), optional=True),
    (terms.Price, "bands"): Several(
        _("Bands"), _("Each begins where the one before it ends."), noun=_("Band"),
        add=_("Add band"),
    ),
    (terms.Band, "above"): Ask(_("Above")),
    (terms.Band, "up_to"): Ask(_("Up to"), _("Leave the last one empty: no end."), optional=True),
    (terms.Band, "amount"): Ask(_("Price for each")),
    (terms.Price, "curve"): Several(
        _("Points of the payment curve"), _("Between two points the payment rises evenly."),
        noun=_("Point"), add=_("Add point"),
    ),
    (terms.CurvePoint, "at"): Ask(_("At")),
    (terms.CurvePoint, "amount"): Ask(_("Pays")),
    (terms.Price, "dead_band_from"): Ask(_("Nothing is paid from"), optional=True, rare=True),
    (terms.Price, "dead_band_to"): Ask(_("Nothing is paid up to"), optional=True, rare=True),
    (terms.Price, "share_percent"): Ask(_("Share of the savings"), _("For example 50.")),
    (terms.Price, "share_steps"): Several(
        _("Shares that change"), _("For example 95 up to 700 000, then 40. Leave the last limit "
        "empty."), noun=_("Share"), add=_("Add share"), rare=True,
    ),
    (terms.ShareStep, "up_to"): Ask(_("Up to"), optional=True),
    (terms.ShareStep, "share_percent"): Ask(_("Share")),
    (terms.Price, "share_basis"): Ask(_("The limits are reckoned on"), rare=True),
    (terms.Price, "guaranteed_percent"): Ask(
        _("Guaranteed part"), _("Paid for the activity, whatever the outcome.")
    ),
    (terms.Price, "index"): Ask(_("Moves with"), optional=True, rare=True, none=_UNUSED),
    (terms.PaymentTerm, "limit"): Ask(_("Limits of this payment"), rare=True),
    (terms.Limit, "cap"): Ask(_("The most that it ever pays"), optional=True),
    (terms.Limit, "floor"): Ask(_("The least that it pays by its end"), optional=True),
    (terms.Limit, "period_cap"): Ask(_("The most in one period"), optional=True),
    (terms.Limit, "floor_cost_percent"): Ask(
        _("The least, of the verified service cost"), optional=True
    ),
    (terms.PaymentTerm, "timing"): Ask(_("When it is paid")),
    (terms.PaymentTerm, "assessment_on"): Ask(
        _("Assessed on"), _("Paid once, with the period that contains this day.")
    ),
    (terms.PaymentTerm, "payers"): Several(
        _("Payers of this payment alone"), _SHARE, noun=_("Payer"), add=_("Add payer"), rare=True
    ),
    (terms.IndexClause, "title"): Ask(_("Name")),
    (terms.IndexClause, "source"): Ask(_("Source of the index"), _SOURCE),
    (terms.IndexClause, "base_value"): Ask(_("Index when agreed")),
    (terms.IndexClause, "base_on"): Ask(_("Of which day")),
    (terms.IndexClause, "cap_percent"): Ask(_("Moves prices by at most"), optional=True),
}  # fmt: skip

_CLAIM: Mapping[tuple[type[Any], str], Ask] = {
    (terms.ClaimTerms, "cap"): Ask(_("The most that the contract can ever pay")),
    (terms.ClaimTerms, "floor"): Ask(_("The least that it pays by its end"), optional=True),
    (terms.ClaimTerms, "period_cap"): Ask(_("The most in one period"), optional=True, rare=True),
    (terms.ClaimTerms, "payee"): Ask(_("Who receives the money")),
    (terms.ClaimTerms, "payment_days"): Ask(_("Days to pay a claim"), _("For example 30.")),
    (terms.ClaimTerms, "payers"): Several(
        _("Payers"), _SHARE, noun=_("Payer"), add=_("Add payer")
    ),
    (terms.PayerPart, "party"): Ask(_("Payer")),
    (terms.PayerPart, "share_percent"): Ask(_("Share")),
    (terms.PayerPart, "cap"): Ask(_("The most that it ever pays"), optional=True),
    (terms.ClaimTerms, "payers_from"): Several(
        _("Payers that change on a date"), noun=_("Change"), add=_("Add change of payers"),
        rare=True,
    ),
    (terms.PayersFrom, "valid_from"): Ask(_("For periods that end after")),
    (terms.PayersFrom, "payers"): Several(
        _("Payers"), _SHARE, noun=_("Payer"), add=_("Add payer")
    ),
    (terms.ClaimTerms, "person_cap"): Ask(_("The most for one person"), rare=True),
    (terms.PersonCap, "amount"): Ask(_("The most for one person"), optional=True),
    (terms.PersonCap, "terms"): Ask(
        _("Over these payments"), _("None ticked: all that have a price for each."), optional=True
    ),
    (terms.ClaimTerms, "return_cap"): Ask(_("The most that investors earn"), rare=True),
    (terms.ReturnCap, "kind"): Ask(_("Return is limited"), none=_("No limit")),
    (terms.ReturnCap, "percent"): Ask(_("The highest return")),
    (terms.ClaimTerms, "clawback"): Ask(_("If a figure falls after it was paid for"), rare=True),
    (terms.ClaimTerms, "nets_other_funding"): Ask(
        _("Other funding for the same outcomes is taken off"), optional=True, rare=True
    ),
    (terms.ClaimTerms, "late_interest_percent"): Ask(
        _("Interest on late payment per year"), optional=True, rare=True
    ),
    (terms.ClaimTerms, "objection_days"): Ask(
        _("Days to object to a claim"), optional=True, rare=True
    ),
}  # fmt: skip

_LIFE: Mapping[tuple[type[Any], str], Ask] = {
    (terms.Disruption, "title"): Ask(_("Cause"), _("For example schools closed.")),
    (terms.Disruption, "from_day"): Ask(_("From")),
    (terms.Disruption, "until"): Ask(_("Until (first day when it is over)")),
    (terms.Disruption, "outcomes"): Ask(_("Outcomes that it disturbs")),
    (terms.Disruption, "treatment"): Ask(_("What happens")),
    (terms.Disruption, "extend_days"): Ask(_("Days later")),
    (terms.Disruption, "substitute"): Ask(_("Outcome that stands in")),
    (terms.Disruption, "amount"): Ask(_("Paid for each period that begins in it")),
    (terms.Termination, "cause"): Ask(_("If the contract ends early because")),
    (terms.Termination, "settlement"): Ask(_("Then")),
    (terms.Termination, "cost_percent"): Ask(_("Part of the cost not yet earned back")),
    (terms.Waterfall, "haircut_percent"): Ask(_("Kept back for costs of the fund"), optional=True),
    (terms.Waterfall, "recycling_percent"): Ask(_("Goes into new services"), optional=True),
    (terms.Waterfall, "tranches"): Several(
        _("Capital by rank"), _("The first is paid back first."), noun=_("Tranche"),
        add=_("Add tranche"),
    ),
    (terms.Tranche, "title"): Ask(_("Name"), _("For example senior.")),
    (terms.Tranche, "capital"): Ask(_("Capital")),
    (terms.Tranche, "return_kind"): Ask(_("Preferred return")),
    (terms.Tranche, "return_percent"): Ask(_("Return per year")),
    (terms.Tranche, "return_from"): Ask(_("Return runs from")),
    (terms.Waterfall, "surplus"): Several(
        _("What is left over"), _("The parts sum to 100 per cent."), noun=_("Part"),
        add=_("Add part"),
    ),
    (terms.SurplusPart, "to"): Ask(_("Goes to")),
    (terms.SurplusPart, "percent"): Ask(_("Part")),
    (terms.Waterfall, "guarantee"): Ask(_("Guarantee")),
    (terms.Guarantee, "tranche"): Ask(_("Tranche"), optional=True, none=_UNUSED),
    (terms.Guarantee, "amount"): Ask(_("Guaranteed up to"), optional=True),
}  # fmt: skip

_WHOLE: Mapping[tuple[type[Any], str], Ask] = {
    # The section of the page is named already.
    (terms.TermsDocument, "counting"): Ask(""),
    (terms.TermsDocument, "points"): Several(
        _("Measurement points"), _("When something is measured for one person."),
        noun=_("Measurement point"), add=_("Add measurement point"),
    ),
    (terms.TermsDocument, "outcomes"): Several(
        _("Outcomes"), _("What counts as success, by which metric, and when it is measured."),
        noun=_("Outcome"), add=_("Add outcome"),
    ),
    (terms.TermsDocument, "follow_up"): Several(
        _("Followed, never paid for"), noun=_("Follow-up"), add=_("Add follow-up"), rare=True
    ),
    (terms.TermsDocument, "expected_path"): Several(
        _("Expected path"), _("Drawn beside the results, never paid for."),
        noun=_("Expected path"), add=_("Add expected path"), rare=True,
    ),
    (terms.TermsDocument, "figures"): Several(
        _("Figures with a name"), _("Measured and compared once, and used by conditions, "
        "indexes or payments."), noun=_("Figure"), add=_("Add figure with a name"), rare=True,
    ),
    (terms.TermsDocument, "payment_terms"): Several(
        _("Payments"), _("What is measured, what it is compared with, when it pays and how much."),
        noun=_("Payment"), add=_("Add payment"),
    ),
    (terms.TermsDocument, "indexes"): Several(
        _("Index clauses"), _("Prices or unit costs that move with an index."),
        noun=_("Index clause"), add=_("Add index clause"), rare=True,
    ),
    (terms.TermsDocument, "claim"): Ask(""),
    (terms.TermsDocument, "rounding"): Ask(_("Rounding of each line")),
    (terms.TermsDocument, "rounding_to"): Ask(_("Rounded"), rare=True),
    (terms.TermsDocument, "late_facts"): Ask(_("A fact that arrives after its period was closed")),
    (terms.TermsDocument, "disruptions"): Several(
        _("Disruptions"), _("Something outside the plan, with cause and dates."),
        noun=_("Disruption"), add=_("Add disruption"), rare=True,
    ),
    (terms.TermsDocument, "terminations"): Several(
        _("If the contract ends early"), noun=_("Early end"), add=_("Add cause of an early end"),
        rare=True,
    ),
    (terms.TermsDocument, "waterfall"): Ask(
        _("How investors share a payment"), _("Left empty, in proportion to what each paid in."),
        rare=True,
    ),
}  # fmt: skip

ASKS: Mapping[tuple[type[Any], str], Ask] = {
    **_COUNTING, **_OUTCOMES, **_FIGURES, **_PAYMENT, **_CLAIM, **_LIFE, **_WHOLE,
}  # fmt: skip
