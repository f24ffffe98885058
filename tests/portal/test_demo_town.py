"""The demo town as its command loads it: twice, once in all, with the figures it is known for."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from cohorts.models import HouseholdMembership, Identity, Participant, Referral
from cohorts.states import ReferralState
from contracts.models import Contract, Terms
from contracts.selectors import contract_history, open_terms
from contracts.states import TermsState
from outcomes import selectors as outcomes
from outcomes.models import Closing, Door, Finding, Measurement, Verification
from outcomes.rules.checks import LATE_AFTER_DAYS
from outcomes.services import MeasurementInput, correct_measurement
from outcomes.states import ClosingState, MeasurementState
from payments.models import Allocation, Claim
from payments.selectors import claims as claim_selectors
from payments.selectors import objections as objection_selectors
from payments.selectors import statements
from payments.selectors.obligations import exits
from payments.states import ClaimState
from sibportal.accounts import access
from sibportal.accounts.models import Organisation, User
from sibportal.accounts.roles import Action
from sibportal.audit.models import Event
from sibportal.portal.demo import DEMO_PASSWORD, SIGN_INS, families, teams, young_adults
from sibportal.portal.demo.clock import story_time, story_triggers
from sibportal.portal.grants import trigger_statement

S = MeasurementState
FAMILY_CLAIM = Decimal("91684.50")
FAMILY_SHARES = [Decimal("55010.70"), Decimal("36673.80")]


@pytest.fixture(scope="module", autouse=True)
def town(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The town, loaded once for the tests of this module and rolled back after them."""
    migrate_as(*story_triggers())
    with django_db_blocker.unblock(), override_settings(SIB_DEMO=True), transaction.atomic():
        call_command("load_demo_town")
        yield
        transaction.set_rollback(True)
    migrate_as()


def migrate_as(*may_ignore: str) -> None:
    """What the migrations of a demonstration allow, and what all others do."""
    address = urlsplit(os.environ["DATABASE_OWNER_URL"])
    name = connection.settings_dict["NAME"]
    with psycopg.connect(address._replace(path=f"/{name}").geturl()) as owner:
        owner.execute(trigger_statement(settings.DATABASE_APP_ROLE, may_ignore).encode())


def person(email: str) -> User:
    return User.objects.get(email=email)


def claims_of(code: str) -> list[Claim]:
    return list(Claim.objects.filter(contract__code=code).order_by("number"))


def test_a_second_load_doubles_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    before = [model.objects.count() for model in (Organisation, User, Contract, Measurement, Claim)]
    call_command("load_demo_town")
    after = [model.objects.count() for model in (Organisation, User, Contract, Measurement, Claim)]
    assert before == after
    assert before[2] == 3
    assert "not empty" in capsys.readouterr().out


def test_it_is_loaded_nowhere_but_in_a_demonstration() -> None:
    with override_settings(SIB_DEMO=False), pytest.raises(CommandError, match="SIB_DEMO"):
        call_command("load_demo_town")


@pytest.mark.parametrize(("role", "email"), SIGN_INS)
def test_everybody_who_is_named_can_sign_in(role: str, email: str) -> None:
    client = Client()
    answer = client.post(
        reverse("account_login"), {"login": email, "password": DEMO_PASSWORD}, follow=True
    )
    assert answer.wsgi_request.user == person(email), role


def test_103_of_200_reached_both_and_the_investors_received_cost_and_premium() -> None:
    *earlier, final = claims_of(young_adults.CODE)
    assert {claim.amount for claim in earlier} == {Decimal("0.00")}
    assert (final.amount, final.state) == (Decimal("6480000.00"), ClaimState.SETTLED)
    result = final.closing.results.get(outcome_key="together")
    assert (result.cumulative_numerator, result.denominator) == (103, 200)
    allocated = Allocation.objects.filter(payment__claim=final).order_by("-amount")
    assert [row.amount for row in allocated] == [
        Decimal("3510000.00"),
        Decimal("1890000.00"),
        Decimal("1080000.00"),
    ]


def test_the_verified_rate_rises_towards_the_threshold() -> None:
    viewer = person("preparer@almvattna.example")
    contract = Contract.objects.get(code=young_adults.CODE)
    (progress,) = outcomes.outcome_progress(viewer, [contract.pk])[contract.pk]
    reached = [one.numerator or 0 for one in progress.series]
    assert reached == sorted(reached)
    assert len(set(reached)) >= 4
    assert progress.standing == outcomes.Standing.NEAR


def test_the_rate_card_was_paid_by_both_payers_and_one_claim_waits_for_the_county() -> None:
    claims = claims_of(families.CODE)
    states = [claim.state for claim in claims]
    assert states == [*[ClaimState.SETTLED] * 5, ClaimState.REPLACED] + [
        ClaimState.SETTLED,
        ClaimState.SUBMITTED,
    ]
    paid = claims[6]
    assert paid.amount == claims[5].amount == FAMILY_CLAIM
    assert [share.amount for share in paid.payer_shares.all()] == FAMILY_SHARES
    assert sum(payment.amount for payment in paid.payments.all()) == paid.amount
    for email in ("approver@kaislamaa.example", "second.approver@kaislamaa.example"):
        (task,) = claim_selectors.claims_waiting(person(email))
        assert task.claim == claims[7]


