"""Reading participants' data as a person: each reading leaves its row in the use log."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from cohorts.models import Participant
from cohorts.selectors import organisation_names, use_log
from cohorts.states import UseKind, UsePurpose
from contracts.models import Contract
from sibportal.accounts import access
from sibportal.accounts.models import User
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.audit.models import UseLog


@transaction.atomic
def read_participant(*, actor: User, participant: Participant) -> Participant:
    """Open a participant's page."""
    access.require(actor, Action.VIEW_PARTICIPANT, participant)
    log_use(actor, [participant], UseKind.PAGE, UsePurpose.OWN_TASK)
    return participant


@transaction.atomic
def read_participants(
    *, actor: User, rows: Iterable[Participant], what: UseKind = UseKind.LIST
) -> list[Participant]:
    """Show a page of a list; only rows that `actor` may see are shown and logged."""
    kept = list(rows)
    seen = access.visible(
        Participant.objects.filter(pk__in=[row.pk for row in kept]), actor, Action.VIEW_PARTICIPANT
    )
    allowed = set(seen.values_list("pk", flat=True))
    shown = [row for row in kept if row.pk in allowed]
    log_use(actor, shown, what, UsePurpose.OWN_TASK)
    return shown


@transaction.atomic
def read_use_log(*, actor: User, participant: Participant) -> QuerySet[UseLog]:
    """Open the use log of a participant, which is a use itself."""
    access.require(actor, Action.VIEW_USE_LOG, participant)
    purpose = UsePurpose.OWN_REQUEST
    if not access.allowed(actor, Action.VIEW_PARTICIPANT, participant):
        purpose = UsePurpose.OVERSIGHT
    log_use(actor, [participant], UseKind.USE_LOG, purpose)
    return use_log(actor, participant)


def log_use(actor: User, rows: list[Participant], what: str, purpose: str) -> None:
    """Write one row per participant, with the organisations in whose name the actor reads."""
    by_contract: dict[Contract, list[Participant]] = {}
    for row in rows:
        by_contract.setdefault(row.cohort.contract, []).append(row)
    action = Action.VIEW_USE_LOG if what == UseKind.USE_LOG else Action.VIEW_PARTICIPANT
    for contract, people in by_contract.items():
        audit.record_uses(
            actor=actor,
            participant_ids=[one.pk for one in people],
            contract_id=contract.pk,
            what=what,
            purpose=purpose,
            organisation_names=organisation_names(actor, action, contract),
        )
