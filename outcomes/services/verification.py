"""The verifier's decisions on measurements, and the provider's answers to questions.

A decision is a new row; of the measurement only the state moves. Whoever submitted, or works for
an organisation that plays another part in the contract, does not verify (decision 11).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from contracts.models import Contract
from outcomes import selectors
from outcomes.models import (
    Answer,
    Decision,
    Measurement,
    PopulationItem,
    Verification,
)
from outcomes.rules import verification as rules
from outcomes.selectors.samples import in_open_round
from outcomes.services.locking import lock_contract
from outcomes.services.samples import confirm, confirm_together, is_awaited
from outcomes.states import MEASUREMENT, MeasurementState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import InvalidTransition, Issue, NotAllowed, RuleViolation
from sibportal.kernel.transitions import advance

if TYPE_CHECKING:
    from sibportal.accounts.models import User

MAX_NOTE = 1000


@dataclass(frozen=True)
class BulkOutcome:
    """How many of the ticked measurements were verified, and why the others were left alone."""

    verified: int
    left: tuple[tuple[UUID, Issue], ...] = ()


def verify_measurement(*, actor: User, measurement: Measurement, note: str = "") -> Measurement:
    """Say that a measurement is true; from now on it counts at the next closing."""
    return _decide(actor, measurement, Decision.VERIFIED, note)


def query_measurement(*, actor: User, measurement: Measurement, question: str) -> Measurement:
    """Ask the provider something; the measurement waits for the answer."""
    return _decide(actor, measurement, Decision.QUERIED, question)


def reject_measurement(
    *, actor: User, measurement: Measurement, reason: str, found_value: Decimal | None = None
) -> Measurement:
    """Say that a measurement is not shown to be true; it never counts, a new one may be sent.

    `found_value` is what the evidence shows instead, in the metric's unit: the provider corrects
    or disputes, the measurement itself is never changed.
    """
    if found_value is not None and found_value == measurement.value:
        raise RuleViolation("outcomes.found_value_is_same", field="found_value")
    return _decide(actor, measurement, Decision.REJECTED, reason, found_value)


@transaction.atomic
def _decide(
    actor: User,
    measurement: Measurement,
    decision: Decision,
    note: str,
    found_value: Decimal | None = None,
) -> Measurement:
    access.require(actor, Action.VERIFY_MEASUREMENT, measurement)
    lock_contract(measurement.contract_id)
    measurement.refresh_from_db(fields=["state"])
    rules.require_independent(
        submitter=measurement.submitted_by_id,
        verifier=actor.pk,
        other_roles=selectors.other_party_roles(actor, measurement.contract_id),
    )
    if issues := _note(decision, note):
        raise RuleViolation(issues)
    before = measurement.state
    if before == MeasurementState.REJECTED:
        raise InvalidTransition(before, decision.value)  # only a dispute leads back
    item = in_open_round([measurement]).get(measurement.pk)
    if item is not None and decision is Decision.VERIFIED:
        confirm(actor, item, measurement, note)
        return measurement
    measurement.state = advance(MEASUREMENT, before, decision.value)
    measurement.save(update_fields=["state"])
    Verification.objects.create(
        measurement=measurement,
        verifier=actor,
        decision=decision,
        note=note.strip(),
        found_value=found_value,
    )
    audit.record(
        actor=actor,
        action=f"measurement.{decision.value}",
        target=measurement,
        contract_id=measurement.contract_id,
        before={"state": before},
        after={"state": measurement.state},
    )
    return measurement


@transaction.atomic
def verify_measurements(
    *, actor: User, contract: Contract, measurement_ids: Sequence[UUID]
) -> BulkOutcome:
    """Verify what the verifier ticked in a list, in one step; what cannot be is named and left.

    An item of a sample is confirmed, which its round makes a verification.
    """
    access.require(actor, Action.VERIFY_MEASUREMENT, contract)
    lock_contract(contract.pk)
    if not measurement_ids:
        raise RuleViolation("outcomes.nothing_chosen")
    ticked = access.visible(
        Measurement.objects.filter(contract=contract, uuid__in=measurement_ids),
        actor,
        Action.VERIFY_MEASUREMENT,
    )
    good, left = _sorted_out(actor, list(ticked.select_related("contract", "submitted_by")))
    good, sampled, of_rounds = _without_rounds(good)
    confirm_together(actor, sampled)
    left += of_rounds
    Verification.objects.bulk_create(
        Verification(measurement=row, verifier=actor, decision=Decision.VERIFIED) for row in good
    )
    Measurement.objects.filter(pk__in=[row.pk for row in good]).update(
        state=MeasurementState.VERIFIED
    )
    if good:
        audit.record(
            actor=actor,
            action="measurement.verified_together",
            target=contract,
            contract_id=contract.pk,
            after={"measurements": [str(row.uuid) for row in good]},
        )
    return BulkOutcome(len(good) + len(sampled), tuple(left))


@transaction.atomic
def answer_question(*, actor: User, measurement: Measurement, text: str) -> Answer:
    """Answer the verifier's open question; the measurement goes back to the verifier."""
    access.require(actor, Action.SUBMIT_MEASUREMENT, measurement)
    lock_contract(measurement.contract_id)
    measurement.refresh_from_db(fields=["state"])
    issues = _text_issues("text", text, required="outcomes.answer_needed")
    if issues:
        raise RuleViolation(issues)
    question = selectors.open_question(measurement)
    if question is None:
        raise RuleViolation("outcomes.no_open_question")
    measurement.state = advance(
        MEASUREMENT, measurement.state, selectors.state_after_answer(measurement)
    )
    measurement.save(update_fields=["state"])
    answer = Answer.objects.create(verification=question, text=text.strip(), answered_by=actor)
    audit.record(
        actor=actor,
        action="measurement.question_answered",
        target=measurement,
        contract_id=measurement.contract_id,
    )
    return answer