def test_a_dispute_waits_for_the_expert_and_the_rest_of_the_claim_stays_payable() -> None:
    claim = claims_of(families.CODE)[-1]
    expert = person("approver@sovintola.example")
    (dispute,) = objection_selectors.objections(expert, claim.contract)
    disputed = claim.lines.get(payment_term_key="attendance")
    assert dispute.line == disputed
    assert objection_selectors.may_decide(expert, dispute)
    assert objection_selectors.to_decide(expert) == [dispute]
    payable = sum(one.payable for one in objection_selectors.positions(claim))
    assert (payable, disputed.amount > 0) == (claim.amount - disputed.amount, True)


def test_an_early_end_of_the_families_contract_has_its_price_by_cause() -> None:
    found = exits(Contract.objects.get(code=families.CODE))
    assert found is not None
    amounts = {one.cause.value: one.amount for one in found.by_cause}
    assert amounts["mutual"] == 0  # everything that was measured is claimed
    assert (amounts["payer_ends"] or 0) > 0
    assert amounts["force_majeure"] is None
    assert not any(one.issues for one in found.by_cause)


def test_the_first_assessment_of_the_teams_missed_its_threshold_and_came_to_zero() -> None:
    claim = claims_of(teams.CODE)[-1]
    result = claim.closing.results.get(outcome_key="together")
    assert (result.cumulative_numerator, result.denominator) == (27, 47)
    line = claim.lines.get(payment_term_key="cost_plus_premium")
    assert (line.amount, line.quantity) == (Decimal("0.00"), Decimal("57.4468"))
    assert (claim.amount, claim.state) == (Decimal("0.00"), ClaimState.SETTLED)
    assert not claim.payments.exists()


def test_small_counts_are_hidden_from_the_investor_and_shown_to_the_county() -> None:
    contract = Contract.objects.get(code=teams.CODE)
    shown = {}
    for email in ("reader@klovergl.example", "preparer@kaislamaa.example"):
        series = {
            one.outcome_key: [figure.numerator for figure in one.series]
            for one in outcomes.outcome_progress(person(email), [contract.pk])[contract.pk]
        }
        shown[email] = series["together"]
    assert shown["preparer@kaislamaa.example"] == [4, 27]
    assert shown["reader@klovergl.example"] == [None, 27]


def test_the_investor_has_a_statement_in_two_currencies() -> None:
    viewer = person("reader@klovergl.example")
    foundation = Organisation.objects.get(name="Stiftelsen Klövergläntan")
    today = Measurement.objects.latest("recorded_at").recorded_at.date()
    totals = statements.investor_statement(viewer, foundation, today).totals
    by_currency = {total.currency: total.line for total in totals}
    assert by_currency["SEK"].received == Decimal("3510000.00")
    assert by_currency["SEK"].paid_in == Decimal("3250000.00")
    assert by_currency["EUR"].received > 0
    assert by_currency["EUR"].expected > 0


def test_every_contract_has_verified_waiting_questioned_and_rejected_measurements() -> None:
    for code in (young_adults.CODE, families.CODE, teams.CODE):
        states = Counter(
            Measurement.objects.filter(contract__code=code).values_list("state", flat=True)
        )
        assert states[S.VERIFIED] > states[S.CHECKED] > 0, code
        assert states[S.QUERIED] == 2, code  # and one that was answered
        assert states[S.REJECTED] == 2, code
        assert states[S.SUBMITTED] == 0, code
        assert states[S.SUPERSEDED] > 0, code


def test_each_provider_has_overdue_points_and_open_questions() -> None:
    for key in ("sprangbradan", "perhepolku", "joukkuekummit"):
        worker = person(f"case.worker@{key}.example")
        statuses = {str(item.status) for item in outcomes.due_list(worker)}
        assert "overdue" in statuses, key
        assert outcomes.questions(worker).count() == 2, key


def test_the_service_partner_sees_its_own_families_only() -> None:
    worker = person("case.worker@nepsytuki.example")
    seen = access.visible(Participant.objects.all(), worker, Action.VIEW_PARTICIPANT)
    assert {one.served_by_id for one in seen} == {
        Organisation.objects.get(name="Nepsytuki Kaisla Oy").pk
    }
    assert seen.count() < Participant.objects.filter(cohort__contract__code=families.CODE).count()


