"""How every step of a calculation is told in full: its formula in words and worked out in figures,
the names of what went in, what it rests on, and where a calculation differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

MESSAGES: dict[str, Promise] = {
    "payments.value.percent": _("%(value_percent)s"),
    # The formula in words.
    "payments.words.claim": _("the sum of the lines, within the limits of the contract"),
    "payments.words.sum": _("all lines added up"),
    "payments.words.line": _("the last step of the line"),
    "payments.words.count_people": _("each person counts once"),
    "payments.words.count_times": _("each time counts"),
    "payments.words.rate": _("people who reached it ÷ people who count"),
    "payments.words.rate_both": _("people who reached both ÷ people who count"),
    "payments.words.rate_each": _("people who reached the deciding outcome ÷ people who count"),
    "payments.words.fixed_baseline": _("the figure − the starting level"),
    "payments.words.threshold_met": _("the figure compared with the agreed threshold"),
    "payments.words.threshold_not_met": _("the figure compared with the agreed threshold"),
    "payments.words.below_minimum_scale": _("people who count ÷ the smallest cohort agreed"),
    "payments.words.below_minimum_pause": _("people who count, against the smallest cohort agreed"),
    "payments.words.below_minimum_renegotiate": _(
        "people who count, against the smallest cohort agreed"
    ),
    "payments.words.nothing": _("nothing is paid while the threshold is not met"),
    "payments.words.unit_price": _("quantity × price of one"),
    "payments.words.unit_price_scaled": _("quantity × price of one × the part that is paid"),
    "payments.words.fixed_amount": _("the agreed sum"),
    "payments.words.fixed_amount_scaled": _("the agreed sum × the part that is paid"),
    "payments.words.cost_plus_premium": _("cost + the premium on it"),
    "payments.words.cost_plus_premium_scaled": _("(cost + the premium on it) × the part paid"),
    "payments.words.term_cap": _("at most the cap, earlier claims included"),
    "payments.words.less_earlier": _("what is due to date − what was claimed before"),
    "payments.words.contract_cap": _("at most the contract's cap, earlier claims included"),
    "payments.words.contract_floor": _("at least the contract's floor, earlier claims included"),
    "payments.words.assessed_later": _("paid once, in the period of the assessment"),
    "payments.words.assessed_before": _("paid once, in the period of the assessment"),
    "payments.words.split": _("the claim divided between its payers, to the last cent"),
    "payments.words.share": _("the claim × the payer's share"),
    # The same worked out in figures.
    "payments.worked.settlement_nothing": _("%(result)s"),
    "payments.worked.settlement_earned": _("%(result)s"),
    "payments.worked.settlement_cost": _("%(earned)s + %(percent)s × %(uncovered)s = %(result)s"),
    "payments.worked.rate": _("%(reached)s ÷ %(denominator)s = %(result_percent)s"),
    "payments.worked.rate_both": _("%(reached)s ÷ %(denominator)s = %(result_percent)s"),
    "payments.worked.rate_each": _("%(reached)s ÷ %(denominator)s = %(result_percent)s"),
    "payments.worked.fixed_baseline": _("%(measured)s − %(baseline)s = %(result)s"),
    "payments.worked.threshold_met": _("%(measured)s %(sign)s %(threshold)s: yes"),
    "payments.worked.threshold_not_met": _("%(measured)s %(sign)s %(threshold)s: no"),
    "payments.worked.below_minimum_scale": _("%(count)s of at least %(minimum)s"),
    "payments.worked.below_minimum_pause": _("%(count)s of at least %(minimum)s"),
    "payments.worked.below_minimum_renegotiate": _("%(count)s of at least %(minimum)s"),
    "payments.worked.unit_price": _("%(quantity)s × %(unit_price)s = %(result)s"),
    "payments.worked.unit_price_scaled": _(
        "%(quantity)s × %(unit_price)s × %(percent)s = %(result)s"
    ),
    "payments.worked.fixed_amount_scaled": _("%(amount)s × %(percent)s = %(result)s"),
    "payments.worked.cost_plus_premium": _("%(cost)s + %(premium_percent)s = %(result)s"),
    "payments.worked.cost_plus_premium_scaled": _(
        "(%(cost)s + %(premium_percent)s) × %(percent)s = %(result)s"
    ),
    "payments.worked.term_cap": _(
        "%(amount)s, cap %(cap)s, claimed before %(earlier)s: %(result)s"
    ),
    "payments.worked.less_earlier": _("%(amount)s − %(earlier)s = %(result)s"),
    "payments.worked.contract_cap": _(
        "%(amount)s, cap %(cap)s, claimed before %(earlier)s: %(result)s"
    ),
    "payments.worked.contract_floor": _(
        "%(amount)s, floor %(floor)s, claimed before %(earlier)s: %(result)s"
    ),
    "payments.worked.share": _("%(amount)s × %(share_percent)s = %(result)s"),
    # What went in.
    "payments.input.amount": _("Amount"),
    "payments.input.assessment_on": _("Assessed on"),
    "payments.input.baseline": _("Starting level"),
    "payments.input.basis": _("Premium reckoned on"),
    "payments.input.cap": _("Cap"),
    "payments.input.cost": _("Cost"),
    "payments.input.count": _("People who count"),
    "payments.input.denominator": _("People who count"),
    "payments.input.denominator_kind": _("Counted out of"),
    "payments.input.earlier": _("Claimed before"),
    "payments.input.floor": _("Floor"),
    "payments.input.lines": _("Lines"),
    "payments.input.measured": _("Figure"),
    "payments.input.minimum": _("Smallest cohort agreed"),
    "payments.input.operator": _("Threshold is met by"),
    "payments.input.outcome": _("Outcome"),
    "payments.input.party": _("Payer"),
    "payments.input.payee": _("Paid to"),
    "payments.input.payers": _("Payers"),
    "payments.input.payment_term": _("Payment term"),
    "payments.input.percent": _("Part that is paid"),
    "payments.input.premium_percent": _("Premium"),
    "payments.input.quantity": _("Quantity"),
    "payments.input.reached": _("Reached"),
    "payments.input.share_percent": _("Share"),
    "payments.input.source": _("Source of the figure"),
    "payments.input.threshold": _("Threshold"),
    "payments.input.timing": _("When it is paid"),
    "payments.input.unit_price": _("Price of one"),
    # Words of the terms among them.
    "payments.word.timing.this_period": _("For what each period brings"),
    "payments.word.timing.cumulative": _("To date, less earlier claims"),
    "payments.word.timing.final": _("Once, at the assessment"),
    "payments.word.denominator_kind.places": _("All agreed places"),
    "payments.word.denominator_kind.referred": _("Everyone referred"),
    "payments.word.denominator_kind.enrolled": _("Everyone enrolled"),
    "payments.word.denominator_kind.started": _("Everyone who started"),
    "payments.word.denominator_kind.measured": _("Those who were measured"),
    "payments.word.operator.at_least": _("The threshold itself or more"),
    "payments.word.operator.more_than": _("More than the threshold"),
    "payments.word.operator.at_most": _("The threshold itself or less"),
    "payments.word.operator.less_than": _("Less than the threshold"),
    "payments.word.payee.investor": _("The investors"),
    "payments.word.payee.fund_manager": _("The fund manager"),
    "payments.word.payee.lead_provider": _("The lead provider"),
    # What a step rests on.
    "payments.source.results": _("Verified results of a signed closing"),
    "payments.source.terms": _("The agreed terms"),
    "payments.source.earlier": _("The agreed terms and earlier claims"),
    "payments.source.supplied": _("Figures from outside that somebody else has checked"),
    "payments.source.steps": _("The steps below"),
    # What one measurement earned.
    "payments.earned.unit_price": _(
        "One of the %(quantity)s that are paid for; the price of one is %(unit_price)s"
    ),
    "payments.earned.together": _(
        "One of the %(reached)s that reached “%(outcome)s”; together they decide %(amount)s, of"
        " which no part belongs to one measurement alone"
    ),
    "payments.earned.nothing": _(
        "One of the %(reached)s that reached “%(outcome)s”; the line pays nothing in this claim"
    ),
    "payments.earned.not_reached": _(
        "Counted, but it did not make anybody reach “%(outcome)s”, so it earned nothing"
    ),
    "payments.earned.part_of_figure": _(
        "Part of the figure for “%(outcome)s”; the whole line came to %(amount)s"
    ),
    "payments.earned.limited": _("a cap or earlier claims made the line less than its price"),
    # Where a calculation differs.
    "payments.rules_version_unknown": _(
        "The claim was calculated by version %(version)s of the rules, which this portal does not"
        " have. It cannot say whether the claim is right."
    ),
    "payments.part.result": _("Result"),
    "payments.part.amount": _("Amount"),
    "payments.part.missing": _("A step is missing or new"),
    "payments.part.other": _("How it was calculated"),
    "payments.place.inputs": _("Stored figures"),
    "payments.place.observations": _("Result"),
    "payments.place.lines": _("Stored line"),
    "payments.place.payer_shares": _("Stored share"),
    "payments.place.amount": _("Amount of the claim"),
    "payments.place.digest": _("Mark of the calculation"),
    "payments.place.terms": _("Mark of the terms"),
    "payments.place.calculation": _("Stored calculation"),
    "payments.place.rules_version": _("Version of the rules"),
    "payments.place.refused": _("It cannot be calculated at all"),
    "history.claim.recalculation_differs": _(
        "Claim %(number)s no longer comes out the same; first at %(path)s"
    ),
    "history.claim.recalculation_equal": _("Claim %(number)s comes out the same again"),
}
