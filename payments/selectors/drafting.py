"""What the terms form starts from: metrics, payers, and the wording to go on with."""

from __future__ import annotations

from typing import Any

from django.db.models import Sum

import contracts.selectors
from cohorts.models import Cohort
from contracts.models import Contract, Terms
from contracts.rules.parties import PAYERS
from sibportal.web.localised import localised

PEOPLE_ASSUMED = 200


def basis(contract: Contract) -> Terms | None:
    """The terms that a draft goes on from: the open version, else the last agreed one."""
    return contracts.selectors.open_terms(contract) or contracts.selectors.last_agreed(contract)


def metric_choices() -> list[tuple[str, str]]:
    """Every metric definition as code and version, with its title."""
    return [
        (f"{metric.code}:{metric.version}", f"{localised(metric, 'title')} ({metric})")
        for metric in contracts.selectors.metrics()
    ]


def payer_choices(contract: Contract) -> list[tuple[str, str]]:
    """The payers that act today, by the key that terms name them with."""
    rows = contracts.selectors.parties_today(contract).filter(role__in=PAYERS)
    return [(row.key, str(row.organisation)) for row in rows.order_by("-role", "valid_from")]


def places(contract: Contract) -> int:
    """How many people the worked table assumes: the agreed places, where there are any."""
    total = Cohort.objects.filter(contract=contract).aggregate(total=Sum("places"))["total"]
    return total or PEOPLE_ASSUMED


def follow_up(terms: Terms | None) -> list[dict[str, Any]]:
    """What the wording so far follows and does not pay for; the form keeps it as it is."""
    return list(terms.document.get("follow_up", [])) if terms else []
