"""Writes of outcomes: submit, check, verify, close. One submodule per noun."""

from outcomes.services.aggregates import (
    Figures,
    answer_aggregate,
    deliver_aggregate,
    query_aggregate,
    reject_aggregate,
    sign_aggregate,
    verify_aggregate,
)
from outcomes.services.check_settings import set_check
from outcomes.services.checking import check_measurements, compare_measurements
from outcomes.services.closing import force_closing, propose_closing, sign_closing
from outcomes.services.deliveries import DeliveryFacts, agree_delivery
from outcomes.services.delivery_reminders import keep_delivery_reminders
from outcomes.services.dispute_reminders import keep_dispute_reminders
from outcomes.services.disputes import raise_dispute, rule_on_dispute, withdraw_dispute
from outcomes.services.entry import (
    drop_draft,
    forget_old_drafts,
    record_contact_attempt,
    save_draft,
    submit_visit,
)
from outcomes.services.evidence_files import add_evidence, open_evidence, remove_erased_evidence
from outcomes.services.extracts import (
    ReadExtract,
    deliver_extract,
    forget_old_extracts,
    read_coded_rows,
    read_extract,
)
from outcomes.services.imports import (
    cancel_import,
    confirm_import,
    examine_import,
    forget_old_imports,
    match_columns,
    read_import,
    save_import,
)
from outcomes.services.kinds import (
    CHECK,
    CLOSE,
    COMPARE,
    DELIVERY_REMINDER,
    DISPUTE_REMINDER,
    DUE_REMINDER,
    READ_IMPORT,
    REMIND,
    REMOVE,
    SAVE_IMPORT,
)
from outcomes.services.plans import agree_verification_plan, set_verification_plan
from outcomes.services.reading import read_counted
from outcomes.services.reminders import keep_reminders
from outcomes.services.reopening import ask_reopening, consent_to_reopening
from outcomes.services.reports import require_signable, sign_report
from outcomes.services.samples import conclude_round, draw_sample, lock_submission
from outcomes.services.submission import (
    MeasurementInput,
    RowsRefused,
    SubmissionOutcome,
    correct_measurement,
    examine_measurements,
    submit_measurements,
)
from outcomes.services.sweeping import enqueue_due_work, enqueue_removals
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
    "COMPARE",
    "DELIVERY_REMINDER",
    "DISPUTE_REMINDER",
    "DUE_REMINDER",
    "READ_IMPORT",
    "REMIND",
    "REMOVE",
    "SAVE_IMPORT",
    "BulkOutcome",
    "DeliveryFacts",
    "Figures",
    "MeasurementInput",
    "ReadExtract",
    "RowsRefused",
    "SubmissionOutcome",
    "add_evidence",
    "agree_delivery",
    "agree_verification_plan",
    "answer_aggregate",
    "answer_question",
    "ask_reopening",
    "cancel_import",
    "check_measurements",
    "compare_measurements",
    "conclude_round",
    "confirm_import",
    "consent_to_reopening",
    "correct_measurement",
    "deliver_aggregate",
    "deliver_extract",
    "draw_sample",
    "drop_draft",
    "enqueue_due_work",
    "enqueue_removals",
    "examine_import",
    "examine_measurements",
    "force_closing",
    "forget_old_drafts",
    "forget_old_extracts",
    "forget_old_imports",
    "keep_delivery_reminders",
    "keep_dispute_reminders",
    "keep_reminders",
    "lock_submission",
    "match_columns",
    "open_evidence",
    "propose_closing",
    "query_aggregate",
    "query_measurement",
    "raise_dispute",
    "read_coded_rows",
    "read_counted",
    "read_extract",
    "read_import",
    "record_contact_attempt",
    "reject_aggregate",
    "reject_measurement",
    "remove_erased_evidence",
    "require_signable",
    "rule_on_dispute",
    "save_draft",
    "save_import",
    "set_check",
    "set_verification_plan",
    "sign_aggregate",
    "sign_closing",
    "sign_report",
    "submit_measurements",
    "submit_visit",
    "verify_aggregate",
    "verify_measurement",
    "verify_measurements",
    "withdraw_dispute",
]
