"""Register figures for people: what was agreed, what is due, what was delivered, what waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from cohorts.models import Participant
from contracts.models import Contract, Metric, Party, ReportingPeriod
from contracts.rules.terms import TermsDocument
from contracts.selectors import terms_documents, today
from outcomes.models import (
    Aggregate,
    AggregateVerification,
    DataDelivery,
)
from outcomes.rules.aggregates.needs import Need, needs
from outcomes.rules.aggregates.plausibility import Range, Setting, range_of
from outcomes.rules.aggregates.schedule import due_on, is_expected, state_of, status
from outcomes.rules.aggregates.words import AggregateState, DeliveryStatus
from outcomes.selectors.aggregated import delivered
from sibportal.accounts import access
from sibportal.accounts.roles import Action, PartyRole
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import NotVisible

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer

# What the holder has to do something about.
OPEN = frozenset({DeliveryStatus.DUE, DeliveryStatus.LATE, DeliveryStatus.TO_MEND})
Place = tuple[UUID, str]  # a period and an outcome


@dataclass(frozen=True)
class Expected:
    """One delivery that was agreed on: of which outcome and period, by when, how far it is."""

    delivery: DataDelivery
    period: ReportingPeriod
    outcome: str
    due_on: date
    status: DeliveryStatus
    aggregate: Aggregate | None

    @property
    def is_open(self) -> bool:
        """Whether the data holder has to deliver, or to mend what it delivered."""
        return self.status in OPEN


def delivery(viewer: Viewer, delivery_id: UUID, action: Action) -> DataDelivery:
    """One agreement on deliveries; NotVisible, NotAllowed."""
    rows = DataDelivery.objects.select_related("contract", "holder__organisation")
    found = access.get(rows, viewer, Action.VIEW_CONTRACT, pk=delivery_id)
    access.require(viewer, action, found)
    return found


def to_give(
    viewer: Viewer, delivery_id: UUID, number: int, outcome: str
) -> tuple[DataDelivery, ReportingPeriod, Need]:
    """What `viewer` delivers of one outcome and period, as the terms in force today need it."""
    row = delivery(viewer, delivery_id, Action.DELIVER_AGGREGATE)
    period = row.contract.periods.filter(number=number).first()
    need = needed_of(terms_documents([row.contract]).get(row.contract_id)).get(outcome)
    if period is None or need is None or outcome not in row.outcomes:
        raise NotVisible
    return row, period, need


def agreements(viewer: Viewer, contract: Contract) -> list[DataDelivery]:
    """The agreements on deliveries that hold in a contract, as far as `viewer` sees them."""
    rows = access.visible(_standing(), viewer, Action.VIEW_CONTRACT)
    return list(rows.filter(contract=contract))


def standing_agreements(contract: Contract) -> QuerySet[DataDelivery]:
    """The agreements on deliveries that hold in an authorised contract."""
    return _standing().filter(contract=contract)


def _standing() -> QuerySet[DataDelivery]:
    return DataDelivery.objects.filter(superseded_by=None).select_related(
        "contract", "holder__organisation", "agreed_by"
    )


def schedule(found: Sequence[DataDelivery]) -> list[Expected]:
    """What these agreements ask for of every period that has begun, oldest first."""
    contracts = {one.contract_id: one.contract for one in found}
    days = {pk: today(contract) for pk, contract in contracts.items()}
    by_contract: dict[UUID, list[ReportingPeriod]] = defaultdict(list)
    rows = ReportingPeriod.objects.filter(contract__in=contracts).select_related("contract")
    for period in rows.order_by("number"):
        if period.starts_on <= days[period.contract_id]:
            by_contract[period.contract_id].append(period)
    given = _given(contracts)
    return [
        _expected(one, period, outcome, given.get((period.pk, outcome)), days[one.contract_id])
        for one in found
        for period in by_contract[one.contract_id]
        if is_expected(period.number, one.periods)
        for outcome in one.outcomes
    ]


def _expected(
    one: DataDelivery, period: ReportingPeriod, outcome: str, row: Aggregate | None, as_of: date
) -> Expected:
    found = status(
        state(row) if row else None,
        period_ends_on=period.ends_on,
        lag_days=one.lag_days,
        as_of=as_of,
    )
    due = due_on(period.ends_on, one.lag_days)
    return Expected(one, period, outcome, due, found, row)


def _given(contracts: Iterable[UUID]) -> dict[Place, Aggregate]:
    """The deliveries that nothing has replaced, by period and outcome."""
    rows = _with_parts(Aggregate.objects.filter(contract__in=contracts, superseded_by=None))
    return {(row.period_id, row.outcome_key): row for row in rows}


def _with_parts(rows: QuerySet[Aggregate]) -> QuerySet[Aggregate]:
    return rows.select_related(
        "contract", "period", "delivery__holder__organisation", "signature__signed_by",
        "delivered_by", "supersedes", "superseded_by",
    ).prefetch_related("groups", "findings", "verifications__answer")  # fmt: skip


def state(row: Aggregate) -> AggregateState:
    """What was done with delivered figures last."""
    decisions = sorted(row.verifications.all(), key=lambda one: one.pk)
    last = decisions[-1] if decisions else None
    return state_of(
        is_replaced=getattr(row, "superseded_by", None) is not None,
        is_signed=getattr(row, "signature", None) is not None,
        decision=last.decision if last else "",
        is_answered=last is not None and getattr(last, "answer", None) is not None,
    )


def open_question(row: Aggregate) -> AggregateVerification | None:
    """The verifier's question that waits for an answer."""
    last = row.verifications.order_by("-pk").first()
    return last if last is not None and state(row) is AggregateState.QUERIED else None


