"""From a signed closing to a settled claim: exactly once, by the right people, to the cent."""

from __future__ import annotations

import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from contracts.models import Contract, Party
from outcomes.models import Closing
from payments import services
from payments.models import Allocation, Approval, Claim, Line, PayerShare, Payment
from payments.rules import approval as approval_rules
from payments.states import ClaimState
from sibportal.accounts.models import User
from sibportal.accounts.roles import MemberRole, OrganisationKind, PartyRole
from sibportal.accounts.services import system_user
from sibportal.audit.models import Event
from sibportal.jobs import registry
from sibportal.jobs.models import Job
from sibportal.kernel.errors import InvalidTransition, NotAllowed, NotVisible, RuleViolation
from tests.factories.accounts import make_membership, make_organisation, make_user
from tests.factories.contracts import make_party
from tests.factories.payments import (
    ENDS_ON,
    approve,
    make_approved_claim,
    make_capital,
    make_claim,
    make_closing,
    make_co_payer,
    make_payable_contract,
    make_payment,
    rate_card,
    submitted,
)
from tests.worlds import Town, build_people


def refused(violation: pytest.ExceptionInfo[RuleViolation]) -> list[str]:
    return [issue.code for issue in violation.value.issues]


# Calculating -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("reached", "amount"), [(99, "0.00"), (100, "6480000.00"), (200, "6480000.00")]
)
def test_half_of_200_pays_cost_and_premium_and_less_pays_nothing(
    town: Town, reached: int, amount: str
) -> None:
    claim = make_claim(town, reached)
    assert str(claim.amount) == amount
    claim.refresh_from_db()
    assert str(claim.amount) == amount
    assert [str(line.amount) for line in claim.lines.all()] == [amount]
    assert [str(share.amount) for share in claim.payer_shares.all()] == [amount]
    assert claim.payee.organisation == town.vaahtera
    assert claim.state == ClaimState.CALCULATED
    assert Event.objects.filter(action="claim.calculated", target_id=str(claim.pk)).count() == 1


def test_a_second_calculation_gives_the_claim_that_stands(town: Town) -> None:
    claim = make_claim(town)
    assert services.calculate_claim(actor=system_user(), closing=claim.closing) == claim
    assert Claim.objects.count() == 1


def test_due_claims_are_calculated_once_by_the_portal_in_the_order_of_periods(
    town: Town,
) -> None:
    contract = make_payable_contract(town, **rate_card())
    for number, people in ((1, 10), (2, 25)):
        make_closing(contract, town, {"work": (people, 200)}, number=number)
    for _again in range(2):
        services.enqueue_due_claims()
    assert Job.objects.filter(kind=services.CALCULATE).count() == 1
    for job in iter(lambda: Job.objects.filter(state="waiting").first(), None):
        services.calculate_due_claim(job)
        Job.objects.filter(pk=job.pk).update(state="running")
        Job.objects.filter(pk=job.pk).update(state="done")
    services.enqueue_due_claims()
    assert not Job.objects.filter(state="waiting").exists()
    claims = Claim.objects.order_by("number")
    assert [(one.period.number, str(one.amount)) for one in claims] == [
        (1, "10000.00"),
        (2, "15000.00"),
    ]
    assert {one.calculated_by for one in claims} == {system_user()}


def test_a_due_date_counts_from_the_day_of_signing_in_the_contracts_time_zone(
    town: Town, contract: Contract
) -> None:
    claim = make_claim(town, contract=contract)
    assert claim.due_on == timezone.localdate() + timedelta(days=30)


def test_claims_are_calculated_in_the_order_of_their_periods(town: Town) -> None:
    contract = make_payable_contract(town, **rate_card())
    first = make_closing(contract, town, {"work": (10, 200)}, number=1)
    second = make_closing(contract, town, {"work": (25, 200)}, number=2)
    with pytest.raises(RuleViolation) as violation:
        services.calculate_claim(actor=town.pia, closing=second)
    assert refused(violation) == ["payments.earlier_claim_missing"]
    one = services.calculate_claim(actor=town.pia, closing=first)
    services.calculate_claim(actor=town.pia, closing=second)
    submitted(one, town)
    services.return_claim(actor=town.ada, claim=one, reason="Look again.")
    with pytest.raises(RuleViolation) as violation:
        services.calculate_claim(actor=town.pia, closing=first)
    assert refused(violation) == ["payments.later_claim_exists"]


