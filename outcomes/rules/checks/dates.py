"""Checks of the day: the point's window, the person's time in the programme, order, lateness."""

from __future__ import annotations

from outcomes.rules.checks.base import Check, Found, Given, days
from outcomes.rules.checks.subject import Subject
from outcomes.rules.words import Severity

LATE_AFTER_DAYS = 60


def _point_not_set(subject: Subject, _given: Given) -> Found:
    return {} if subject.window is None else None


def _outside_window(subject: Subject, _given: Given) -> Found:
    due = subject.window
    if due is None:
        return None
    # That someone could not be reached may also be recorded after the window.
    after = subject.value is not None and subject.measured_on > due.closes_on
    if subject.measured_on >= due.opens_on and not after:
        return None
    return {"opens_on": due.opens_on, "closes_on": due.closes_on}


def _before_enrolment(subject: Subject, _given: Given) -> Found:
    enrolled_on = subject.person.enrolled_on
    opens = enrolled_on if subject.window is None else subject.window.opens_on
    return {"enrolled_on": enrolled_on} if subject.measured_on < min(enrolled_on, opens) else None


def _after_death(subject: Subject, _given: Given) -> Found:
    return {} if _is_after_exit(subject) and subject.person.exit_reason == "death" else None


def _after_exit(subject: Subject, _given: Given) -> Found:
    exited_on = subject.person.exited_on
    if exited_on is None or not _is_after_exit(subject) or subject.person.exit_reason == "death":
        return None
    return {"exited_on": exited_on}


def _same_day_twice(subject: Subject, _given: Given) -> Found:
    return {} if subject.measured_on in subject.other_dates else None


def _measured_before(subject: Subject, _given: Given) -> Found:
    others = subject.other_dates
    if subject.repeatable or not others or subject.measured_on in others:
        return None
    return {"on": max(others)}


def _out_of_sequence(subject: Subject, _given: Given) -> Found:
    """A later point dated before an earlier one, or the other way round."""
    if subject.window is None:
        return None
    due_on, day = subject.window.due_on, subject.measured_on
    for other in subject.history:
        if other.due_on is None:
            continue
        too_early = other.due_on < due_on and day < other.measured_on
        too_late = other.due_on > due_on and day > other.measured_on
        if too_early or too_late:
            return {"on": other.measured_on}
    return None


def _late_entry(subject: Subject, given: Given) -> Found:
    late = (subject.recorded_on - subject.measured_on).days
    return {"days": late} if late > given["days"] else None


def _period_was_closed(subject: Subject, _given: Given) -> Found:
    return {} if subject.counted_late else None


def _correction(subject: Subject, _given: Given) -> Found:
    return {} if subject.corrects else None


def _is_after_exit(subject: Subject) -> bool:
    exited_on = subject.person.exited_on
    return exited_on is not None and subject.measured_on > exited_on


CHECKS = (
    Check("outcomes.point_not_set", Severity.BLOCKS, _point_not_set, fixed=True),
    Check("outcomes.outside_window", Severity.BLOCKS, _outside_window, fixed=True),
    Check("outcomes.before_enrolment", Severity.BLOCKS, _before_enrolment, fixed=True),
    Check("outcomes.after_death", Severity.BLOCKS, _after_death, fixed=True),
    Check("outcomes.after_exit", Severity.INFORMATION, _after_exit),
    Check("outcomes.same_day_twice", Severity.BLOCKS, _same_day_twice, fixed=True),
    Check("outcomes.measured_before", Severity.LOOK, _measured_before),
    Check("outcomes.out_of_sequence", Severity.BLOCKS, _out_of_sequence, by_others=True),
    Check(
        "outcomes.late_entry", Severity.INFORMATION, _late_entry, (days("days", LATE_AFTER_DAYS),)
    ),
    Check("outcomes.period_was_closed", Severity.LOOK, _period_was_closed),
    Check("outcomes.correction", Severity.INFORMATION, _correction),
)
