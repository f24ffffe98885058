"""How the primitives of a calculation are said: clauses, names of steps, what a rule refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

MESSAGES: dict[str, Promise] = {
    # How much there is.
    "payments.formula.frequency": _(
        "“%(outcome)s” happened %(reached)s times among %(denominator)s people: %(result)s per 100"
    ),
    "payments.formula.quantity_days": _("“%(outcome)s” came to %(result)s days"),
    "payments.formula.quantity_sum": _("“%(outcome)s” came to %(result)s in all"),
    "payments.formula.mean": _(
        "“%(outcome)s” came to %(total)s for %(people)s people, %(result)s on average"
    ),
    "payments.formula.ratio": _(
        "“%(outcome)s” came to %(total)s of %(whole)s, which is %(result_percent)s"
    ),
    "payments.formula.weighted_index": _("the weighted index is %(result)s"),
    "payments.formula.index_part": _("%(weight_percent)s of %(measured)s gives %(result)s"),
    "payments.formula.figure": _("“%(figure)s” is %(result)s"),
    # Against what.
    "payments.formula.compare_increase": _(
        "%(measured)s less the reference of %(baseline)s is %(result)s"
    ),
    "payments.formula.compare_reduction": _(
        "the reference of %(baseline)s less %(measured)s is %(result)s"
    ),
    "payments.formula.compare_relative_increase": _(
        "%(measured)s against the reference of %(baseline)s is a rise of %(result_percent)s"
    ),
    "payments.formula.compare_relative_reduction": _(
        "%(measured)s against the reference of %(baseline)s is a fall of %(result_percent)s"
    ),
    "payments.formula.compare_ratio": _(
        "%(measured)s is %(result_percent)s of the reference of %(baseline)s"
    ),
    "payments.formula.estimate": _("the effect is estimated at %(result)s"),
    "payments.formula.estimate_interval": _(
        "the effect is estimated at %(result)s (interval %(low)s to %(high)s)"
    ),
    "payments.formula.reference_forecast": _("without the service the forecast was %(result)s"),
    "payments.formula.reference_own_history": _("before the service it was %(result)s"),
    "payments.formula.reference_comparison_group": _(
        "the comparison group of %(people)s people came to %(result)s"
    ),
    "payments.formula.reference_difference_in_differences": _(
        "%(before)s before, moved as the comparison group did from %(comparison_before)s to"
        " %(comparison_group)s, gives %(result)s"
    ),
    # What it is worth.
    "payments.formula.cost_saved": _("%(effect)s × %(unit_cost)s for each = %(result)s"),
    "payments.formula.cost_saved_each": _(
        "%(effect)s × %(people)s people × %(unit_cost)s = %(result)s"
    ),
    "payments.formula.net_present_value": _(
        "%(amount)s a year for %(years)s years, discounted at %(discount_percent)s, is worth"
        " %(result)s today"
    ),
    "payments.formula.net_present_value_each": _(
        "%(effect)s for each of %(people)s people comes to %(amount)s a year; for %(years)s"
        " years, discounted at %(discount_percent)s, that is worth %(result)s today"
    ),
    "payments.formula.index": _(
        "the index is %(index_value)s against %(base_value)s: prices are %(result_percent)s of"
        " those agreed"
    ),
    # Whether anything is paid.
    "payments.formula.precondition_met": _(
        "“%(figure)s” is %(measured)s: the condition of %(threshold)s is met"
    ),
    "payments.formula.precondition_not_met": _(
        "“%(figure)s” is %(measured)s: the condition of %(threshold)s is not met"
    ),
    "payments.formula.fallback_met": _("one of the agreed thresholds is met"),
    "payments.formula.fallback_not_met": _("none of the agreed thresholds is met"),
    "payments.formula.nobody_counts": _("nobody counts yet, so nothing is paid"),
    # The price.
    "payments.formula.unit_price_multiplied": _(
        "%(quantity)s × %(unit_price)s × %(multiplier_percent)s = %(result)s"
    ),
    "payments.formula.cell": _(
        "%(cell)s: %(quantity)s at %(multiplier_percent)s count as %(result)s"
    ),
    "payments.formula.cost_plus_amount": _(
        "%(cost)s cost + %(premium_amount)s premium = %(result)s"
    ),
    "payments.formula.cost_plus_yearly": _(
        "%(cost)s cost + %(premium_percent)s a year for %(days)s days = %(result)s"
    ),
    "payments.formula.step_tiers": _("the tier from %(threshold)s is reached: %(result)s"),
    "payments.formula.step_tiers_percent": _(
        "the tier from %(threshold)s is reached: %(tier_percent)s of %(cost)s = %(result)s"
    ),
    "payments.formula.below_every_tier": _("the lowest tier of %(threshold)s is not reached"),
    "payments.formula.marginal_bands": _(
        "each slice of %(measured)s at its own price comes to %(result)s"
    ),
    "payments.formula.band": _("%(quantity)s above %(above)s × %(unit_price)s = %(result)s"),
    "payments.formula.linear_interpolation": _(
        "%(measured)s lies between %(low_at)s (%(low_amount)s) and %(high_at)s"
        " (%(high_amount)s): %(result)s"
    ),
    "payments.formula.dead_band": _(
        "%(measured)s lies between %(band_from)s and %(band_to)s, where nothing is paid"
    ),
    "payments.formula.beyond_worse": _(
        "%(measured)s lies beyond the last agreed point of %(end_at)s: %(result)s"
    ),
    "payments.formula.beyond_better": _(
        "%(measured)s is better than the last agreed point of %(end_at)s, whose amount is paid:"
        " %(result)s"
    ),
    "payments.formula.share_of_savings": _(
        "%(share_percent)s of the %(savings)s saved = %(result)s"
    ),
    "payments.formula.share_of_savings_steps": _(
        "the %(savings)s saved is shared step by step: %(result)s"
    ),
    "payments.formula.guaranteed_part": _(
        "%(guaranteed_percent)s of %(cost)s is guaranteed: %(result)s"
    ),
    "payments.formula.scaled": _("%(percent)s of %(amount)s = %(result)s"),
    # Caps and floors.
    "payments.formula.term_floor": _("the term's floor of %(floor)s brings it to %(result)s"),
    "payments.formula.term_period_cap": _(
        "no more than %(cap)s of this term is paid in one claim: %(result)s"
    ),
    "payments.formula.period_cap": _("no more than %(cap)s is paid in one claim: %(result)s"),
    "payments.formula.person_cap": _("no person brings more than %(cap)s, which leaves %(result)s"),
    "payments.formula.return_cap_total": _(
        "investors get no more than their capital and %(cap_percent)s in all: %(result)s"
    ),
    "payments.formula.return_cap_yearly": _(
        "investors get no more than their capital and %(cap_percent)s a year: %(result)s"
    ),
    "payments.formula.credit_used": _(
        "%(amount)s less the credit of %(credit)s from earlier claims = %(result)s"
    ),
    "payments.formula.credit_left": _("a credit of %(credit)s is left for later claims"),
    "payments.formula.other_funding": _(
        "others have paid %(other_funding)s for the same, which leaves %(result)s"
    ),
    "payments.formula.given_back": _(
        "caps kept %(over_caps)s back before, so only the rest is taken back: %(result)s"
    ),
    # Who pays.
    "payments.formula.split_capped": _("of %(amount)s the payers' own caps leave %(result)s"),
    "payments.formula.share_of_terms": _(
        "%(party)s pays its part of each payment term, %(result)s in all"
    ),
    "payments.formula.share_capped": _(
        "%(party)s pays no more than %(cap)s in all claims: %(result)s; the rest falls away"
    ),
    "payments.formula.claim_repaid": _("%(result)s: a negative sum is repaid"),
    # When the plan meets life.
    "payments.formula.frozen": _("“%(outcome)s” is under suspicion, so nothing is paid on it now"),
    "payments.formula.pay_activity": _(
        "the service is disturbed and activity is paid instead: %(result)s"
    ),
    "payments.formula.activity_elsewhere": _(
        "the service is disturbed; activity is paid on another line"
    ),
    "payments.formula.substituted": _(
        "the service is disturbed and “%(outcome)s” is measured instead"
    ),
    "payments.formula.adjustment": _(
        "correction of claim %(corrects)s for “%(payment_term)s”: %(result)s"
    ),
    "payments.formula.not_taken_back": _(
        "correction of claim %(corrects)s for “%(payment_term)s”: %(amount)s is not taken back,"
        " since no clawback is agreed"
    ),
    "payments.reason.facts": _("a measurement was corrected or came late"),
    "payments.reason.cleared": _("a doubt about the metric has been cleared"),
    "payments.reason.figures": _("a cost or an index value was corrected or came late"),
    "payments.reason.dispute": _("a dispute about it has been decided"),
    "payments.word.reason.facts": _("A measurement was corrected or came late"),
    "payments.word.reason.cleared": _("A doubt about the metric has been cleared"),
    "payments.word.reason.figures": _("A cost or an index value was corrected or came late"),
    "payments.word.reason.dispute": _("A dispute about it has been decided"),
    # Where a payment goes.
    "payments.formula.distribution": _("%(amount)s is distributed"),
    "payments.formula.haircut": _(
        "%(percent)s of %(amount)s is kept for the costs of the fund: %(result)s"
    ),
    "payments.formula.recycling": _(
        "%(percent)s of %(amount)s goes back into services: %(result)s"
    ),
    "payments.formula.principal": _(
        "“%(tranche)s” gets %(result)s of the %(outstanding)s of capital that is out"
    ),
    "payments.formula.preferred": _(
        "“%(tranche)s” gets %(result)s of the return of %(accrued)s earned so far"
    ),
    "payments.formula.surplus": _("%(percent)s of what is left, %(amount)s: %(result)s"),
    "payments.formula.guarantee": _(
        "the guarantor makes up %(result)s of the %(outstanding)s that “%(tranche)s” lacks"
    ),
    "payments.formula.late_interest": _(
        "%(amount)s × %(percent)s a year × %(days)s days late ÷ 365 = %(result)s"
    ),
    "payments.formula.settlement_nothing": _("an end for this cause pays nothing"),
    "payments.formula.settlement_earned": _("what the results have earned so far: %(result)s"),
    "payments.formula.settlement_cost": _(
        "%(percent)s of the %(uncovered)s of cost that payments have not covered, with"
        " %(earned)s earned: %(result)s"
    ),
    # The names of the steps.
    "payments.step.reference": _("Reference"),
    "payments.step.figure": _("Figure"),
    "payments.step.index_part": _("Part of the index"),
    "payments.step.valuation": _("Worth"),
    "payments.step.index": _("Index"),
    "payments.step.cell": _("Group"),
    "payments.step.band": _("Slice"),
    "payments.step.share_step": _("Share of savings"),
    "payments.step.term_floor": _("Floor of the term"),
    "payments.step.period_cap": _("Cap of the period"),
    "payments.step.person_cap": _("Cap per person"),
    "payments.step.return_cap": _("Cap of the return"),
    "payments.step.credit_used": _("Credit"),
    "payments.step.credit_left": _("Credit left"),
    "payments.step.other_funding": _("Other funding"),
    "payments.step.given_back": _("Kept back before"),
    "payments.step.disruption": _("Disruption"),
    "payments.step.adjustment": _("Adjustment"),
    "payments.step.distribution": _("Distribution"),
    "payments.step.haircut": _("Costs of the fund"),
    "payments.step.recycling": _("Back into services"),
    "payments.step.principal": _("Capital"),
    "payments.step.preferred": _("Return"),
    "payments.step.surplus": _("Surplus"),
    "payments.step.guarantee": _("Guarantee"),
    "payments.step.late_interest": _("Late interest"),
    "payments.step.settlement": _("Settlement"),
    # What a rule refuses.
    "payments.total_missing": _("“%(outcome)s” has no total, and the terms pay on one."),
    "payments.history_missing": _(
        "“%(outcome)s” has no figures from before the service, and the terms compare with them."
    ),
    "payments.comparison_missing": _(
        "“%(outcome)s” has no figures of a comparison group, and the terms compare with one."
    ),
    "payments.reference_zero": _("The reference is zero, so no share of it can be reckoned."),
    "payments.forecast_missing": _("The forecast ends before %(day)s."),
    "payments.index_missing": _("There is no value of the index “%(index)s” for this claim."),
    "payments.price_missing": _("No price was in force on %(day)s."),
    "payments.service_cost_missing": _(
        "The verified cost of the service is missing, and the terms pay on it."
    ),
    "payments.period_open": _("Yearly interest needs the day on which the period ends."),
    "payments.cell_unknown": _("“%(outcome)s” has a group that the price does not name."),
    "payments.cells_do_not_sum": _("The groups of “%(outcome)s” do not add up to its figure."),
    "payments.profiles_do_not_sum": _(
        "Who reached “%(outcome)s” how often does not add up to its figure, so the cap per"
        " person cannot be reckoned."
    ),
    "payments.capital_missing": _(
        "No capital is recorded, so the cap of the return cannot be reckoned."
    ),
    "terms.share_steps_to_date": _(
        "Steps of savings need figures to date: choose when it is paid accordingly."
    ),
    "terms.multipliers_need_count": _(
        "Multipliers need a count, a sum or days, which fall into groups."
    ),
    "terms.person_cap_counts": _(
        "A cap per person holds for what is counted, without a comparison."
    ),
    "payments.adjusted_unknown": _("The terms have no payment term called %(value)s."),
}
