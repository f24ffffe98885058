"""What happened to a contract as a whole, for those who see it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from contracts.models import Contract, ContractTurn, Metric, MetricSuspicion
from contracts.rules.clauses import payers_on
from contracts.rules.terms.document import FollowUp, Outcome, TermsDocument
from contracts.selectors.frame import today
from contracts.selectors.terms import last_agreed, terms_document, terms_in_force
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.web.localised import choose, localised


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
    return suspicion_of(viewer, suspicion_id, Action.SUSPECT_METRIC)


def suspicion_of(viewer: access.Viewer, suspicion_id: UUID, action: Action) -> MetricSuspicion:
    """One suspicion about which the viewer may do `action`. NotVisible, NotAllowed."""
    rows = MetricSuspicion.objects.select_related("contract", "raised_by")
    found = access.get(rows, viewer, Action.VIEW_CONTRACT, pk=suspicion_id)
    access.require(viewer, action, found)
    return found


def suspect_metrics(of: Contract) -> dict[str, date]:
    """The metrics of an authorised contract under suspicion now, by code, and since which day."""
    rows = MetricSuspicion.objects.filter(contract=of, cleared=None)
    return dict(rows.order_by("-from_day").values_list("metric_code", "from_day"))


def suspected_since(contracts: Iterable[Contract]) -> dict[UUID, dict[str, date]]:
    """`suspect_metrics` of several authorised contracts in one query."""
    rows = MetricSuspicion.objects.filter(contract__in=list(contracts), cleared=None)
    found: dict[UUID, dict[str, date]] = {}
    for contract, code, day in rows.order_by("-from_day").values_list(
        "contract", "metric_code", "from_day"
    ):
        found.setdefault(contract, {})[code] = day
    return found


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
    measured: list[Outcome | FollowUp] = [*document.outcomes, *document.follow_up]
    return list(dict.fromkeys(one.metric.code for one in measured if one.metric))


def last_wording(of: Contract) -> TermsDocument | None:
    """The last agreed terms of an authorised contract; they may hold from a later day."""
    agreed = last_agreed(of)
    return terms_document(agreed) if agreed else None


def outcome_titles(of: Contract) -> dict[str, str]:
    """The outcomes of the last agreed terms with their titles in the reader's language."""
    wording = last_wording(of)
    outcomes = wording.outcomes if wording else ()
    return {one.key: str(choose(one.title)) or one.key for one in outcomes}


def payer_shares(of: Contract) -> dict[str, Decimal]:
    """What each payer pays today by the last agreed terms, in per cent, by the party's key."""
    wording = last_wording(of)
    payers = payers_on(wording, today(of)) if wording else ()
    return {one.party: one.share_percent for one in payers}


def measured_alongside(of: Contract) -> list[str]:
    """Titles of what the last agreed terms measure and never pay for."""
    wording = last_wording(of)
    return [str(choose(one.title)) or one.key for one in (wording.follow_up if wording else ())]
