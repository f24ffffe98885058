"""Three stories of leaving, told by the pages and by the counts: a death, a withdrawn consent, a
move to another municipality (decisions 6 and 21)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import cohorts.services
from cohorts.models import Participant
from contracts.models import Metric, MetricDirection, MetricKind
from outcomes import selectors, services
from outcomes.rules.points import PointStatus
from outcomes.rules.results import ResultFigures
from sibportal.accounts.models import User
from sibportal.jobs.models import Reminder
from tests.factories.outcomes import TITLE, Scene, make_scene, terms_document, verified

pytestmark = pytest.mark.django_db

INCOME, WORK, HEALTH = "earned-income", "permanent-work", "self-rated-health"


def story(**exits: str) -> Scene:
    """Three people with a baseline; a year's visit is open now, one of its metrics a register's."""
    Metric.objects.create(
        code=INCOME, title_en="Income", title_fi="Tulot", title_sv="Inkomst",
        kind=MetricKind.NUMBER, direction=MetricDirection.HIGHER, register_source=True,
    )  # fmt: skip
    document = terms_document()
    document["points"][1] |= {"offset_months": 30, "tolerance_before_days": 90}
    document["points"][1] |= {"tolerance_after_days": 90}
    document["counting"]["exits"] |= exits
    document["counting"]["neutral_exit_cap_percent"] = "50"
    document["outcomes"].append(
        {
            "key": "income", "title": TITLE, "metric": {"code": INCOME, "version": 1},
            "points": ["after"], "condition": {"kind": "at_least", "value": "1000"},
        }
    )  # fmt: skip
    scene = make_scene(document=document)
    started = {"metric": scene.health, "point_key": "start", "value": 2}
    verified(
        scene,
        [
            started | {"participant": one, "measured_on": scene.enrolled_on}
            for one in scene.participants
        ],
    )
    services.keep_reminders(actor=scene.system, contract=scene.contract)
    return scene


def yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)


def browser(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def listed(scene: Scene) -> dict[str, list[str]]:
    """What the provider's list asks for, by participant."""
    page = browser(scene.ben).get(reverse("outcomes:due-list", args=[scene.contract.pk]))
    return {
        row["visit"].participant.code: [one.metric.code for one in row["visit"].items]
        for row in page.context["rows"]
    }


def reminded(person: Participant) -> int:
    return Reminder.objects.filter(subject_id=person.pk, cancelled_at=None).count()


def standing(scene: Scene, person: Participant) -> dict[str, str]:
    """The state of each open point in the person's own schedule."""
    page = browser(scene.ben).get(reverse("outcomes:participant-schedule", args=[person.pk]))
    rows = [row for year in page.context["years"] for row in year["rows"]]
    return {row["metric"]: str(row["status"].text) for row in rows if row["point"] == "after"} | {
        row["metric"]: str(row["status"].text)
        for row in rows
        if row["window"].closes_on > timezone.localdate()
    }


def results(scene: Scene) -> dict[str, ResultFigures]:
    on = timezone.localdate()
    (period,) = [one for one in scene.periods if one.starts_on <= on < one.ends_on]
    return {one.outcome: one for one in selectors.draft(period).results}


def missing(scene: Scene) -> int:
    """The points that would still be missing when all windows have closed."""
    found = selectors.items([scene.contract])
    waiting = (PointStatus.DUE, PointStatus.OVERDUE, PointStatus.DUE_SOON)
    assert sum(one.open_people for one in counts(scene) if one.status in waiting) == sum(
        one.status in waiting for one in found
    )
    return sum(one.status in waiting for one in found)


def counts(scene: Scene) -> list[Any]:
    from outcomes.selectors.due_counts import due_counts

    return list(due_counts([scene.contract]))


def leaves(scene: Scene, person: Participant, reason: str) -> None:
    cohorts.services.exit_participant(
        actor=scene.ben, participant=person, exited_on=yesterday(), reason=reason
    )
    person.refresh_from_db()


