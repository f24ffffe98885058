"""Pages of a CSV import: upload, the report with everything to mend, confirm or cancel."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outcomes import selectors, services
from outcomes.forms import ImportForm
from outcomes.models import Import
from outcomes.rules.rows import parse
from outcomes.selectors import unpack_issue
from outcomes.states import ImportState
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import NotVisible
from sibportal.web.components import ImportProblem, ImportReport
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.exports import csv_response
from sibportal.web.http import page
from sibportal.web.messages import issue_sentence

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

MOST_SHOWN = 200
TEMPLATE_HEADER = (
    "participant", "metric", "point", "measured_on", "value", "evidence_source",
    "evidence_location", "not_reached_reason", "contact_attempts", "note",
)  # fmt: skip


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
    context = {"form": form, "contract": contract}
    return page(request, "outcomes/import_create.html", context, status=status_of(form))


@login_required
@require_safe
def import_template(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """A file to fill in, with a row for everything that is due."""
    actor = signed_in(request)
    contract = selectors.contract_seen(actor, contract_id, Action.SUBMIT_MEASUREMENT)
    blank = [""] * (len(TEMPLATE_HEADER) - 3)
    rows = [
        (one.participant.code, one.metric.code, one.point.key, *blank)
        for one in selectors.due_list(actor, contract)
    ]
    return csv_response(f"due-{contract.code}.csv", [TEMPLATE_HEADER, *rows])


@login_required
@require_safe
def import_detail(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """What was found in a file: how many rows are fine, and how to mend the others."""
    row = selectors.import_seen(signed_in(request), import_id)
    context = {
        "row": row,
        "contract": row.contract,
        "report": _report(row),
        "more": max(0, len(row.row_errors) - MOST_SHOWN),
        "earlier": selectors.same_file(row),
        "is_open": row.state == ImportState.READ,
    }
    return page(request, "outcomes/import_detail.html", context)


@login_required
@require_POST
def import_confirm(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Save the file: every row, or the good ones where the person pressed that button."""
    actor = signed_in(request)
    row = selectors.import_seen(actor, import_id)
    outcome = services.confirm_import(
        actor=actor, import_=row, only_good_rows=request.POST.get("rows") == "good"
    )
    count = len(outcome.measurements)
    text = ngettext("%(count)s measurement is saved.", "%(count)s measurements are saved.", count)
    messages.success(request, text % {"count": count})
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


@login_required
@require_safe
def import_errors(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """The rows that must be mended, as a file with what is wrong in the last column."""
    row = selectors.import_seen(signed_in(request), import_id)
    if row.state == ImportState.CANCELLED:
        raise NotVisible
    wrong: dict[int, list[str]] = defaultdict(list)
    for stored in row.row_errors:
        wrong[stored["line"]].append(issue_sentence(unpack_issue(stored)))
    given = {one.line: one.candidate for one in parse(bytes(row.content)).rows}
    lines = []
    for line, sentences in wrong.items():
        candidate = given.get(line)
        cells = [getattr(candidate, name) if candidate else "" for name in TEMPLATE_HEADER]
        lines.append((line, *cells, " ".join(sentences)))
    header = (_("row"), *TEMPLATE_HEADER, _("what is wrong"))
    return csv_response(f"mend-{row.contract.code}.csv", [header, *lines])


def _report(row: Import) -> ImportReport:
    problems = tuple(
        ImportProblem(
            row=stored["line"],
            column=stored["field"] or "–",
            value=stored["value"],
            message=issue_sentence(unpack_issue(stored)),
            who=stored["participant"],
        )
        for stored in row.row_errors[:MOST_SHOWN]
    )
    bad = len({stored["line"] for stored in row.row_errors})
    return ImportReport(row.file_name, row.rows_good + bad, row.rows_good, problems)