def test_nothing_is_calculated_before_the_verifier_has_signed(
    town: Town, contract: Contract
) -> None:
    closing = Closing.objects.create(
        contract=contract, period=contract.periods.get(number=4), proposed_by=town.pia
    )
    with pytest.raises(RuleViolation) as violation:
        services.calculate_claim(actor=town.pia, closing=closing)
    assert refused(violation) == ["payments.closing_not_signed"]


@pytest.mark.parametrize("person", ["ada", "ben", "cleo", "dag"])
def test_only_preparers_of_the_payer_and_the_portal_calculate(
    town: Town, contract: Contract, person: str
) -> None:
    closing = make_closing(contract, town, {"together": (100, 200)})
    with pytest.raises(NotAllowed):
        services.calculate_claim(actor=getattr(town, person), closing=closing)
    with pytest.raises(NotVisible):
        services.calculate_claim(actor=town.eve, closing=closing)


# Submitting, returning ---------------------------------------------------------------------------
def test_a_returned_claim_says_why_and_its_approvals_no_longer_count(town: Town) -> None:
    claim = approve(submitted(make_claim(town), town), town.ada)
    services.return_claim(actor=town.ari, claim=claim, reason=" The period is wrong. ")
    claim.refresh_from_db()
    assert claim.state == ClaimState.RETURNED
    assert claim.returns.get().reason == "The period is wrong."
    claim = approve(submitted(claim, town), town.ada)
    assert claim.state == ClaimState.SUBMITTED
    assert [row.round for row in claim.approvals.order_by("round")] == [1, 2]


def test_a_claim_is_not_returned_without_a_reason(town: Town) -> None:
    claim = submitted(make_claim(town), town)
    with pytest.raises(RuleViolation) as violation:
        services.return_claim(actor=town.ada, claim=claim, reason="  ")
    assert refused(violation) == ["payments.reason_required"]
    claim.refresh_from_db()
    assert claim.state == ClaimState.SUBMITTED


def test_a_new_calculation_replaces_a_returned_claim(town: Town) -> None:
    claim = submitted(make_claim(town), town)
    services.return_claim(actor=town.ada, claim=claim, reason="Look again.")
    again = services.calculate_claim(actor=town.pia, closing=claim.closing)
    claim.refresh_from_db()
    assert (claim.state, again.state) == (ClaimState.REPLACED, ClaimState.CALCULATED)
    assert (again.number, again.amount) == (claim.number + 1, claim.amount)


# Approving ---------------------------------------------------------------------------------------
def test_two_people_approve_and_the_second_makes_it_final(town: Town) -> None:
    claim = approve(submitted(make_claim(town), town), town.ada)
    assert claim.state == ClaimState.SUBMITTED
    claim = approve(claim, town.ari)
    assert claim.state == ClaimState.APPROVED
    assert [row.step for row in claim.approvals.order_by("step")] == [1, 2]


def test_whoever_calculated_or_ever_submitted_never_approves(town: Town) -> None:
    for role in (MemberRole.APPROVER, MemberRole.PREPARER):
        for person in (town.pia, town.ada):
            if not person.memberships.filter(role=role).exists():
                make_membership(user=person, organisation=town.koivula, role=role)
    claim = submitted(make_claim(town), town)
    with pytest.raises(RuleViolation) as violation:
        approve(claim, town.pia)
    assert refused(violation) == ["payments.maker_is_not_checker"]
    # Ada submits the first round, Pia the second: Ada has made it all the same.
    services.return_claim(actor=town.ari, claim=claim, reason="Again.")
    services.submit_claim(actor=town.ada, claim=claim)
    services.return_claim(actor=town.ari, claim=claim, reason="Again.")
    submitted(claim, town)
    with pytest.raises(RuleViolation) as violation:
        approve(claim, town.ada)
    assert refused(violation) == ["payments.maker_is_not_checker"]
    assert not Approval.objects.exists()


def test_one_person_does_not_take_both_steps(town: Town) -> None:
    claim = approve(submitted(make_claim(town), town), town.ada)
    with pytest.raises(RuleViolation) as violation:
        approve(claim, town.ada)
    assert refused(violation) == ["payments.approves_once"]
    payer = claim.payer_shares.get().payer
    with pytest.raises(IntegrityError, match="approval_once_per_person"), transaction.atomic():
        Approval.objects.create(
            claim=claim, payer=payer, step=2, round=claim.round, approver=town.ada, digest="x"
        )
    with pytest.raises(IntegrityError, match="approval_step_once"), transaction.atomic():
        Approval.objects.create(
            claim=claim, payer=payer, step=1, round=claim.round, approver=town.ari, digest="x"
        )


