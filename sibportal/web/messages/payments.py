"""Sentences for the codes of payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import Promise

MESSAGES: dict[str, Promise] = {
    # Why a figure is what it is: the clauses of a calculation.
    "payments.settlement_needs_closing": _(
        "Something would be owed, and no period is closed yet. Close the first one before the end."
    ),
    "payments.cause_not_agreed": _("The terms say nothing about this cause."),
    "payments.settlement_changed": _(
        "What an end would cost has changed since you opened this page. Look at it again."
    ),
    "payments.headline.lines": _("%(paying)s of %(lines)s payment terms pay, %(result)s in all"),
    "payments.formula.claim": _("%(result)s is payable"),
    "payments.formula.sum": ngettext_lazy(
        "the sum of %(lines)s line is %(result)s",
        "the sum of %(lines)s lines is %(result)s",
        "lines",
    ),
    "payments.formula.line": _("“%(payment_term)s” gives %(result)s"),
    "payments.formula.count_people": ngettext_lazy(
        "%(reached)s person reached “%(outcome)s”",
        "%(reached)s people reached “%(outcome)s”",
        "reached",
    ),
    "payments.formula.count_times": ngettext_lazy(
        "“%(outcome)s” was reached %(reached)s time",
        "“%(outcome)s” was reached %(reached)s times",
        "reached",
    ),
    "payments.formula.rate": _("%(reached)s of %(denominator)s people reached “%(outcome)s”"),
    "payments.formula.rate_both": _("%(reached)s of %(denominator)s people reached both outcomes"),
    "payments.formula.rate_each": _(
        "counted separately, the deciding outcome was reached by %(reached)s of %(denominator)s"
        " people"
    ),
    "payments.formula.fixed_baseline": _(
        "%(measured)s less the starting level of %(baseline)s is %(result)s"
    ),
    "payments.formula.threshold_met": _("the threshold of %(threshold)s is met"),
    "payments.formula.threshold_not_met": _("the threshold of %(threshold)s is not met"),
    "payments.formula.below_minimum_scale": _(
        "%(count)s people are fewer than the %(minimum)s agreed: %(result_percent)s of the sum"
    ),
    "payments.formula.below_minimum_pause": _(
        "%(count)s people are fewer than the %(minimum)s agreed: payment is paused"
    ),
    "payments.formula.below_minimum_renegotiate": _(
        "%(count)s people are fewer than the %(minimum)s agreed: the parties renegotiate"
    ),
    "payments.formula.nothing": _("nothing is paid"),
    "payments.formula.unit_price": _("%(quantity)s × %(unit_price)s = %(result)s"),
    "payments.formula.fixed_amount": _("the agreed sum is %(result)s"),
    "payments.formula.fixed_amount_scaled": _("%(percent)s of the agreed %(amount)s = %(result)s"),
    "payments.formula.cost_plus_premium": _(
        "%(cost)s cost + %(premium_percent)s premium = %(result)s"
    ),
    "payments.formula.cost_plus_premium_scaled": _(
        "%(percent)s of %(cost)s cost + %(premium_percent)s premium = %(result)s"
    ),
    "payments.formula.term_cap": _("the term's cap of %(cap)s leaves %(result)s"),
    "payments.formula.less_earlier": _(
        "%(amount)s to date less %(earlier)s claimed before = %(result)s"
    ),
    "payments.formula.contract_cap": _("the contract's cap of %(cap)s leaves %(result)s"),
    "payments.formula.contract_floor": _(
        "the contract's floor of %(floor)s brings it to %(result)s"
    ),
    "payments.formula.assessed_later": _(
        "it is assessed on %(assessment_on)s, so nothing is due yet"
    ),
    "payments.formula.assessed_before": _(
        "it was assessed on %(assessment_on)s, so nothing more is due"
    ),
    "payments.formula.split": ngettext_lazy(
        "%(amount)s is paid by %(payers)s payer",
        "%(amount)s is shared by %(payers)s payers",
        "payers",
    ),
    "payments.formula.share": _("%(party)s pays %(share_percent)s = %(result)s"),
    # The names of the steps.
    "payments.step.measure": _("Measure"),
    "payments.step.compare": _("Compare"),
    "payments.step.gate": _("Threshold"),
    "payments.step.minimum_cohort": _("Smallest cohort"),
    "payments.step.price": _("Price"),
    "payments.step.limit": _("Cap of the term"),
    "payments.step.net": _("Less earlier claims"),
    "payments.step.timing": _("Assessment"),
    "payments.step.line": _("Payment term"),
    "payments.step.sum": _("Sum"),
    "payments.step.cap": _("Cap of the contract"),
    "payments.step.floor": _("Floor of the contract"),
    "payments.step.split": _("Shares"),
    "payments.step.share": _("Payer"),
    "payments.step.claim": _("Claim"),
    # What a rule refuses.
    "payments.observation_missing": _("There is no final figure for “%(outcome)s”."),
    "payments.observation_repeated": _("There are two figures for the outcome %(value)s."),
    "payments.observation_unknown": _("The terms have no outcome called %(value)s."),
    "payments.more_than_denominator": _(
        "“%(outcome)s”: %(reached)s people cannot have reached it out of %(denominator)s."
    ),
    "payments.not_a_payer": _("Your organisation does not pay a share of this claim."),
    "payments.maker_is_not_checker": _(
        "You calculated or submitted this claim, so someone else must approve it."
    ),
    "payments.approves_once": _(
        "You have already approved this claim. The next approval is another person's."
    ),
    "payments.payer_has_approved": _("This payer has already approved in full."),
    "payments.changed_meanwhile": _(
        "The calculation changed after you opened the page. Read it again before you approve."
    ),
    "payments.no_capital_paid_in": _(
        "No investor had paid in capital by that day, so the payment cannot be allocated. Record"
        " the capital first."
    ),
    # Approval: rules by amount, steps and deputies.
    "payments.principal_is_maker": _(
        "The person you stand in for calculated or submitted this claim, so it is not theirs to"
        " approve."
    ),
    "payments.principal_has_approved": _(
        "The person you stand in for has approved this claim already, or another deputy has for"
        " them."
    ),
    "payments.deputy_has_approved": _("Your deputy has approved this claim in your place already."),
    "payments.policy_starts_at_zero": _("The first row is for every amount, from zero on."),
    "payments.policy_amounts_rise": _("Write a larger amount than in the row above."),
    "payments.policy_below_floor": _("At least one person checks, and another accepts."),
    "payments.policy_too_many": _("At most %(most)s people take one kind of step."),
    "payments.policy_in_past": _("A rule holds from today at the earliest."),
    "payments.delegates_what_is_held": _(
        "Only an approver of the organisation names a deputy: nobody hands over what they do not"
        " hold."
    ),
    "payments.deputy_of_the_organisation": _("Choose another person of your organisation."),
    "payments.delegation_in_past": _("The first day is today or later."),
    "payments.delegation_turned_round": _("The last day comes after the first."),
    "payments.delegation_too_long": _("A deputy stands in for a year at most."),
    # Decision drafts.
    "payments.decision_is_accepted": _(
        "The share is accepted already, so the decision draft can no longer be changed."
    ),
    "payments.decision_before_claim": _("The day lies before the claim was calculated."),
    "payments.vat_rate_missing": _("Write the VAT rate of the payment, above 0."),
    "payments.vat_rate_needless": _("Leave the rate empty: the payment is not taxable."),
    # Disputes.
    "payments.objection_too_late": _("The time for objecting ended on %(day)s."),
    "payments.objection_reason_missing": _("Say why you object."),
    "payments.line_disputed_already": _("This line is disputed already and waits for a decision."),
    "payments.line_decided_already": _("A dispute about this line is decided already."),
    "payments.party_has_objected": _("Your party has objected to this line before."),
    "payments.expert_decides": _("You are not called to decide this objection."),
    "payments.decides_own_matter": _(
        "You or your organisation have a part in this matter, so somebody else decides it."
    ),
    "payments.only_the_objector_withdraws": _("Only the party that objected can withdraw."),
    "payments.objection_has_ended": _("This objection has ended already."),
    "payments.decision_amount_missing": _("Write what the line comes to."),
    "payments.decision_amount_needless": _("Leave the amount empty: the line stands as claimed."),
    "payments.decision_reason_missing": _("Write the reasons."),
    "payments.held_back": _("This payer's share is disputed. Wait for the decision."),
    "payments.amount_is_not_payable": _(
        "%(share)s can be paid now, to the cent: the rest is disputed or has fallen away."
    ),
    # What a service refuses.
    "payments.closing_not_signed": _("The period is not closed yet: the verifier has not signed."),
    "payments.closing_opened_again": _(
        "The parties have opened a closed period again. Its new version is signed first."
    ),
    "payments.last_claim_undecided": _(
        "Corrections have a claim of their own once every period is claimed and decided."
    ),
    "payments.nothing_to_correct": _("Nothing is to be corrected in the claims that were made."),
    "payments.later_claim_exists": _(
        "A later period has its claim already, so this one can no longer be calculated."
    ),
    "payments.terms_amended": _(
        "The terms were amended. The claim was calculated anew under the new terms."
    ),
    "payments.earlier_claim_missing": _("An earlier period has no claim yet. Calculate it first."),
    "payments.payer_missing": _(
        "The terms name a payer that was no party at the end of the period: %(party)s."
    ),
    "payments.payee_missing": _(
        "Nobody had the role of the payee at the end of the period (%(role)s). Add the party first."
    ),
    "payments.reason_required": _("Say why the claim goes back."),
    "payments.nothing_to_pay": _("This payer owes nothing of this claim."),
    "payments.paid_already": _("The payment of this payer is recorded already."),
    "payments.amount_is_not_the_share": _("The payer's share is %(share)s, to the cent."),
    "payments.paid_in_future": _("The day lies in the future. Record what has happened."),
    "payments.paid_before_period": _("The day lies before the period that the claim is for."),
    "payments.amount_above_zero": _("Write an amount above zero."),
    "payments.not_an_investor": _("%(value)s is neither investor nor fund manager here."),
    "payments.more_than_committed": _(
        "That is more than was committed. At most %(left)s can still be paid in."
    ),
    # What happened, in the history of a contract.
    "history.claim.late_interest": _(
        "%(payer)s paid %(days)s days late and owes late interest of %(amount)s"
    ),
    "history.contract.settled": _("Settled the early end by the terms: %(amount)s"),
    "history.claim.calculated": _("Calculated claim %(number)s"),
    "history.claim.submitted": _("Submitted a claim for approval, round %(round)s"),
    "history.claim.returned": _("Returned a claim to its maker"),
    "history.claim.approval_given": _("Approved a claim for %(payer)s, step %(step)s"),
    "history.objection.raised": _("%(party)s objected to a line of claim %(number)s"),
    "history.objection.decided": _("%(party)s decided an objection to claim %(number)s"),
    "history.objection.withdrawn": _("%(party)s withdrew an objection to claim %(number)s"),
    "history.decision.drafted": _(
        "Wrote the decision draft of %(payer)s on claim %(number)s, version %(version)s"
    ),
    "history.claim.approved": _("A claim of %(amount)s is approved by every payer"),
    "history.claim.payment_recorded": _("Recorded the payment of %(payer)s: %(amount)s"),
    "history.claim.settled": _("A claim is settled"),
    "history.commitment.recorded": _("Recorded the commitment of %(investor)s: %(amount)s"),
    "history.capital_payment.recorded": _(
        "Recorded the capital payment of %(investor)s: %(amount)s"
    ),
    # Figures from outside
    "payments.figure_above_zero": _("Give a figure above zero."),
    "payments.figure_index": _("Choose the index that this is a value of."),
    "payments.figure_dates": _("The figure's time ends before it begins."),
    "payments.figure_in_future": _("This day lies in the future. A figure is a fact."),
    "payments.figure_outside": _("This time lies outside the contract."),
    "payments.figure_checked_already": _("Somebody has checked this figure already. Look at it."),
    "history.figure.supplied": _("Entered a figure from outside, from %(from_day)s"),
    "history.figure.accepted": _("Accepted a figure from outside"),
    "history.figure.rejected": _("Rejected a figure from outside"),
}
