"""One line per contract: intake, outcomes and money together, in the same few queries for any
number of contracts. What a reader may not see is None."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

import cohorts.selectors
import contracts.selectors
import outcomes.selectors
from cohorts.selectors import IntakeSummary
from contracts.models import Contract, Party, ReportingPeriod
from outcomes.selectors import Progress
from outcomes.selectors.versions import is_closed, with_closings
from payments.selectors.claims import MoneySummary, paid_and_possible
from sibportal.accounts import access
from sibportal.accounts.roles import Action, PartyRole

HUNDRED = Decimal(100)
_PROVIDERS = (PartyRole.LEAD_PROVIDER, PartyRole.SERVICE_PARTNER)


class AgainstPath(StrEnum):
    """A verified outcome against what the parties expected by now."""

    AHEAD = "ahead"
    AS_EXPECTED = "as_expected"
    BEHIND = "behind"


@dataclass(frozen=True)
class Overview:
    """How one contract stands. `period` is the earliest that no verifier has signed yet."""

    contract: Contract
    providers: tuple[str, ...]
    intake: IntakeSummary | None
    outcomes: tuple[Progress, ...]
    money: MoneySummary | None
    period: ReportingPeriod | None
    counts_shown: bool


def contracts_as(viewer: access.Viewer, roles: Collection[PartyRole]) -> QuerySet[Contract]:
    """The contracts that `viewer` may see and in which an own organisation has one of `roles`."""
    own = access.memberships(viewer).values("organisation")
    parties = Party.objects.filter(contract=OuterRef("pk"), role__in=roles, organisation__in=own)
    return contracts.selectors.contracts(viewer).filter(Exists(parties)).order_by("code")


def overviews(viewer: access.Viewer, rows: Iterable[Contract]) -> list[Overview]:
    """How each of these contracts stands, as `viewer` may see it, in the order given."""
    wanted = {row.pk: row for row in rows}
    shown = contracts.selectors.contracts(viewer).filter(pk__in=wanted)
    seen = set(shown.values_list("pk", flat=True))
    kept = [row for pk, row in wanted.items() if pk in seen]
    providers = _providers(kept)
    intake = cohorts.selectors.intake_summaries(viewer, kept)
    with_intake = _allowed(viewer, Action.VIEW_COHORT, seen)
    with_counts = _allowed(viewer, Action.VIEW_COUNTS, seen)
    progress = outcomes.selectors.outcome_progress(viewer, seen)
    money = paid_and_possible(viewer, kept)
    periods = _first_open_periods(kept)
    return [
        Overview(
            contract=row,
            providers=tuple(providers[row.pk]),
            intake=intake[row.pk] if row.pk in with_intake else None,
            outcomes=progress.get(row.pk, ()),
            money=money.get(row.pk),
            period=periods.get(row.pk),
            counts_shown=row.pk in with_counts,
        )
        for row in kept
    ]


def verified_until(rows: Iterable[Overview]) -> date | None:
    """The last day that any verified figure of these contracts covers."""
    ends = [point.period.ends_on for row in rows for one in row.outcomes for point in one.series]
    return max(ends) - timedelta(days=1) if ends else None


def expected_by(progress: Progress, day: date) -> Decimal | None:
    """What the agreed path says by a day: a share of a rate, a number of people of a count."""
    passed = [point.value for point in progress.path if point.day <= day]
    if not passed:
        return None
    return passed[-1] / HUNDRED if progress.is_rate else passed[-1]


def against_path(progress: Progress) -> AgainstPath | None:
    """Where the latest verified figure lies against the path; a rate by its 95 % interval."""
    latest = progress.current
    expected = None if latest is None else expected_by(progress, latest.period.ends_on)
    if latest is None or expected is None:
        return None
    if not progress.is_rate:
        value = progress.value(latest)
        if value is None:
            return None
        return AgainstPath.AS_EXPECTED if value >= expected else AgainstPath.BEHIND
    if latest.low is None or latest.high is None:
        return None
    if latest.low > expected:
        return AgainstPath.AHEAD
    return AgainstPath.BEHIND if latest.high < expected else AgainstPath.AS_EXPECTED


def _allowed(viewer: access.Viewer, action: Action, ids: Collection[UUID]) -> set[UUID]:
    rows = access.visible(Contract.objects.filter(pk__in=ids), viewer, action)
    return set(rows.values_list("pk", flat=True))


def _providers(rows: list[Contract]) -> dict[UUID, list[str]]:
    days = {row.pk: contracts.selectors.today(row) for row in rows}
    parties = Party.objects.filter(contract__in=days, role__in=_PROVIDERS)
    found: dict[UUID, list[str]] = defaultdict(list)
    for party in parties.select_related("organisation").order_by("role", "key"):
        day = days[party.contract_id]
        started = party.predecessor_id is None or party.valid_from <= day
        if started and (party.valid_until is None or party.valid_until > day):
            found[party.contract_id].append(party.organisation.name)
    return found


def _first_open_periods(rows: list[Contract]) -> dict[UUID, ReportingPeriod]:
    unsigned = ReportingPeriod.objects.filter(~is_closed(), contract__in=[row.pk for row in rows])
    first = unsigned.order_by("contract_id", "number").distinct("contract_id")
    return {period.contract_id: period for period in with_closings(first)}
