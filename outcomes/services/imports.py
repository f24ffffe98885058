"""A file of measurements in steps: uploaded, read and examined, then confirmed or put aside.

Nothing of a file is saved before it is confirmed; what is confirmed goes in as one submission. A
small file is done while the person waits, a large one by a worker: its job tells how far it is,
and doing it again after a worker was lost begins anew, since all rows are saved or none.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import transaction
from django.db.models.functions import Now

from contracts.models import Contract
from outcomes import selectors
from outcomes.models import Door, FileKind, Import
from outcomes.rules import rows as files
from outcomes.rules.files.template import mark_issues
from outcomes.rules.rows import Opened, ParsedFile
from outcomes.selectors import imports as reads
from outcomes.selectors.stored import pack_issue
from outcomes.services.kinds import READ_IMPORT, SAVE_IMPORT
from outcomes.services.submission import (
    Examined,
    Progress,
    SubmissionOutcome,
    examine_measurements,
    submit_good_rows,
    unwatched,
)
from outcomes.states import IMPORT, ImportState
from sibportal.accounts import access
from sibportal.accounts.models import Organisation
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.jobs import services as jobs
from sibportal.kernel.errors import Issue, RuleViolation
from sibportal.kernel.transitions import advance

if TYPE_CHECKING:
    from sibportal.accounts.models import User

MOST_AT_ONCE = 500  # rows that are saved while the person waits
SAMPLED = 3
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class _Found:
    """What was found in a file: the columns are known and the rows examined, or neither."""

    opened: Opened
    columns: list[str]
    notes: list[Issue]
    parsed: ParsedFile | None = None
    examined: Examined = field(default_factory=lambda: Examined({}, frozenset()))


@transaction.atomic
def read_import(*, actor: User, contract: Contract, file_name: str, content: bytes) -> Import:
    """Take a file and examine it, at once where it is small. RuleViolation: unusable file."""
    access.require(actor, Action.SUBMIT_MEASUREMENT, contract)
    is_small = files.is_small(content)
    row = Import.objects.create(
        contract=contract,
        provider=_provider(actor, contract),
        file_name=file_name[-200:],
        content=content,
        digest=hashlib.sha256(content).hexdigest(),
        uploaded_by=actor,
    )
    audit.record(
        actor=actor,
        action="import.uploaded",
        target=row,
        contract_id=contract.pk,
        after={"bytes": len(content)},
    )
    _read_now_or_later(actor, row, is_small=is_small)
    return row


@transaction.atomic
def match_columns(*, actor: User, import_: Import, columns: list[str]) -> Import:
    """Say what each column of a file is; it is then examined. RuleViolation names what is wrong."""
    access.require(actor, Action.SUBMIT_MEASUREMENT, import_)
    row = Import.objects.select_for_update().get(pk=import_.pk)
    row.state = advance(IMPORT, row.state, ImportState.UPLOADED)
    row.columns = files.matched(row.header, columns)
    row.save(update_fields=["state", "columns"])
    _read_now_or_later(actor, row, is_small=files.is_small(bytes(row.content)))
    return row


@transaction.atomic
def examine_import(*, actor: User, import_: Import, progress: Progress = unwatched) -> Import:
    """Read an uploaded file and note every row that cannot be saved; a file that cannot be used is
    refused with its reason and forgotten."""
    access.require(actor, Action.SUBMIT_MEASUREMENT, import_)
    if import_.state != ImportState.UPLOADED:
        return import_
    try:
        found = _look_into(actor, import_, progress)
    except RuleViolation as refused:
        return _refuse(import_, refused)
    row = Import.objects.select_for_update().defer("content").get(pk=import_.pk)
    _note(row, found)
    audit.record(
        actor=actor,
        action="import.read",
        target=row,
        contract_id=row.contract_id,
        after={"rows_good": row.rows_good, "errors": len(row.row_errors)},
    )
    return row


@transaction.atomic
def confirm_import(
    *, actor: User, import_: Import, only_good_rows: bool
) -> SubmissionOutcome | None:
    """Save the rows of a file, all of them or, where the person chose so, those that are fine.

    None where a worker does it, or where the file must be looked at again: it is examined once
    more, and what has changed since it was read is not overwritten.
    """
    access.require(actor, Action.SUBMIT_MEASUREMENT, import_)
    row = Import.objects.select_for_update().get(pk=import_.pk)
    advance(IMPORT, row.state, ImportState.CONFIRMED)
    if not row.rows_good:
        nothing_new = row.rows_unchanged and not row.row_errors
        raise RuleViolation(
            "outcomes.import_has_nothing_new"
            if nothing_new
            else "outcomes.import_without_good_rows"
        )
    if row.row_errors and not only_good_rows:
        raise RuleViolation("outcomes.import_has_errors")
    if reads.open_jobs(row, SAVE_IMPORT):
        return None
    row.confirmed_by, row.only_good_rows = actor, only_good_rows
    row.save(update_fields=["confirmed_by", "only_good_rows"])
    if row.rows_good > MOST_AT_ONCE:
        jobs.enqueue(SAVE_IMPORT, row.pk, uuid4().hex)
        return None
    return save_import(actor=actor, import_=row)


@transaction.atomic
def save_import(
    *, actor: User, import_: Import, progress: Progress = unwatched
) -> SubmissionOutcome | None:
    """Save what was confirmed, in one piece; None where nothing was, or no longer can be."""
    access.require(actor, Action.SUBMIT_MEASUREMENT, import_)
    if import_.state != ImportState.READ:
        return None
    opened = files.open_file(bytes(import_.content))
    parsed = files.to_rows(opened, import_.columns)
    stopped = parsed.errors and not import_.only_good_rows
    outcome, examined = (
        (None, None)
        if stopped
        else submit_good_rows(
            actor=actor,
            contract=import_.contract,
            rows=[row.candidate for row in parsed.rows],
            door=Door.CSV if import_.kind == FileKind.CSV else Door.FILE,
            leave_out_bad=import_.only_good_rows,
            progress=progress,
        )
    )
    row = Import.objects.select_for_update().defer("content").get(pk=import_.pk)
    if outcome is None:
        notes = [Issue("outcomes.import_changed")]
        examined = examined or _examine(actor, row.contract, parsed, unwatched)
        _note(row, _Found(opened, import_.columns, notes, parsed, examined))
        return None
    row.state = advance(IMPORT, row.state, ImportState.CONFIRMED)
    row.rows_saved = outcome.count
    row.save(update_fields=["state", "rows_saved"])
    if not row.row_errors:
        Import.objects.filter(pk=row.pk).update(content=b"")
    audit.record(
        actor=actor,
        action="import.confirmed",
        target=row,
        contract_id=row.contract_id,
        after={"saved": outcome.count, "left_out": len(parsed.rows) - outcome.count},
    )
    return outcome


@transaction.atomic
def cancel_import(*, actor: User, import_: Import) -> Import:
    """Put a file aside, also while a worker reads or saves it; its content is forgotten."""
    access.require(actor, Action.SUBMIT_MEASUREMENT, import_)
    row = Import.objects.select_for_update().defer("content").get(pk=import_.pk)
    row.state = advance(IMPORT, row.state, ImportState.CANCELLED)
    row.content = b""
    row.save(update_fields=["state", "content"])
    for job in reads.open_jobs(row, READ_IMPORT, SAVE_IMPORT):
        jobs.cancel(job)
    audit.record(actor=actor, action="import.cancelled", target=row, contract_id=row.contract_id)
    return row


def forget_old_imports() -> None:
    """Put aside what nobody confirmed for a month, and forget the files: columns that are not read
    may hold what the portal must not keep. What was saved stays."""
    old = Import.objects.filter(uploaded_at__lt=Now() - KEPT).exclude(content=b"")
    for state in (ImportState.UPLOADED, ImportState.UNMATCHED, ImportState.READ):
        target = advance(IMPORT, state, ImportState.CANCELLED)
        old.filter(state=state).update(state=target, content=b"", sample=[])
    old.update(content=b"", sample=[])


def _provider(actor: User, contract: Contract) -> Organisation:
    """In whose name the actor reports; the lead provider's where it is several."""
    acting = access.acting_parties(actor, Action.SUBMIT_MEASUREMENT, contract)
    party = acting.select_related("organisation").order_by("role")[0]
    organisation: Organisation = party.organisation
    return organisation


