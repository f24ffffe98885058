"""Files of evidence: kept, bound to measurements, opened with a trace, removed at erasure.

What shows a measurement may name the person, so each opening leaves its rows in the use log, and
the content goes with the person's identity. Digest and binding stay: they say what there was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cohorts.models import Erasure
from cohorts.selectors import organisation_names
from cohorts.states import UseKind, UsePurpose
from contracts.models import Contract
from contracts.rules.files import FileKind, kind_of
from outcomes import selectors
from outcomes.models import EvidenceFile, EvidenceLink, EvidenceRemoval, Measurement
from outcomes.rules import evidence as rules
from outcomes.rules.words import State
from outcomes.services.kinds import CHECK
from outcomes.services.locking import lock_contract
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.jobs import services as jobs
from sibportal.kernel.errors import RuleViolation
from sibportal.web.scanning import require_clean

if TYPE_CHECKING:
    from sibportal.accounts.models import User

FOLDER = "evidence"
STRAY_AFTER = timedelta(days=1)


@transaction.atomic
def add_evidence(
    *, actor: User, measurements: Sequence[Measurement], content: bytes
) -> EvidenceFile:
    """Keep a PDF, picture or text document of at most 20 MB and bind it to measurements.

    Its kind is told by its bytes. The same content for the same measurements is kept once.
    """
    for one in measurements:
        access.require(actor, Action.SUBMIT_MEASUREMENT, one)
    kind = kind_of(content)
    require_clean(content)
    if issues := rules.problems(_shown(measurements)):
        raise RuleViolation(issues)
    contract = lock_contract(measurements[0].contract_id)
    digest = hashlib.sha256(content).hexdigest()
    if known := selectors.same_evidence(measurements, digest):
        return known
    evidence = _keep(actor, contract, content, kind, digest)
    EvidenceLink.objects.bulk_create(
        EvidenceLink(evidence=evidence, measurement=one, linked_by=actor) for one in measurements
    )
    audit.record(
        actor=actor,
        action="evidence.added",
        target=evidence,
        contract_id=contract.pk,
        after={"digest": digest, "measurements": [str(one.uuid) for one in measurements]},
    )
    # What was stopped for want of a file may pass now.
    jobs.enqueue(CHECK, contract.pk, f"evidence:{evidence.pk}")
    return evidence


@transaction.atomic
def open_evidence(*, actor: User, link: EvidenceLink) -> bytes:
    """The content of a file; that it was opened is written for every person it is about."""
    access.require(actor, Action.VIEW_MEASUREMENT, link)
    evidence = link.evidence
    if selectors.is_removed(evidence):
        raise RuleViolation("outcomes.evidence_removed")
    try:
        with evidence.file.open("rb") as file:
            content: bytes = file.read()
    except FileNotFoundError:
        raise RuleViolation("outcomes.evidence_lost") from None
    if hashlib.sha256(content).hexdigest() != evidence.digest:
        raise RuleViolation("outcomes.evidence_altered")
    contract = evidence.contract
    audit.record_uses(
        actor=actor,
        participant_ids=selectors.people_of_evidence(evidence),
        contract_id=contract.pk,
        what=UseKind.EVIDENCE,
        purpose=UsePurpose.OWN_TASK,
        organisation_names=organisation_names(actor, Action.VIEW_MEASUREMENT, contract),
    )
    return content


@transaction.atomic
def remove_erased_evidence(*, actor: User, contract: Contract) -> int:
    """Delete the content of every file about somebody whose identity was erased; returns how many.

    Whoever else such a file is about loses it too: it names the person all the same. What a broken
    request left behind without a row goes with it.
    """
    access.require(actor, Action.REMOVE_EVIDENCE, contract)
    contract = lock_contract(contract.pk)
    removed = 0
    for evidence in selectors.evidence_to_remove(contract):
        erasure = Erasure.objects.filter(
            participant__in=selectors.people_of_evidence(evidence)
        ).latest("erased_at")
        # The file goes first: a row without a file is told as removed, never the other way round.
        evidence.file.storage.delete(str(evidence.file.name))
        EvidenceRemoval.objects.create(evidence=evidence, erasure=erasure)
        audit.record(
            actor=actor,
            action="evidence.removed",
            target=evidence,
            contract_id=contract.pk,
            after={"digest": evidence.digest},
        )
        removed += 1
    _remove_strays(contract)
    return removed


def carry_evidence(measurements: Sequence[int]) -> None:
    """A corrected row keeps the files of the one it replaces: the verifier compares them."""
    links = EvidenceLink.objects.filter(measurement__superseded_by__in=measurements)
    EvidenceLink.objects.bulk_create(
        (
            EvidenceLink(evidence_id=evidence, measurement_id=new, linked_by_id=linked_by)
            for evidence, new, linked_by in links.values_list(
                "evidence", "measurement__superseded_by", "linked_by"
            )
        ),
        ignore_conflicts=True,
    )


def _shown(measurements: Sequence[Measurement]) -> list[rules.Shown]:
    return [
        rules.Shown(
            contract=one.contract_id,
            provider=one.participant.served_by_id,
            state=State(one.state),
            is_erased=hasattr(one.participant, "erasure"),
        )
        for one in measurements
    ]


def _keep(
    actor: User, contract: Contract, content: bytes, kind: FileKind, digest: str
) -> EvidenceFile:
    last = EvidenceFile.objects.filter(contract=contract).aggregate(last=Max("number"))["last"]
    evidence = EvidenceFile(
        contract=contract,
        number=(last or 0) + 1,
        content_type=kind.content_type,
        size=len(content),
        digest=digest,
        uploaded_by=actor,
    )
    # The name on disk is ours, and what people called it is not kept: it may be a name.
    place = f"{contract.pk}/{uuid4()}{kind.extension}"
    evidence.file.save(place, ContentFile(content), save=False)
    evidence.save(force_insert=True)
    return evidence


def _remove_strays(contract: Contract) -> None:
    """Files of a day ago that no row names: their request was undone after they were written."""
    storage = EvidenceFile._meta.get_field("file").storage
    if not storage.exists(FOLDER):
        return
    kept = set(EvidenceFile.objects.filter(contract=contract).values_list("file", flat=True))
    for year in storage.listdir(FOLDER)[0]:
        folder = f"{FOLDER}/{year}/{contract.pk}"
        names = storage.listdir(folder)[1] if storage.exists(folder) else []
        for place in (f"{folder}/{name}" for name in names):
            if (
                place not in kept
                and timezone.now() - storage.get_modified_time(place) > STRAY_AFTER
            ):
                storage.delete(place)
