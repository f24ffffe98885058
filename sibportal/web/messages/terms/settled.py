"""What terms say of the claim as a whole, its distribution, and when the plan meets life."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import Promise

MESSAGES: dict[str, Promise] = {
    "terms.say.cap": _("The contract pays at most %(cap)s %(currency)s."),
    "terms.say.floor": _("The contract pays at least %(floor)s %(currency)s by its end."),
    "terms.say.payer": _("%(party)s pays %(share_percent)s."),
    "terms.say.payee_investor": _("The investors receive the money."),
    "terms.say.payee_fund_manager": _("The fund manager receives the money."),
    "terms.say.payee_lead_provider": _("The lead provider receives the money."),
    "terms.say.payment_days": ngettext_lazy(
        "A claim is paid within %(days)s day.", "A claim is paid within %(days)s days.", "days"
    ),
    "terms.say.rounding_half_up": _("Each line is rounded once; a half goes up."),
    "terms.say.rounding_half_even": _("Each line is rounded once; a half goes to the even digit."),
    "terms.say.rounding_down": _("Each line is rounded down once."),
    "terms.say.period_cap": _("One claim pays at most %(period_cap)s %(currency)s."),
    "terms.say.person_cap": _("One person brings at most %(cap)s %(currency)s in all."),
    "terms.say.person_cap_of_lines": _(
        "One person brings at most %(cap)s %(currency)s in all from: %(lines)s."
    ),
    "terms.say.return_cap_total": _(
        "The investors' return is at most %(percent)s of their capital in all."
    ),
    "terms.say.return_cap_yearly": _("The investors' return is at most %(percent)s a year."),
    "terms.say.clawback_credit": _(
        "If a figure to date falls, what was paid too much is taken off later claims."
    ),
    "terms.say.clawback_repaid": _(
        "If a figure to date falls, what was paid too much is paid back."
    ),
    "terms.say.nets_other_funding": _("What others have paid for the same is taken off."),
    "terms.say.payer_from": _(
        "%(party)s pays %(share_percent)s for periods that end after %(day)s."
    ),
    "terms.say.payer_cap": _("%(party)s pays at most %(cap)s %(currency)s in all."),
    "terms.say.late_interest": _("A claim paid late carries interest of %(percent)s a year."),
    "terms.say.index": _(
        "The index “%(index)s” starts from %(value)s on %(day)s (source: %(source)s)."
    ),
    "terms.say.index_cap": _(
        "The index “%(index)s” moves prices by at most %(cap_percent)s either way."
    ),
    "terms.say.haircut": _("First %(percent)s of each payment is kept for the costs of the fund."),
    "terms.say.recycling": _("%(percent)s of each payment goes into new services."),
    "terms.say.tranche_none": _(
        "Number %(rank)s in the order of repayment is “%(tranche)s”: capital of %(capital)s "
        "%(currency)s, without a return of its own."
    ),
    "terms.say.tranche_simple": _(
        "Number %(rank)s in the order of repayment is “%(tranche)s”: capital of %(capital)s "
        "%(currency)s and %(return_percent)s a year from %(day)s."
    ),
    "terms.say.tranche_compound": _(
        "Number %(rank)s in the order of repayment is “%(tranche)s”: capital of %(capital)s "
        "%(currency)s and %(return_percent)s a year from %(day)s, with interest on interest."
    ),
    "terms.say.guarantee": _(
        "A guarantor makes up what “%(tranche)s” lacks of its capital at the end, up to "
        "%(amount)s %(currency)s."
    ),
    "terms.say.surplus": _("What is left after that goes: %(parts)s."),
    "terms.say.surplus_investors": _("%(percent)s to the investors"),
    "terms.say.surplus_payer": _("%(percent)s to the payer"),
    "terms.say.surplus_provider": _("%(percent)s to the service provider"),
    "terms.say.surplus_recycling": _("%(percent)s into new services"),
    "terms.say.disruption_exclude": _(
        "“%(disruption)s”, from %(from_day)s to %(last_day)s: this time is left out for "
        "%(outcomes)s."
    ),
    "terms.say.disruption_extend": _(
        "“%(disruption)s”, from %(from_day)s to %(last_day)s: measurement points are moved by "
        "%(days)s days for %(outcomes)s."
    ),
    "terms.say.disruption_substitute": _(
        "“%(disruption)s”, from %(from_day)s to %(last_day)s: “%(substitute)s” stands in for "
        "%(outcomes)s."
    ),
    "terms.say.disruption_pay_activity": _(
        "“%(disruption)s”, from %(from_day)s to %(last_day)s: %(amount)s %(currency)s is paid "
        "for the activity of each period instead of %(outcomes)s."
    ),
    "terms.cause.too_few_enrolled": _("too few people are enrolled"),
    "terms.cause.payer_ends": _("the payer ends the contract"),
    "terms.cause.provider_fails": _("the service provider fails to deliver"),
    "terms.cause.investor_ends": _("the investors end the contract"),
    "terms.cause.force_majeure": _("force majeure prevents the service"),
    "terms.cause.mutual": _("the parties agree to end the contract"),
    "terms.say.settlement_nothing": _("If %(cause)s, nothing more is paid."),
    "terms.say.settlement_earned": _("If %(cause)s, what results have earned until then is paid."),
    "terms.say.settlement_earned_and_cost": _(
        "If %(cause)s, what results have earned until then is paid, and %(percent)s of the "
        "verified costs that payments have not covered."
    ),
    "terms.say.rounding_to_whole": _("Each line is rounded to whole units of the currency."),
    "terms.say.objection_days": ngettext_lazy(
        "A party may object to a line within %(days)s day.",
        "A party may object to a line within %(days)s days.",
        "days",
    ),
}
