"""Pages of an import: upload, columns, how far it is, what to mend, confirm or put aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outcomes import selectors, services
from outcomes.forms import ImportForm, MatchForm
from outcomes.models import Import
from outcomes.rules import headers
from outcomes.selectors import imports as reads
from outcomes.selectors import unpack_issue
from outcomes.services import READ_IMPORT, SAVE_IMPORT
from outcomes.states import ImportState
from sibportal.accounts.roles import Action
from sibportal.web.components import ImportProblem, ImportReport, Meter
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.http import page
from sibportal.web.messages import MESSAGES, issue_sentence, sentence

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

MOST_SHOWN = 200


@login_required
@require_http_methods(["GET", "POST"])
def import_create(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Upload a file; it is read and examined, and nothing of it is saved."""
    actor = signed_in(request)
    contract = selectors.contract_seen(actor, contract_id, Action.SUBMIT_MEASUREMENT)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = ImportForm(request.POST, request.FILES)
        read = accepted(
            form,
            lambda: services.read_import(
                actor=actor,
                contract=contract,
                file_name=form.cleaned_data["file"].name,
                content=form.cleaned_data["file"].read(),
            ),
        )
        if read:
            return redirect("outcomes:import-detail", read.pk)
    context = {
        "form": form,
        "contract": contract,
        "periods": reads.begun_periods(contract),
    }
    return page(request, "outcomes/import_create.html", context, status=status_of(form))


@login_required
@require_safe
def import_detail(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """How far a file is; then how many rows are fine, and how to mend the others."""
    row = selectors.import_seen(signed_in(request), import_id)
    is_unmatched = row.state == ImportState.UNMATCHED
    if is_unmatched and not getattr(request, "htmx", None):
        return redirect("outcomes:import-match", row.pk)
    work = reads.work_on(row, READ_IMPORT, SAVE_IMPORT)
    is_read = row.state == ImportState.READ
    if row.state not in {ImportState.UPLOADED, ImportState.READ}:
        work = None
    context = {
        "row": row,
        "contract": row.contract,
        "is_unmatched": is_unmatched,
        "is_working": work is not None and not work.failed,
        "is_saving": is_read,
        "work": work,
        "meter": Meter(work.done, work.total) if work and work.total else None,
        "failure": _failure(work.failed) if work else "",
        "report": _report(row) if is_read else None,
        "notes": _notes(row),
        "more": max(0, len(row.row_errors) - MOST_SHOWN) if is_read else 0,
        "earlier": selectors.same_file(row),
        "to_mend": bool(row.row_errors) and reads.is_kept(row),
    }
    return page(
        request, "outcomes/import_detail.html", context, fragment="outcomes/_import_state.html"
    )


@login_required
@require_http_methods(["GET", "POST"])
def import_match(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Which column is what, with what the names of the columns suggest."""
    actor = signed_in(request)
    row = selectors.import_seen(actor, import_id)
    if row.state not in {ImportState.UNMATCHED, ImportState.READ}:
        return redirect("outcomes:import-detail", row.pk)
    form = MatchForm(request.POST or None, header=row.header, columns=row.columns)
    if request.method == "POST":
        matched = accepted(
            form,
            lambda: services.match_columns(actor=actor, import_=row, columns=form.columns()),
        )
        if matched:
            return redirect("outcomes:import-detail", row.pk)
    context = {"row": row, "contract": row.contract, "form": form, "columns": _samples(row, form)}
    return page(request, "outcomes/import_match.html", context, status=status_of(form))


@login_required
@require_POST
def import_confirm(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Save the file: every row, or the good ones where the person pressed that button."""
    actor = signed_in(request)
    row = selectors.import_seen(actor, import_id)
    outcome = services.confirm_import(
        actor=actor, import_=row, only_good_rows=request.POST.get("rows") == "good"
    )
    if outcome is None:
        return redirect("outcomes:import-detail", row.pk)
    text = ngettext(
        "%(count)s measurement is saved.", "%(count)s measurements are saved.", outcome.count
    )
    messages.success(request, text % {"count": outcome.count})
    return redirect("outcomes:measurement-list", row.contract_id)


@login_required
@require_POST
def import_cancel(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Put the file aside."""
    actor = signed_in(request)
    row = selectors.import_seen(actor, import_id)
    services.cancel_import(actor=actor, import_=row)
    messages.info(request, _("The file was put aside. Nothing of it was saved."))
    return redirect("outcomes:import-create", row.contract_id)


def _report(row: Import) -> ImportReport:
    names = headers.template(get_language() or "en")
    problems = tuple(
        ImportProblem(
            row=stored["line"],
            cell=stored.get("cell", ""),
            column=names.get(stored["field"], "–"),
            value=stored["value"],
            message=issue_sentence(unpack_issue(stored)),
            who=stored["participant"],
        )
        for stored in sorted(row.row_errors[:MOST_SHOWN], key=_place)
    )
    bad = len({stored["line"] for stored in row.row_errors})
    return ImportReport(
        row.file_name,
        row.rows_good + row.rows_unchanged + bad,
        row.rows_good,
        problems,
        bad_rows=bad,
        unchanged=row.rows_unchanged,
        empty=row.rows_empty,
        notes=tuple(_notes(row)),
    )


def _place(stored: dict[str, Any]) -> tuple[int, int, str]:
    """Row by row and column by column, where Z comes before AA."""
    cell = stored.get("cell", "")
    return stored["line"], len(cell), cell


def _notes(row: Import) -> list[str]:
    return [issue_sentence(unpack_issue(stored)) for stored in row.notes]


def _failure(code: str) -> str:
    """Why the worker gave up, where the reason has a sentence; else that it did."""
    if not code:
        return ""
    if code in MESSAGES:
        return sentence(code)
    return _(
        "The portal could not finish this. Nothing was saved. Put the file aside and try again."
    )


def _samples(row: Import, form: MatchForm) -> list[tuple[object, list[str]]]:
    """Each question beside what stands in the first rows of that column."""
    found: list[tuple[object, list[str]]] = []
    for place, field in enumerate(form):
        cells = [cells[place] for cells in row.sample if place < len(cells)]
        found.append((field, [cell for cell in cells if cell.strip()]))
    return found
