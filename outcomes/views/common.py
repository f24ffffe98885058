"""What the pages of outcomes share: words for values, states and findings, and refused forms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from contracts.models import Contract, Metric, MetricKind
from contracts.rules.terms import TermsDocument
from outcomes import selectors
from outcomes.models import Finding, FindingSeverity, Measurement
from outcomes.states import MeasurementState
from sibportal.web import formats
from sibportal.web.components import Check, Status, Tone
from sibportal.web.localised import choose, localised
from sibportal.web.messages import sentence

if TYPE_CHECKING:
    from django.core.paginator import Page
    from django.http import HttpRequest


T = TypeVar("T")
PER_PAGE = 25
TONES: dict[str, Tone] = {
    MeasurementState.SUBMITTED: "new",
    MeasurementState.CHECKED: "info",
    MeasurementState.QUERIED: "warning",
    MeasurementState.VERIFIED: "verified",
    MeasurementState.REJECTED: "danger",
    MeasurementState.SUPERSEDED: "neutral",
}
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def paged(request: HttpRequest, rows: QuerySet[Any] | Sequence[Any]) -> dict[str, Any]:
    """One page of rows, and what the page links need."""
    paginator = Paginator(rows, PER_PAGE)
    shown: Page[Any] = paginator.get_page(request.GET.get("page"))
    return {"page_obj": shown, "page_range": paginator.get_elided_page_range(shown.number)}


def document_of(contract: Contract) -> TermsDocument | None:
    """The terms in force today, for titles; None where none are agreed."""
    return selectors.terms_documents([contract]).get(contract.pk)


def point_title(document: TermsDocument | None, key: str) -> str:
    """What a measurement point is called, in the reader's language."""
    for point in document.points if document else ():
        if point.key == key:
            return str(choose(point.title)) or key
    return key


def outcome_title(document: TermsDocument | None, key: str) -> str:
    """What an outcome is called, in the reader's language."""
    for outcome in document.outcomes if document else ():
        if outcome.key == key:
            return str(choose(outcome.title)) or key
    return key


def metric_title(metric: Metric) -> str:
    """What a metric is called, in the reader's language."""
    return str(localised(metric, "title")) or metric.code


def value_text(row: Measurement) -> str:
    """A measured value in words, with its unit."""
    return _("Not reached") if row.value is None else number_text(row.metric, row.value)


def number_text(metric: Metric, value: Decimal) -> str:
    """A value of a metric in words, with its unit."""
    if metric.kind == MetricKind.YES_NO:
        return _("Yes") if value else _("No")
    number = formats.number(value, places=metric.decimals)
    unit = localised(metric, "unit").value
    return f"{number}{formats.NBSP}{unit}" if unit else number


def state_status(row: Measurement) -> Status:
    """The tag of a measurement's state."""
    return Status(TONES[row.state], MeasurementState(row.state).label)


def checks_of(found: Iterable[Finding]) -> list[Check]:
    """What the automatic checks said, as a check list; one line says that all were in order."""
    results: dict[str, Any] = {FindingSeverity.BLOCKS: "no", FindingSeverity.LOOK: "look"}
    checks = [
        Check(results.get(one.severity, "ok"), sentence(one.code, **shown(one.params)))
        for one in found
    ]
    clean = _("Range, dates, enrolment, duplicates, consent and evidence are in order.")
    if any(check.result != "ok" for check in checks):
        return checks
    return [Check("ok", clean), *checks]


def shown(params: Mapping[str, Any]) -> dict[str, Any]:
    """Stored parameters with their days as days, so that each language writes them its own way."""
    return {
        name: date.fromisoformat(value)
        if isinstance(value, str) and _ISO_DAY.fullmatch(value)
        else value
        for name, value in params.items()
    }
