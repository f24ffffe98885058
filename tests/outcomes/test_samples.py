"""A period verified by sample, on a real database: locked, drawn, looked at, concluded, signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from difflib import unified_diff

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contracts.models import Party
from outcomes import selectors, services
from outcomes.models import (
    Door,
    Measurement,
    PopulationItem,
    SampleConfirmation,
    SampleDraw,
    Verification,
    VerificationDispute,
    VerificationRound,
)
from outcomes.rules import rounds as rules
from outcomes.rules import sampling
from outcomes.rules.rounds import PlanTerms
from outcomes.rules.sampling import Beyond, PlanKind, StratumField
from outcomes.selectors import disputes, reports, samples
from outcomes.states import MeasurementState
from sibportal.accounts.models import User
from sibportal.accounts.roles import MemberRole, OrganisationKind, PartyRole
from sibportal.jobs.models import Reminder
from sibportal.kernel.errors import InvalidTransition, NotAllowed, NotVisible, RuleViolation
from tests.factories.accounts import make_membership, make_organisation, make_user
from tests.factories.outcomes import Scene, make_scene, submitted

pytestmark = pytest.mark.django_db
PEOPLE = 120
TERMS = PlanTerms(
    kind=PlanKind.SAMPLE, margin_percent=Decimal(10), tolerable_percent=Decimal(10),
    strata=(StratumField.COHORT, StratumField.METRIC),
)  # fmt: skip


def a_scene(terms: PlanTerms = TERMS) -> Scene:
    """120 people, each with one measurement that waits in the third period, and a plan."""
    scene = make_scene(participants=PEOPLE)
    period = scene.periods[2]
    rows = submitted(
        scene,
        [
            {"participant": person, "value": Decimal(1), "counted_in": period}
            for person in scene.participants
        ],
    )
    checked = Measurement.objects.filter(pk__in=[row.pk for row in rows])
    checked.update(state=MeasurementState.CHECKED)
    approver = member(scene, PartyRole.LEAD_PROVIDER, MemberRole.APPROVER)
    plan = services.set_verification_plan(
        actor=scene.pia, contract=scene.contract, from_period=period, terms=terms, reason="Many."
    )
    services.agree_verification_plan(actor=approver, plan=plan)
    return scene


def member(scene: Scene, party_role: PartyRole, role: MemberRole) -> User:
    """A person of a party of the contract; the party is made where there is none."""
    party = Party.objects.filter(contract=scene.contract, role=party_role).first()
    if party is None:
        party = Party.objects.create(
            contract=scene.contract, role=party_role, key=party_role.value,
            organisation=make_organisation(kind=OrganisationKind.EVALUATOR),
            valid_from=scene.contract.starts_on,
        )  # fmt: skip
    person = make_user()
    make_membership(user=person, organisation=party.organisation, role=role)
    return person


def locked(scene: Scene) -> VerificationRound:
    return services.lock_submission(actor=scene.cleo, period=scene.periods[2])


def drawn(scene: Scene) -> VerificationRound:
    row = locked(scene)
    services.draw_sample(actor=scene.cleo, row=row)
    return samples.round_seen(scene.cleo, row.pk)


def sampled(row: VerificationRound) -> list[Measurement]:
    return [one.measurement for one in samples.standing(row).items]


def look(scene: Scene, row: VerificationRound, errors: int) -> list[Measurement]:
    """Reject as many of the sample as that, confirm the others."""
    found = sampled(row)
    for one in found[:errors]:
        services.reject_measurement(
            actor=scene.cleo, measurement=one, reason="Not in the contract.",
            found_value=Decimal(0),
        )  # fmt: skip
    services.verify_measurements(
        actor=scene.cleo, contract=scene.contract, measurement_ids=[one.uuid for one in found]
    )
    return found


def states(scene: Scene) -> dict[str, int]:
    return selectors.measurement_counts(scene.ben, scene.contract)


def test_a_period_is_verified_by_sample_and_the_provider_never_sees_who_is_in_it() -> None:
    scene = a_scene()
    row = drawn(scene)
    assert (row.population, row.people, row.kind) == (PEOPLE, PEOPLE, PlanKind.SAMPLE)
    # 120 with 10 points of margin: 54; up to 2 may be wrong, if at most 10 % are to be.
    assert (row.draw.size, row.draw.acceptance_number) == (54, 2)
    assert selectors.awaiting_verification(scene.cleo).count() == 54
    before = _everything_that_ben_sees(scene)
    found = look(scene, row, errors=0)
    assert SampleConfirmation.objects.count() == 54
    after = _everything_that_ben_sees(scene)
    assert [*unified_diff(before, after)] == []
    assert states(scene) == {"checked": PEOPLE}
    assert not selectors.awaiting_verification(scene.cleo).exists()
    for model in (VerificationRound, PopulationItem, SampleDraw):
        with pytest.raises(NotVisible):
            selectors.contract_seen(scene.eve, scene.contract.pk, model.view_action)
    with pytest.raises(NotVisible):
        samples.round_seen(scene.ben, row.pk)
    with pytest.raises(NotVisible):
        samples.sample_of(scene.pia, row)  # an official, before the report is signed
    made = services.conclude_round(actor=scene.cleo, row=row)
    assert (made.verdict, made.errors, made.rest_verified) == ("accepted", 0, PEOPLE - 54)
    assert states(scene) == {"verified": PEOPLE}
    looked_at = Verification.objects.filter(basis="item").values_list("measurement_id", flat=True)
    assert set(looked_at) == {one.pk for one in found}
    assert Verification.objects.filter(basis="sample").count() == PEOPLE - 54


def _everything_that_ben_sees(scene: Scene) -> list[str]:
    """The pages on which a provider could read something about its measurements."""
    client = Client()
    client.force_login(scene.ben)
    of = f"/contracts/{scene.contract.pk}"
    addresses = [
        f"{of}/measurements/", f"{of}/measurements/?page=3", f"{of}/history/", f"{of}/due/",
        f"{of}/verification/", "/verification/",
        f"/measurements/{Measurement.objects.order_by('pk')[5].uuid}/",
        f"/api/v1/measurements/?contract={scene.contract.pk}&page_size=200",
    ]  # fmt: skip
    found = []
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        lines = response.content.decode().replace(">", ">\n").splitlines()
        found += [line for line in lines if "csrf" not in line.lower()]
    return found


def test_the_seed_comes_from_the_database_once_and_after_the_lock() -> None:
    scene = a_scene()
    row = locked(scene)
    made = services.draw_sample(actor=scene.cleo, row=row)
    assert len(made.seed) == 64
    known = samples.population(row)
    again = sampling.draw(made.seed, [item for _pk, item in known], made.size)
    assert {item.id for item in again} == samples.drawn_ids(row)
    assert sampling.population_digest([item for _pk, item in known]) == row.digest
    with pytest.raises(RuleViolation) as refused:
        services.draw_sample(actor=scene.cleo, row=row)
    assert refused.value.code == "outcomes.sample_drawn_already"
    assert SampleDraw.objects.get().seed == made.seed
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE outcomes_sampledraw SET seed = 'chosen'")


def test_nothing_joins_a_population_that_was_drawn_from_and_no_seed_comes_before_it() -> None:
    scene = a_scene()
    row = drawn(scene)
    (late,) = submitted(
        scene, [{"participant": scene.participants[0], "value": 1, "point_key": "start"}]
    )
    with pytest.raises(DatabaseError, match="drawn"), transaction.atomic():
        PopulationItem.objects.create(round=row, measurement=late)
    empty = VerificationRound.objects.create(
        contract=scene.contract, period=row.period, number=2, kind="sample", population=5,
        people=5, measurement_cut_off=late.pk, digest="-", locked_by=scene.cleo,
    )  # fmt: skip
    with pytest.raises(DatabaseError, match="locked"), transaction.atomic():
        SampleDraw.objects.create(round=empty, size=5, drawn_by=scene.cleo, seed="chosen")


def test_beyond_the_acceptance_number_everything_is_looked_at() -> None:
    scene = a_scene()
    row = drawn(scene)
    look(scene, row, errors=3)
    with pytest.raises(RuleViolation) as refused:
        services.conclude_round(actor=scene.cleo, row=row, trust_rest=True, reason="Fine.")
    assert refused.value.code == "outcomes.beyond_acceptance"
    made = services.conclude_round(actor=scene.cleo, row=row)
    assert (made.verdict, made.rest_verified) == ("full_check", 0)
    # 3 of 54 wrong: by the exact interval 3 to 15 of the 120.
    assert made.estimate == {
        "share": "0.0556", "share_low": "0.0250", "share_high": "0.1250",
        "number": 7, "number_low": 3, "number_high": 15,
    }  # fmt: skip
    assert states(scene) == {"verified": 51, "rejected": 3, "checked": PEOPLE - 54}
    rest = selectors.awaiting_verification(scene.cleo)
    assert rest.count() == PEOPLE - 54
    row = samples.round_seen(scene.cleo, row.pk)
    with pytest.raises(RuleViolation) as refused:
        services.require_signable(row)
    assert refused.value.code == "outcomes.full_check_unfinished"
    services.verify_measurements(
        actor=scene.cleo, contract=scene.contract, measurement_ids=[one.uuid for one in rest]
    )
    services.require_signable(row)


def test_where_the_plan_leaves_it_to_the_verifier_the_rest_is_trusted_with_a_reason() -> None:
    scene = a_scene(replace(TERMS, beyond=Beyond.ESTIMATE))
    row = drawn(scene)
    look(scene, row, errors=3)
    made = services.conclude_round(
        actor=scene.cleo, row=row, trust_rest=True, reason="All were typing errors."
    )
    assert (made.verdict, made.rest_verified) == ("estimate", PEOPLE - 54)


def test_what_the_verifier_once_submitted_is_not_verified_by_the_sample() -> None:
    scene = a_scene()
    row = drawn(scene)
    look(scene, row, errors=0)
    # Ben, who submitted everything, leaves the provider and joins the verifier.
    scene.ben.memberships.update(active=False)
    verifier = scene.cleo.memberships.get().organisation
    make_membership(user=scene.ben, organisation=verifier, role=MemberRole.VERIFIER)
    made = services.conclude_round(actor=scene.ben, row=row)
    assert (made.verdict, made.rest_verified) == ("accepted", 0)
    counts = selectors.measurement_counts(scene.cleo, scene.contract)
    assert counts == {"verified": 54, "checked": PEOPLE - 54}


def test_an_unsampled_item_is_not_verified_alone_while_its_round_is_open() -> None:
    scene = a_scene()
    row = drawn(scene)
    outside = PopulationItem.objects.filter(round=row, sampled=None).select_related("measurement")
    one = outside[0].measurement
    with pytest.raises(RuleViolation) as refused:
        services.verify_measurement(actor=scene.cleo, measurement=one)
    assert refused.value.code == "outcomes.decided_by_its_round"
    services.reject_measurement(actor=scene.cleo, measurement=one, reason="Seen by chance.")
    assert samples.standing(row).errors == 0


def test_a_correction_during_the_round_counts_as_an_error_and_comes_in_a_later_round() -> None:
    scene = a_scene()
    row = drawn(scene)
    first = sampled(row)[0]
    services.query_measurement(actor=scene.cleo, measurement=first, question="Since when?")
    services.correct_measurement(
        actor=scene.ben, measurement=first, door=Door.FORM,
        row=scene.candidate(first.participant, value="no", correction_reason="Ended before."),
    )  # fmt: skip
    services.check_measurements(actor=scene.system, contract=scene.contract)
    look(scene, row, errors=0)
    assert samples.standing(row).errors == 1
    services.conclude_round(actor=scene.cleo, row=row)
    later = locked(scene)
    assert (later.number, later.population, later.kind) == (2, 1, PlanKind.FULL)


def test_few_people_are_all_looked_at_and_a_round_waits_for_the_one_before() -> None:
    scene = a_scene(replace(TERMS, everybody_below=PEOPLE + 1))
    row = drawn(scene)
    assert (row.kind, row.draw.size, row.draw.acceptance_number) == ("full", PEOPLE, None)
    with pytest.raises(RuleViolation) as refused:
        locked(scene)
    assert refused.value.code == "outcomes.round_open"
    for actor, error in ((scene.ben, NotAllowed), (scene.eve, NotVisible)):
        with pytest.raises(error):
            services.lock_submission(actor=actor, period=scene.periods[2])


def test_a_dispute_is_decided_by_the_expert_and_holds_the_round_and_the_period_up() -> None:
    scene = a_scene()
    judge = member(scene, PartyRole.EXPERT, MemberRole.APPROVER)
    row = drawn(scene)
    first, second, *_others = look(scene, row, errors=2)
    with pytest.raises(InvalidTransition):
        services.verify_measurement(actor=scene.cleo, measurement=first)  # only a dispute leads on
    dispute = services.raise_dispute(actor=scene.ben, measurement=first, reason="Page 2 says so.")
    with pytest.raises(RuleViolation) as refused:
        services.conclude_round(actor=scene.cleo, row=row)
    assert refused.value.code == "outcomes.round_has_disputes"
    item = "outcomes.close_disputes_decided"
    status = selectors.period_status(scene.contract)[2]
    assert [one.count for one in status.items if one.code == item and one.required] == [1]
    for actor in (scene.cleo, scene.pia):
        with pytest.raises(NotAllowed):
            services.rule_on_dispute(actor=actor, dispute=dispute, overturn=True, reason="Yes.")
    services.rule_on_dispute(actor=judge, dispute=dispute, overturn=True, reason="It does.")
    first.refresh_from_db()
    assert first.state == MeasurementState.VERIFIED
    assert first.verifications.order_by("-pk")[0].basis == "ruling"
    own = services.raise_dispute(actor=scene.ben, measurement=second, reason="Page 3.")
    services.withdraw_dispute(actor=scene.ben, dispute=own, reason="Page 3 is another person's.")
    made = services.conclude_round(actor=scene.cleo, row=row)
    assert (made.verdict, made.errors) == ("accepted", 1)
    with pytest.raises(RuleViolation) as refused:
        services.raise_dispute(actor=scene.ben, measurement=second, reason="Again.")
    assert refused.value.code == "outcomes.disputed_already"
    assert VerificationDispute.objects.count() == 2


def test_whoever_decides_a_dispute_is_reminded_every_week_until_it_is_decided(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = make_scene(participants=1)
    judge = member(scene, PartyRole.EXPERT, MemberRole.APPROVER)
    (row,) = submitted(scene, [{"participant": scene.participants[0], "value": Decimal(1)}])
    Measurement.objects.update(state=MeasurementState.CHECKED)
    services.reject_measurement(actor=scene.cleo, measurement=row, reason="Not there.")
    dispute = services.raise_dispute(actor=scene.ben, measurement=row, reason="Page 2.")
    contract, raised = scene.contract, dispute.raised_on

    def remind(day: date) -> list[tuple[User, date, bool]]:
        monkeypatch.setattr("outcomes.services.dispute_reminders.today", lambda _contract: day)
        services.keep_dispute_reminders(actor=scene.system, contract=contract)
        rows = Reminder.objects.filter(kind=services.DISPUTE_REMINDER).order_by("due_on")
        return [(one.recipient, one.due_on, one.cancelled_at is None) for one in rows]

    later = raised + timedelta(days=7)
    assert remind(raised) == [(judge, raised, True)]
    assert remind(later - timedelta(days=1)) == [(judge, raised, True)]
    Reminder.objects.update(sent_at=timezone.now())
    assert remind(later) == [(judge, raised, True), (judge, later, True)]
    assert disputes.to_decide(judge) == [dispute]
    for person in (scene.pia, scene.cleo, scene.ben):
        assert disputes.to_decide(person) == []
    browser = Client()
    browser.force_login(judge)
    address = reverse("outcomes:dispute-decide", args=[dispute.pk])
    assert address in browser.get(reverse("portal:home"), follow=True).content.decode()
    waiting = browser.get(reverse("api:waiting-list")).json()
    assert waiting["disputes_to_decide"] == 1
    services.rule_on_dispute(actor=judge, dispute=dispute, overturn=False, reason="Seen.")
    assert not Reminder.objects.filter(sent_at=None, cancelled_at=None).exists()
    assert remind(later + timedelta(days=7)) == [(judge, raised, True), (judge, later, False)]
    assert disputes.to_decide(judge) == []


def test_a_dispute_comes_in_time_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = a_scene()
    row = drawn(scene)
    (first, *_others) = look(scene, row, errors=1)
    first.refresh_from_db()
    last = disputes.disputable_until(scene.ben, first)
    assert last == selectors.today(scene.contract) + timedelta(days=14)
    assert disputes.disputable_until(scene.cleo, first) is None
    monkeypatch.setattr(
        "outcomes.services.disputes.today", lambda _contract: last + timedelta(days=1)
    )
    with pytest.raises(RuleViolation) as refused:
        services.raise_dispute(actor=scene.ben, measurement=first, reason="Too late.")
    assert refused.value.code == "outcomes.dispute_too_late"


def test_the_report_is_signed_as_it_was_read_and_then_officials_see_the_sample() -> None:
    scene = a_scene()
    row = drawn(scene)
    look(scene, row, errors=1)
    services.conclude_round(actor=scene.cleo, row=row)
    row = samples.round_seen(scene.cleo, row.pk)
    content = reports.report_content(row)
    digest = rules.report_digest(content)
    with pytest.raises(RuleViolation) as refused:
        services.sign_report(actor=scene.cleo, row=row, digest="0" * 64)
    assert refused.value.code == "outcomes.report_changed"
    made = services.sign_report(actor=scene.cleo, row=row, digest=digest)
    assert rules.report_digest(made.content) == made.digest == digest
    assert len(made.content["items"]) == 54
    assert made.content["draw"]["seed"] == row.draw.seed
    (wrong,) = [one for one in made.content["items"] if not one["right"]]
    assert (Decimal(wrong["reported"]), Decimal(wrong["found"])) == (Decimal(1), Decimal(0))
    row = samples.round_seen(scene.pia, row.pk)
    assert len(samples.sample_of(scene.pia, row)) == 54
    with pytest.raises(NotVisible):
        samples.sample_of(scene.ben, row)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE outcomes_verificationreport SET digest = 'x'")


def test_a_plan_set_late_waits_for_the_provider_and_a_bad_one_says_where() -> None:
    scene = make_scene(participants=1)
    later, now = scene.periods[-1], scene.periods[4]
    with pytest.raises(RuleViolation) as refused:
        services.set_verification_plan(
            actor=scene.pia, contract=scene.contract, from_period=now, reason="Many.",
            terms=replace(TERMS, confidence_percent=Decimal(10)),
        )  # fmt: skip
    assert refused.value.issues[0].field == "confidence_percent"
    plan = services.set_verification_plan(
        actor=scene.pia, contract=scene.contract, from_period=now, terms=TERMS, reason="Many."
    )
    assert samples.plan_for(scene.contract, now) is None
    with pytest.raises(NotAllowed):
        services.agree_verification_plan(actor=scene.ben, plan=plan)
    services.set_verification_plan(
        actor=scene.pia, contract=scene.contract, from_period=later, terms=TERMS, reason="Many."
    )
    assert samples.plan_for(scene.contract, later) is not None
    approver = member(scene, PartyRole.LEAD_PROVIDER, MemberRole.APPROVER)
    services.agree_verification_plan(actor=approver, plan=plan)
    assert samples.plan_for(scene.contract, now) == plan
