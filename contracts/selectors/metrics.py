"""What can be measured: definitions, their versions, and what was taken from the library."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import fields
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from contracts.models import Metric
from contracts.rules import metric_library
from contracts.rules.metrics import Defined, MetricFacts
from contracts.rules.terms.document import MetricReference
from sibportal.kernel.errors import NotVisible


def metrics() -> QuerySet[Metric]:
    """The metric definitions in all their versions; they belong to no contract."""
    return Metric.objects.all()


def newest_metrics(*, without: Collection[str] = ()) -> QuerySet[Metric]:
    """The newest version of every metric whose code is not among these."""
    newest = Metric.objects.order_by("code", "-version").distinct("code").values("pk")
    return Metric.objects.filter(pk__in=newest).exclude(code__in=without).order_by("code")


def metric(metric_id: UUID) -> Metric:
    """One version of a metric. NotVisible where there is none."""
    found = Metric.objects.filter(pk=metric_id).first()
    if found is None:
        raise NotVisible()
    return found


def metric_versions(code: str) -> list[Metric]:
    """Every version of one metric, newest first."""
    return list(Metric.objects.filter(code=code).order_by("-version"))


def metric_facts(of: Metric) -> MetricFacts:
    """A definition as its rules read it; numbers without the zeros that the table adds."""
    stored: dict[str, Any] = {field.name: getattr(of, field.name) for field in fields(MetricFacts)}
    for name, value in stored.items():
        if isinstance(value, Decimal):
            stored[name] = value.normalize() + 0
    return MetricFacts(**stored)


def picked_metrics() -> dict[str, Metric]:
    """The rows that were taken from the library's entries as they are now, by code."""
    wanted = Q(pk__in=())
    for facts in metric_library.library():
        wanted |= Q(code=facts.code, library_version=facts.library_version)
    return {metric.code: metric for metric in Metric.objects.filter(wanted)}


def defined_metrics(references: Iterable[MetricReference]) -> dict[MetricReference, Defined]:
    """What terms ask of those metrics that are defined, in one query."""
    return {
        reference: Defined(metric.kind, metric.use)
        for reference, metric in referenced_metrics(references).items()
    }


def referenced_metrics(references: Iterable[MetricReference]) -> dict[MetricReference, Metric]:
    """The definitions that terms name, those that exist, in one query."""
    wanted = Q(pk__in=())
    for reference in references:
        wanted |= Q(code=reference.code, version=reference.version)
    rows = Metric.objects.filter(wanted)
    return {MetricReference(row.code, row.version): row for row in rows}