def test_an_approver_approves_the_calculation_that_was_on_the_page(town: Town) -> None:
    claim = submitted(make_claim(town), town)
    payer = claim.payer_shares.get().payer
    with pytest.raises(RuleViolation) as violation:
        services.approve_claim(actor=town.ada, claim=claim, payer=payer, digest="0" * 64)
    assert refused(violation) == ["payments.changed_meanwhile"]


def test_approval_needs_a_submitted_claim(town: Town) -> None:
    with pytest.raises(InvalidTransition):
        approve(make_claim(town), town.ada)


def test_every_payer_approves_its_own_share_and_nobody_for_two(town: Town) -> None:
    county, people = make_co_payer()
    contract = make_payable_contract(town, co_payer=county)
    claim = approve(submitted(make_claim(town, contract=contract), town), town.ada, town.ari)
    assert claim.state == ClaimState.SUBMITTED
    theirs = claim.payer_shares.get(payer__organisation=county).payer
    with pytest.raises(NotAllowed):
        services.approve_claim(actor=town.ada, claim=claim, payer=theirs, digest=claim.digest)
    make_membership(user=town.ada, organisation=county, role=MemberRole.APPROVER)
    with pytest.raises(RuleViolation) as violation:
        services.approve_claim(actor=town.ada, claim=claim, payer=theirs, digest=claim.digest)
    assert refused(violation) == ["payments.approves_once"]
    assert approve(claim, people["first"], people["second"]).state == ClaimState.APPROVED


def test_a_claim_of_zero_is_approved_by_two_and_creates_no_payment(town: Town) -> None:
    claim = approve(submitted(make_claim(town, 99), town), town.ada)
    assert claim.state == ClaimState.SUBMITTED
    claim = approve(claim, town.ari)
    assert claim.state == ClaimState.SETTLED
    with pytest.raises(InvalidTransition):
        make_payment(claim, town)
    assert not Payment.objects.exists()


def test_a_successor_of_the_payer_approves_what_was_open(town: Town, contract: Contract) -> None:
    claim = submitted(make_claim(town, contract=contract), town)
    payer = claim.payer_shares.get().payer
    county, people = make_co_payer()
    today = timezone.localdate()
    Party.objects.filter(pk=payer.pk).update(valid_until=today)
    Party.objects.create(
        contract=contract, organisation=county, role=PartyRole.PAYER, key=payer.key,
        valid_from=today, predecessor=payer,
    )  # fmt: skip
    with pytest.raises(NotVisible):
        services.approve_claim(actor=town.ada, claim=claim, payer=payer, digest=claim.digest)
    for person in (people["first"], people["second"]):
        services.approve_claim(actor=person, claim=claim, payer=payer, digest=claim.digest)
    claim.refresh_from_db()
    assert claim.state == ClaimState.APPROVED


# Paying ------------------------------------------------------------------------------------------
def test_a_payment_settles_the_claim_and_falls_to_the_investors_to_the_cent(town: Town) -> None:
    contract = make_payable_contract(town)
    other = make_organisation(name="Toinen", kind=OrganisationKind.INVESTOR)
    make_party(contract=contract, town=town, organisation=other, role=PartyRole.INVESTOR)
    make_capital(contract, town, town.vaahtera, "2000000.01")
    make_capital(contract, town, other, "1000000.00")
    claim = make_approved_claim(town, contract=contract)
    payment = make_payment(claim, town, reference=" RF18 5390 0754 7034 ")
    claim.refresh_from_db()
    assert claim.state == ClaimState.SETTLED
    assert payment.reference == "RF18 5390 0754 7034"
    parts = {row.investor.name: row.amount for row in Allocation.objects.all()}
    assert sum(parts.values()) == claim.amount == Decimal("6480000.00")
    assert parts == {
        "Vaahtera Rahasto": Decimal("4320000.01"),
        "Toinen": Decimal("2159999.99"),
    }


