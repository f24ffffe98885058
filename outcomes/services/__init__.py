"""Writes of outcomes: submit, check, verify, close. One submodule per noun."""

from outcomes.services.checking import check_measurements
from outcomes.services.closing import force_closing, propose_closing, sign_closing
from outcomes.services.imports import cancel_import, confirm_import, read_import
from outcomes.services.kinds import CHECK, CLOSE, DUE_REMINDER, REMIND
from outcomes.services.reading import read_counted
from outcomes.services.reminders import keep_reminders
from outcomes.services.submission import (
    MeasurementInput,
    RowsRefused,
    SubmissionOutcome,
    correct_measurement,
    examine_measurements,
    submit_measurements,
)
from outcomes.services.sweeping import enqueue_due_work
from outcomes.services.verification import (
    BulkOutcome,
    answer_question,
    query_measurement,
    reject_measurement,
    verify_measurement,
    verify_measurements,
)

__all__ = [
    "CHECK",
    "CLOSE",
    "DUE_REMINDER",
    "REMIND",
    "BulkOutcome",
    "MeasurementInput",
    "RowsRefused",
    "SubmissionOutcome",
    "answer_question",
    "cancel_import",
    "check_measurements",
    "confirm_import",
    "correct_measurement",
    "enqueue_due_work",
    "examine_measurements",
    "force_closing",
    "keep_reminders",
    "propose_closing",
    "query_measurement",
    "read_counted",
    "read_import",
    "reject_measurement",
    "sign_closing",
    "submit_measurements",
    "verify_measurement",
    "verify_measurements",
]
