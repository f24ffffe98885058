"""Writes of the jobs app: the queue and the reminders. Domain services call these inside theirs."""

from sibportal.jobs.services.queue import (
    LEASE,
    MAX_ATTEMPTS,
    cancel,
    claim,
    claim_and_run,
    claim_next,
    enqueue,
    fail,
    finish,
    progress,
    retry,
    run,
    sweep,
    wake,
)
from sibportal.jobs.services.reminders import (
    DIGEST,
    cancel_reminders,
    enqueue_reminder_digests,
    remind,
    send_reminder_digest,
)

__all__ = [
    "DIGEST",
    "LEASE",
    "MAX_ATTEMPTS",
    "cancel",
    "cancel_reminders",
    "claim",
    "claim_and_run",
    "claim_next",
    "enqueue",
    "enqueue_reminder_digests",
    "fail",
    "finish",
    "progress",
    "remind",
    "retry",
    "run",
    "send_reminder_digest",
    "sweep",
    "wake",
]
