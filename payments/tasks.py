"""The background work of payments: each handler acts as the portal itself and calls one service."""

from __future__ import annotations

from contracts.models import Contract
from payments import services
from sibportal.accounts.services import system_user
from sibportal.jobs.models import Job


def recalculate_claims(job: Job) -> None:
    """Calculate every claim of a contract again and compare."""
    contract = Contract.objects.get(pk=job.subject_id)
    services.recalculate_claims(actor=system_user(), contract=contract)
