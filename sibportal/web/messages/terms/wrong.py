"""What is wrong with a terms document, at the path of the entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

MESSAGES: dict[str, Promise] = {
    "terms.required": _("This is needed."),
    "terms.not_a_mapping": _("Here a set of named entries is expected."),
    "terms.not_a_list": _("Here a list is expected."),
    "terms.too_many": _("A list has at most %(most)s entries."),
    "terms.unknown_entry": _("The terms have no entry with this name."),
    "terms.not_used_here": _("This entry does not belong here. Leave it out."),
    "terms.not_of_aggregate": _(
        "“%(outcome)s” comes from a register as figures of the whole group. They do not tell which"
        " person did what, or when, so this cannot be asked of them."
    ),
    "terms.schema_version": _("This version of the format is not known. Use version 1."),
    "terms.currency": _("%(value)s is not a currency the portal knows: %(known)s."),
    "terms.key": _("Use a short name of lower-case letters, digits, - and _."),
    "terms.key_repeated": _("%(value)s is used twice. Each name is used once."),
    "terms.text": _("Use one line of text of at most %(longest)s characters."),
    "terms.title_missing": _("Give a title in at least one language."),
    "terms.word": _("%(value)s is not one of the choices: %(words)s."),
    "terms.decimal": _('Write a number as text, such as "6000000.00".'),
    "terms.whole": _("Give a whole number from %(least)s to %(most)s."),
    "terms.flag": _("Answer true or false."),
    "terms.date": _("Give a date that exists, as year-month-day."),
    "terms.percent": _("%(value)s is not a possible percentage here. Give 0 to 100."),
    "terms.negative": _("This cannot be below zero."),
    "terms.too_many_places": _("Use at most %(places)s decimals in this currency."),
    "terms.unknown_point": _("There is no measurement point called %(value)s."),
    "terms.unknown_outcome": _("There is no outcome called %(value)s."),
    "terms.unknown_part": _(
        "%(value)s is not an outcome that is measured by itself; only those can be combined."
    ),
    "terms.parts_differ": _("Combine at least two different outcomes."),
    "terms.needs_too_many": _("There are only %(parts)s to choose from."),
    "terms.composite_counts_once": _("A combined outcome counts once per person."),
    "terms.baseline_is_result": _("The starting level and the result need different points."),
    "terms.rate_is_to_date": _(
        "A share, an average or a comparison with others is taken to date. Choose cumulative or"
        " final payment."
    ),
    "terms.unit_price_needs_count": _(
        "A price for each needs something that can be counted, not a percentage."
    ),
    "terms.fixed_sum_needs_gate": _("A fixed sum needs a threshold that must be met."),
    "terms.pause_loses_period": _(
        "While payment is paused, a period's outcomes would be lost. Choose cumulative payment."
    ),
    "terms.floor_above_cap": _("The floor is above the cap of %(cap)s."),
    "terms.share": _("A payer's share is above 0 and at most 100%%."),
    "terms.shares_sum": _("The shares sum to %(total_percent)s. They must sum to 100%%."),
    "terms.dates_ascend": _("The dates of the expected path must follow each other."),
    "terms.other_currency": _("The contract's currency is %(currency)s."),
    "terms.outside_contract": _("This date is outside the contract's period."),
    "terms.unknown_party": _("The contract has no payer called %(value)s."),
    "terms.open_question": _("The terms leave a question open and cannot be calculated yet."),
    "terms.above_zero": _("This must be above zero."),
    "terms.must_ascend": _("Each step must be higher than the one before."),
    "terms.ends_before_start": _("The end must be after the start."),
    "terms.bands_overlap": _(
        "This band begins inside the one before. Bands follow each other without overlap."
    ),
    "terms.tier_amount": _("Give either an amount or a percentage of the cost for this tier."),
    "terms.curve_points": _("A payment that varies needs at least two points."),
    "terms.dead_band": _("Give both ends of the range in which nothing is paid."),
    "terms.malus_needs_clawback": _(
        "An amount below zero is possible only if money can be taken back. Choose how."
    ),
    "terms.last_share_open": _(
        "Every step but the last needs its upper end, and the last has none."
    ),
    "terms.figure_is_compared": _(
        "The named figure already says what it is compared with and what it is worth."
    ),
    "terms.figure_of_figures": _(
        "%(value)s is itself made of figures. Combine only figures that are measured by themselves."
    ),
    "terms.measure_needs_quantity": _(
        "This kind of figure needs an outcome that is an amount, not a yes or no."
    ),
    "terms.measure_needs_success": _(
        "This kind of figure needs an outcome that is reached or not, not an amount."
    ),
    "terms.person_cap_to_date": _(
        "A cap per person needs payment on the figure to date. Choose cumulative or final payment."
    ),
    "terms.person_cap_unit_price": _("A cap per person is possible only for a price for each."),
    "terms.price_list_per_period": _(
        "Prices that change on a date need payment for what each period brings."
    ),
    "terms.reference_zero": _(
        "A comparison in per cent needs a figure other than zero to compare with."
    ),
    "terms.share_needs_money": _(
        "A share of savings needs a figure in money. Say what the effect is worth."
    ),
    "terms.unknown_figure": _("There is no figure called %(value)s."),
    "terms.unknown_index": _("There is no index called %(value)s."),
    "terms.unknown_payment_term": _("There is no payment term called %(value)s."),
    "terms.unknown_tranche": _("There is no tranche called %(value)s."),
    "terms.weighted_per_person": _(
        "Weights of outcomes are for one person. For a whole cohort, name a weighted figure."
    ),
    "terms.weights_of_parts": _("Give each of the combined outcomes its weight, and no other."),
    "terms.weights_sum": _("The weights sum to %(total_percent)s. They must sum to 100%%."),
    "terms.window_counts_once": _(
        "Such a rule for measurement points needs an outcome that counts once per person."
    ),
}
