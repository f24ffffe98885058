"""Closing a period: proposed when it is complete, signed by the verifier, final from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models.functions import Now

from contracts.models import Contract, ReportingPeriod
from outcomes import selectors
from outcomes.models import Closing, Result
from outcomes.rules import closing as rules
from outcomes.selectors.closings import Draft
from outcomes.selectors.versions import is_closed
from outcomes.services.locking import lock_contract
from outcomes.states import CLOSING, ClosingState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import RuleViolation
from sibportal.kernel.transitions import advance

if TYPE_CHECKING:
    from sibportal.accounts.models import User

MAX_REASON = 300


@transaction.atomic
def propose_closing(*, actor: User, contract: Contract) -> Closing | None:
    """Propose the oldest open period for closing if it is complete; otherwise do nothing."""
    access.require(actor, Action.PROPOSE_CLOSING, contract)
    contract = lock_contract(contract.pk)
    for status in selectors.period_status(contract):
        if status.closed:
            continue
        if status.closing is not None or not rules.is_complete(status.items):
            return None
        return _propose(actor, status.period, "")
    return None


@transaction.atomic
def force_closing(*, actor: User, period: ReportingPeriod, reason: str) -> Closing:
    """Let an official propose a period that is over and not complete, with a reason."""
    access.require(actor, Action.FORCE_CLOSING, period)
    contract = lock_contract(period.contract_id)
    reason = reason.strip()
    if not reason:
        raise RuleViolation("outcomes.reason_needed", field="reason")
    if len(reason) > MAX_REASON:
        raise RuleViolation("outcomes.text_too_long", field="reason", limit=MAX_REASON)
    for status in selectors.period_status(contract):
        if status.period.pk == period.pk:
            if status.closing is not None:
                raise RuleViolation("outcomes.closing_exists")
            if not rules.may_close_with_reason(status.items):
                raise RuleViolation("outcomes.closing_too_early")
            return _propose(actor, status.period, reason)
    raise RuleViolation("outcomes.closing_too_early")


@transaction.atomic
def sign_closing(*, actor: User, closing: Closing, digest: str) -> Closing:
    """Freeze a period: cut-offs, row count, digest, and one result per outcome.

    `digest` is what the verifier saw; if rows came or went since, nothing is signed.
    """
    access.require(actor, Action.SIGN_CLOSING, closing)
    lock_contract(closing.contract_id)
    closing.refresh_from_db()
    target = advance(CLOSING, closing.state, ClosingState.SIGNED)
    _require_order(closing)
    draft = selectors.draft(closing.period)
    if draft.pinned.digest != digest:
        raise RuleViolation("outcomes.closing_changed")
    _freeze(actor, closing, draft, target)
    audit.record(
        actor=actor,
        action="closing.signed",
        target=closing,
        contract_id=closing.contract_id,
        after={
            "version": closing.version,
            "rows": draft.pinned.row_count,
            "digest": draft.pinned.digest,
        },
    )
    return closing


def _require_order(closing: Closing) -> None:
    """Figures of a period build on those before it, so they are signed in order."""
    number = closing.period.number
    earlier = ReportingPeriod.objects.filter(contract=closing.contract_id, number__lt=number)
    if earlier.exclude(is_closed()).exists():
        raise RuleViolation("outcomes.closing_out_of_order")


def _freeze(actor: User, closing: Closing, draft: Draft, target: ClosingState) -> None:
    Result.objects.bulk_create(
        Result(
            closing=closing,
            outcome_key=one.outcome,
            numerator=one.numerator,
            events=one.events,
            cumulative_numerator=one.cumulative_numerator,
            cumulative_events=one.cumulative_events,
            denominator=one.denominator,
            measured=one.measured,
            estimate=one.estimate,
            interval_low=one.interval_low,
            interval_high=one.interval_high,
            method=one.method.value,
            total=one.total,
            cumulative_total=one.cumulative_total,
            cells=[
                {
                    "cell": cell.cell,
                    "quantity": str(cell.quantity),
                    "cumulative_quantity": str(cell.cumulative_quantity),
                }
                for cell in one.cells
            ],
            **draft.deliveries.result(one.outcome),
        )
        for one in draft.results
    )
    closing.state, closing.signed_by, closing.terms = target, actor, draft.terms
    closing.measurement_cut_off = draft.cut_off.measurement
    closing.verification_cut_off = draft.cut_off.verification
    closing.aggregate_cut_off = draft.cut_off.aggregate
    closing.aggregate_verification_cut_off = draft.cut_off.aggregate_verification
    closing.aggregate_count = draft.pinned.deliveries
    closing.row_count, closing.digest = draft.pinned.row_count, draft.pinned.digest
    closing.profiles = [
        {"people": people, "times": dict(times)} for times, people in sorted(draft.profiles.items())
    ]
    Closing.objects.filter(pk=closing.pk).update(
        state=target,
        signed_by=actor,
        signed_at=Now(),
        terms=draft.terms,
        measurement_cut_off=closing.measurement_cut_off,
        verification_cut_off=closing.verification_cut_off,
        aggregate_cut_off=closing.aggregate_cut_off,
        aggregate_verification_cut_off=closing.aggregate_verification_cut_off,
        aggregate_count=closing.aggregate_count,
        row_count=closing.row_count,
        digest=closing.digest,
        profiles=closing.profiles,
    )
    closing.refresh_from_db(fields=["signed_at"])


def _propose(actor: User, period: ReportingPeriod, reason: str) -> Closing:
    closing = Closing.objects.create(
        contract_id=period.contract_id, period=period, reason=reason, proposed_by=actor
    )
    audit.record(
        actor=actor,
        action="closing.forced" if reason else "closing.proposed",
        target=closing,
        contract_id=period.contract_id,
        after={"period": period.number},
        note=reason,
    )
    return closing
