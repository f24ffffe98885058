"""Writing the record: one function for what was done, one for whose data was used.

Called inside the transaction of the thing recorded: no record, no effect.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from django.db import models

from sibportal.audit.models import Event, UseLog


class Actor(Protocol):
    """What the record needs to know of whoever acts."""

    @property
    def pk(self) -> Any: ...
    def get_full_name(self) -> str: ...


def record(
    *,
    actor: Actor,
    action: str,
    target: models.Model,
    contract_id: UUID | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    note: str = "",
) -> Event:
    """Record that `actor` did `action` ("noun.verb") to `target`; values must be JSON-ready."""
    return Event.objects.create(
        actor_id=actor.pk,
        actor_name=actor.get_full_name(),
        action=action,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        contract_id=contract_id,
        before=before,
        after=after,
        note=note,
    )


def record_use(
    *,
    actor: Actor,
    participant_id: UUID,
    contract_id: UUID,
    what: str,
    purpose: str,
    organisation_names: str = "",
) -> UseLog:
    """Record that `actor` read data of one participant, and for what purpose."""
    return UseLog.objects.create(
        actor_id=actor.pk,
        actor_name=actor.get_full_name(),
        organisation_names=organisation_names,
        participant_id=participant_id,
        contract_id=contract_id,
        what=what,
        purpose=purpose,
    )


def record_uses(
    *,
    actor: Actor,
    participant_ids: Iterable[UUID],
    contract_id: UUID,
    what: str,
    purpose: str,
    organisation_names: str = "",
) -> None:
    """Record that `actor` read a list: one row for each participant in it."""
    UseLog.objects.bulk_create(
        UseLog(
            actor_id=actor.pk,
            actor_name=actor.get_full_name(),
            organisation_names=organisation_names,
            participant_id=participant_id,
            contract_id=contract_id,
            what=what,
            purpose=purpose,
        )
        for participant_id in participant_ids
    )
