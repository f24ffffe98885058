"""Taking a whole intake over: the same rows as step by step, all of them or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cohorts import services
from cohorts.models import Consent, Enrolment, Participant, Referral, ReferringUnitKind
from cohorts.services import EnrolmentFacts, IntakeFacts, ReferralFacts
from cohorts.states import ReferralState
from sibportal.audit.models import Event
from sibportal.kernel.errors import NotAllowed, NotVisible, RuleViolation
from tests.cohorts.conftest import ENROLLED_ON, REFERRED_ON, Scene, build_scene

pytestmark = pytest.mark.django_db
REFERRAL = ReferralFacts(unit_kind=ReferringUnitKind.SCHOOL, referred_on=REFERRED_ON)
ENROLLED = IntakeFacts(
    referral=REFERRAL,
    contacted_on=REFERRED_ON,
    enrolment=EnrolmentFacts(enrolled_on=ENROLLED_ON, started_on=ENROLLED_ON),
    consents=(("service", "self"),),
)
DECLINED = IntakeFacts(
    referral=REFERRAL,
    declined_as=ReferralState.DECLINED,
    decided_on=REFERRED_ON,
    reason="Chose another service",
)


@pytest.fixture
def scene(db: None) -> Scene:
    return build_scene()


def test_everybody_gets_the_next_code_and_what_came_of_them(scene: Scene) -> None:
    rows = [ENROLLED, DECLINED, IntakeFacts(referral=REFERRAL), replace(ENROLLED, consents=())]
    people = services.take_over_intake(actor=scene.town.ben, cohort=scene.cohort, rows=rows)
    scene.cohort.refresh_from_db()
    assert [one.code for one in people] == [
        f"{scene.cohort.code_prefix}-{n:04d}" for n in range(1, 5)
    ]
    assert scene.cohort.last_code_number == 4
    assert list(Referral.objects.order_by("participant__code").values_list("state", flat=True)) == [
        ReferralState.ENROLLED,
        ReferralState.DECLINED,
        ReferralState.REFERRED,
        ReferralState.ENROLLED,
    ]
    assert Enrolment.objects.count() == 2
    consent = Consent.objects.get()
    assert (consent.participant, consent.effective_on) == (people[0], ENROLLED_ON)
    event = Event.objects.get(action="cohort.intake_taken_over")
    assert event.after == {"referred": 4, "enrolled": 2}


def test_the_rows_are_those_that_single_steps_make(scene: Scene) -> None:
    (together,) = services.take_over_intake(
        actor=scene.town.ben, cohort=scene.cohort, rows=[ENROLLED]
    )
    alone = services.refer_participant(actor=scene.town.ben, cohort=scene.cohort, facts=REFERRAL)
    services.contact_referral(actor=scene.town.ben, participant=alone, contacted_on=REFERRED_ON)
    assert ENROLLED.enrolment is not None
    services.enrol_participant(actor=scene.town.ben, participant=alone, facts=ENROLLED.enrolment)
    names = ("state", "referred_on", "contacted_on", "decided_on", "reason", "unit_kind")
    made = Referral.objects.order_by("participant__code").values_list(*names)
    assert made[0] == made[1]
    kept = ("enrolled_on", "started_on", "eligibility", "exited_on", "exit_reason")
    enrolments = Enrolment.objects.order_by("participant__code").values_list(*kept)
    assert enrolments[0] == enrolments[1]
    assert together.served_by_id == alone.served_by_id


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (
            replace(ENROLLED, enrolment=EnrolmentFacts(enrolled_on=date(2020, 1, 1))),
            "cohorts.enrolled_outside_window",
        ),
        (replace(DECLINED, reason=" "), "cohorts.reason_needed"),
        (
            replace(DECLINED, decided_on=REFERRED_ON - timedelta(days=1)),
            "cohorts.before_referral",
        ),
    ],
)
def test_one_impossible_row_refuses_all(scene: Scene, row: IntakeFacts, code: str) -> None:
    with pytest.raises(RuleViolation) as caught:
        services.take_over_intake(actor=scene.town.ben, cohort=scene.cohort, rows=[ENROLLED, row])
    assert code in {issue.code for issue in caught.value.issues}
    assert not Participant.objects.exists()


def test_more_than_the_places_are_refused(scene: Scene) -> None:
    rows = [ENROLLED] * (scene.cohort.places + 1)
    with pytest.raises(RuleViolation) as caught:
        services.take_over_intake(actor=scene.town.ben, cohort=scene.cohort, rows=rows)
    assert [issue.code for issue in caught.value.issues] == ["cohorts.cohort_full"]


def test_a_service_partner_serves_whom_it_brings(scene: Scene) -> None:
    (one,) = services.take_over_intake(actor=scene.sam, cohort=scene.cohort, rows=[ENROLLED])
    assert one.served_by == scene.partner


def test_only_providers_may_and_outsiders_see_nothing(scene: Scene) -> None:
    for actor, error in ((scene.town.casper, NotAllowed), (scene.town.eve, NotVisible)):
        with pytest.raises(error):
            services.take_over_intake(actor=actor, cohort=scene.cohort, rows=[ENROLLED])
