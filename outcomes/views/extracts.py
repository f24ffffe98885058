"""Pages of coded rows: a template, the file, what was found in it, and the rows behind figures."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from outcomes import selectors, services
from outcomes.forms.aggregates import ExtractForm, FiguresForm
from outcomes.rules import headers
from outcomes.rules.aggregates.extract import Column, Wrong, group_name
from outcomes.rules.aggregates.words import Group
from outcomes.rules.files.extract_template import Words, write_extract_template
from outcomes.rules.reading import without_noughts
from outcomes.selectors import aggregates as read
from outcomes.selectors import extracts
from outcomes.selectors.aggregated import delivered
from outcomes.views import shown_aggregates as shown
from outcomes.views.common import document_of, outcome_title
from outcomes.views.workbooks import XLSX_TYPE
from sibportal.web.components import ImportProblem
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.exports import csv_response, file_response
from sibportal.web.http import page
from sibportal.web.messages import issue_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from outcomes.models import AggregateRow

MOST_SHOWN = 200


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def extract_upload(
    request: HttpRequest, delivery_id: UUID, number: int, outcome: str
) -> HttpResponse:
    """Upload coded rows; what is wrong is listed, and then nothing of the file is kept."""
    actor = signed_in(request)
    row, period, _need = read.to_give(actor, delivery_id, number, outcome)
    form = ExtractForm(request.POST or None, request.FILES or None)
    wrong: Sequence[Wrong] = ()
    if request.method == "POST":
        form = ExtractForm(request.POST, request.FILES)
        made = accepted(
            form,
            lambda: services.read_extract(
                actor=actor, delivery=row, period=period, outcome=outcome,
                content=form.cleaned_data["file"].read(),
            ),
        )  # fmt: skip
        if made and made.kept:
            return redirect("outcomes:extract-deliver", made.kept.pk)
        wrong = made.found.wrong if made else ()
    document = document_of(row.contract)
    context = {
        "contract": row.contract,
        "form": form,
        "title": outcome_title(document, outcome),
        "period": period,
        "delivery": row,
        "outcome": outcome,
        "agreement": shown.agreement(row, document),
        "filters": shown.ways(row, period, outcome, by_file=True),
        "problems": _problems(wrong),
        "bad_rows": len({one.line for one in wrong}),
        "more": max(0, len(wrong) - MOST_SHOWN),
    }
    status = 422 if wrong else status_of(form)
    return page(request, "outcomes/extract_upload.html", context, status=status)


@login_required
@require_safe
def extract_template(
    request: HttpRequest, delivery_id: UUID, number: int, outcome: str
) -> HttpResponse:
    """An Excel file to fill in with coded rows."""
    actor = signed_in(request)
    row, period, need = read.to_give(actor, delivery_id, number, outcome)
    content = write_extract_template(
        extracts.asked(period, need),
        words=_words(outcome_title(document_of(row.contract), outcome)),
        made_on=selectors.today(row.contract),
        language=get_language() or "en",
    )
    return file_response(f"rows-{row.contract.code}-{period.number}.xlsx", XLSX_TYPE, content)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def extract_deliver(request: HttpRequest, extract_id: UUID) -> HttpResponse:
    """What was found in a file, and everything beside it that a delivery says."""
    actor = signed_in(request)
    file = extracts.waiting(actor, extract_id)
    row, period, need = read.to_give(actor, file.delivery_id, file.period.number, file.outcome_key)
    standing = read.standing_row(period, file.outcome_key)
    counted = extracts.counted(file, need)
    form = FiguresForm(
        request.POST or None,
        need=need,
        span=read.setting(period, need).span,
        of=delivered(standing) if standing else None,
        is_correction=standing is not None,
        counted=[one.group for one in counted],
    )
    if request.method == "POST":
        made = accepted(
            form,
            lambda: services.deliver_extract(actor=actor, file=file, given=form.given()),
        )
        if made:
            messages.success(request, _("Delivered. Somebody else in your organisation signs it."))
            return redirect("outcomes:aggregate-detail", made.uuid)
    context = {
        "contract": row.contract,
        "form": form,
        "title": outcome_title(document_of(row.contract), file.outcome_key),
        "period": period,
        "file": file,
        "standing": standing,
        "groups": shown.groups_of(counted),
        "is_quantity": need.is_quantity,
        "rows": sum(one.people for one in counted),
    }
    return page(request, "outcomes/extract_deliver.html", context, status=status_of(form))


@login_required
@require_safe
def aggregate_rows(request: HttpRequest, aggregate_id: UUID) -> HttpResponse:
    """The coded rows behind figures; who read them is written down."""
    actor = signed_in(request)
    row = read.aggregate(actor, aggregate_id)
    rows = services.read_coded_rows(actor=actor, aggregate=row)
    language = get_language() or "en"
    header = ("group", "code", *(name for name in Column if _told(rows[0], name) is not None))
    lines = [
        [group_name(Group(one.group), language), one.code]
        + [_told(one, name) for name in header[2:]]
        for one in rows
    ]
    return csv_response(f"rows-{row.contract.code}-{row.period.number}.csv", [header, *lines])


def _told(one: AggregateRow, name: str) -> object:
    """What a row says, as a file of rows writes it."""
    if name == Column.VALUE:
        return None if one.value is None else without_noughts(one.value)
    told = getattr(one, name)
    return int(told) if isinstance(told, bool) else told


def _problems(wrong: Sequence[Wrong]) -> list[ImportProblem]:
    names = headers.extract_names(get_language() or "en")
    return [
        ImportProblem(
            row=one.line,
            column=names.get(one.issue.field, "–"),
            value=one.issue.value,
            message=issue_sentence(one.issue),
        )
        for one in wrong[:MOST_SHOWN]
    ]


def _words(title: str) -> Words:
    return Words(
        sheet=_("Rows"),
        instructions_sheet=_("How to fill in"),
        instructions=[
            title,
            _("One row for each person of a group. The portal counts the figures from the rows."),
            _("The code is your own and leads to nobody here: letters, digits and - _ . / with at"
              " least one digit."),
            _("Never write a name or a personal identity code."),
            _("The same person may stand in a group and in the time before it, under one code."),
            _("Write values, not formulas, and do not merge cells."),
        ],
        yes=_("yes"),
        no=_("no"),
        refused=_("This does not fit the cell. Look at the second sheet."),
    )  # fmt: skip