def aggregate(viewer: Viewer, aggregate_id: UUID) -> Aggregate:
    """One delivery that `viewer` may see."""
    rows = _with_parts(Aggregate.objects.all())
    return access.get(rows, viewer, Action.VIEW_AGGREGATE, uuid=aggregate_id)


def fresh(row: Aggregate) -> Aggregate:
    """An authorised delivery read anew, with all that was done with it."""
    return _with_parts(Aggregate.objects.filter(pk=row.pk)).get()


def aggregates(viewer: Viewer) -> QuerySet[Aggregate]:
    """The deliveries that `viewer` may see, newest first."""
    rows = access.visible(Aggregate.objects.all(), viewer, Action.VIEW_AGGREGATE)
    return _with_parts(rows).order_by("-pk")


def standing_row(period: ReportingPeriod, outcome: str) -> Aggregate | None:
    """What was delivered for a period and outcome and not replaced since."""
    return _with_parts(
        Aggregate.objects.filter(period=period, outcome_key=outcome, superseded_by=None)
    ).first()


def to_deliver(viewer: Viewer) -> list[Expected]:
    """What a data holder's people have to deliver or to mend, soonest first."""
    rows = access.visible(_standing(), viewer, Action.DELIVER_AGGREGATE)
    found = [one for one in schedule(list(rows)) if one.is_open]
    return sorted(found, key=lambda one: (one.due_on, one.period.number))


def to_sign(viewer: Viewer) -> list[Aggregate]:
    """Deliveries that wait for the signature of `viewer`, who did not make them."""
    rows = access.visible(Aggregate.objects.all(), viewer, Action.SIGN_AGGREGATE)
    waiting = rows.filter(signature=None, superseded_by=None).exclude(delivered_by=viewer.pk)
    return list(_with_parts(waiting).order_by("pk"))


def to_verify(viewer: Viewer) -> list[Aggregate]:
    """Signed deliveries that wait for the verifier."""
    rows = access.visible(Aggregate.objects.all(), viewer, Action.VERIFY_MEASUREMENT)
    signed = _with_parts(rows.filter(signature__isnull=False, superseded_by=None)).order_by("pk")
    return [row for row in signed if state(row) is AggregateState.SIGNED]


@dataclass(frozen=True)
class Missing:
    """How many deliveries a period waits for, those of earlier ones too; whether payment rests on
    one of them, or would if any were missing."""

    count: int
    is_paid: bool


def missing_by_period(
    contract: Contract, periods: Sequence[ReportingPeriod]
) -> dict[UUID, Missing]:
    """What each of these periods waits for; a contract that expects nothing is left out. What the
    terms need and nobody agreed on is due in every period."""
    terms = terms_documents([contract]).get(contract.pk)
    needed = needs(terms) if terms else {}
    if not needed:
        return {}
    given = _given([contract.pk])
    planned = {key: one for one in standing_agreements(contract) for key in one.outcomes}
    waiting = {}
    missing: list[Need] = []
    for period in periods:
        for key, need in needed.items():
            row = given.get((period.pk, key))
            is_due = is_expected(period.number, planned[key].periods if key in planned else ())
            if is_due and (row is None or state(row) is not AggregateState.VERIFIED):
                missing.append(need)
        told = missing or needed.values()
        waiting[period.pk] = Missing(len(missing), any(need.paid_by for need in told))
    return waiting


# --- What figures are held against ------------------------------------------------------------


def needed_of(terms: TermsDocument | None) -> Mapping[str, Need]:
    """What the terms need from registers, by outcome key."""
    return needs(terms) if terms else {}


def setting(period: ReportingPeriod, need: Need) -> Setting:
    """What figures of one outcome and period are checked against."""
    contract = period.contract
    earlier = _with_parts(
        Aggregate.objects.filter(
            contract=contract, outcome_key=need.outcome.key, superseded_by=None,
            period__number__lt=period.number,
        ).order_by("-period__number")
    ).first()  # fmt: skip
    enrolled = Participant.objects.filter(
        cohort__contract=contract, counts=True, enrolment__enrolled_on__lt=period.ends_on
    ).count()
    return Setting(
        need=need,
        span=Period(contract.starts_on, period.ends_on),
        enrolled=enrolled,
        values=values_of(need),
        earlier=delivered(earlier) if earlier else None,
    )


def values_of(need: Need) -> Range:
    """What one person's value can be, by the metric and the terms."""
    metric = need.outcome.metric
    row = None
    if metric is not None:
        row = Metric.objects.filter(code=metric.code, version=metric.version).first()
    if row is None:
        return Range()
    return range_of(need.outcome, row.minimum, row.maximum)


def holders(contract: Contract) -> QuerySet[Party]:
    """The data holders of an authorised contract that are party to it today."""
    on = today(contract)
    rows = Party.objects.filter(contract=contract, role=PartyRole.DATA_HOLDER, valid_from__lte=on)
    return rows.exclude(valid_until__lte=on).select_related("organisation")


def history(row: Aggregate) -> list[Aggregate]:
    """The deliveries that one replaced, step by step, newest first."""
    found: list[Aggregate] = []
    while row.supersedes_id is not None:
        row = _with_parts(Aggregate.objects.filter(pk=row.supersedes_id)).get()
        found.append(row)
    return found