def test_two_payers_share_an_odd_amount_and_the_claim_is_settled_when_both_have_paid(
    town: Town,
) -> None:
    county, people = make_co_payer()
    contract = make_payable_contract(town, co_payer=county, **{
        "payment_terms": rate_card("33.335")["payment_terms"],
    })  # fmt: skip
    make_capital(contract, town, town.vaahtera)
    closing = make_closing(contract, town, {"work": (1, 200)})
    claim = services.calculate_claim(actor=town.pia, closing=closing)
    assert [str(share.amount) for share in claim.payer_shares.all()] == ["20.00", "13.34"]
    approve(submitted(claim, town), town.ada, town.ari, people["first"], people["second"])
    make_payment(claim, town)
    claim.refresh_from_db()
    assert claim.state == ClaimState.APPROVED
    theirs = claim.payer_shares.get(payer__organisation=county)
    services.record_payment(
        actor=people["preparer"], claim=claim, payer=theirs.payer,
        amount=theirs.amount, paid_on=ENDS_ON,
    )  # fmt: skip
    claim.refresh_from_db()
    assert claim.state == ClaimState.SETTLED
    assert sum(row.amount for row in Allocation.objects.all()) == Decimal("33.34")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": Decimal("6479999.99")}, "payments.amount_is_not_the_share"),
        ({"paid_on": date(2999, 1, 1)}, "payments.paid_in_future"),
        ({"paid_on": date(2020, 1, 1)}, "payments.paid_before_period"),
    ],
)
def test_a_wrong_payment_is_refused_and_nothing_is_left(
    town: Town, contract: Contract, change: dict[str, object], code: str
) -> None:
    make_capital(contract, town, town.vaahtera)
    claim = make_approved_claim(town, contract=contract)
    with pytest.raises(RuleViolation) as violation:
        make_payment(claim, town, **change)
    assert refused(violation) == [code]
    assert not Payment.objects.exists()


def test_a_share_is_paid_once(town: Town) -> None:
    county, _people = make_co_payer()
    contract = make_payable_contract(town, co_payer=county)
    make_capital(contract, town, town.vaahtera)
    claim = make_claim(town, contract=contract)
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.SUBMITTED)
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.APPROVED)
    make_payment(claim, town)
    with pytest.raises(RuleViolation) as violation:
        make_payment(claim, town)
    assert refused(violation) == ["payments.paid_already"]


def test_without_capital_a_payment_to_investors_cannot_be_recorded(town: Town) -> None:
    claim = make_approved_claim(town)
    with pytest.raises(RuleViolation) as violation:
        make_payment(claim, town)
    assert refused(violation) == ["payments.no_capital_paid_in"]
    assert not Payment.objects.exists()


def test_a_provider_who_is_the_payee_keeps_the_payment_whole(town: Town) -> None:
    terms = make_payable_contract(town).terms.get().document["claim"] | {"payee": "lead_provider"}
    contract = make_payable_contract(town, claim=terms)
    claim = make_approved_claim(town, contract=contract)
    make_payment(claim, town)
    assert claim.payee.organisation == town.lahde
    assert not Allocation.objects.exists()


# Capital -----------------------------------------------------------------------------------------
def test_capital_never_exceeds_the_commitment(town: Town, contract: Contract) -> None:
    commitment = make_capital(contract, town, town.vaahtera, "100.00")
    with pytest.raises(RuleViolation) as violation:
        services.record_capital_payment(
            actor=town.pia, commitment=commitment, amount=Decimal("0.01"), paid_on=ENDS_ON
        )
    assert refused(violation) == ["payments.more_than_committed"]


def test_only_investors_of_the_contract_commit(town: Town, contract: Contract) -> None:
    with pytest.raises(RuleViolation) as violation:
        make_capital(contract, town, town.muu, "-1")
    assert refused(violation) == ["payments.amount_above_zero", "payments.not_an_investor"]


# Final -------------------------------------------------------------------------------------------
FINAL = (
    "UPDATE payments_line SET amount = 1",
    "DELETE FROM payments_line",
    "UPDATE payments_payershare SET amount = 1",
    "UPDATE payments_claim SET amount = 1",
    "UPDATE payments_claim SET inputs = '{}'",
    "DELETE FROM payments_claim",
    "UPDATE payments_approval SET digest = 'x'",
    "DELETE FROM payments_approval",
)


