"""What terms say of figures, thresholds and prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

MESSAGES: dict[str, Promise] = {
    "terms.threshold.at_least_percent": _("at least %(percent)s"),
    "terms.threshold.more_than_percent": _("more than %(percent)s"),
    "terms.threshold.at_most_percent": _("at most %(percent)s"),
    "terms.threshold.less_than_percent": _("less than %(percent)s"),
    "terms.threshold.at_least_number": _("at least %(value)s"),
    "terms.threshold.more_than_number": _("more than %(value)s"),
    "terms.threshold.at_most_number": _("at most %(value)s"),
    "terms.threshold.less_than_number": _("less than %(value)s"),
    "terms.say.unit_price": _("“%(term)s”: %(amount)s %(currency)s for each “%(outcome)s”."),
    "terms.say.fixed_amount": _("“%(term)s”: %(amount)s %(currency)s in all."),
    "terms.say.cost_plus_premium": _(
        "“%(term)s”: the cost of %(cost)s %(currency)s plus a premium of %(premium_percent)s of it."
    ),
    "terms.say.threshold": _("“%(term)s” is paid only if “%(outcome)s” is %(threshold)s."),
    "terms.say.term_cap": _("“%(term)s” pays at most %(cap)s %(currency)s in all."),
    "terms.say.timing_this_period": _("“%(term)s” is paid for what each period brings."),
    "terms.say.timing_cumulative": _(
        "“%(term)s” is paid on the figure to date, less what was claimed before."
    ),
    "terms.say.timing_final": _("“%(term)s” is assessed and paid once, on %(day)s."),
    "terms.value.percent": _("%(percent)s"),
    "terms.value.value": _("%(value)s"),
    "terms.say.measure_count": _("“%(term)s” is how many “%(outcome)s” are counted."),
    "terms.say.measure_rate": _("“%(term)s” is the share of people who reach “%(outcome)s”."),
    "terms.say.measure_frequency": _(
        "“%(term)s” is how many “%(outcome)s” there are per 100 people."
    ),
    "terms.say.measure_ratio": _("“%(term)s” is “%(outcome)s” as a percentage of “%(per)s”."),
    "terms.say.measure_days": _("“%(term)s” is the number of days of “%(outcome)s”."),
    "terms.say.measure_sum": _("“%(term)s” is the sum of “%(outcome)s” over everyone."),
    "terms.say.measure_mean": _("“%(term)s” is the average of “%(outcome)s” per person."),
    "terms.say.measure_weighted_index": _(
        "“%(term)s” is made of several figures with their weights: %(parts)s."
    ),
    "terms.say.measure_figure": _("“%(term)s” rests on the figure “%(outcome)s”."),
    "terms.say.compare_fixed_baseline": _(
        "“%(term)s” is compared with the fixed starting level %(reference)s (source: %(source)s)."
    ),
    "terms.say.compare_own_history": _(
        "“%(term)s” is compared with the same people before the service (source: %(source)s)."
    ),
    "terms.say.compare_historical_cohort": _(
        "“%(term)s” is compared with %(reference)s in an earlier group without the service "
        "(source: %(source)s)."
    ),
    "terms.say.compare_forecast": _(
        "“%(term)s” is compared with the forecast without the service, %(reference)s (source: "
        "%(source)s)."
    ),
    "terms.say.compare_forecast_by_day": _(
        "“%(term)s” is compared with the forecast without the service: %(values)s (source: "
        "%(source)s)."
    ),
    "terms.say.until": _("%(value)s until %(day)s"),
    "terms.say.compare_comparison_group": _(
        "“%(term)s” is compared with a comparison group (source: %(source)s)."
    ),
    "terms.say.compare_comparison_group_randomised": _(
        "“%(term)s” is compared with a group chosen by lot that does not get the service "
        "(source: %(source)s)."
    ),
    "terms.say.compare_comparison_group_matched": _(
        "“%(term)s” is compared with people who are alike but do not get the service (source: "
        "%(source)s)."
    ),
    "terms.say.compare_difference_in_differences": _(
        "The change in “%(term)s” is compared with the change in a comparison group in the same"
        " time (source: %(source)s)."
    ),
    "terms.say.effect_increase": _(
        "What counts for “%(term)s” is by how much the figure is above that."
    ),
    "terms.say.effect_reduction": _(
        "What counts for “%(term)s” is by how much the figure is below that."
    ),
    "terms.say.effect_relative_increase": _(
        "What counts for “%(term)s” is by how many per cent the figure is above that."
    ),
    "terms.say.effect_relative_reduction": _(
        "What counts for “%(term)s” is by how many per cent the figure is below that."
    ),
    "terms.say.effect_ratio": _(
        "What counts for “%(term)s” is the figure as a percentage of that."
    ),
    "terms.say.compared_version": _("The comparison for “%(term)s” is version %(version)s."),
    "terms.say.compared_price_base": _(
        "The comparison for “%(term)s” is in the prices of %(price_base)s."
    ),
    "terms.say.cost_saved_effect": _(
        "Each unit of “%(term)s” is worth %(amount)s %(currency)s in prices of %(price_base)s "
        "(source: %(source)s)."
    ),
    "terms.say.cost_saved_person": _(
        "“%(term)s” is worth %(amount)s %(currency)s per unit for each person who counts, in "
        "prices of %(price_base)s (source: %(source)s)."
    ),
    "terms.say.net_present_value_effect": _(
        "Each unit of “%(term)s” is worth %(amount)s %(currency)s a year over %(years)s years, "
        "discounted at %(discount_percent)s a year, in prices of %(price_base)s (source: "
        "%(source)s)."
    ),
    "terms.say.net_present_value_person": _(
        "“%(term)s” is worth %(amount)s %(currency)s per unit and year over %(years)s years for"
        " each person who counts, discounted at %(discount_percent)s a year, in prices of "
        "%(price_base)s (source: %(source)s)."
    ),
    "terms.say.indexed": _("The prices of “%(term)s” move with the index “%(index)s”."),
    "terms.say.threshold_figure": _(
        "“%(term)s” is paid only if the figure reached is %(threshold)s."
    ),
    "terms.say.precondition": _(
        "“%(term)s” is paid only if “%(figure)s” is %(threshold)s as well."
    ),
    "terms.say.fallback_chain": _(
        "“%(term)s” is paid if its own figure is %(threshold)s, or else if, in this order: "
        "%(steps)s."
    ),
    "terms.say.fallback_step": _("“%(figure)s” is %(threshold)s"),
    "terms.say.unit_price_difference": _(
        "“%(term)s”: %(amount)s %(currency)s for each unit of the difference."
    ),
    "terms.say.unit_price_figure": _(
        "“%(term)s”: %(amount)s %(currency)s for each unit of the figure."
    ),
    "terms.say.unit_price_value": _(
        "“%(term)s”: %(amount)s %(currency)s for each %(currency)s of value."
    ),
    "terms.say.price_list": _("“%(term)s”: the price of each is %(prices)s."),
    "terms.say.dated_price": _("%(amount)s %(currency)s for periods that end after %(day)s"),
    "terms.say.multipliers": _("“%(term)s” pays by group, in per cent of the price: %(cells)s."),
    "terms.say.cost_plus_amount": _(
        "“%(term)s”: the cost of %(cost)s %(currency)s plus a premium of %(premium)s %(currency)s."
    ),
    "terms.say.cost_plus_yearly": _(
        "“%(term)s”: the cost of %(cost)s %(currency)s plus interest of %(premium_percent)s a "
        "year from %(from_day)s."
    ),
    "terms.say.interest_compound": _("For “%(term)s”, interest is added to the sum once a year."),
    "terms.say.cost_verified": _(
        "For “%(term)s”, the verified cost is used, up to the agreed one."
    ),
    "terms.say.step_tiers": _("“%(term)s” pays for the highest tier reached: %(steps)s."),
    "terms.say.tier_amount": _("from %(at)s: %(amount)s %(currency)s"),
    "terms.say.tier_percent": _("from %(at)s: %(percent)s of the cost"),
    "terms.say.marginal_bands": _(
        "“%(term)s” pays for each unit by the band it falls in: %(steps)s."
    ),
    "terms.say.band": _("from %(above)s to %(up_to)s: %(amount)s %(currency)s each"),
    "terms.say.band_open": _("above %(above)s: %(amount)s %(currency)s each"),
    "terms.say.linear_interpolation": _(
        "The payment of “%(term)s” follows straight lines between these points: %(steps)s."
    ),
    "terms.say.curve_point": _("%(amount)s %(currency)s at %(at)s"),
    "terms.say.dead_band": _("“%(term)s” pays nothing between %(low)s and %(high)s."),
    "terms.say.share_of_savings": _("“%(term)s” pays %(share_percent)s of what is saved."),
    "terms.say.share_steps_savings": _(
        "“%(term)s” pays a share of what is saved, by the savings to date: %(steps)s."
    ),
    "terms.say.share_steps_paid": _(
        "“%(term)s” pays a share of what is saved, by the payments to date: %(steps)s."
    ),
    "terms.say.share_step": _("%(percent)s up to %(up_to)s %(currency)s"),
    "terms.say.share_rest": _("%(percent)s of what follows"),
    "terms.say.guaranteed_part": _(
        "“%(term)s”: %(guaranteed_percent)s of the cost of %(cost)s %(currency)s is paid "
        "whatever the outcomes are."
    ),
    "terms.say.term_floor": _("“%(term)s” pays at least %(floor)s %(currency)s in all."),
    "terms.say.term_period_cap": _(
        "“%(term)s” pays at most %(period_cap)s %(currency)s in one claim."
    ),
    "terms.say.term_floor_cost": _(
        "“%(term)s” pays at least %(cost_percent)s of the verified costs of the service."
    ),
    "terms.say.term_payer": _("%(party)s pays %(share_percent)s of “%(term)s”."),
}
