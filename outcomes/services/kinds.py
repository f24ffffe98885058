"""The kinds of background work and of reminders that outcomes puts into the queue."""

CHECK = "outcomes.check_measurements"
COMPARE = "outcomes.compare_measurements"
REMOVE = "outcomes.remove_evidence"
CLOSE = "outcomes.propose_closing"
REMIND = "outcomes.keep_reminders"
DUE_REMINDER = "outcomes.measurement_due"