def _sorted_out(
    actor: User, rows: list[Measurement]
) -> tuple[list[Measurement], list[tuple[UUID, Issue]]]:
    """Split rows into those that may be verified now and those that may not, with the reason."""
    roles = selectors.other_party_roles(actor, rows[0].contract_id) if rows else frozenset()
    good: list[Measurement] = []
    left: list[tuple[UUID, Issue]] = []
    for row in rows:
        try:
            rules.require_independent(
                submitter=row.submitted_by_id, verifier=actor.pk, other_roles=roles
            )
        except NotAllowed as error:
            left.append((row.uuid, Issue(error.code, params=error.params)))
            continue
        if row.state != MeasurementState.CHECKED:
            left.append((row.uuid, Issue("outcomes.not_ready_to_verify")))
        else:
            good.append(row)
    return good, left


def _without_rounds(
    rows: list[Measurement],
) -> tuple[list[Measurement], list[PopulationItem], list[tuple[UUID, Issue]]]:
    """Split rows into those of no open round, items of a sample, and those their round decides."""
    items = in_open_round(rows)
    free: list[Measurement] = []
    sampled: list[PopulationItem] = []
    left: list[tuple[UUID, Issue]] = []
    for row in rows:
        item = items.get(row.pk)
        if item is None:
            free.append(row)
        elif is_awaited(item):
            sampled.append(item)
        else:
            left.append((row.uuid, Issue("outcomes.decided_by_its_round")))
    return free, sampled, left


def _note(decision: Decision, note: str) -> list[Issue]:
    needed = {
        Decision.QUERIED: "outcomes.question_needed",
        Decision.REJECTED: "outcomes.reason_needed",
    }
    return _text_issues("note", note, required=needed.get(decision, ""))


def _text_issues(field: str, text: str, *, required: str) -> list[Issue]:
    if required and not text.strip():
        return [Issue(required, field=field)]
    if len(text.strip()) > MAX_NOTE:
        return [Issue("outcomes.text_too_long", field=field, params={"limit": MAX_NOTE})]
    return []
