"""How the steps of the primitives are told in full: the formula in words, worked out in figures,
and the names of what went in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

MESSAGES: dict[str, Promise] = {
    # The formula in words.
    "payments.words.frequency": _("times it happened ÷ people who count × 100"),
    "payments.words.quantity_days": _("the days of all people added up"),
    "payments.words.quantity_sum": _("the values of all people added up"),
    "payments.words.mean": _("the values added up ÷ people measured"),
    "payments.words.ratio": _("the one total ÷ the other"),
    "payments.words.weighted_index": _("each part × its weight, added up"),
    "payments.words.index_part": _("the figure × its weight"),
    "payments.words.figure": _("the agreed figure of that name"),
    "payments.words.compare_increase": _("the figure − the reference"),
    "payments.words.compare_reduction": _("the reference − the figure"),
    "payments.words.compare_relative_increase": _("(the figure − the reference) ÷ the reference"),
    "payments.words.compare_relative_reduction": _("(the reference − the figure) ÷ the reference"),
    "payments.words.compare_ratio": _("the figure ÷ the reference"),
    "payments.words.estimate": _("the effect as it was estimated and signed"),
    "payments.words.estimate_interval": _(
        "the effect as it was estimated and signed; payment rests on the estimate itself"
    ),
    "payments.words.reference_forecast": _("the agreed forecast without the service"),
    "payments.words.reference_own_history": _("the same measure before the service"),
    "payments.words.reference_comparison_group": _("the same measure in the comparison group"),
    "payments.words.reference_difference_in_differences": _(
        "before + (comparison group after − before)"
    ),
    "payments.words.cost_saved": _("the effect × the cost of one"),
    "payments.words.cost_saved_each": _("the effect × people × the cost of one"),
    "payments.words.net_present_value": _("the worth of each year, discounted to today"),
    "payments.words.net_present_value_each": _(
        "the effect × people × the worth of each year, discounted to today"
    ),
    "payments.words.index": _("the index now ÷ the index agreed, within its cap"),
    "payments.words.precondition_met": _("another figure compared with its agreed threshold"),
    "payments.words.precondition_not_met": _("another figure compared with its agreed threshold"),
    "payments.words.fallback_met": _("the agreed thresholds one after the other, until one is met"),
    "payments.words.fallback_not_met": _("the agreed thresholds one after the other; none is met"),
    "payments.words.nobody_counts": _("nothing is paid while nobody counts"),
    "payments.words.unit_price_multiplied": _("quantity × price of one × the part of each group"),
    "payments.words.cell": _("the group's quantity × its part of the price"),
    "payments.words.cost_plus_amount": _("cost + the agreed premium"),
    "payments.words.cost_plus_yearly": _("cost + interest on it for the days that have passed"),
    "payments.words.step_tiers": _("the amount of the highest tier reached"),
    "payments.words.step_tiers_percent": _("cost × the percentage of the highest tier reached"),
    "payments.words.below_every_tier": _("nothing is paid below the lowest tier"),
    "payments.words.marginal_bands": _("each slice × its own price, added up"),
    "payments.words.band": _("the slice × its price"),
    "payments.words.linear_interpolation": _("in proportion between two agreed points"),
    "payments.words.dead_band": _("nothing is paid between these two values"),
    "payments.words.beyond_worse": _("beyond the worse end of the curve nothing more is paid"),
    "payments.words.beyond_better": _("beyond the better end of the curve its amount is paid"),
    "payments.words.share_of_savings": _("savings × the agreed share"),
    "payments.words.share_of_savings_steps": _(
        "each part of the savings × its own share, added up"
    ),
    "payments.words.guaranteed_part": _("cost × the part that is guaranteed"),
    "payments.words.scaled": _("the whole sum × the part that is paid"),
    "payments.words.term_floor": _("at least the term's floor, earlier claims included"),
    "payments.words.term_period_cap": _("at most the term's cap for one claim"),
    "payments.words.period_cap": _("at most the cap for one claim"),
    "payments.words.person_cap": _(
        "what people have brought above the cap per person is taken off"
    ),
    "payments.words.return_cap_total": _(
        "capital + the return allowed in all − what investors have received"
    ),
    "payments.words.return_cap_yearly": _(
        "capital with the yearly return allowed − what investors have received with the same return"
    ),
    "payments.words.credit_used": _("the sum − the credit of earlier claims"),
    "payments.words.credit_left": _("what cannot be taken off now is a credit for later claims"),
    "payments.words.other_funding": _(
        "the sum − what others have paid for the same and earlier claims have not borne"
    ),
    "payments.words.given_back": _("what caps kept back before need not be taken back"),
    "payments.words.split_capped": _("the shares within what each payer pays at most"),
    "payments.words.share_of_terms": _("the payer's part of each payment term, added up"),
    "payments.words.share_capped": _("at most what the payer pays in all claims"),
    "payments.words.claim_repaid": _("the sum of the lines, which is repaid"),
    "payments.words.frozen": _("nothing is paid on a metric in doubt until it is cleared"),
    "payments.words.pay_activity": _("the agreed sum for activity while the service is disturbed"),
    "payments.words.activity_elsewhere": _("activity is paid once, on another line"),
    "payments.words.substituted": _("the substitute outcome stands in during the disruption"),
    "payments.words.adjustment": _("what the earlier claim would be now − what it was"),
    "payments.words.not_taken_back": _("nothing is taken back, since no clawback is agreed"),
    "payments.words.distribution": _("the payment in the agreed order"),
    "payments.words.haircut": _("the payment × the part kept for costs"),
    "payments.words.recycling": _("the payment × the part that goes back into services"),
    "payments.words.principal": _("capital that is still out, as far as the payment reaches"),
    "payments.words.preferred": _("the return earned so far, as far as the payment reaches"),
    "payments.words.surplus": _("what is left × the agreed part"),
    "payments.words.guarantee": _("what the capital still lacks, up to the guarantee"),
    "payments.words.late_interest": _("amount × yearly interest × days late ÷ 365"),
    "payments.words.settlement_nothing": _("the terms pay nothing at an end for this cause"),
    "payments.words.settlement_earned": _(
        "what the results have earned to date − what was claimed"
    ),
    "payments.words.settlement_cost": _(
        "what the results have earned + the agreed part of cost not covered"
    ),
    # The same worked out in figures.
    "payments.worked.frequency": _("%(reached)s ÷ %(denominator)s × 100 = %(result)s"),
    "payments.worked.mean": _("%(total)s ÷ %(people)s = %(result)s"),
    "payments.worked.ratio": _("%(total)s ÷ %(whole)s = %(result_percent)s"),
    "payments.worked.index_part": _("%(measured)s × %(weight_percent)s = %(result)s"),
    "payments.worked.compare_increase": _("%(measured)s − %(baseline)s = %(result)s"),
    "payments.worked.compare_reduction": _("%(baseline)s − %(measured)s = %(result)s"),
    "payments.worked.compare_relative_increase": _(
        "(%(measured)s − %(baseline)s) ÷ %(baseline)s = %(result_percent)s"
    ),
    "payments.worked.compare_relative_reduction": _(
        "(%(baseline)s − %(measured)s) ÷ %(baseline)s = %(result_percent)s"
    ),
    "payments.worked.compare_ratio": _("%(measured)s ÷ %(baseline)s = %(result_percent)s"),
    "payments.worked.reference_difference_in_differences": _(
        "%(before)s + (%(comparison_group)s − %(comparison_before)s) = %(result)s"
    ),
    "payments.worked.cost_saved": _("%(effect)s × %(unit_cost)s = %(result)s"),
    "payments.worked.cost_saved_each": _("%(effect)s × %(people)s × %(unit_cost)s = %(result)s"),
    "payments.worked.index": _("%(index_value)s ÷ %(base_value)s = %(result_percent)s"),
    "payments.worked.unit_price_multiplied": _(
        "%(quantity)s × %(unit_price)s × %(multiplier_percent)s = %(result)s"
    ),
    "payments.worked.cell": _("%(quantity)s × %(multiplier_percent)s = %(result)s"),
    "payments.worked.cost_plus_amount": _("%(cost)s + %(premium_amount)s = %(result)s"),
    "payments.worked.cost_plus_yearly": _("%(cost)s + %(premium_amount)s = %(result)s"),
    "payments.worked.step_tiers": _("%(measured)s ≥ %(threshold)s: %(amount)s"),
    "payments.worked.step_tiers_percent": _("%(cost)s × %(tier_percent)s = %(result)s"),
    "payments.worked.below_every_tier": _("%(measured)s < %(threshold)s"),
    "payments.worked.band": _("%(quantity)s × %(unit_price)s = %(result)s"),
    "payments.worked.linear_interpolation": _(
        "%(low_at)s: %(low_amount)s … %(high_at)s: %(high_amount)s; %(measured)s: %(result)s"
    ),
    "payments.worked.share_of_savings": _("%(savings)s × %(share_percent)s = %(result)s"),
    "payments.worked.guaranteed_part": _("%(cost)s × %(guaranteed_percent)s = %(result)s"),
    "payments.worked.scaled": _("%(amount)s × %(percent)s = %(result)s"),
    "payments.worked.precondition_met": _("%(measured)s %(sign)s %(threshold)s: yes"),
    "payments.worked.precondition_not_met": _("%(measured)s %(sign)s %(threshold)s: no"),
    "payments.worked.credit_used": _("%(amount)s − %(credit)s = %(result)s"),
    "payments.worked.late_interest": _("%(amount)s × %(percent)s × %(days)s ÷ 365 = %(result)s"),
    "payments.worked.haircut": _("%(amount)s × %(percent)s = %(result)s"),
    "payments.worked.recycling": _("%(amount)s × %(percent)s = %(result)s"),
    "payments.worked.surplus": _("%(amount)s × %(percent)s = %(result)s"),
    # What went in.
    "payments.input.above": _("Above"),
    "payments.input.accrued": _("Return earned so far"),
    "payments.input.band_from": _("From"),
    "payments.input.band_to": _("To"),
    "payments.input.base_value": _("Index agreed"),
    "payments.input.before": _("Before the service"),
    "payments.input.cap_percent": _("Return allowed"),
    "payments.input.capital": _("Capital"),
    "payments.input.cell": _("Group"),
    "payments.input.comparison": _("Compared with"),
    "payments.input.comparison_before": _("Comparison group before"),
    "payments.input.comparison_group": _("Comparison group"),
    "payments.input.compounding": _("Interest"),
    "payments.input.corrects": _("Corrects claim"),
    "payments.input.cost_agreed": _("Cost agreed"),
    "payments.input.cost_verified": _("Cost verified"),
    "payments.input.credit": _("Credit"),
    "payments.input.days": _("Days"),
    "payments.input.design": _("How the group was formed"),
    "payments.input.discount_percent": _("Discount rate"),
    "payments.input.disruption": _("Disruption"),
    "payments.input.earned": _("Earned by results"),
    "payments.input.effect": _("Effect"),
    "payments.input.end_at": _("Last agreed point"),
    "payments.input.figure": _("Figure"),
    "payments.input.floor_percent": _("Floor, part of cost"),
    "payments.input.guaranteed_percent": _("Guaranteed part"),
    "payments.input.high": _("Interval, upper end"),
    "payments.input.high_amount": _("Amount at the next point"),
    "payments.input.high_at": _("Next point"),
    "payments.input.index": _("Index"),
    "payments.input.index_value": _("Index now"),
    "payments.input.interest_from": _("Interest from"),
    "payments.input.low": _("Interval, lower end"),
    "payments.input.low_amount": _("Amount at the point before"),
    "payments.input.low_at": _("Point before"),
    "payments.input.method": _("Method"),
    "payments.input.most_percent": _("Most it may move"),
    "payments.input.multiplier_percent": _("Part of the price"),
    "payments.input.other_funding": _("Paid by others"),
    "payments.input.outstanding": _("Capital still out"),
    "payments.input.over_caps": _("Kept back by caps"),
    "payments.input.parts": _("Parts"),
    "payments.input.people": _("People"),
    "payments.input.premium_amount": _("Premium"),
    "payments.input.price_base": _("Price base"),
    "payments.input.reason": _("Why"),
    "payments.input.savings": _("Savings"),
    "payments.input.taken_off": _("Taken off to date"),
    "payments.input.tier_percent": _("Percentage of the tier"),
    "payments.input.total": _("Total"),
    "payments.input.tranche": _("Tranche"),
    "payments.input.tried": _("Thresholds tried"),
    "payments.input.uncovered": _("Cost not covered"),
    "payments.input.unit": _("Unit"),
    "payments.input.unit_cost": _("Cost of one"),
    "payments.input.until": _("Until"),
    "payments.input.version": _("Version"),
    "payments.input.weight_percent": _("Weight"),
    "payments.input.whole": _("Out of"),
    "payments.input.years": _("Years"),
}
