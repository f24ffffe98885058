"""Reading the measurements behind a result as a person: each reading leaves its row in the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from cohorts.selectors import organisation_names
from cohorts.states import UseKind, UsePurpose
from outcomes.models import Measurement, Result
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit

if TYPE_CHECKING:
    from sibportal.accounts.models import User


@transaction.atomic
def read_counted(
    *,
    actor: User,
    result: Result,
    rows: Sequence[Measurement],
    what: UseKind = UseKind.LIST,
) -> Sequence[Measurement]:
    """Show measurements that counted in a result; whose they are is written to the use log."""
    contract = result.closing.contract
    access.require(actor, Action.VIEW_MEASUREMENT, contract)
    people = dict.fromkeys(row.participant_id for row in rows)
    if people:
        audit.record_uses(
            actor=actor,
            participant_ids=people,
            contract_id=contract.pk,
            what=what,
            purpose=UsePurpose.OWN_TASK,
            organisation_names=organisation_names(actor, Action.VIEW_MEASUREMENT, contract),
        )
    return rows