def test_the_family_programme_is_behind_its_plan_and_people_left_in_several_ways() -> None:
    rows = Referral.objects.filter(participant__cohort__contract__code=families.CODE)
    states = Counter(rows.filter(participant__counts=True).values_list("state", flat=True))
    assert states[ReferralState.ENROLLED] == 84 < families.PLACES
    assert min(states[state] for state in ReferralState) > 0
    people = Participant.objects.filter(cohort__contract__code=families.CODE)
    reasons = people.exclude(enrolment__exit_reason="").values_list(
        "enrolment__exit_reason", flat=True
    )
    assert len(set(reasons)) >= 6
    assert people.filter(
        enrolment__exit_reason="moved_away", enrolment__exit_confirmed_at=None
    ).exists()
    assert HouseholdMembership.objects.filter(household__cohort__contract__code=teams.CODE).count()


def test_names_are_kept_encrypted_and_only_where_the_key_lies_in_the_portal() -> None:
    held = Counter(Identity.objects.values_list("participant__cohort__contract__code", flat=True))
    assert held == {families.CODE: 19, teams.CODE: 10}  # one of twenty was erased
    assert not Identity.objects.filter(name__icontains="Esimerkki").exists()


def test_one_closing_waits_for_the_verifier_and_new_terms_for_two_parties() -> None:
    verifier = person("verifier@mittakeppi.example")
    (closing,) = outcomes.closings_to_sign(verifier)
    assert closing.contract.code == teams.CODE
    assert Closing.objects.filter(state=ClosingState.PROPOSED).count() == 1
    terms = open_terms(Contract.objects.get(code=families.CODE))
    assert terms is not None
    assert terms.state == TermsState.PROPOSED
    assert terms.agreements.count() == 2
    assert Terms.objects.filter(state=TermsState.AGREED).count() == 3


def test_everything_was_recorded_when_it_happened_in_an_order_that_can_be() -> None:
    rows = Measurement.objects.values_list("measured_on", "recorded_at")
    delays = [(recorded.date() - measured).days for measured, recorded in rows]
    assert (min(delays) >= 0, max(delays) <= LATE_AFTER_DAYS) == (True, True)
    assert not Finding.objects.filter(code="outcomes.late_entry").exists()
    for decision in Verification.objects.select_related("measurement"):
        assert decision.measurement.recorded_at < decision.decided_at
    for claim in Claim.objects.select_related("closing", "period").exclude(state="replaced"):
        signed_at, submitted_at = claim.closing.signed_at, claim.submitted_at
        assert signed_at is not None
        assert submitted_at is not None
        moments = [signed_at, claim.calculated_at, submitted_at]
        moments += claim.approvals.order_by("pk").values_list("approved_at", flat=True)
        assert claim.period.ends_on < moments[0].date()
        approvals = moments[3:]
        assert all(submitted_at < moment <= timezone.now() for moment in approvals)
        assert moments[:3] == sorted(moments[:3])
        for payment in claim.payments.all():
            assert max(approvals) < payment.recorded_at
            assert payment.paid_on <= payment.recorded_at.date() <= claim.due_on


def test_the_history_of_each_contract_tells_of_years_newest_first() -> None:
    viewer = person("preparer@kaislamaa.example")
    for code in (families.CODE, teams.CODE):
        events = list(contract_history(viewer, Contract.objects.get(code=code)))
        times = [event.at for event in events]
        assert times == sorted(times, reverse=True)
        assert len({moment.year for moment in times}) >= 4
        assert times[0] <= timezone.now()
        assert events[-1].action == "contract.created"


def test_what_is_written_after_the_story_is_recorded_now() -> None:
    measurement = Measurement.objects.filter(state=S.CHECKED).latest("pk")
    worker = measurement.submitted_by
    source = measurement.evidence_source
    before = timezone.now()
    with transaction.atomic():
        new = correct_measurement(
            actor=worker,
            measurement=measurement,
            row=MeasurementInput(
                measured_on=measurement.measured_on.isoformat(),
                value=f"{measurement.value.normalize():f}" if measurement.value else "0",
                evidence_source=source,
                evidence_location="-",
                correction_reason="-",
            ),
            door=Door.FORM,
        )
        new.refresh_from_db()
        event = Event.objects.latest("pk")
        transaction.set_rollback(True)
    assert event.at >= before
    # The trigger gives the time at which the transaction of this module began: the present one.
    assert new.recorded_at == _transaction_began()


def _transaction_began() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        (began,) = cursor.fetchone()
    assert isinstance(began, datetime)
    return began


def test_no_story_is_told_outside_a_demonstration() -> None:
    with override_settings(SIB_DEMO=False), pytest.raises(RuntimeError), story_time():
        pass


def test_the_county_took_over_the_teams_and_the_outsider_sees_nothing() -> None:
    seen = {
        email: set(
            access.visible(Contract.objects.all(), person(email), Action.VIEW_CONTRACT).values_list(
                "code", flat=True
            )
        )
        for email in (
            "preparer@kaislamaa.example",
            "preparer@kaislaranta.example",
            "preparer@ulkosaari.example",
        )
    }
    assert list(seen.values()) == [{families.CODE, teams.CODE}, {families.CODE}, set()]
