"""What happened to a contract as a whole, for those who see it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from contracts.models import Contract, ContractTurn, Metric, MetricSuspicion
from contracts.selectors.frame import today
from contracts.selectors.terms import terms_document, terms_in_force
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.web.localised import localised


def turns(viewer: access.Viewer, of: Contract) -> QuerySet[ContractTurn]:
    """Suspensions, resumptions and the end of a contract, newest first."""
    rows = access.visible(ContractTurn.objects.all(), viewer, Action.VIEW_CONTRACT)
    return rows.filter(contract=of).select_related("recorded_by")


def suspicions(viewer: access.Viewer, of: Contract) -> QuerySet[MetricSuspicion]:
    """Metrics that came under suspicion, newest first, and whether they were cleared."""
    rows = access.visible(MetricSuspicion.objects.all(), viewer, Action.VIEW_CONTRACT)
    return rows.filter(contract=of).select_related("raised_by", "cleared__cleared_by")


def suspicion(viewer: access.Viewer, suspicion_id: UUID) -> MetricSuspicion:
    """One suspicion that the viewer may clear. NotVisible, NotAllowed."""
    rows = MetricSuspicion.objects.select_related("contract", "raised_by")
    found = access.get(rows, viewer, Action.VIEW_CONTRACT, pk=suspicion_id)
    access.require(viewer, Action.SUSPECT_METRIC, found)
    return found


def suspect_metrics(of: Contract) -> dict[str, date]:
    """The metrics of an authorised contract under suspicion now, by code, and since which day."""
    rows = MetricSuspicion.objects.filter(contract=of, cleared=None)
    return dict(rows.order_by("-from_day").values_list("metric_code", "from_day"))


def metric_titles(of: Contract) -> dict[str, str]:
    """The metrics of `metrics_in_terms` with their titles in the reader's language."""
    codes = metrics_in_terms(of)
    rows = Metric.objects.filter(code__in=codes).order_by("code", "version")
    titles = {metric.code: str(localised(metric, "title")) for metric in rows}
    return {code: titles.get(code, code) for code in codes}


def metrics_in_terms(of: Contract) -> list[str]:
    """The codes of the metrics that the terms in force of an authorised contract rest on."""
    terms = terms_in_force(of, today(of))
    if terms is None:
        return []
    document = terms_document(terms)
    named = [one.metric for one in (*document.outcomes, *document.follow_up) if one.metric]
    return list(dict.fromkeys(metric.code for metric in named))
