"""Sentences of the automatic checks: what one found, what each looks at, and its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import Promise

_FOUND: dict[str, Promise] = {
    "outcomes.out_of_range": _("The value %(value)s is outside the range of the metric."),
    "outcomes.at_end_of_range": _("The value %(value)s is at the end of the range."),
    "outcomes.impossible_change": _(
        "The value is %(value)s; on %(on)s it was %(before)s. That is a larger change than is "
        "thought possible."
    ),
    "outcomes.falls_back": _(
        "What was reached is not lost again, but the value on %(on)s is %(other)s."
    ),
    "outcomes.unlike_own_history": _(
        "The value %(value)s is far from the person's other values, half of which are at most "
        "%(median)s."
    ),
    "outcomes.unlike_peers": _(
        "The value %(value)s is far from what others have at this point: half have at most "
        "%(median)s."
    ),
    "outcomes.same_for_everybody": _(
        "The same person entered this value for %(same)s of %(rows)s people at this point."
    ),
    "outcomes.outside_window": _(
        "Measured outside the days of this point, %(opens_on)s to %(closes_on)s."
    ),
    "outcomes.before_enrolment": _("Measured before the enrolment on %(enrolled_on)s."),
    "outcomes.after_exit": _("Measured after the exit on %(exited_on)s."),
    "outcomes.after_death": _("Dated after the participant's death."),
    "outcomes.same_day_twice": _("The same thing is reported twice for the same day."),
    "outcomes.measured_before": _(
        "There is another measurement at this point, on %(on)s. The latest one counts."
    ),
    "outcomes.out_of_sequence": _(
        "The days are in the wrong order: another point of this metric is dated %(on)s."
    ),
    "outcomes.late_entry": ngettext_lazy(
        "Entered %(days)s day after the measurement.",
        "Entered %(days)s days after the measurement.",
        "days",
    ),
    "outcomes.period_was_closed": _(
        "The period of the measurement was closed; it counts in the next open one."
    ),
    "outcomes.correction": _("This is a correction of an earlier measurement."),
    "outcomes.no_consent_to_service": _("No consent to the service was in force that day."),
    "outcomes.register_consent_unknown": _("Nobody has been asked about follow-up from registers."),
    "outcomes.register_consent_refused": _(
        "Follow-up from registers has been refused since %(since)s."
    ),
    "outcomes.few_contact_attempts": _("Not reached after %(attempts)s contact attempts."),
    "outcomes.reported_under_another_code": _(
        "The same person has this metric reported under another code in this contract."
    ),
    "outcomes.reported_in_another_contract": _(
        "The same person has this metric reported in another contract too."
    ),
    "outcomes.no_evidence_source": _("The source of the evidence is not named."),
    "outcomes.no_evidence_location": _("It is not said where the evidence is held."),
    "outcomes.evidence_place_required": _(
        "This metric asks where the evidence is held. Say it, or add a file."
    ),
    "outcomes.evidence_file_required": _("This metric asks for a file with the evidence. Add one."),
    "outcomes.same_evidence": ngettext_lazy(
        "The same file is given as evidence for %(people)s other person.",
        "The same file is given as evidence for %(people)s other people.",
        "people",
    ),
    "outcomes.incomplete": ngettext_lazy(
        "%(missing)s other metric of the same visit has no entry.",
        "%(missing)s other metrics of the same visit have no entry.",
        "missing",
    ),
}

_TITLES: dict[str, Promise] = {
    "outcomes.out_of_range.title": _("Value outside the range"),
    "outcomes.at_end_of_range.title": _("Value at the end of the range"),
    "outcomes.impossible_change.title": _("Change too large"),
    "outcomes.falls_back.title": _("What was reached is lost"),
    "outcomes.unlike_own_history.title": _("Unlike the person's other values"),
    "outcomes.unlike_peers.title": _("Unlike other people's values"),
    "outcomes.same_for_everybody.title": _("The same value for everybody"),
    "outcomes.point_not_set.title": _("Day of the point not known"),
    "outcomes.outside_window.title": _("Outside the days of the point"),
    "outcomes.before_enrolment.title": _("Before the enrolment"),
    "outcomes.after_death.title": _("After the death"),
    "outcomes.after_exit.title": _("After the exit"),
    "outcomes.same_day_twice.title": _("Twice on the same day"),
    "outcomes.measured_before.title": _("Measured again at the same point"),
    "outcomes.out_of_sequence.title": _("Days in the wrong order"),
    "outcomes.late_entry.title": _("Late entry"),
    "outcomes.period_was_closed.title": _("Period already closed"),
    "outcomes.correction.title": _("Correction"),
    "outcomes.no_consent_to_service.title": _("No consent to the service"),
    "outcomes.register_consent_unknown.title": _("Register follow-up not asked about"),
    "outcomes.register_consent_refused.title": _("Register follow-up refused"),
    "outcomes.few_contact_attempts.title": _("Few contact attempts"),
    "outcomes.reported_under_another_code.title": _("Same person under another code"),
    "outcomes.reported_in_another_contract.title": _("Same person in another contract"),
    "outcomes.no_evidence_source.title": _("Source of evidence missing"),
    "outcomes.no_evidence_location.title": _("Place of evidence not said"),
    "outcomes.evidence_place_required.title": _("Required place of evidence missing"),
    "outcomes.evidence_file_required.title": _("Required file missing"),
    "outcomes.same_evidence.title": _("Same file for several people"),
    "outcomes.incomplete.title": _("Visit recorded in part"),
}

_ABOUT: dict[str, Promise] = {
    "outcomes.out_of_range.about": _(
        "The value is below the smallest or above the largest that the metric allows."
    ),
    "outcomes.at_end_of_range.about": _(
        "The value is the smallest or the largest possible, which is rare and may be a slip."
    ),
    "outcomes.impossible_change.about": _(
        "Compared with the person's latest earlier value, it has changed more than the metric's "
        "definition or this contract thinks possible. Rests where neither gives a figure."
    ),
    "outcomes.falls_back.about": _(
        "The metric's definition says that its value never falls, such as a completed degree, and "
        "it has fallen."
    ),
    "outcomes.unlike_own_history.about": _(
        "The value is far from the middle of the person's own values. Measured by the modified "
        "z-score of Iglewicz and Hoaglin (1993)."
    ),
    "outcomes.unlike_peers.about": _(
        "The value is far from the middle of everybody's values at the same point. Measured by the "
        "modified z-score of Iglewicz and Hoaglin (1993)."
    ),
    "outcomes.same_for_everybody.about": _(
        "One person has entered the same value for all, or nearly all, participants at a point."
    ),
    "outcomes.point_not_set.about": _(
        "The date that the point is counted from is not recorded, such as the exit."
    ),
    "outcomes.outside_window.about": _(
        "The measurement was made too early or too late for its point."
    ),
    "outcomes.before_enrolment.about": _("The measurement is older than the enrolment."),
    "outcomes.after_death.about": _("The measurement is dated after the participant's death."),
    "outcomes.after_exit.about": _(
        "The participant had left. The terms say whether it counts after that way of leaving."
    ),
    "outcomes.same_day_twice.about": _("The same metric is reported twice for one day."),
    "outcomes.measured_before.about": _(
        "There is an earlier or later value at the same point, and only the latest counts."
    ),
    "outcomes.out_of_sequence.about": _(
        "A later point is dated before an earlier one of the same person and metric."
    ),
    "outcomes.late_entry.about": _("The measurement was entered long after it was made."),
    "outcomes.period_was_closed.about": _(
        "The reporting period of the measurement was closed before it came."
    ),
    "outcomes.correction.about": _("The measurement replaces an earlier one."),
    "outcomes.no_consent_to_service.about": _(
        "Nobody has recorded a consent to the service that held on the day."
    ),
    "outcomes.register_consent_unknown.about": _(
        "The value comes from a register, and the person has not been asked."
    ),
    "outcomes.register_consent_refused.about": _(
        "The value comes from a register although the person has said no."
    ),
    "outcomes.few_contact_attempts.about": _(
        "The participant was not reached, and was sought too seldom."
    ),
    "outcomes.reported_under_another_code.about": _(
        "The personal id is the same under two codes of this contract, and both have the metric. "
        "Works only where personal ids are kept in the portal."
    ),
    "outcomes.reported_in_another_contract.about": _(
        "The personal id is the same in another contract, and both have the metric. It is never "
        "told which contract. Works only where personal ids are kept in the portal."
    ),
    "outcomes.no_evidence_source.about": _("Nobody has said what shows the value."),
    "outcomes.no_evidence_location.about": _(
        "There is neither a file nor a word on where the evidence is held."
    ),
    "outcomes.evidence_place_required.about": _(
        "The metric's definition asks where the evidence is held, and nobody has said it."
    ),
    "outcomes.evidence_file_required.about": _(
        "The metric's definition asks for a file with the evidence, and there is none."
    ),
    "outcomes.same_evidence.about": _(
        "A file with the very same content is given as evidence for other people too. Extracts of "
        "registers are left out."
    ),
    "outcomes.incomplete.about": _(
        "Other metrics due at the same point have neither a value nor a reason."
    ),
}

_FIGURES: dict[str, Promise] = {
    "outcomes.check_figure.largest_change": _("Largest possible change"),
    "outcomes.check_figure.score": _("Modified z-score above which a value is odd"),
    "outcomes.check_figure.fewest": _("Fewest needed"),
    "outcomes.check_figure.fewest_yes_no": _("Fewest needed where the answer is yes or no"),
    "outcomes.check_figure.share": _("Share with the same value, per cent"),
    "outcomes.check_figure.days": _("Days"),
}

_CHANGES: dict[str, Promise] = {
    "outcomes.check_unknown": _("There is no such check."),
    "outcomes.check_fixed": _("This check is part of what a measurement means and stays as it is."),
    "outcomes.check_level": _("Choose how a finding is treated."),
    "outcomes.check_metric_unknown": _("The terms have no metric “%(value)s”."),
    "outcomes.check_parameter_unknown": _("This check has no such figure."),
    "outcomes.check_parameter": _("Write a number from %(lowest)s to %(highest)s."),
    "outcomes.check_reason_needed": _("Write why it is changed."),
    "outcomes.duplicates_not_compared": _(
        "No personal id is kept in the portal, so the person cannot be compared with other codes "
        "and contracts."
    ),
}

MESSAGES: dict[str, Promise] = _FOUND | _TITLES | _ABOUT | _FIGURES | _CHANGES
