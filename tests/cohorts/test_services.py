"""The way from referral to exit: who may, what is refused, and what stays."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from cohorts import selectors, services
from cohorts.models import Cohort, Consent, Enrolment, HouseholdMembership, Participant, Referral
from cohorts.rules.intake import PlanStep
from cohorts.services import CohortFacts, EnrolmentFacts, ReferralFacts
from cohorts.states import ExitReason, ReferralState
from contracts.models import Contract
from contracts.states import ContractState
from sibportal.accounts.models import User
from sibportal.audit.models import Event
from sibportal.jobs import registry
from sibportal.jobs.models import Reminder
from sibportal.jobs.services import remind
from sibportal.kernel.errors import InvalidTransition, NotAllowed, NotVisible, RuleViolation
from tests.cohorts.conftest import ENROLLED_ON, REFERRED_ON, Scene, build_scene
from tests.factories.cohorts import make_participants

REFERRAL = ReferralFacts(unit_kind="school", unit_name="Koivula school", referred_on=REFERRED_ON)
COHORT = CohortFacts(
    code_prefix="NA",
    places=50,
    enrolment_starts_on=date(2025, 1, 1),
    enrolment_ends_on=date(2026, 1, 1),
    title_en="Second cohort",
)


def codes(caught: pytest.ExceptionInfo[RuleViolation]) -> set[str]:
    return {issue.code for issue in caught.value.issues}


# --- Cohorts ---------------------------------------------------------------------------------


def test_a_preparer_of_the_payer_sets_up_a_cohort_with_its_plan(scene: Scene) -> None:
    cohort = services.create_cohort(actor=scene.town.pia, contract=scene.contract, facts=COHORT)
    steps = [PlanStep(date(2025, 3, 31), 20), PlanStep(date(2025, 6, 30), 50)]
    services.set_intake_plan(actor=scene.town.pia, cohort=cohort, steps=steps)
    assert selectors.plan(cohort) == steps
    assert Event.objects.filter(target_id=cohort.pk).count() == 2


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"code_prefix": "9"}, "cohorts.code_prefix_malformed", "code_prefix"),
        ({"code_prefix": "TP"}, "cohorts.prefix_taken", "code_prefix"),
        ({"places": 0}, "cohorts.no_places", "places"),
        ({"enrolment_ends_on": date(2024, 1, 1)}, "cohorts.ends_before_start", "enrolment_ends_on"),
        ({"title_en": ""}, "cohorts.title_needed", "title_en"),
        (
            {"criteria": {"minimum_age": 30, "maximum_age": 20}},
            "cohorts.age_limits_reversed",
            "maximum_age",
        ),
    ],
)
def test_a_cohort_that_cannot_be_is_refused_at_its_field(
    scene: Scene, change: dict[str, object], code: str, field: str
) -> None:
    with pytest.raises(RuleViolation) as caught:
        services.create_cohort(
            actor=scene.town.pia,
            contract=scene.contract,
            facts=replace(COHORT, **change),  # type: ignore[arg-type]
        )
    assert [(issue.code, issue.field) for issue in caught.value.issues] == [(code, field)]
    assert Cohort.objects.count() == 1


def test_a_plan_neither_falls_nor_leaves_the_window_nor_the_places(scene: Scene) -> None:
    steps = [
        PlanStep(date(2025, 3, 31), 300),
        PlanStep(date(2025, 2, 28), 10),
        PlanStep(date(2035, 1, 1), 20),
    ]
    with pytest.raises(RuleViolation) as caught:
        services.set_intake_plan(actor=scene.town.pia, cohort=scene.cohort, steps=steps)
    assert codes(caught) == {
        "cohorts.plan_above_places",
        "cohorts.plan_dates_not_rising",
        "cohorts.plan_outside_window",
    }


def test_the_first_enrolment_freezes_the_criteria_and_the_first_code_the_prefix(
    scene: Scene,
) -> None:
    scene.enrolled()
    facts = replace(COHORT, code_prefix="ZZ", places=200, criteria={"minimum_age": 18})
    with pytest.raises(RuleViolation) as caught:
        services.update_cohort(actor=scene.town.pia, cohort=scene.cohort, facts=facts)
    assert codes(caught) == {"cohorts.criteria_frozen", "cohorts.prefix_in_use"}
    assert Cohort.objects.get().code_prefix == "TP"


def test_places_cannot_fall_below_those_enrolled(scene: Scene) -> None:
    make_participants(scene.cohort, 3)
    with pytest.raises(RuleViolation) as caught:
        services.update_cohort(
            actor=scene.town.pia,
            cohort=scene.cohort,
            facts=replace(COHORT, code_prefix="TP", places=2),
        )
    assert codes(caught) == {"cohorts.fewer_places"}


# --- Referral --------------------------------------------------------------------------------


def test_a_referral_makes_a_participant_with_the_next_code(scene: Scene) -> None:
    first = services.refer_participant(actor=scene.town.ben, cohort=scene.cohort, facts=REFERRAL)
    second = services.refer_participant(
        actor=scene.town.casper, cohort=scene.cohort, facts=REFERRAL
    )
    assert [first.code, second.code] == ["TP-0001", "TP-0002"]
    assert first.referral.state == ReferralState.REFERRED
    assert first.served_by is None


def test_who_refers_as_a_service_partner_serves_the_participant(scene: Scene) -> None:
    made = services.refer_participant(actor=scene.sam, cohort=scene.cohort, facts=REFERRAL)
    assert made.served_by == scene.partner


def test_only_an_organisation_that_provides_the_service_can_serve(scene: Scene) -> None:
    with pytest.raises(RuleViolation) as caught:
        services.refer_participant(
            actor=scene.town.ben,
            cohort=scene.cohort,
            facts=REFERRAL,
            served_by=scene.town.vaahtera,
        )
    assert codes(caught) == {"cohorts.not_a_provider"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"referred_on": date(2099, 1, 1)}, "cohorts.date_in_future"),
        ({"referred_on": date(1925, 2, 3)}, "cohorts.referred_too_early"),
        ({"birth_month": date(2099, 1, 1)}, "cohorts.birth_in_future"),
        ({"unit_name": "School, 131052-308T"}, "cohorts.personal_id_in_text"),
    ],
)
def test_an_impossible_referral_is_refused_and_uses_no_code(
    scene: Scene, change: dict[str, object], code: str
) -> None:
    facts = replace(REFERRAL, **change)  # type: ignore[arg-type]
    with pytest.raises(RuleViolation) as caught:
        services.refer_participant(actor=scene.town.ben, cohort=scene.cohort, facts=facts)
    assert codes(caught) == {code}
    assert Participant.objects.count() == 0
    assert Cohort.objects.get().last_code_number == 0


def test_nobody_is_referred_while_the_contract_is_suspended(scene: Scene) -> None:
    Contract.objects.update(state=ContractState.SUSPENDED)
    with pytest.raises(RuleViolation) as caught:
        services.refer_participant(actor=scene.town.ben, cohort=scene.cohort, facts=REFERRAL)
    assert codes(caught) == {"cohorts.contract_not_in_force"}


@pytest.mark.parametrize("who", ["dag", "cleo", "ada"])
def test_others_in_the_contract_may_not_refer(scene: Scene, who: str) -> None:
    actor: User = getattr(scene.town, who)
    with pytest.raises(NotAllowed):
        services.refer_participant(actor=actor, cohort=scene.cohort, facts=REFERRAL)


def test_an_outsider_sees_no_cohort_to_refer_to(scene: Scene) -> None:
    with pytest.raises(NotVisible):
        services.refer_participant(actor=scene.town.eve, cohort=scene.cohort, facts=REFERRAL)


def test_declined_can_be_asked_again_and_unsuitable_is_final(scene: Scene) -> None:
    participant, day = scene.referred(), REFERRED_ON + timedelta(days=7)
    services.decline_referral(
        actor=scene.town.ben,
        participant=participant,
        decision="declined",
        decided_on=day,
        reason="No time now",
    )
    services.contact_referral(actor=scene.town.ben, participant=participant, contacted_on=day)
    again = Referral.objects.get(participant=participant)
    assert (again.state, again.reason, again.decided_on) == ("contacted", "", None)
    services.decline_referral(
        actor=scene.town.ben,
        participant=participant,
        decision="unsuitable",
        decided_on=day,
        reason="Already in work",
    )
    with pytest.raises(InvalidTransition):
        services.contact_referral(actor=scene.town.ben, participant=participant, contacted_on=day)


def test_a_decision_needs_a_reason_and_a_day_after_the_referral(scene: Scene) -> None:
    participant = scene.referred()
    with pytest.raises(RuleViolation) as caught:
        services.decline_referral(
            actor=scene.town.ben,
            participant=participant,
            decision="declined",
            decided_on=REFERRED_ON - timedelta(days=1),
            reason=" ",
        )
    assert codes(caught) == {"cohorts.before_referral", "cohorts.reason_needed"}


# --- Enrolment and exit ----------------------------------------------------------------------


def enrol(scene: Scene, participant: Participant, **values: object) -> Enrolment:
    facts = EnrolmentFacts(**({"enrolled_on": ENROLLED_ON} | values))  # type: ignore[arg-type]
    return services.enrol_participant(actor=scene.town.ben, participant=participant, facts=facts)


def test_enrolment_asks_for_the_criteria_and_keeps_the_answers(scene: Scene) -> None:
    scene.cohort.criteria = {
        "minimum_age": 18,
        "risk_factors": [{"key": "debt", "title": {"en": "Debt"}}],
        "minimum_risk_factors": 1,
        "questions": [{"key": "resident", "title": {"en": "Lives in Koivula"}}],
    }
    scene.cohort.save()
    participant = scene.referred()
    with pytest.raises(RuleViolation) as caught:
        enrol(scene, participant, birth_month=date(2015, 1, 1), questions={"resident": False})
    assert codes(caught) == {
        "cohorts.too_young_years",
        "cohorts.too_few_risk_factors",
        "cohorts.criterion_not_met",
    }
    assert not Enrolment.objects.exists()
    made = enrol(
        scene,
        participant,
        birth_month=date(2003, 5, 17),
        risk_factors=frozenset({"debt"}),
        questions={"resident": True},
    )
    assert made.eligibility == {"risk_factors": ["debt"], "questions": {"resident": True}}
    assert scene.fresh(participant).birth_month == date(2003, 5, 1)
    assert Referral.objects.get().state == ReferralState.ENROLLED


def test_full_places_are_said_and_a_guardian_takes_none(scene: Scene) -> None:
    Cohort.objects.update(places=1)
    scene.enrolled()
    with pytest.raises(RuleViolation) as caught:
        enrol(scene, scene.referred())
    assert codes(caught) == {"cohorts.cohort_full"}
    assert enrol(scene, scene.referred(counts=False)).pk


@pytest.mark.parametrize(
    ("enrolled_on", "code"),
    [
        (REFERRED_ON - timedelta(days=1), "cohorts.enrolled_before_referral"),
        (date(2020, 1, 1), "cohorts.enrolled_outside_window"),
        (date(2099, 1, 1), "cohorts.date_in_future"),
    ],
)
def test_impossible_days_of_enrolment_are_refused(
    scene: Scene, enrolled_on: date, code: str
) -> None:
    with pytest.raises(RuleViolation) as caught:
        enrol(scene, scene.referred(), enrolled_on=enrolled_on)
    assert code in codes(caught)


def test_a_second_enrolment_is_refused(scene: Scene) -> None:
    participant = scene.referred()
    enrol(scene, participant)
    with pytest.raises(InvalidTransition):
        enrol(scene, participant)
    assert Enrolment.objects.count() == 1


def leave(scene: Scene, participant: Participant, reason: str = "moved_away") -> Enrolment:
    return services.exit_participant(
        actor=scene.town.ben,
        participant=participant,
        exited_on=ENROLLED_ON + timedelta(days=90),
        reason=reason,
    )


def test_leaving_keeps_the_row_and_the_place_in_the_count(scene: Scene) -> None:
    participant = scene.enrolled()
    before = selectors.counting_participants(scene.contract)
    leave(scene, participant)
    after = selectors.counting_participants(scene.contract)
    assert [one.id for one in after] == [one.id for one in before] == [participant.pk]
    assert after[0].exit_reason == ExitReason.MOVED_AWAY
    assert not after[0].exit_confirmed
    assert selectors.places_taken(scene.cohort) == 1
    with pytest.raises(RuleViolation) as caught:
        leave(scene, participant, "dropped_out")
    assert codes(caught) == {"cohorts.already_left"}


def test_the_database_refuses_to_delete_an_enrolment(scene: Scene) -> None:
    scene.enrolled()
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM cohorts_enrolment")
    assert Enrolment.objects.count() == 1


@pytest.mark.django_db
def test_the_verifier_confirms_an_exit_once_and_nobody_else_does() -> None:
    scene = build_scene(neutral="moved_away")
    participant, dropped_out = scene.enrolled(), scene.enrolled()
    with pytest.raises(RuleViolation):
        services.confirm_exit(actor=scene.town.cleo, participant=participant)
    leave(scene, participant)
    leave(scene, dropped_out, "dropped_out")  # fails, whatever the verifier says
    assert [row.participant for row in selectors.exits_to_confirm(scene.town.cleo)] == [participant]
    with pytest.raises(NotAllowed):
        services.confirm_exit(actor=scene.town.ben, participant=participant)
    assert services.confirm_exit(actor=scene.town.cleo, participant=participant).exit_confirmed_at
    assert selectors.counting_participants(scene.contract)[0].exit_confirmed
    with pytest.raises(RuleViolation) as caught:
        services.confirm_exit(actor=scene.town.cleo, participant=participant)
    assert codes(caught) == {"cohorts.exit_already_confirmed"}


def remind_about(scene: Scene, participant: Participant) -> None:
    kind = "tests.measurement"
    if kind not in registry._reminder_texts:
        registry.register_reminder(kind, lambda count: f"{count} due")
    remind(
        recipient_id=scene.town.ben.pk,
        kind=kind,
        contract_id=scene.contract.pk,
        subject_id=participant.pk,
        due_on=date(2027, 1, 1),
    )


def waiting(participant: Participant) -> int:
    return Reminder.objects.filter(subject_id=participant.pk, cancelled_at=None).count()


def test_a_death_stops_every_reminder_about_that_person_at_once_and_no_other(
    scene: Scene,
) -> None:
    dead, moved, other = scene.enrolled(), scene.enrolled(), scene.enrolled()
    for participant in (dead, moved, other):
        remind_about(scene, participant)
    leave(scene, dead, "death")
    leave(scene, moved, "moved_away")
    assert [waiting(dead), waiting(moved), waiting(other)] == [0, 1, 1]
    assert selectors.not_to_remind(scene.contract) == {dead.pk}


# --- Consent and household -------------------------------------------------------------------


def consent(scene: Scene, participant: Participant, **values: object) -> Consent:
    facts: dict[str, object] = {
        "switch": "contact",
        "given": True,
        "given_by": "self",
        "effective_on": ENROLLED_ON,
    }
    return services.record_consent(
        actor=scene.town.ben,
        participant=participant,
        **(facts | values),  # type: ignore[arg-type]
    )


def test_the_latest_row_of_a_switch_holds_and_a_no_to_contact_stops_reminders(
    scene: Scene,
) -> None:
    participant = scene.enrolled()
    remind_about(scene, participant)
    consent(scene, participant)
    assert waiting(participant) == 1
    consent(scene, participant, given=False, effective_on=ENROLLED_ON + timedelta(days=1))
    state = selectors.consent_state(participant)
    assert {row.switch: row.given for row in state.switches if row.entry} == {"contact": False}
    assert waiting(participant) == 0
    assert selectors.not_to_remind(scene.contract) == {participant.pk}


def test_consents_are_never_changed_not_even_by_raw_sql(scene: Scene) -> None:
    consent(scene, scene.enrolled())
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        Consent.objects.update(given=False)
    assert Consent.objects.get().given


def test_a_guardian_answers_for_a_small_child_and_the_child_is_asked_again(scene: Scene) -> None:
    child = scene.enrolled(birth_month=date(2014, 3, 1))
    with pytest.raises(RuleViolation) as caught:
        consent(scene, child, given_by="self")
    assert codes(caught) == {"cohorts.consent_by_guardian_only"}
    consent(scene, child, given_by="guardian")
    asked = selectors.consents_to_ask_again(scene.town.ben)
    assert [(row.code, ask.due_on) for row, ask in asked] == [(child.code, date(2026, 3, 1))]


def test_a_child_moves_from_one_household_to_another_by_dates(scene: Scene) -> None:
    child, guardian = scene.enrolled(), scene.enrolled(counts=False)
    join = services.join_household
    actor, day = scene.town.ben, ENROLLED_ON
    stay = join(actor=actor, participant=child, household=None, role="child", valid_from=day)
    join(
        actor=actor,
        participant=guardian,
        household=stay.household,
        role="guardian",
        valid_from=day,
    )
    assert stay.household.code == "TP-H001"
    with pytest.raises(RuleViolation) as caught:
        join(actor=actor, participant=child, household=None, role="child", valid_from=day)
    assert codes(caught) == {"cohorts.two_households"}
    services.leave_household(actor=actor, participant=child, valid_until=day + timedelta(days=30))
    join(
        actor=actor,
        participant=child,
        household=None,
        role="child",
        valid_from=day + timedelta(days=30),
    )
    stays = HouseholdMembership.objects.filter(participant=child)
    assert [row.household.code for row in stays] == ["TP-H001", "TP-H002"]


# --- Who sees whom ---------------------------------------------------------------------------


def test_a_service_partner_sees_only_its_own_participants(scene: Scene) -> None:
    own, other = scene.enrolled(served_by=scene.partner), scene.enrolled()
    assert list(selectors.participants(scene.sam)) == [own]
    assert set(selectors.participants(scene.town.ben)) == {own, other}
    with pytest.raises(NotVisible):
        selectors.participant(scene.sam, other.pk)
    leave_as = services.exit_participant
    with pytest.raises(NotVisible):
        leave_as(actor=scene.sam, participant=other, exited_on=ENROLLED_ON, reason="death")


def test_whoever_hands_a_participant_over_no_longer_sees_them(scene: Scene) -> None:
    own = scene.enrolled(served_by=scene.partner)
    services.set_service_partner(actor=scene.sam, participant=own, served_by=scene.town.lahde)
    assert not selectors.participants(scene.sam).exists()


def test_readers_without_participants_get_no_small_count(scene: Scene) -> None:
    make_participants(scene.cohort, 7)
    make_participants(scene.cohort, 2, state=ReferralState.DECLINED)
    full = selectors.intake_summaries(scene.town.ben, [scene.contract])[scene.contract.pk]
    assert (full.enrolled, full.referred, full.declined) == (7, 9, 2)
    seen = selectors.intake_summaries(scene.town.dag, [scene.contract])[scene.contract.pk]
    # 9 referred and 7 enrolled would tell that 2 were not.
    assert (seen.enrolled, seen.referred, seen.declined) == (7, None, None)
    make_participants(scene.cohort, 5, state=ReferralState.DECLINED)
    seen = selectors.intake_summaries(scene.town.dag, [scene.contract])[scene.contract.pk]
    assert (seen.enrolled, seen.referred) == (7, 14)
    assert selectors.funnel_by_unit(scene.town.dag, scene.cohort) == []
    assert selectors.intake_path(scene.town.dag, scene.cohort) == []


@pytest.mark.django_db(transaction=True)
def test_concurrent_referrals_give_distinct_codes(committed_database: None) -> None:
    scene = build_scene()
    found: list[str] = []

    def refer() -> None:
        try:
            for _ in range(3):
                made = services.refer_participant(
                    actor=scene.town.ben, cohort=scene.cohort, facts=REFERRAL
                )
                found.append(made.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=refer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [f"TP-{number:04d}" for number in range(1, 25)]


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_given_to_one_of_many_who_come_at_once(committed_database: None) -> None:
    scene = build_scene()
    Cohort.objects.update(places=1)
    people = [scene.referred() for _ in range(6)]
    refused: list[str] = []

    def take(participant: Participant) -> None:
        try:
            enrol(scene, participant)
        except RuleViolation as violation:
            refused.append(violation.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Enrolment.objects.count() == 1
    assert refused == ["cohorts.cohort_full"] * 5
