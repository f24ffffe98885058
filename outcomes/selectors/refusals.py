"""Who refuses to be measured any more, or to be followed in registers, and from which day on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef

from cohorts.models import Consent
from cohorts.rules.consent import Switch, current
from cohorts.selectors import entries_of
from contracts.models import Contract
from contracts.selectors import today

STOPPING = (Switch.SERVICE, Switch.REGISTER_FOLLOW_UP)


def refusals(contracts: Iterable[Contract]) -> dict[UUID, dict[Switch, date]]:
    """For the participants whose consent is refused today: since when, by switch.

    One query, and only rows of those who have said no at some time are read.
    """
    days = {contract.pk: today(contract) for contract in contracts}
    said_no = Consent.objects.filter(
        participant=OuterRef("participant"), switch__in=STOPPING, given=False
    )
    rows: dict[UUID, list[Consent]] = defaultdict(list)
    on: dict[UUID, date] = {}
    for row in Consent.objects.filter(
        Exists(said_no), participant__cohort__contract__in=days, switch__in=STOPPING
    ).select_related("participant__cohort"):
        rows[row.participant_id].append(row)
        on[row.participant_id] = days[row.participant.cohort.contract_id]
    found: dict[UUID, dict[Switch, date]] = {}
    for person, given in rows.items():
        entries = entries_of(given)
        latest = {switch: current(entries, switch, on[person]) for switch in STOPPING}
        refused = {
            switch: one.effective_on for switch, one in latest.items() if one and not one.given
        }
        if refused:
            found[person] = refused
    return found
