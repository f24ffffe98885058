"""A CSV file in three steps: read and examined, then confirmed or cancelled.

Nothing of a file is saved before it is confirmed; what is confirmed goes in as one submission.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from contracts.models import Contract
from outcomes import selectors
from outcomes.models import Door, Import
from outcomes.rules import rows as files
from outcomes.rules.rows import FileRow, ParsedFile
from outcomes.selectors.stored import pack_issue
from outcomes.services.locking import lock_contract
from outcomes.services.submission import (
    SubmissionOutcome,
    examine_measurements,
    submit_measurements,
)
from outcomes.states import IMPORT, ImportState
from sibportal.accounts import access
from sibportal.accounts.models import Organisation
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import RuleViolation
from sibportal.kernel.transitions import advance

if TYPE_CHECKING:
    from sibportal.accounts.models import User


@transaction.atomic
def read_import(*, actor: User, contract: Contract, file_name: str, content: bytes) -> Import:
    """Read a file and note every row that cannot be saved. RuleViolation: unusable file."""
    access.require(actor, Action.SUBMIT_MEASUREMENT, contract)
    parsed = files.parse(content)
    errors, good = _examine(actor, contract, parsed)
    row = Import.objects.create(
        contract=contract,
        provider=_provider(actor, contract),
        file_name=file_name[-200:],
        content=content,
        digest=hashlib.sha256(content).hexdigest(),
        rows_good=good,
        row_errors=errors,
        state=ImportState.READ,
        uploaded_by=actor,
    )
    audit.record(
        actor=actor,
        action="import.read",
        target=row,
        contract_id=contract.pk,
        after={"rows_good": good, "errors": len(errors)},
    )
    return row


@transaction.atomic
def confirm_import(*, actor: User, import_: Import, only_good_rows: bool) -> SubmissionOutcome:
    """Save the rows of a file, all of them or, where the person chose so, those that are fine.

    The file is examined again: what has changed since it was read is not overwritten.
    """
    access.require(actor, Action.SUBMIT_MEASUREMENT, import_)
    contract = lock_contract(import_.contract_id)
    import_ = Import.objects.select_for_update().get(pk=import_.pk)
    import_.state = advance(IMPORT, import_.state, ImportState.CONFIRMED)
    parsed = files.parse(bytes(import_.content))
    refused = examine_measurements(
        actor=actor, contract=contract, rows=[row.candidate for row in parsed.rows]
    ).refused
    if (refused or parsed.errors) and not only_good_rows:
        raise RuleViolation("outcomes.import_has_errors")
    good = [row.candidate for place, row in enumerate(parsed.rows) if place not in refused]
    if not good:
        raise RuleViolation("outcomes.import_without_good_rows")
    outcome = submit_measurements(actor=actor, contract=contract, rows=good, door=Door.CSV)
    import_.rows_good = len(good)
    import_.save(update_fields=["state", "rows_good"])
    audit.record(
        actor=actor,
        action="import.confirmed",
        target=import_,
        contract_id=contract.pk,
        after={"saved": len(good), "left_out": len(refused) + len(parsed.errors)},
    )
    return outcome


@transaction.atomic
def cancel_import(*, actor: User, import_: Import) -> Import:
    """Put a file aside; its content is forgotten."""
    access.require(actor, Action.SUBMIT_MEASUREMENT, import_)
    import_ = Import.objects.select_for_update().get(pk=import_.pk)
    import_.state = advance(IMPORT, import_.state, ImportState.CANCELLED)
    import_.content = b""
    import_.save(update_fields=["state", "content"])
    audit.record(
        actor=actor, action="import.cancelled", target=import_, contract_id=import_.contract_id
    )
    return import_


def _provider(actor: User, contract: Contract) -> Organisation:
    """In whose name the actor reports; the lead provider's where it is several."""
    acting = access.acting_parties(actor, Action.SUBMIT_MEASUREMENT, contract)
    party = acting.select_related("organisation").order_by("role")[0]
    organisation: Organisation = party.organisation
    return organisation


def _examine(
    actor: User, contract: Contract, parsed: ParsedFile
) -> tuple[list[dict[str, Any]], int]:
    """The issues of every bad row in the order of the file, and how many rows are fine."""
    rows: Sequence[FileRow] = parsed.rows
    refused: dict[int, Any] = {}
    if rows:
        refused = examine_measurements(
            actor=actor, contract=contract, rows=[row.candidate for row in rows]
        ).refused
    errors = [pack_issue(error.line, "", error.issue) for error in parsed.errors]
    for place, issues in refused.items():
        row = rows[place]
        errors += [
            pack_issue(row.line, _shown_code(row.candidate.participant), issue) for issue in issues
        ]
    errors.sort(key=lambda error: error["line"])
    return errors, len(rows) - len(refused)


def _shown_code(given: str) -> str:
    """A participant column may hold a name by mistake: keep only what has the shape of a code."""
    return selectors.code_or_nothing(given)
