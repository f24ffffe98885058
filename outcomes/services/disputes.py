"""Disputes about rejected measurements: raised in time, decided by who is above it, or withdrawn.

The same way as disputes about claims (docs/adr/0014): the contract's expert decides, without one
the steering group, never whoever has a part in the matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from contracts.models import Party
from contracts.selectors import today
from outcomes.models import (
    Basis,
    Decision,
    DisputeRuling,
    Measurement,
    Ruling,
    Verification,
    VerificationDispute,
)
from outcomes.selectors import disputes as selectors
from outcomes.services.kinds import DISPUTE_REMINDER
from outcomes.services.locking import lock_contract
from outcomes.states import MEASUREMENT, MeasurementState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.jobs import services as jobs
from sibportal.kernel.errors import NotAllowed, RuleViolation
from sibportal.kernel.transitions import advance

if TYPE_CHECKING:
    from sibportal.accounts.models import User

MAX_TEXT = 1000


@transaction.atomic
def raise_dispute(*, actor: User, measurement: Measurement, reason: str) -> VerificationDispute:
    """Dispute the rejection of a measurement; the period is not closed as complete meanwhile.

    RuleViolation after the deadline, without a reason, and for a rejection disputed before.
    """
    access.require(actor, Action.RAISE_DISPUTE, measurement)
    contract = lock_contract(measurement.contract_id)
    measurement.refresh_from_db(fields=["state"])
    rejected = selectors.rejection(measurement)
    if rejected is None:
        raise RuleViolation("outcomes.nothing_to_dispute")
    if getattr(rejected, "dispute", None) is not None:
        raise RuleViolation("outcomes.disputed_already")
    last = selectors.last_day(rejected)
    if today(contract) > last:
        raise RuleViolation("outcomes.dispute_too_late", day=last)
    party = selectors.disputing_party(actor, measurement)
    if party is None:
        raise NotAllowed(action=str(Action.RAISE_DISPUTE))
    row = VerificationDispute.objects.create(
        verification=rejected,
        party=party,
        reason=_reason(reason),
        raised_on=today(contract),
        raised_by=actor,
    )
    audit.record(
        actor=actor,
        action="verification_dispute.raised",
        target=row,
        contract_id=contract.pk,
        after={"party": party.organisation.name},
    )
    return row


@transaction.atomic
def rule_on_dispute(
    *, actor: User, dispute: VerificationDispute, overturn: bool, reason: str
) -> DisputeRuling:
    """Decide a dispute: the rejection stands, or the measurement is verified after all.

    RuleViolation for whoever is not called to decide or has a part in the matter, and where a
    corrected row has taken the measurement's place meanwhile.
    """
    access.require(actor, Action.DECIDE_DISPUTE, dispute)
    lock_contract(dispute.verification.measurement.contract_id)
    party = selectors.judging_party(actor, dispute)
    if party is None:
        raise RuleViolation("outcomes.expert_decides")
    measurement = dispute.verification.measurement
    if actor.pk in {
        dispute.raised_by_id, dispute.verification.verifier_id, measurement.submitted_by_id,
    }:  # fmt: skip
        raise RuleViolation("outcomes.decides_own_matter")
    row = _end(actor, dispute, party, Ruling.OVERTURNED if overturn else Ruling.STANDS, reason)
    if overturn:
        _verify_after_all(actor, measurement)
    return row


@transaction.atomic
def withdraw_dispute(*, actor: User, dispute: VerificationDispute, reason: str) -> DisputeRuling:
    """Take a dispute back in the name of the party that raised it; the rejection stands."""
    access.require(actor, Action.RAISE_DISPUTE, dispute)
    lock_contract(dispute.verification.measurement.contract_id)
    party = selectors.disputing_party(actor, dispute.verification.measurement)
    if party is None or not selectors.is_own(actor, dispute):
        raise NotAllowed(action=str(Action.RAISE_DISPUTE))
    return _end(actor, dispute, party, Ruling.WITHDRAWN, reason)


def _verify_after_all(actor: User, measurement: Measurement) -> None:
    measurement.refresh_from_db(fields=["state"])
    if measurement.state != MeasurementState.REJECTED or selectors.newer_row(measurement):
        raise RuleViolation("outcomes.dispute_overtaken", field="outcome")
    measurement.state = advance(MEASUREMENT, measurement.state, MeasurementState.VERIFIED)
    measurement.save(update_fields=["state"])
    Verification.objects.create(
        measurement=measurement, verifier=actor, decision=Decision.VERIFIED, basis=Basis.RULING
    )


def _end(
    actor: User, dispute: VerificationDispute, party: Party, outcome: Ruling, reason: str
) -> DisputeRuling:
    if DisputeRuling.objects.filter(dispute=dispute).exists():
        raise RuleViolation("outcomes.dispute_has_ended")
    contract = dispute.verification.measurement.contract
    row = DisputeRuling.objects.create(
        dispute=dispute,
        outcome=outcome,
        reason=_reason(reason),
        party=party,
        ruled_on=today(contract),
        ruled_by=actor,
    )
    jobs.cancel_reminders(subject_id=dispute.pk, kind=DISPUTE_REMINDER)
    audit.record(
        actor=actor,
        action="verification_dispute.ended",
        target=dispute,
        contract_id=contract.pk,
        after={"party": party.organisation.name, "outcome": outcome.value},
    )
    return row


def _reason(text: str) -> str:
    if not text.strip():
        raise RuleViolation("outcomes.reason_needed", field="reason")
    if len(text.strip()) > MAX_TEXT:
        raise RuleViolation("outcomes.text_too_long", field="reason", limit=MAX_TEXT)
    return text.strip()
