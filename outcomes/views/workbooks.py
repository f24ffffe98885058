"""Files that leave for a provider: what is due as a template, and what must be mended."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contracts.models import Contract, ReportingPeriod
from outcomes import selectors
from outcomes.models import FileKind, Import
from outcomes.rules import headers
from outcomes.rules import rows as files
from outcomes.rules.files import template, writing
from outcomes.rules.words import MetricKind
from outcomes.selectors import DueItem, unpack_issue
from outcomes.selectors import imports as reads
from outcomes.states import ImportState
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import NotVisible, RuleViolation
from sibportal.web import formats
from sibportal.web.doors import signed_in
from sibportal.web.exports import csv_response, file_response
from sibportal.web.localised import choose, localised
from sibportal.web.messages import issue_sentence

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_GIVEN = ("participant", "metric", "point")


@login_required
@require_safe
def import_template(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """A CSV file to fill in, with a row for everything that is due."""
    actor = signed_in(request)
    contract = selectors.contract_seen(actor, contract_id, Action.SUBMIT_MEASUREMENT)
    due = selectors.due_list(actor, contract)
    asked = template.asked_columns({MetricKind(one.metric.kind) for one in due})
    blank = [""] * len(asked)
    rows = [(one.participant.code, one.metric.code, one.point.key, *blank) for one in due]
    return csv_response(f"due-{contract.code}.csv", [(*CSV_GIVEN, *asked), *rows])


@login_required
@require_safe
def import_workbook(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """An Excel file to fill in: everything due, or what falls due in one reporting period."""
    actor = signed_in(request)
    contract = selectors.contract_seen(actor, contract_id, Action.SUBMIT_MEASUREMENT)
    period = _chosen_period(contract, request.GET.get("period", ""))
    due = reads.due_in(actor, contract, period)
    most = files.Limits().rows
    if len(due) > most:
        raise RuleViolation("outcomes.template_too_long", limit=most)
    content = template.write_template(
        [_asked(one) for one in due],
        words=_words(contract, period, MetricKind.DAYS in {one.metric.kind for one in due}),
        mark=reads.template_mark(contract, period.number if period else None),
        frame=template.Frame(
            contract.starts_on, selectors.today(contract), selectors.today(contract)
        ),
        language=get_language() or "en",
    )
    number = f"-{period.number}" if period else ""
    return file_response(f"due-{contract.code}{number}.xlsx", XLSX_TYPE, content)


@login_required
@require_safe
def import_errors(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """The rows that must be mended, as a file of the same kind with what is wrong in the last
    column; mended there, it can be uploaded as it is."""
    row = selectors.import_seen(signed_in(request), import_id)
    if row.state not in {ImportState.READ, ImportState.CONFIRMED} or not reads.is_kept(row):
        raise NotVisible
    rows = _to_mend(row)
    name = f"mend-{row.contract.code}.{row.kind}"
    if row.kind == FileKind.XLSX:
        return file_response(name, XLSX_TYPE, writing.write_xlsx(_("To mend"), rows))
    if row.kind == FileKind.ODS:
        return file_response(name, writing.ODS_TYPE, writing.write_ods(_("To mend"), rows))
    return csv_response(name, rows)


def _to_mend(row: Import) -> list[list[str]]:
    """The bad rows as they were given, each with its line before and the sentences after it."""
    wrong: dict[int, list[str]] = defaultdict(list)
    for stored in row.row_errors:
        place = f"{stored['cell']}: " if stored.get("cell") else ""
        wrong[stored["line"]].append(place + issue_sentence(unpack_issue(stored)))
    names = headers.template(get_language() or "en")
    kept = [place for place, name in enumerate(row.header) if not headers.is_report(name)]
    given = dict(files.open_file(bytes(row.content)).body)
    rows = [[names["line"], *(row.header[place] for place in kept), names["wrong"]]]
    for line, sentences in wrong.items():
        cells = given.get(line, [])
        shown = [cells[place] if place < len(cells) else "" for place in kept]
        rows.append([str(line), *shown, " ".join(sentences)])
    return rows


def _chosen_period(contract: Contract, given: str) -> ReportingPeriod | None:
    if not given:
        return None
    found = [one for one in reads.begun_periods(contract) if str(one.number) == given]
    if not found:
        raise NotVisible
    return found[0]


def _asked(one: DueItem) -> template.AskedRow:
    metric = one.metric
    unit = localised(metric, "unit").value
    title = localised(metric, "title").value
    window = one.window
    return template.AskedRow(
        participant=one.participant.code,
        metric=metric.code,
        point=one.point.key,
        asked=f"{title}, {choose(one.point.title).value}" + (f" ({unit})" if unit else ""),
        days=f"{formats.day(window.opens_on)}–{formats.day(window.closes_on)}" if window else "",
        kind=MetricKind(metric.kind),
        minimum=metric.minimum,
        maximum=metric.maximum,
    )


def _words(contract: Contract, period: ReportingPeriod | None, counts_days: bool) -> template.Words:
    title = localised(contract, "title").value
    if period is not None:
        days = f"{formats.day(period.starts_on)}–{formats.last_day(period.ends_on)}"
        title = f"{title}, {days}"
    return template.Words(
        sheet=_("Measurements"),
        instructions_sheet=_("How to fill in"),
        instructions=[
            title,
            _("Each row asks for one measurement. The grey columns are given and locked."),
            _("Fill in the date and the result. Leave a row empty that you cannot fill in yet."),
            *([_("Where days are counted, write their number, or the first and the last of them.")]
              if counts_days else []),
            _("Where somebody was not reached, leave the result empty and write the reason."),
            _("Write values, not formulas, and do not merge cells."),
            _("Add a row below the list for what is missing, such as another event."),
            _("Never write a name or a personal identity code."),
            _("Save, upload it on the same page, and look at the report before you confirm."),
        ],
        yes=_("yes"),
        no=_("no"),
        reasons=[
            _("No answer"), _("Has moved"), _("Did not want to take part this time"),
            _("Contact details are out of date"),
        ],
        refused=_("This does not fit the cell. Look at the second sheet."),
        date_asked=_("The day of the measurement, for example 12.11.2026."),
        value_asked=_("A number. Where somebody was not reached, leave it empty."),
    )  # fmt: skip
