"""After an amendment of all that is open: claims not decided yet are calculated anew."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from contracts.models import Contract
from outcomes.models import Closing
from payments.models import Claim, ClaimReturn
from payments.selectors.governing import UNDECIDED, amended_claims
from payments.services.claims import calculate_claim
from payments.states import CLAIM, ClaimState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.accounts.services import system_user
from sibportal.audit import services as audit
from sibportal.jobs import services as jobs
from sibportal.kernel.transitions import advance

if TYPE_CHECKING:
    from sibportal.accounts.models import User
    from sibportal.jobs.models import Job

AMEND = "payments.recalculate_amended_claims"
# The reason stored with a claim that is sent back: a code that pages say in the reader's language.
TERMS_AMENDED = "payments.terms_amended"


@transaction.atomic
def recalculate_amended_claims(*, actor: User, contract: Contract) -> list[Claim]:
    """Send back what waits for approval, and calculate every claim anew that the amended terms
    reach and nobody has decided. Approvals of it no longer count; nothing paid changes."""
    access.require(actor, Action.CALCULATE_CLAIM, contract)
    Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    reached = list(amended_claims().filter(contract=contract).select_related("period"))
    if not reached:
        return []
    # Later claims rest on earlier ones, so they are calculated anew with them.
    first = reached[-1].period.number
    rows = Claim.objects.filter(
        contract=contract, period__number__gte=first, state__in=UNDECIDED
    ).order_by("-period__number")
    closings = [_give_up(actor, claim) for claim in rows]
    return [
        calculate_claim(actor=actor, closing=Closing.objects.get(pk=pk)) for pk in closings[::-1]
    ]


def _give_up(actor: User, claim: Claim) -> UUID:
    if claim.state == ClaimState.SUBMITTED:
        claim.state = advance(CLAIM, claim.state, ClaimState.RETURNED)
        claim.save(update_fields=["state"])
        ClaimReturn.objects.create(
            claim=claim, round=claim.round, returned_by=actor, reason=TERMS_AMENDED
        )
        audit.record(
            actor=actor, action="claim.returned", target=claim, contract_id=claim.contract_id
        )
    claim.state = advance(CLAIM, claim.state, ClaimState.REPLACED)
    claim.save(update_fields=["state"])
    return claim.closing_id


# --- By itself --------------------------------------------------------------------------------


def enqueue_amended_claims() -> None:
    """Put the first claim of every contract that amended terms reach into the queue; a second
    call changes nothing."""
    reached = amended_claims().order_by("contract_id", "period__number").distinct("contract_id")
    for claim_id in reached.values_list("pk", flat=True):
        jobs.enqueue(AMEND, claim_id)


def recalculate_due_amended_claims(job: Job) -> None:
    """Calculate the claim that a job is about anew, and those after it, as the portal itself."""
    contract = Contract.objects.get(claims=job.subject_id)
    recalculate_amended_claims(actor=system_user(), contract=contract)
