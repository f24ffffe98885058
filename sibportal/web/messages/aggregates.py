"""Sentences for figures of whole groups from registers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

MESSAGES: dict[str, Promise] = {
    # The agreement on deliveries
    "outcomes.delivery_replaced": _(
        "This agreement was replaced by a newer one. Open the newer one."
    ),
    "outcomes.holder_unknown": _("Choose a data holder that is a party to this contract today."),
    "outcomes.delivery_needs_outcome": _("Choose at least one outcome."),
    "outcomes.outcome_needs_nothing": _(
        "The terms need no register figures for %(value)s. Choose an outcome that does."
    ),
    "outcomes.outcome_has_delivery": _(
        "Another agreement covers %(value)s already. Change that one instead."
    ),
    "outcomes.period_unknown": _("The contract has no period %(value)s."),
    "outcomes.delivery_leaves_out_period": _(
        "“%(outcome)s” is paid on in periods that are left out: %(periods)s. Their claims could not"
        " be calculated."
    ),
    "outcomes.lag_days": _("Give a number of days from 0 to %(most)s."),
    "outcomes.delivery_text_needed": _("Write this down; the data holder needs it."),
    "outcomes.delivery_method_needed": _("Say in at least one language how the figures are made."),
    "outcomes.permit_dates": _("The permit ends before it begins. Check the two days."),
    # Delivering
    "outcomes.not_in_delivery": _("The agreement does not ask for these figures."),
    "outcomes.period_not_over": _("The period is not over. Deliver its figures from %(day)s on."),
    "outcomes.permit_not_valid": _(
        "The permit %(permit)s is not valid today. Ask the contract's official to enter the new"
        " one."
    ),
    "outcomes.group_missing": _("The terms need the figures of this group."),
    "outcomes.group_not_needed": _("The terms have no use for this group. Leave it empty."),
    "outcomes.group_twice": _("Each group is given once."),
    "outcomes.figure_missing": _("Give this figure; 0 if there is none."),
    "outcomes.figure_not_asked": _("This figure is not asked for here. Leave it empty."),
    "outcomes.group_ends_before_start": _("The last day comes before the first."),
    "outcomes.more_reached_than_people": _(
        "%(reached)s reached it, but the group has %(people)s people. Check both."
    ),
    "outcomes.fewer_events_than_people": _(
        "%(reached)s people reached it, so there are at least as many times. %(events)s cannot be."
    ),
    "outcomes.deviation_below_zero": _("A standard deviation is never below 0."),
    "outcomes.total_of_nobody": _("Nobody is in the group, so the sum is 0."),
    "outcomes.mean_below_range": _(
        "The mean would be %(mean)s; the metric begins at %(limit)s. Check the sum and the people."
    ),
    "outcomes.mean_above_range": _(
        "The mean would be %(mean)s; the metric ends at %(limit)s. Check the sum and the people."
    ),
    "outcomes.deviation_impossible": _(
        "With this mean the standard deviation can be %(most)s at most."
    ),
    "outcomes.estimate_not_needed": _("The terms compare this with nothing. Leave it empty."),
    "outcomes.estimate_needs_method": _("Say how the effect was estimated."),
    "outcomes.interval_both_ends": _("Give both ends of the interval, or neither."),
    "outcomes.interval_holds_estimate": _("The estimate lies outside its own interval."),
    "outcomes.file_digest": _("A SHA-256 has 64 signs: 0 to 9 and a to f."),
    # Coded rows
    "outcomes.extract_column_unknown": _(
        "Column %(letter)s is not asked for. Delete it: the file holds the columns of the template"
        " and nothing else."
    ),
    "outcomes.extract_group_missing": _("Write which group the person is in."),
    "outcomes.extract_group_unknown": _(
        "“%(value)s” is no group. Write it as the template offers it, for example participants."
    ),
    "outcomes.extract_group_not_needed": _(
        "The terms have no use for the group “%(value)s”. Leave its rows out."
    ),
    "outcomes.extract_code_missing": _("Give the person a code of your own."),
    "outcomes.extract_personal_id": _(
        "This looks like a personal identity code. Put a code of your own in its place."
    ),
    "outcomes.extract_code_shape": _(
        "A code has at most %(most)s letters, digits and signs - _ . / without spaces, and at"
        " least one digit. Never write a name."
    ),
    "outcomes.extract_code_twice": _(
        "The same code stands in this group already: row %(place)s. Write one row for each person."
    ),
    "outcomes.extract_code_in_both": _(
        "The same code is among the participants and in the comparison group: row %(place)s."
        " Nobody is in both."
    ),
    "outcomes.extract_result_missing": _(
        "The result is missing. Write it, or leave the person out if the register knows nothing."
    ),
    "outcomes.extract_other_column": _("Give “%(column)s” for each person, and nothing else."),
    "outcomes.rows_or_figures": _("Give the figures of a group or its rows, not both."),
    "outcomes.extract_yes_no": _("“%(value)s” is neither yes nor no. Write yes or no."),
    "outcomes.extract_times": _(
        "“%(value)s” is no number of times. Write a whole number from 0 to %(most)s."
    ),
    "outcomes.extract_digits": _(
        "“%(value)s” is too long. Write at most %(digits)s digits before the decimal mark and"
        " %(decimals)s after it."
    ),
    "outcomes.extract_too_many_rows": _(
        "There are more than %(limit)s rows. Deliver the figures of the groups instead."
    ),
    "outcomes.extract_changed": _("The file can no longer be read. Upload it again."),
    # Signing and verifying
    "outcomes.deliverer_is_signer": _(
        "You delivered these figures yourself. Somebody else in your organisation signs them."
    ),
    "outcomes.aggregate_not_to_sign": _(
        "These figures were signed or replaced meanwhile. Open the page again."
    ),
    "outcomes.aggregate_changed": _(
        "The figures are not those that were on the page. Look at them again before you sign."
    ),
    "outcomes.aggregate_not_to_verify": _(
        "These figures do not wait for the verifier. Open the page again."
    ),
    "outcomes.close_deliveries_verified": _("Figures from registers are delivered and verified"),
    "outcomes.close_paid_deliveries_verified": _(
        "Figures from registers that payment rests on are delivered and verified"
    ),
    # Findings
    "outcomes.earlier_group_overlaps": _(
        "%(group)s: the earlier time reaches into the contract, until %(until)s."
    ),
    "outcomes.group_other_days": _(
        "%(group)s: the time is not from the contract's start to the period's end."
    ),
    "outcomes.small_group": _(
        "%(group)s: only %(people)s people. Below %(limit)s a few people move the figure much."
    ),
    "outcomes.people_not_enrolled": _(
        "The register has %(people)s people, the contract %(enrolled)s. More than 5 in 100 differ."
    ),
    "outcomes.people_nearly_enrolled": _(
        "The register has %(people)s people, the contract %(enrolled)s."
    ),
    "outcomes.fewer_than_before": _(
        "%(group)s: %(reached)s have reached it, fewer than the %(before)s delivered before."
    ),
    "outcomes.leap_since_before": _("%(group)s: the figure has changed much since the last one."),
}
