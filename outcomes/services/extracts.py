"""A data holder's file of coded rows: looked into and kept, then delivered; and reading the rows of
a delivery, which leaves its trace.

A file with a fault in it is not kept at all: it may hold what must never be here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models.functions import Now

from contracts.models import ReportingPeriod
from outcomes.models import (
    Aggregate,
    AggregateDoor,
    AggregateRow,
    DataDelivery,
    ExtractFile,
)
from outcomes.rules.aggregates import extract_file
from outcomes.rules.aggregates.extract import Extract
from outcomes.selectors import extracts as read
from outcomes.services.aggregates import Figures, deliver_aggregate, needed
from outcomes.services.locking import lock_contract
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import NotVisible, RuleViolation

if TYPE_CHECKING:
    from sibportal.accounts.models import User

KEPT = timedelta(days=7)


@dataclass(frozen=True)
class ReadExtract:
    """What was found in a file; it is kept where nothing is wrong."""

    found: Extract
    kept: ExtractFile | None = None


@transaction.atomic
def read_extract(
    *, actor: User, delivery: DataDelivery, period: ReportingPeriod, outcome: str, content: bytes
) -> ReadExtract:
    """Look into a file of coded rows, and keep it for a week if every row is fine; it takes the
    place of an earlier one. RuleViolation: the file cannot be used, or nothing is to be delivered.
    """
    access.require(actor, Action.DELIVER_AGGREGATE, delivery)
    contract = lock_contract(delivery.contract_id)
    need = needed(contract, delivery, period, outcome)
    found = extract_file.read_file(content, read.asked(period, need))
    if found.wrong:
        return ReadExtract(found)
    place = {"delivery": delivery, "period": period, "outcome_key": outcome}
    ExtractFile.objects.filter(**place).delete()
    kept = ExtractFile.objects.create(
        **place, content=content, digest=hashlib.sha256(content).hexdigest(), uploaded_by=actor
    )
    audit.record(
        actor=actor,
        action="extract.uploaded",
        target=kept,
        contract_id=contract.pk,
        after={"rows": len(found.rows)},
    )
    return ReadExtract(found, kept)


@transaction.atomic
def deliver_extract(*, actor: User, file: ExtractFile, given: Figures) -> Aggregate:
    """Deliver the figures counted from a file that was looked into, with the rows; the file itself
    goes. RuleViolation as for typed figures."""
    access.require(actor, Action.DELIVER_AGGREGATE, file)
    contract = lock_contract(file.delivery.contract_id)
    need = needed(contract, file.delivery, file.period, file.outcome_key)
    rows, wrong = extract_file.open_rows(bytes(file.content), read.asked(file.period, need))
    if wrong:
        raise RuleViolation("outcomes.extract_changed")
    row = deliver_aggregate(
        actor=actor,
        delivery=file.delivery,
        period=file.period,
        outcome=file.outcome_key,
        given=replace(given, rows=tuple(rows), file_digest=file.digest),
        door=AggregateDoor.FILE,
    )
    ExtractFile.objects.filter(pk=file.pk).delete()
    return row


@transaction.atomic
def read_coded_rows(*, actor: User, aggregate: Aggregate) -> list[AggregateRow]:
    """The coded rows behind figures, for the data holder and the verifier; that they were read is
    written down. NotVisible where the figures were given without rows."""
    access.require(actor, Action.VIEW_CODED_ROW, aggregate)
    rows = read.rows_of(aggregate)
    if not rows:
        raise NotVisible
    audit.record(
        actor=actor,
        action="aggregate.rows_read",
        target=aggregate,
        contract_id=aggregate.contract_id,
        after={"rows": len(rows)},
    )
    return rows


def forget_old_extracts() -> None:
    """Let files go that nobody delivered."""
    ExtractFile.objects.filter(uploaded_at__lt=Now() - KEPT).delete()