def _read_now_or_later(actor: User, row: Import, *, is_small: bool) -> None:
    if is_small:
        _note(row, _look_into(actor, row, unwatched))
    else:
        jobs.enqueue(READ_IMPORT, row.pk, uuid4().hex)


def _look_into(actor: User, row: Import, progress: Progress) -> _Found:
    """Open a file and, where its columns are known, examine its rows. RuleViolation: unusable."""
    contract = row.contract
    opened = files.open_file(bytes(row.content))
    notes = [*opened.table.notes]
    notes += mark_issues(opened.table.mark, reads.template_mark(contract))
    columns = list(row.columns) or opened.guesses()
    if not row.columns and files.column_issues(opened.header, columns):
        before = reads.matched_before(row, list(opened.header))
        if before:
            columns = before
            notes.append(Issue("outcomes.columns_as_before"))
    issues = files.column_issues(opened.header, columns)
    if issues and len([name for name in opened.header if name]) < len(files.REQUIRED):
        raise RuleViolation(issues)
    if issues:
        return _Found(opened, columns, notes)
    parsed = files.to_rows(opened, columns)
    examined = _examine(actor, contract, parsed, progress)
    return _Found(opened, columns, notes, parsed, examined)


def _examine(actor: User, contract: Contract, parsed: ParsedFile, progress: Progress) -> Examined:
    if not parsed.rows:
        return Examined({}, frozenset())
    candidates = [row.candidate for row in parsed.rows]
    return examine_measurements(actor=actor, contract=contract, rows=candidates, progress=progress)