def refuses(scene: Scene, person: Participant, switch: str) -> None:
    cohorts.services.record_consent(
        actor=scene.ben, participant=person, switch=switch, given=False, given_by="self",
        effective_on=yesterday(),
    )  # fmt: skip
    services.keep_reminders(actor=scene.system, contract=scene.contract)


@pytest.mark.parametrize(("treated", "denominators"), [("failure", (3, 3)), ("neutral", (3, 2))])
def test_a_death_stops_list_reminders_and_forms_at_once_and_counts_as_agreed(
    treated: str, denominators: tuple[int, int]
) -> None:
    scene = story(death=treated)
    dead, *_others = scene.participants
    assert listed(scene)[dead.code] == [INCOME, WORK, HEALTH]
    assert reminded(dead) == 3
    assert missing(scene) == 9
    leaves(scene, dead, "death")
    assert reminded(dead) == 0  # at once, before any nightly run
    assert dead.code not in listed(scene)
    assert missing(scene) == 6
    assert standing(scene, dead) == dict.fromkeys((WORK, HEALTH, "Income"), "Left before")
    form = browser(scene.ben).get(
        reverse("outcomes:measurement-submit", args=[dead.pk]), {"point": "after", "metric": WORK}
    )
    assert "has died" in form.content.decode()
    unconfirmed, confirmed = denominators
    assert results(scene)["work"].denominator == unconfirmed
    cohorts.services.confirm_exit(actor=scene.cleo, participant=dead)
    assert results(scene)["work"].denominator == confirmed
    services.keep_reminders(actor=scene.system, contract=scene.contract)
    assert reminded(dead) == 0


def test_each_withdrawn_consent_stops_what_it_is_about_and_nothing_else() -> None:
    scene = story()
    silent, private, gone = scene.participants
    refuses(scene, silent, "contact")
    assert reminded(silent) == 0
    assert listed(scene)[silent.code] == [INCOME, WORK, HEALTH]
    refuses(scene, private, "register_follow_up")
    assert listed(scene)[private.code] == [WORK, HEALTH]
    assert standing(scene, private)["Income"] == "Consent withdrawn"
    assert reminded(private) == 2
    refuses(scene, gone, "research")
    assert listed(scene)[gone.code] == [INCOME, WORK, HEALTH]
    refuses(scene, gone, "service")
    assert gone.code not in listed(scene)
    assert reminded(gone) == 0
    assert missing(scene) == 5
    form = browser(scene.ben).get(
        reverse("outcomes:measurement-submit", args=[gone.pk]), {"point": "after", "metric": WORK}
    )
    assert "withdrawn" in form.content.decode()
    # Whoever says no stays in the count, and what was measured before stays too.
    assert {one.denominator for one in results(scene).values()} == {3}
    assert selectors.measurements(scene.cleo, scene.contract).filter(participant=gone).count() == 1
    # A yes again puts everything back.
    cohorts.services.record_consent(
        actor=scene.ben, participant=gone, switch="service", given=True, given_by="self",
        effective_on=timezone.localdate(),
    )  # fmt: skip
    assert listed(scene)[gone.code] == [INCOME, WORK, HEALTH]


@pytest.mark.parametrize(
    ("treated", "asked", "denominators"),
    [
        ("failure", False, (3, 3)),
        ("neutral", False, (3, 2)),
        ("followed_by_register", True, (3, 3)),
    ],
)
def test_a_move_to_another_municipality_is_followed_or_left_as_the_terms_say(
    treated: str,
    asked: bool,
    denominators: tuple[int, int],
) -> None:
    scene = story(moved_away=treated)
    moved, *_others = scene.participants
    leaves(scene, moved, "moved_away")
    services.keep_reminders(actor=scene.system, contract=scene.contract)
    assert (moved.code in listed(scene)) is asked
    assert reminded(moved) == (3 if asked else 0)
    assert missing(scene) == (9 if asked else 6)
    state = "Due now" if asked else "Left before"
    assert standing(scene, moved)[WORK] == state
    unconfirmed, confirmed = denominators
    assert results(scene)["work"].denominator == unconfirmed
    cohorts.services.confirm_exit(actor=scene.cleo, participant=moved)
    assert results(scene)["work"].denominator == confirmed
