"""Looking for what has become due without anybody asking: checks, closings, reminders."""

from __future__ import annotations

from contracts.models import Contract
from contracts.states import ContractState
from outcomes import selectors
from outcomes.services.kinds import CHECK, CLOSE, COMPARE, REMIND, REMOVE
from sibportal.jobs import services as jobs


def enqueue_due_work() -> None:
    """One job of each kind per contract in force and day; a job that exists is left as it is.

    Submissions ask for their own checks at once; this finds what became due by the calendar.
    """
    for contract in Contract.objects.filter(state=ContractState.ACTIVE):
        day = selectors.today(contract).isoformat()
        jobs.enqueue(CHECK, contract.pk, day)
        jobs.enqueue(COMPARE, contract.pk, day)
        jobs.enqueue(REMOVE, contract.pk, day)
        jobs.enqueue(REMIND, contract.pk, day)
        jobs.enqueue(CLOSE, contract.pk, f"{day}:{selectors.progress_mark(contract)}")


def enqueue_removals() -> None:
    """One job per contract and erasure that evidence still stands behind, whatever the contract's
    state: an erasure does not wait for anything."""
    for contract_id, erasure_id in selectors.contracts_with_erased_evidence():
        jobs.enqueue(REMOVE, contract_id, str(erasure_id))
