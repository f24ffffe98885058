"""Calculating claims again and comparing them: what differs is recorded and told to the officials.

Money is never changed by it. The night does it for every claim; a person may for one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from payments.models import Claim
from payments.selectors import differences, recalculation
from payments.selectors.recalculation import Recalculated
from sibportal.accounts import access
from sibportal.accounts.models import User
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.jobs import services as jobs
from sibportal.jobs.mail import send_mail
from sibportal.jobs.models import Job

if TYPE_CHECKING:
    from contracts.models import Contract
    from sibportal.audit.models import Event

RECALCULATE = "payments.recalculate"
TELL = "payments.tell_difference"


@dataclass(frozen=True)
class Checked:
    """How many claims were calculated again, and those that did not come out the same."""

    count: int
    differing: tuple[Recalculated, ...]


@transaction.atomic
def recalculate_claim(*, actor: User, claim: Claim) -> Recalculated:
    """Calculate one claim again by its own rules, and record where it differs."""
    access.require(actor, Action.RECALCULATE_CLAIM, claim)
    found = recalculation.recalculate(claim)
    last = differences.last_records(Claim.objects.filter(pk=claim.pk))
    _record(actor, found, last.get(claim.pk))
    return found


@transaction.atomic
def recalculate_claims(
    *, actor: User, contract: Contract | None = None, ids: Collection[UUID] | None = None
) -> Checked:
    """The same for every claim that `actor` may check, or those of one contract or among `ids`."""
    rows = access.visible(Claim.objects.all(), actor, Action.RECALCULATE_CLAIM)
    if contract is not None:
        rows = rows.filter(contract=contract)
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    last = differences.last_records(rows)
    count, differing = 0, []
    for found in recalculation.recalculated(rows):
        count += 1
        if not found.is_equal:
            differing.append(found)
        _record(actor, found, last.get(found.claim.pk))
    return Checked(count, tuple(differing))


def _record(actor: User, found: Recalculated, last: Event | None) -> None:
    """Write what has changed since the last record: a difference, another one, or none any more.

    A new difference is told to the officials of the contract, whoever found it.
    """
    claim = found.claim
    noted = differences.DIFFERS if not found.is_equal else differences.EQUAL
    after = {"number": claim.number, "rules_version": claim.rules_version, **_facts(found)}
    before = last.action if last else differences.EQUAL
    if noted == before and (found.is_equal or (last and last.after == after)):
        return
    event = audit.record(
        actor=actor, action=noted, target=claim, contract_id=claim.contract_id, after=after
    )
    if not found.is_equal:
        for user_id in differences.officials(claim.contract_id):
            jobs.enqueue(TELL, user_id, str(event.pk))


def _facts(found: Recalculated) -> dict[str, str]:
    where = found.difference
    if where is None:
        return {}
    values = {"stored": where.stored, "again": where.again}
    written = {name: "" if value is None else str(value) for name, value in values.items()}
    return {"path": where.path, "what": where.what, "unit": where.unit, **written}


# --- By itself --------------------------------------------------------------------------------


def enqueue_recalculations() -> None:
    """Soon after midnight, for each contract with claims, a job that calculates them all again."""
    day = timezone.localdate().isoformat()
    done = Job.objects.filter(kind=RECALCULATE, digest=day).values("subject_id")
    waiting = Claim.objects.exclude(contract__in=done).order_by("contract_id")
    for contract_id in waiting.values_list("contract_id", flat=True).distinct():
        jobs.enqueue(RECALCULATE, contract_id, day)


def tell_difference(job: Job) -> None:
    """Mail one official which claims do not come out the same now; codes and numbers only."""
    official = User.objects.filter(pk=job.subject_id, is_active=True).first()
    rows = differences.differing_claims(official) if official else []
    if official is None or not rows:
        return
    address = f"{settings.SIB_BASE_URL}/"
    claims = [{"contract": row.claim.contract.code, "number": row.claim.number} for row in rows]
    send_mail(official, "calculation_differs", {"claims": claims, "portal_url": address})