@pytest.mark.parametrize("statement", [*FINAL, "TRUNCATE payments_payment"])
def test_the_serving_role_cannot_change_what_is_final(town: Town, statement: str) -> None:
    approve(submitted(make_claim(town), town), town.ada)
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Line.objects.get().amount == Decimal("6480000.00")


@pytest.mark.django_db(transaction=True)
def test_even_the_owner_cannot_change_what_is_final() -> None:
    town = build_people()
    approve(submitted(make_claim(town), town), town.ada)
    name = connection.settings_dict["NAME"]
    address = urlsplit(os.environ["DATABASE_OWNER_URL"])._replace(path=f"/{name}").geturl()
    with psycopg.connect(address, autocommit=True) as owner:
        for statement in FINAL:
            with pytest.raises(psycopg.errors.RaiseException, match="pgtrigger: Cannot"):
                owner.execute(statement.encode())


def test_the_database_holds_one_standing_claim_per_period(town: Town) -> None:
    claim = make_claim(town)
    claim.pk, claim.number, claim._state.adding = uuid.uuid4(), claim.number + 1, True
    with pytest.raises(IntegrityError, match="claim_once_per_period"), transaction.atomic():
        claim.save(force_insert=True)


def test_a_claim_only_moves_along_its_states(town: Town) -> None:
    claim = make_claim(town)
    with pytest.raises(DatabaseError), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(state=ClaimState.SETTLED)


# At once -----------------------------------------------------------------------------------------
def _at_once(work: list[User], claim_id: uuid.UUID) -> list[str]:
    """Let everybody approve in a thread of their own; what each was told."""

    def one(person: User) -> str:
        try:
            claim = Claim.objects.get(pk=claim_id)
            approve(claim, person)
        except (RuleViolation, InvalidTransition) as error:
            return error.code
        finally:
            connection.close()
        return "approved"

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(one, work))


@pytest.mark.django_db(transaction=True)
def test_twenty_approvals_at_once_give_one_per_step() -> None:
    town = build_people()
    claim = submitted(make_claim(town), town)
    crowd = [town.ada] * 10
    for _number in range(10):
        person = make_user()
        make_membership(user=person, organisation=town.koivula, role=MemberRole.APPROVER)
        crowd.append(person)
    told = _at_once(crowd, claim.pk)
    claim.refresh_from_db()
    rows = list(Approval.objects.order_by("step"))
    assert told.count("approved") == 2
    assert [row.step for row in rows] == [1, 2]
    assert rows[0].approver_id != rows[1].approver_id
    assert claim.state == ClaimState.APPROVED
    assert Event.objects.filter(action="claim.approved").count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_only_the_constraints_would_be_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The naive control: nobody waits, everybody takes step 1, and the database lets one through.

    It shows that the threads above do race, and that the constraint is a backstop that holds.
    """
    town = build_people()
    claim = submitted(make_claim(town), town)
    payer = claim.payer_shares.get().payer
    crowd = []
    for _number in range(8):
        person = make_user()
        make_membership(user=person, organisation=town.koivula, role=MemberRole.APPROVER)
        crowd.append(person)

    def naive(person: User) -> str:
        step = approval_rules.open_step(payer.pk, 2, [])
        assert step is not None
        try:
            Approval.objects.create(
                claim=claim, payer=payer, step=step, round=1, approver=person, digest="x"
            )
        except IntegrityError:
            return "constraint"
        finally:
            connection.close()
        return "approved"

    with ThreadPoolExecutor(len(crowd)) as pool:
        told = list(pool.map(naive, crowd))
    assert told.count("approved") == 1
    assert told.count("constraint") == len(crowd) - 1


@pytest.mark.django_db(transaction=True)
def test_a_claim_is_calculated_once_however_many_ask_at_once() -> None:
    town = build_people()
    closing = make_closing(make_payable_contract(town), town, {"together": (100, 200)})

    def one(_number: int) -> uuid.UUID:
        try:
            return services.calculate_claim(actor=town.pia, closing=closing).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(one, range(8)))
    assert len(found) == Claim.objects.count() == 1
    assert PayerShare.objects.count() == 1


def test_the_queue_knows_the_work_of_payments(town: Town, contract: Contract) -> None:
    make_closing(contract, town, {"together": (100, 200)})
    services.enqueue_due_claims()
    job = Job.objects.get(kind=services.CALCULATE)
    assert registry.handler_for(job.kind) is services.calculate_due_claim
    assert services.enqueue_due_claims in registry.sweeps()