def _note(row: Import, found: _Found) -> None:
    """Write down what was found."""
    target = ImportState.UNMATCHED if found.parsed is None else ImportState.READ
    if row.state != target:
        row.state = advance(IMPORT, row.state, target)
    row.kind = found.opened.table.kind.value
    row.header, row.columns = list(found.opened.header), found.columns
    row.notes = [pack_issue(0, "", issue) for issue in found.notes]
    row.sample = []
    if found.parsed is None:
        row.sample = [[cell[:80] for cell in cells] for _line, cells in found.opened.body[:SAMPLED]]
    else:
        refused, unchanged = found.examined.refused, found.examined.unchanged
        row.rows_good = len(found.parsed.rows) - len(refused) - len(unchanged)
        row.rows_unchanged, row.rows_empty = len(unchanged), found.parsed.empty
        row.row_errors = _errors(found.parsed, refused)
    row.save(update_fields=[
        "state", "kind", "header", "columns", "notes", "sample", "rows_good", "rows_unchanged",
        "rows_empty", "row_errors",
    ])  # fmt: skip


def _refuse(import_: Import, refused: RuleViolation) -> Import:
    row = Import.objects.select_for_update().defer("content").get(pk=import_.pk)
    row.state = advance(IMPORT, row.state, ImportState.REFUSED)
    row.notes = [pack_issue(0, "", issue) for issue in refused.issues]
    row.content = b""
    row.save(update_fields=["state", "notes", "content"])
    return row


def _errors(parsed: ParsedFile, refused: dict[int, list[Issue]]) -> list[dict[str, Any]]:
    """The issues of every bad row, each with the address of its cell, in the order of the file."""
    errors = [
        pack_issue(error.line, "", error.issue)
        | {"cell": parsed.address(error.line, error.issue.field)}
        for error in parsed.errors
    ]
    for place, issues in refused.items():
        row = parsed.rows[place]
        code = _shown_code(row.candidate.participant)
        errors += [
            pack_issue(row.line, code, issue) | {"cell": parsed.address(row.line, issue.field)}
            for issue in issues
        ]
    errors.sort(key=lambda error: error["line"])
    return errors


def _shown_code(given: str) -> str:
    """A participant column may hold a name by mistake: keep only what has the shape of a code."""
    return selectors.code_or_nothing(given)
