"""Sentences for the codes of plans, rounds, reports and disputes of verification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import Promise

MESSAGES: dict[str, Promise] = {
    "outcomes.plan_out_of_range": _("Write a number from %(least)s to %(most)s."),
    "outcomes.plan_period_closed": _("That period is closed. Choose one that is open."),
    "outcomes.plan_agreed_already": _("The provider has agreed to this plan already."),
    "outcomes.nothing_to_lock": _("Nothing waits for verification in this period."),
    "outcomes.round_open": _(
        "Another round of this contract is open. Conclude it before you lock the next one."
    ),
    "outcomes.sample_drawn_already": _("The sample of this round is drawn. It is drawn only once."),
    "outcomes.sample_not_drawn": _("Draw the sample first."),
    "outcomes.decided_by_its_round": _(
        "This measurement belongs to a round of verification, which decides about it. "
        "You can still ask about it or reject it."
    ),
    "outcomes.found_value_is_same": _(
        "This is the value that was reported. Confirm it, or write what the evidence shows."
    ),
    "outcomes.round_not_decided": ngettext_lazy(
        "%(left)s measurement of the sample is not decided yet.",
        "%(left)s measurements of the sample are not decided yet.",
        "left",
    ),
    "outcomes.round_has_disputes": ngettext_lazy(
        "%(count)s dispute about the sample waits for its decision.",
        "%(count)s disputes about the sample wait for their decision.",
        "count",
    ),
    "outcomes.beyond_acceptance": _(
        "More than %(accepted)s are wrong. By the plan everything is looked at then."
    ),
    "outcomes.round_concluded_already": _("This round is concluded."),
    "outcomes.round_not_concluded": _("Conclude the round first."),
    "outcomes.report_signed_already": _("The report of this round is signed."),
    "outcomes.full_check_unfinished": ngettext_lazy(
        "%(left)s measurement of the full check is not decided yet.",
        "%(left)s measurements of the full check are not decided yet.",
        "left",
    ),
    "outcomes.report_changed": _(
        "Something changed since you read the report. Read it again and sign."
    ),
    "outcomes.nothing_to_dispute": _("This measurement is not rejected."),
    "outcomes.disputed_already": _("This rejection has been disputed."),
    "outcomes.dispute_too_late": _(
        "The last day to dispute this rejection was %(day)s. You can send a corrected measurement."
    ),
    "outcomes.dispute_has_ended": _("This dispute has ended."),
    "outcomes.dispute_overtaken": _(
        "A corrected measurement has taken the place of this one. The rejection can only stand."
    ),
    "outcomes.expert_decides": _(
        "The contract's expert decides, and without one the steering group."
    ),
    "outcomes.decides_own_matter": _("You have a part in this matter. Someone else must decide."),
    "outcomes.close_disputes_decided": _("Disputes about rejections are decided"),
    "history.verification_plan.set": _(
        "Set version %(version)s of the verification plan, from period %(from_period)s"
    ),
    "history.verification_plan.agreed": _(
        "%(party)s agreed to version %(version)s of the verification plan"
    ),
    "history.verification_round.locked": _(
        "Locked %(items)s measurements for verification, round %(round)s"
    ),
    "history.verification_round.drawn": _("Drew the sample of round %(round)s: %(size)s"),
    "history.verification_round.items_confirmed": _(
        "Confirmed %(items)s in the sample of round %(round)s"
    ),
    "history.verification_round.concluded": _("Concluded round %(round)s of verification"),
    "history.verification_report.signed": _(
        "Signed the report of verification round %(round)s (%(digest)s)"
    ),
    "history.verification_dispute.raised": _("%(party)s disputed a rejection"),
    "history.verification_dispute.ended": _(
        "Ended a dispute about a rejection in the name of %(party)s"
    ),
}
