"""The investor's statement: page, paper and CSV; amounts per contract and claim, nobody in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from payments.forms import StatementForm
from payments.selectors import statements as selectors
from payments.selectors.statements import Statement
from sibportal.web import formats
from sibportal.web.doors import signed_in, status_of
from sibportal.web.exports import csv_response
from sibportal.web.http import page

if TYPE_CHECKING:
    from django.http import HttpRequest

    from payments.rules.statement import StatementLine


@login_required
@require_safe
def statement_list(request: HttpRequest) -> HttpResponse:
    """The investors whose statement the reader may open; a single one is opened at once."""
    organisations = list(selectors.statement_organisations(signed_in(request)))
    if len(organisations) == 1:
        return redirect("payments:statement-detail", organisations[0].pk)
    return page(request, "payments/statement_list.html", {"organisations": organisations})


@login_required
@require_safe
def statement_detail(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Committed, paid in, received, expected and still possible, per contract, on a day."""
    form = _asked(request)
    context = {"form": form, **_context(_statement(request, organisation_id, _day(form)))}
    return page(request, "payments/statement_detail.html", context, status=status_of(form))


@login_required
@require_safe
def statement_print(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """The same on paper."""
    statement = _statement(request, organisation_id, _day(_asked(request)))
    return page(request, "payments/statement_print.html", _context(statement))


@login_required
@require_safe
def statement_export(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """The same as a table that spreadsheets read and do not run."""
    statement = _statement(request, organisation_id, _day(_asked(request)))
    return csv_response(f"statement-{statement.as_of.isoformat()}.csv", _rows(statement))


def _asked(request: HttpRequest) -> StatementForm:
    given = request.GET.get("as_of", "").strip()
    return StatementForm({"as_of": given or formats.plain_day(timezone.localdate())})


def _day(form: StatementForm) -> date:
    """The day asked for; today where it cannot be read, and the form says so."""
    return form.cleaned_data["as_of"] if form.is_valid() else timezone.localdate()


def _statement(request: HttpRequest, organisation_id: UUID, day: date) -> Statement:
    viewer = signed_in(request)
    organisation = selectors.statement_organisation(viewer, organisation_id)
    return selectors.investor_statement(viewer, organisation, day)


def _context(statement: Statement) -> dict[str, Any]:
    return {"statement": statement, "organisation": statement.organisation}


def _rows(statement: Statement) -> Iterator[Sequence[object]]:
    yield (
        _("Row"), _("Contract"), _("Claim"), _("Day"), _("Currency"), _("Committed"), _("Paid in"),
        _("Received"), _("Expected"), _("Still possible"),
    )  # fmt: skip
    for one in statement.contracts:
        currency, code = one.contract.currency, one.contract.code
        yield (_("Contract"), code, "", statement.as_of, currency, *_figures(one.line))
        for part in one.received_parts:
            yield (
                _("Payment"), code, part.claim.number, part.paid_on, currency, "", "",
                part.amount, "", "",
            )  # fmt: skip
    for total in statement.totals:
        yield (_("Total"), "", "", statement.as_of, total.currency, *_figures(total.line))


def _figures(line: StatementLine) -> tuple[object, ...]:
    return (line.committed, line.paid_in, line.received, line.expected, line.still_possible)
