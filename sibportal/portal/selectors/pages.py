"""What single dashboards show beside the overview: claims on their way, capital, checking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, F, Min, OuterRef, Prefetch, QuerySet, Subquery, Sum

from contracts.models import Party
from outcomes.models import Import, Measurement, Verification
from outcomes.states import MeasurementState
from payments.models import Allocation, Approval, CapitalPayment, Claim, Commitment, PayerShare
from payments.selectors.claims import NOTHING, claims
from payments.states import ClaimState
from sibportal.accounts import access
from sibportal.accounts.models import Organisation
from sibportal.accounts.roles import Action, PartyRole

CLAIMS_SHOWN = 10
ROWS_SHOWN = 8


@dataclass(frozen=True)
class CapitalOfInvestor:
    """What one investor has committed, paid in and received, in one currency."""

    organisation: Organisation
    currency: str
    committed: Decimal
    paid_in: Decimal
    received: Decimal


@dataclass(frozen=True)
class CheckingState:
    """How far the verification of one contract has come, in measurements, and who else one is."""

    contract_id: UUID
    waiting: int
    queried: int
    verified: int
    rejected: int
    oldest: datetime | None
    other_roles: frozenset[str]


def claims_in_progress(viewer: access.Viewer, ids: Collection[UUID]) -> QuerySet[Claim]:
    """Claims of these contracts that are not settled yet, soonest due first, with their chain."""
    done = (ClaimState.SETTLED, ClaimState.REPLACED)
    rows = claims(viewer).filter(contract__in=ids).exclude(state__in=done)
    shares = PayerShare.objects.select_related("payer__organisation").order_by("position")
    return (
        rows.select_related("terms")
        .prefetch_related(
            Prefetch("payer_shares", shares),
            Prefetch("approvals", Approval.objects.order_by("step")),
            "payments",
        )
        .order_by("due_on", "number")[:CLAIMS_SHOWN]
    )


def capital_by_investor(viewer: access.Viewer) -> list[CapitalOfInvestor]:
    """Committed, paid in and received of every investor that `viewer` may see; three queries."""
    key = ("investor", "contract__currency")
    seen = access.visible(Commitment.objects.all(), viewer, Action.VIEW_CAPITAL)
    committed = _sums(seen, *key)
    paid_in = _sums(
        CapitalPayment.objects.filter(commitment__in=seen),
        "commitment__investor",
        "commitment__contract__currency",
    )
    received = _sums(
        access.visible(Allocation.objects.all(), viewer, Action.VIEW_STATEMENT),
        "investor",
        "payment__claim__contract__currency",
    )
    names = Organisation.objects.in_bulk([investor for investor, _currency in committed])
    rows = [
        CapitalOfInvestor(
            organisation=names[investor],
            currency=currency,
            committed=amount,
            paid_in=paid_in[investor, currency],
            received=received[investor, currency],
        )
        for (investor, currency), amount in committed.items()
    ]
    return sorted(rows, key=lambda row: (row.organisation.name, row.currency))


def _sums(
    rows: QuerySet[Commitment] | QuerySet[CapitalPayment] | QuerySet[Allocation],
    investor: str,
    currency: str,
) -> dict[tuple[UUID, str], Decimal]:
    found: dict[tuple[UUID, str], Decimal] = defaultdict(lambda: NOTHING)
    grouped = rows.order_by().values_list(investor, currency).annotate(total=Sum("amount"))
    found.update({(one, unit): total for one, unit, total in grouped})
    return found


def checking_states(viewer: access.Viewer, ids: Collection[UUID]) -> Mapping[UUID, CheckingState]:
    """How far verification has come in each of these contracts, for those who verify there."""
    rows = access.visible(Measurement.objects.all(), viewer, Action.VERIFY_MEASUREMENT)
    counted = rows.filter(contract__in=ids).order_by().values("contract", "state")
    counts: dict[tuple[UUID, str], int] = {}
    oldest: dict[UUID, datetime] = {}
    for row in counted.annotate(rows=Count("pk"), since=Min("recorded_at")):
        counts[row["contract"], row["state"]] = row["rows"]
        if row["state"] == MeasurementState.CHECKED:
            oldest[row["contract"]] = row["since"]
    other = _other_roles(viewer, ids)
    return {
        pk: CheckingState(
            contract_id=pk,
            waiting=counts.get((pk, MeasurementState.CHECKED), 0),
            queried=counts.get((pk, MeasurementState.QUERIED), 0),
            verified=counts.get((pk, MeasurementState.VERIFIED), 0),
            rejected=counts.get((pk, MeasurementState.REJECTED), 0),
            oldest=oldest.get(pk),
            other_roles=frozenset(other[pk]),
        )
        for pk in ids
    }


def _other_roles(viewer: access.Viewer, ids: Collection[UUID]) -> dict[UUID, set[str]]:
    """What the viewer's organisations are in each contract besides verifier (decision 11)."""
    own = access.memberships(viewer).values("organisation")
    parties = Party.objects.filter(contract__in=ids, organisation__in=own)
    found: dict[UUID, set[str]] = defaultdict(set)
    for contract, role in parties.exclude(role=PartyRole.VERIFIER).values_list("contract", "role"):
        found[contract].add(role)
    return found


def rejected(viewer: access.Viewer) -> QuerySet[Measurement]:
    """Measurements that a verifier rejected and that `viewer` may correct, latest first."""
    rows = access.visible(Measurement.objects.all(), viewer, Action.SUBMIT_MEASUREMENT)
    latest = Verification.objects.filter(measurement=OuterRef("pk")).order_by("-pk")
    return (
        rows.filter(state=MeasurementState.REJECTED)
        .select_related("participant", "metric", "contract")
        .annotate(
            reason=Subquery(latest.values("note")[:1]),
            rejected_at=Subquery(latest.values("decided_at")[:1]),
        )
        .order_by(F("rejected_at").desc(nulls_last=True))[:ROWS_SHOWN]
    )


def imports_lately(viewer: access.Viewer) -> QuerySet[Import]:
    """The latest files with measurements that `viewer` may see."""
    rows = access.visible(Import.objects.all(), viewer, Action.SUBMIT_MEASUREMENT)
    return rows.defer("content").select_related("contract").order_by("-uploaded_at")[:5]
