"""What the terms editor starts from: the library, metrics, payers, and the wording so far."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Sum

import contracts.selectors
from cohorts.models import Cohort
from contracts.models import Contract, Metric, MetricUse, Terms
from contracts.rules.parties import PAYERS
from contracts.rules.terms import to_document
from contracts.rules.terms.library import template
from contracts.rules.terms.templates import Frame
from contracts.states import TermsState
from sibportal.kernel.errors import NotVisible
from sibportal.web.localised import localised

if TYPE_CHECKING:
    from sibportal.accounts.models import User

PEOPLE_ASSUMED = 200


def basis(contract: Contract) -> Terms | None:
    """The terms that a draft goes on from: the open version, else the last agreed one."""
    return contracts.selectors.open_terms(contract) or contracts.selectors.last_agreed(contract)


def document_of(terms: Terms) -> dict[str, Any]:
    """The wording to go on with, as it was drafted: proposing may have worked it into its base."""
    return to_document(contracts.selectors.drafted_document(terms))


def base_digest(terms: Terms | None) -> str:
    """The digest of the wording that the draft amends, "" for a first version."""
    if terms is None:
        return ""
    if terms.base is not None and terms.state != TermsState.AGREED:
        return terms.base.digest
    return terms.digest if terms.state == TermsState.AGREED else ""


def draft_digest(contract: Contract) -> str:
    """The digest of the open version, "" where none is: what a draft would be written over."""
    terms = contracts.selectors.open_terms(contract)
    return terms.digest if terms else ""


def from_template(contract: Contract, slug: str) -> dict[str, Any]:
    """The document of a template of the library, everything still to be decided left open."""
    try:
        chosen = template(slug.replace("-", "_"))
    except KeyError:
        raise NotVisible from None
    payers = [key for key, _name in payer_choices(contract)]
    # One payer pays all; several decide their shares.
    shares = [(key, Decimal(100)) for key in payers] if len(payers) == 1 else []
    return chosen.document(Frame(contract.currency, payers=shares))


def from_contract(viewer: User, contract: Contract, source: str) -> dict[str, Any]:
    """The wording of another contract that the viewer sees, for this one's currency and payers."""
    try:
        other = contracts.selectors.contract(viewer, UUID(source))
    except ValueError:
        raise NotVisible from None
    terms = contracts.selectors.last_agreed(other)
    if terms is None:
        raise NotVisible
    document = to_document(contracts.selectors.terms_document(terms))
    document.pop("amendment", None)
    known = {key for key, _name in payer_choices(contract)}
    claim = document["claim"]
    claim["payers"] = [one for one in claim.get("payers", []) if one["party"] in known]
    return document | {"currency": contract.currency}


def others(viewer: User, contract: Contract) -> list[Contract]:
    """Other contracts of the viewer whose agreed terms can be started from."""
    seen = contracts.selectors.contracts(viewer).exclude(pk=contract.pk)
    return list(seen.filter(terms__state=TermsState.AGREED).distinct().order_by("code"))


def metric_choices() -> list[tuple[str, str]]:
    """Every metric definition as code and version, with its title; which ones payment may not
    rest on is said."""
    return [
        (
            f"{metric.code}:{metric.version}",
            f"{localised(metric, 'title')} ({metric}){_only(metric)}",
        )
        for metric in contracts.selectors.metrics()
    ]


def _only(metric: Metric) -> str:
    followed = metric.use == MetricUse.FOLLOW_UP
    return f" – {metric.get_use_display()}" if followed else ""


def payer_choices(contract: Contract) -> list[tuple[str, str]]:
    """The payers that act today, by the key that terms name them with."""
    rows = contracts.selectors.parties_today(contract).filter(role__in=PAYERS)
    return [(row.key, str(row.organisation)) for row in rows.order_by("-role", "valid_from")]


def cohort_choices(contract: Contract) -> list[tuple[str, str]]:
    """The cohorts of the contract, by the key that terms name them with."""
    rows = Cohort.objects.filter(contract=contract).order_by("code_prefix")
    return [(row.code_prefix.lower(), str(localised(row, "title"))) for row in rows]


def places(contract: Contract) -> int:
    """How many people the worked table assumes: the agreed places, where there are any."""
    total = Cohort.objects.filter(contract=contract).aggregate(total=Sum("places"))["total"]
    return total or PEOPLE_ASSUMED
