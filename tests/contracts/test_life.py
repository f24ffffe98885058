"""A contract is suspended, goes on and ends: with cause, day and reason, and what that stops."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

import payments.services as payments
from contracts import selectors, services
from contracts.models import Contract
from contracts.rules.life import SuspensionCause
from contracts.rules.terms.words import TerminationCause
from contracts.states import ContractState
from outcomes.services import enqueue_due_work
from sibportal.audit.models import Event
from sibportal.jobs.models import Job
from sibportal.kernel.errors import InvalidTransition, NotAllowed, RuleViolation
from tests.factories.contracts import approver_of, make_contract
from tests.factories.payments import (
    make_approved_claim,
    make_capital,
    make_payable_contract,
    make_payment,
)
from tests.worlds import Town

if TYPE_CHECKING:
    from django.test import Client

    from sibportal.accounts.models import User

REASON = "Nobody new has been referred since the autumn."


@pytest.fixture
def contract(town: Town) -> Contract:
    return make_contract(town)


@pytest.fixture
def approver(town: Town) -> User:
    return approver_of(town.koivula)


def suspend(contract: Contract, approver: User, **changes: Any) -> Contract:
    answers: dict[str, Any] = {
        "cause": SuspensionCause.TOO_FEW_ENROLLED,
        "on": timezone.localdate(),
    }
    services.suspend_contract(
        actor=approver, contract=contract, **{**answers, "reason": REASON, **changes}
    )
    contract.refresh_from_db()
    return contract


def codes(violation: pytest.ExceptionInfo[RuleViolation]) -> list[tuple[str, str]]:
    return [(issue.code, issue.field) for issue in violation.value.issues]


def test_a_suspension_stops_reminders_and_closings_until_the_contract_goes_on(
    contract: Contract, approver: User
) -> None:
    suspend(contract, approver)
    assert contract.state == ContractState.SUSPENDED
    enqueue_due_work()
    assert not Job.objects.filter(subject_id=contract.pk).exists()
    services.resume_contract(
        actor=approver, contract=contract, on=timezone.localdate(), reason=REASON
    )
    enqueue_due_work()
    assert Job.objects.filter(subject_id=contract.pk).exists()
    told = [(turn.turn, turn.cause) for turn in selectors.turns(approver, contract)]
    assert told == [("resumed", ""), ("suspended", "too_few_enrolled")]


def test_the_reason_and_day_are_in_the_history(contract: Contract, approver: User) -> None:
    suspend(contract, approver)
    event = Event.objects.get(action="contract.suspended")
    assert (event.actor_id, event.note) == (approver.pk, REASON)


def test_a_turn_that_cannot_be_is_refused_at_its_field(contract: Contract, approver: User) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(RuleViolation) as refused:
        suspend(contract, approver, on=tomorrow, reason="Short")
    assert codes(refused) == [
        ("contracts.turn_in_future", "on"),
        ("contracts.reason_too_short", "reason"),
    ]
    with pytest.raises(RuleViolation) as refused:
        suspend(contract, approver, on=contract.starts_on - timedelta(days=1))
    assert codes(refused) == [("contracts.outside_frame", "on")]
    suspend(contract, approver)
    with pytest.raises(RuleViolation) as refused:
        services.resume_contract(
            actor=approver, contract=contract, on=tomorrow - timedelta(days=3), reason=REASON
        )
    assert codes(refused) == [("contracts.turn_before_last", "on")]


def test_only_an_approver_of_the_payer_steers_the_contract(contract: Contract, town: Town) -> None:
    for actor in (town.pia, approver_of(town.lahde)):
        with pytest.raises(NotAllowed):
            suspend(contract, actor)


def test_a_turn_is_never_changed(contract: Contract, approver: User) -> None:
    turn = selectors.turns(approver, suspend(contract, approver)).get()
    turn.reason = "Another reason altogether."
    with pytest.raises(DatabaseError), transaction.atomic():
        turn.save()


def test_a_contract_ends_early_only_for_a_cause_and_never_opens_again(
    contract: Contract, approver: User
) -> None:
    end: dict[str, Any] = {
        "actor": approver,
        "contract": contract,
        "on": timezone.localdate(),
        "reason": REASON,
    }
    with pytest.raises(RuleViolation) as refused:
        services.end_contract(cause=None, **end)
    assert codes(refused) == [("contracts.end_needs_cause", "cause")]
    services.end_contract(cause=TerminationCause.MUTUAL, **end)
    contract.refresh_from_db()
    assert contract.state == ContractState.CLOSED
    with pytest.raises(InvalidTransition):
        services.resume_contract(
            actor=approver, contract=contract, on=timezone.localdate(), reason=REASON
        )


def test_a_contract_does_not_end_over_an_unpaid_claim(town: Town) -> None:
    claim = make_approved_claim(town)
    approver = approver_of(town.koivula)
    end: dict[str, Any] = {
        "actor": approver, "contract": claim.contract, "on": claim.contract.starts_on,
        "reason": REASON, "cause": TerminationCause.MUTUAL,
    }  # fmt: skip
    with pytest.raises(RuleViolation) as refused:
        payments.end_contract(**end)
    assert codes(refused) == [("contracts.claims_open", "")]
    make_capital(claim.contract, town, town.vaahtera)
    make_payment(claim, town)
    payments.end_contract(**end)
    claim.contract.refresh_from_db()
    assert claim.contract.state == ContractState.CLOSED


def test_a_contract_does_not_end_over_a_period_that_nobody_claimed(town: Town) -> None:
    contract = make_payable_contract(town)
    with pytest.raises(RuleViolation) as refused:
        payments.end_contract(
            actor=approver_of(town.koivula),
            contract=contract,
            cause=TerminationCause.MUTUAL,
            on=contract.ends_on,
            reason=REASON,
        )
    assert codes(refused)[-1] == ("contracts.periods_open", "")


def test_an_approver_suspends_and_resumes_on_the_pages(
    client: Client, contract: Contract, approver: User
) -> None:
    client.force_login(approver)
    address = reverse("contracts:contract-suspend", args=[contract.pk])
    answers = {"cause": "dispute", "on": timezone.localdate().isoformat(), "reason": "x"}
    page = client.post(address, answers)
    assert page.status_code == 422
    assert b"at least 10 characters" in page.content
    page = client.post(address, {**answers, "reason": REASON}, follow=True)
    assert b"The parties disagree." in page.content
    assert REASON.encode() in page.content
    resume = reverse("contracts:contract-resume", args=[contract.pk])
    page = client.post(
        resume, {"on": timezone.localdate().isoformat(), "reason": REASON}, follow=True
    )
    assert b"In force" in page.content
