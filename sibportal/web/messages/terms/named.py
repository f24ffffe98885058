"""What the named templates of the library are called, and how each of them works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

MESSAGES: dict[str, Promise] = {
    "terms.template.cost_plus_premium": _("Cost plus premium at a threshold"),
    "terms.template_about.cost_plus_premium": _(
        "If enough people succeed, the cost of the service is paid back with a premium. If they"
        " do not, nothing is paid."
    ),
    "terms.template.rate_card": _("Rate card"),
    "terms.template_about.rate_card": _(
        "Each milestone has its price and is paid for each person who reaches it, up to a cap."
    ),
    "terms.template.ladder": _("Ladder of lasting results"),
    "terms.template_about.ladder": _(
        "One price for reaching a result and another for keeping it, such as a home kept for "
        "several months in a row. A cap per person can be added."
    ),
    "terms.template.savings_against_forecast": _("Share of savings against a forecast"),
    "terms.template_about.savings_against_forecast": _(
        "Actual costs are compared with what was forecast without the service. A share of the "
        "difference is paid; if there is no saving, nothing is."
    ),
    "terms.template.savings_against_comparison": _("Share of savings against a comparison group"),
    "terms.template_about.savings_against_comparison": _(
        "Costs per person are compared with those of a group that does not get the service, "
        "best chosen by lot. A share of the difference is paid for each person."
    ),
    "terms.template.tiers": _("Tiers"),
    "terms.template_about.tiers": _(
        "The larger the effect, the higher the tier; the sum of the highest tier reached is paid."
    ),
    "terms.template.headcount_tiers": _("Tiers by number of people"),
    "terms.template_about.headcount_tiers": _(
        "The sum depends on how many people succeed: the tier of the highest number reached is "
        "paid. It suits small groups."
    ),
    "terms.template.variable_return": _("Variable return between points"),
    "terms.template_about.variable_return": _(
        "The payment rises evenly with the effect between agreed points, without jumps."
    ),
    "terms.template.bands": _("Price by band"),
    "terms.template_about.bands": _(
        "Each part of the effect has its own price, such as more for the first percentage "
        "points than for the next."
    ),
    "terms.template.guaranteed_and_savings": _("Guaranteed part plus savings"),
    "terms.template_about.guaranteed_and_savings": _(
        "A part of the cost is paid in any case. The rest is paid out of savings, and further "
        "savings only if people are better off too."
    ),
    "terms.template.price_per_day": _("Price per day with caps"),
    "terms.template_about.price_per_day": _(
        "Each good day is paid for, such as a night in one's own home or a day not in care, "
        "once a first condition is met."
    ),
    "terms.template.all_targets": _("Fixed sum if all targets are met"),
    "terms.template_about.all_targets": _(
        "One sum is paid if every target is met. If one of them is missed, nothing is paid."
    ),
    "terms.template.reduction_against_comparison": _("Reduction against a comparison group"),
    "terms.template_about.reduction_against_comparison": _(
        "Events are counted, such as new sentences, and compared with a similar group. A sum is"
        " paid for a cohort that passes its threshold, or else for all cohorts together at a "
        "lower one."
    ),
    "terms.template.fall_in_absence": _("Fall in absence against the year before"),
    "terms.template_about.fall_in_absence": _(
        "Days of absence per person are compared with the same people's own past. If the fall "
        "reaches its target, a share of its value is paid."
    ),
    "terms.template.weighted_index": _("Weighted index with two tranches"),
    "terms.template_about.weighted_index": _(
        "Several figures against a matched group become one with weights, and tiers set the "
        "payment. Investors choose between protected capital and capital at risk."
    ),
    "terms.template.work_and_wages": _("Lasting work and growth in wages"),
    "terms.template_about.work_and_wages": _(
        "A price for each person who stays in work, and a share of the growth in wages."
    ),
    "terms.template.present_value": _("Value of an effect over the years"),
    "terms.template_about.present_value": _(
        "What people gain each year is reckoned over several years in today's money, and a "
        "price is paid for each unit of that value."
    ),
}
