"""Files that belong to a contract, and where the key to the participant codes lies."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction

from contracts.models import Contract, ContractDocument, KeyCustody
from contracts.rules.files import kind_of
from contracts.services.locking import lock_contract
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import Issue, RuleViolation

if TYPE_CHECKING:
    from sibportal.accounts.models import User

LONGEST_NAME = 200


@transaction.atomic
def add_document(
    *, actor: User, contract: Contract, title: str, file_name: str, content: bytes
) -> ContractDocument:
    """Keep a PDF, picture or text document of at most 20 MB; its kind is told by its bytes."""
    access.require(actor, Action.EDIT_CONTRACT, contract)
    kind = kind_of(content)
    name = _clean(file_name, kind.extension)
    document = ContractDocument(
        contract=contract,
        title=" ".join(title.split())[:LONGEST_NAME] or name,
        file_name=name,
        content_type=kind.content_type,
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        uploaded_by=actor,
    )
    # The name on disk is ours: what people type never becomes a path.
    document.file.save(f"{uuid4()}{kind.extension}", ContentFile(content), save=False)
    document.save(force_insert=True)
    audit.record(
        actor=actor,
        action="document.added",
        target=document,
        contract_id=contract.pk,
        after={"title": document.title, "digest": document.digest},
    )
    return document


@transaction.atomic
def record_key_custody(
    *, actor: User, contract: Contract, custodian: str, valid_from: date
) -> KeyCustody:
    """Record where the key to the codes lies from a day on (decision 19)."""
    access.require(actor, Action.EDIT_CONTRACT, contract)
    locked = lock_contract(contract.pk)
    newest = KeyCustody.objects.filter(contract=locked).first()
    if newest and valid_from < newest.valid_from:
        issue = Issue("contracts.custody_order", "valid_from", params={"day": newest.valid_from})
        raise RuleViolation(issue)
    if newest and newest.custodian == custodian:
        raise RuleViolation("contracts.custody_same", field="custodian")
    custody = KeyCustody.objects.create(
        contract=locked, custodian=custodian, valid_from=valid_from, recorded_by=actor
    )
    audit.record(
        actor=actor,
        action="key_custody.recorded",
        target=custody,
        contract_id=locked.pk,
        before={"custodian": newest.custodian} if newest else None,
        after={"custodian": custodian, "valid_from": valid_from.isoformat()},
    )
    return custody


def _clean(file_name: str, extension: str) -> str:
    """The name for downloading: one printable line that ends as its content does."""
    stem = PurePosixPath(file_name.replace("\\", "/")).stem
    stem = "".join(letter for letter in stem if letter.isprintable()).strip()
    return f"{stem[: LONGEST_NAME - len(extension)] or 'document'}{extension}"
