"""Figures from outside, for readers and for the calculation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet, Sum

import contracts.selectors
from contracts.models import Contract
from payments.models import CapitalPayment, Payment, SuppliedFigure, SuppliedKind
from payments.rules.inputs import Flow
from sibportal.accounts import access
from sibportal.accounts.roles import Action

if TYPE_CHECKING:
    from contracts.rules.terms import TermsDocument
    from contracts.rules.terms.document import Titles
    from sibportal.accounts.access import Viewer


@dataclass(frozen=True)
class Supplied:
    """Accepted figures of a contract up to a day, as a calculation takes them."""

    service_cost: Decimal | None
    other_funding: Decimal
    indexes: dict[str, Decimal]


def figures(viewer: Viewer, contract: Contract) -> QuerySet[SuppliedFigure]:
    """The figures of a contract, newest first, for those who see its claims."""
    rows = access.visible(SuppliedFigure.objects.all(), viewer, Action.VIEW_CLAIM)
    return (
        rows.filter(contract=contract)
        .select_related("recorded_by", "checked__checked_by")
        .order_by("-recorded_at")
    )


def figure(viewer: Viewer, figure_id: UUID) -> SuppliedFigure:
    """One figure that the viewer may check. NotVisible, NotAllowed."""
    rows = SuppliedFigure.objects.select_related("contract", "recorded_by")
    found = access.get(rows, viewer, Action.VIEW_CLAIM, pk=figure_id)
    access.require(viewer, Action.CHECK_FIGURE, found)
    return found


def index_titles(contract: Contract) -> dict[str, Titles]:
    """The index clauses that agreed or open terms of an authorised contract name, by key."""
    versions = [contracts.selectors.open_terms(contract), contracts.selectors.last_agreed(contract)]
    return {
        clause.key: clause.title
        for terms in versions
        if terms is not None
        for clause in contracts.selectors.terms_document(terms).indexes
    }


def index_keys(contract: Contract) -> frozenset[str]:
    """The keys of those clauses."""
    return frozenset(index_titles(contract))


def supplied_until(contract_id: UUID, day: date) -> Supplied:
    """What was accepted for the time before a day: sums of costs and funding that lie wholly
    before it, and the newest value of each index that began before it."""
    accepted = SuppliedFigure.objects.filter(contract=contract_id, checked__accepted=True)
    sums = dict(
        accepted.filter(until__lte=day)
        .exclude(kind=SuppliedKind.INDEX)
        .order_by()
        .values_list("kind")
        .annotate(total=Sum("value"))
    )
    newest = accepted.filter(kind=SuppliedKind.INDEX, from_day__lt=day).order_by(
        "index_key", "-from_day", "-recorded_at"
    )
    return Supplied(
        service_cost=sums.get(SuppliedKind.SERVICE_COST.value),
        other_funding=sums.get(SuppliedKind.OTHER_FUNDING.value, Decimal(0)),
        indexes=dict(newest.distinct("index_key").values_list("index_key", "value")),
    )


def frozen_outcomes(contract: Contract, terms: TermsDocument, until: date) -> tuple[str, ...]:
    """The outcomes that rest on a metric under suspicion since before a day, also by a part."""
    suspect = {
        code
        for code, since in contracts.selectors.suspect_metrics(contract).items()
        if since < until
    }
    simple = {one.key for one in terms.outcomes if one.metric and one.metric.code in suspect}
    return tuple(
        one.key
        for one in terms.outcomes
        if one.key in simple or (one.composite and simple & set(one.composite.parts))
    )


def capital_flows(contract: Contract, until: date) -> tuple[tuple[Flow, ...], tuple[Flow, ...]]:
    """What investors paid in, and what was paid on claims, before a day, in its order."""
    paid_in = CapitalPayment.objects.filter(commitment__contract=contract, paid_on__lt=until)
    paid = Payment.objects.filter(claim__contract=contract, paid_on__lt=until)
    return _flows(paid_in), _flows(paid)


def _flows(rows: QuerySet[CapitalPayment] | QuerySet[Payment]) -> tuple[Flow, ...]:
    summed = rows.order_by("paid_on").values_list("paid_on").annotate(total=Sum("amount"))
    return tuple(Flow(day, total) for day, total in summed)
