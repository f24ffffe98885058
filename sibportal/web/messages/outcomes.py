"""Sentences for the codes of outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from sibportal.web.messages import checks, evidence

if TYPE_CHECKING:
    from django.utils.functional import Promise

_ENTRY: dict[str, Promise] = {
    "outcomes.participant_missing": _("Give the participant code."),
    "outcomes.participant_unknown": _(
        "No enrolled participant has the code “%(value)s”. Check the code."
    ),
    "outcomes.metric_missing": _("Give the metric. Here it can be: %(known)s."),
    "outcomes.metric_unknown": _(
        "The terms have no metric “%(value)s” here. It can be: %(known)s."
    ),
    "outcomes.point_missing": _("Give the measurement point. It can be: %(known)s."),
    "outcomes.point_unknown": _(
        "This metric is not measured at “%(value)s”. It can be: %(known)s."
    ),
    "outcomes.point_not_set": _(
        "It is not known yet when this point is due: enter the date it is counted from."
    ),
    "outcomes.date_missing": _("Give the date of the measurement."),
    "outcomes.date_impossible": _(
        "“%(value)s” is not a date. Write it as 31.12.2026 or 2026-12-31."
    ),
    "outcomes.date_in_future": _("“%(value)s” is after today, %(today)s."),
    "outcomes.date_outside_contract": _(
        "“%(value)s” is outside the contract, which runs from %(starts_on)s to %(last_on)s."
    ),
    "outcomes.date_before_enrolment": _("“%(value)s” is before the enrolment on %(enrolled_on)s."),
    "outcomes.date_outside_window": _(
        "“%(value)s” is outside the days of this point, %(opens_on)s to %(closes_on)s."
    ),
    "outcomes.period_closed": _(
        "Everything before %(until)s is closed, and the terms do not count facts that arrive later."
    ),
    "outcomes.value_or_reason_missing": _(
        "Give a value, or say why the participant was not reached."
    ),
    "outcomes.value_and_reason": _(
        "There is both a value and a reason for not reaching the participant. Keep one."
    ),
    "outcomes.value_not_yes_or_no": _("“%(value)s” is neither yes nor no."),
    "outcomes.value_not_a_number": _(
        "“%(value)s” is not a number. Write it without letters, for example 12,5."
    ),
    "outcomes.value_too_many_decimals": _(
        "“%(value)s” has too many decimals. This metric has %(decimals)s."
    ),
    "outcomes.value_too_low": _("“%(value)s” is too low. The lowest value is %(minimum)s."),
    "outcomes.value_too_high": _("“%(value)s” is too high. The highest value is %(maximum)s."),
    "outcomes.contact_attempts_impossible": _("Give a whole number from 0 to %(most)s."),
    "outcomes.attempts_needed": ngettext_lazy(
        "%(needed)s contact attempt is needed in this contract before a participant counts as not "
        "reached. Attempts: %(attempts)s.",
        "%(needed)s contact attempts are needed in this contract before a participant counts as "
        "not reached. Attempts: %(attempts)s.",
        "needed",
    ),
    "outcomes.span_needs_both": _("Write both days as day.month.year."),
    "outcomes.span_backwards": _("The last day is before the first."),
    "outcomes.span_of_no_days": _(
        "This metric is not counted in days. Leave the first and the last day empty."
    ),
    "outcomes.span_contradicts": _(
        "From %(first)s to %(last)s it is %(days)s days, not %(value)s. Mend one of them, or leave "
        "the number empty."
    ),
    "outcomes.evidence_source_missing": _(
        "Name the source of the evidence, for example a register or a form."
    ),
    "outcomes.text_too_long": _("The text is too long: at most %(limit)s characters."),
    "outcomes.text_has_control_characters": _("The text has characters that cannot be read."),
    "outcomes.looks_like_formula": _(
        "This looks like a spreadsheet formula. Write the value or the text itself."
    ),
    "outcomes.looks_like_personal_id": _(
        "This looks like a personal identity code. Use the participant code only."
    ),
    "outcomes.already_reported": _(
        "This is already reported for that day. To change it, give a reason for the correction."
    ),
    "outcomes.nothing_to_correct": _("There is no earlier measurement to correct."),
}

_FILE: dict[str, Promise] = {
    "outcomes.file_empty": _("The file is empty."),
    "outcomes.file_without_rows": _("The file has column names but no rows."),
    "outcomes.file_too_large": _("The file is larger than %(limit)s MB. Split it."),
    "outcomes.file_too_many_rows": _("The file has more than %(limit)s rows. Split it."),
    "outcomes.file_too_many_columns": _("The file has more than %(limit)s columns."),
    "outcomes.spread_too_wide": _(
        "A share cannot vary by %(spread)s percentage points around this level. Write less."
    ),
    "outcomes.file_is_spreadsheet": _(
        "This is a spreadsheet or another packed file. Save it as CSV and choose that file."
    ),
    "outcomes.file_has_nul": _("The file is damaged or is not text. Save it as CSV in UTF-8."),
    "outcomes.file_not_text": _("The file is not text. Save it as CSV in UTF-8."),
    "outcomes.file_encoding_broken": _(
        "The file says it is %(encoding)s but cannot be read as such. Save it as CSV in UTF-8."
    ),
    "outcomes.file_quotes_broken": _(
        "A quotation mark is missing or misplaced in the row that begins on line %(line)s."
    ),
    "outcomes.encoding_guessed": _(
        "The file does not say how its letters are written; it was read as %(encoding)s. "
        "Check å, ä and ö."
    ),
    "outcomes.header_unknown": _("Column “%(value)s” is not known. Rename or remove it."),
    "outcomes.header_twice": _("Column “%(value)s” occurs twice. Remove one."),
    "outcomes.header_missing": _("Column “%(column)s” is missing. Add it."),
    "outcomes.row_too_many_cells": _(
        "The row has %(found)s cells, the header %(expected)s. Is there a decimal comma in a file "
        "separated by commas?"
    ),
}

_VERIFIER: dict[str, Promise] = {
    "outcomes.verifier_is_submitter": _("You submitted this. Someone else must verify it."),
    "outcomes.verifier_has_another_role": _(
        "Your organisation has another role in this contract (%(roles)s) and cannot verify."
    ),
}

_CLOSING: dict[str, Promise] = {
    "outcomes.close_period_over": _("The period and the days for late entries are over"),
    "outcomes.close_earlier_periods": _("Earlier periods are closed"),
    "outcomes.close_points_measured": _("Every point that was due has an entry"),
    "outcomes.close_nothing_waiting": _("Nothing waits for verification"),
    "outcomes.close_questions_answered": _("The verifier's questions are settled"),
    "outcomes.close_exits_confirmed": _(
        "Neutral exits are confirmed (unconfirmed ones count as not reached)"
    ),
    "outcomes.more_successes_than_people": _(
        "%(successes)s successes were counted out of %(n)s people: the count cannot be right."
    ),
}

_STEPS: dict[str, Promise] = {
    "outcomes.no_terms_in_force": _(
        "No terms are in force today, so nothing can be measured against them."
    ),
    "outcomes.no_rows": _("Give at least one row."),
    "outcomes.given_twice": _("This row is given twice. Remove one."),
    "outcomes.no_open_period": _("No reporting period is open for “%(value)s” or later."),
    "outcomes.correction_reason_missing": _("Write why it is corrected."),
    "outcomes.import_has_errors": _(
        "Some rows must be mended. Mend the file, or save only the rows that are fine."
    ),
    "outcomes.import_without_good_rows": _(
        "No row of this file can be saved any more. Upload a mended file."
    ),
    "outcomes.nothing_chosen": _("Tick at least one measurement."),
    "outcomes.not_ready_to_verify": _(
        "Some measurements were left: they no longer wait for verification."
    ),
    "outcomes.question_needed": _("Write what you ask the provider."),
    "outcomes.reason_needed": _("Write the reason."),
    "outcomes.answer_needed": _("Write the answer."),
    "outcomes.no_open_question": _("There is no open question. Somebody may have answered it."),
    "outcomes.closing_exists": _("This period is already proposed or closed."),
    "outcomes.closing_too_early": _(
        "The period can be closed when it and the days for late entries are over, and the earlier "
        "periods are closed."
    ),
    "outcomes.reopening_needs_signature": _("Only what is signed can be opened again."),
    "outcomes.reopening_contract_over": _(
        "Closings are opened again only while the contract is in force."
    ),
    "outcomes.reopening_under_way": _("A period is open again already. It is signed first."),
    "outcomes.reopening_not_last": _(
        "Only the period that was closed last can be opened again. Correct earlier ones by "
        "correcting measurements: the next claim makes up for the difference."
    ),
    "outcomes.reopening_changed": _(
        "Something else was asked since you looked. Read the reason again and decide."
    ),
    "outcomes.closing_out_of_order": _("Sign the earlier periods first."),
    "outcomes.closing_changed": _(
        "Something was verified or corrected since you looked. Look at the new figures and sign."
    ),
}

MESSAGES: dict[str, Promise] = _ENTRY | _FILE | _VERIFIER | _CLOSING | _STEPS
MESSAGES |= checks.MESSAGES | evidence.MESSAGES
