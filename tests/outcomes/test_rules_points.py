"""When a measurement is due, and how it stands."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.terms.document import FollowUp, MeasurementPoint
from contracts.rules.terms.words import Anchor
from outcomes.rules.points import (
    Asking,
    PersonDates,
    PlannedPoint,
    PointStatus,
    Window,
    planned,
    status,
    window,
)
from tests.outcomes.agreed import ENROLLED_ON, MONTH_12, health, terms, work

PERSON = PersonDates(
    enrolled_on=ENROLLED_ON, birth_month=date(2016, 2, 1), exited_on=date(2025, 8, 31)
)


def point(anchor: Anchor, **changes: object) -> MeasurementPoint:
    return replace(MeasurementPoint("p", {"en": "P"}, anchor), **changes)  # type: ignore[arg-type]


def due(asked: MeasurementPoint, person: PersonDates = PERSON) -> date | None:
    found = window(asked, person)
    return None if found is None else found.due_on


@pytest.mark.parametrize(
    ("asked", "day"),
    [
        (point(Anchor.ENROLMENT, offset_months=12), date(2026, 1, 10)),
        (point(Anchor.ENROLMENT, offset_months=1, offset_days=-3), date(2025, 2, 7)),
        (point(Anchor.EXIT, offset_months=6), date(2026, 2, 28)),
        (point(Anchor.BIRTHDAY, offset_months=216), date(2034, 2, 1)),
        (point(Anchor.SCHOOL_GRADE, grade=1), date(2023, 8, 1)),
        (point(Anchor.SCHOOL_GRADE, grade=7, offset_months=10), date(2030, 6, 1)),
        (point(Anchor.TAX_YEAR, offset_months=22), date(2027, 10, 31)),
        (point(Anchor.CALENDAR_DATE, day=date(2027, 5, 1)), date(2027, 5, 1)),
    ],
)
def test_each_anchor_gives_its_day(asked: MeasurementPoint, day: date) -> None:
    assert due(asked) == day


def test_each_tax_year_after_enrolment_is_due_when_its_taxation_is_complete() -> None:
    # Ten months after the end of the year, for the year of enrolment and the two that follow.
    years = [point(Anchor.TAX_YEAR, offset_months=12 * n + 10) for n in range(3)]
    assert [due(one) for one in years] == [date(year, 10, 31) for year in (2026, 2027, 2028)]


def test_a_stated_school_start_goes_before_the_age() -> None:
    late = replace(PERSON, school_started_year=2024)
    assert due(point(Anchor.SCHOOL_GRADE, grade=1), late) == date(2024, 8, 1)


@pytest.mark.parametrize("anchor", [Anchor.EXIT, Anchor.BIRTHDAY, Anchor.SCHOOL_GRADE])
def test_without_the_anchors_day_nothing_is_due(anchor: Anchor) -> None:
    assert due(point(anchor, grade=1), PersonDates(ENROLLED_ON)) is None


@pytest.mark.parametrize(
    ("enrolled", "months", "day"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
    ],
)
def test_short_months_and_leap_days_give_the_last_day(
    enrolled: date, months: int, day: date
) -> None:
    asked = point(Anchor.ENROLMENT, offset_months=months)
    assert due(asked, PersonDates(enrolled)) == day


def test_the_window_includes_both_ends() -> None:
    found = window(MONTH_12, PERSON)
    assert found == Window(date(2026, 1, 10), date(2025, 12, 31), date(2026, 2, 9))
    assert found.contains(date(2025, 12, 31))
    assert found.contains(date(2026, 2, 9))
    assert not found.contains(date(2026, 2, 10))


@given(st.dates(date(2000, 1, 1), date(2040, 12, 31)), st.integers(0, 240))
def test_a_later_enrolment_is_never_due_earlier(enrolled: date, months: int) -> None:
    asked = point(Anchor.ENROLMENT, offset_months=months)
    earlier = due(asked, PersonDates(enrolled))
    later = due(asked, PersonDates(date.fromordinal(enrolled.toordinal() + 1)))
    assert earlier is not None
    assert later is not None
    assert earlier <= later


WINDOW = Window(date(2026, 1, 10), date(2025, 12, 31), date(2026, 2, 9))
STAYS = PersonDates(ENROLLED_ON)
TURN = date(2026, 1, 20)


def stands(
    as_of: date,
    person: PersonDates = STAYS,
    *,
    measured: bool = False,
    not_reached: bool = False,
    followed: bool = False,
) -> PointStatus:
    return status(
        WINDOW,
        person,
        measured=measured,
        not_reached=not_reached,
        followed_after_exit=followed,
        as_of=as_of,
    )


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (date(2025, 10, 1), PointStatus.NOT_DUE),
        (date(2025, 10, 2), PointStatus.DUE_SOON),
        (date(2025, 12, 31), PointStatus.DUE),
        (date(2026, 2, 9), PointStatus.DUE),
        (date(2026, 2, 10), PointStatus.OVERDUE),
    ],
)
def test_a_point_goes_from_not_due_to_overdue(as_of: date, expected: PointStatus) -> None:
    assert stands(as_of) is expected


def test_what_is_recorded_settles_a_point() -> None:
    late = date(2027, 1, 1)
    assert stands(late, measured=True) is PointStatus.MEASURED
    assert stands(late, not_reached=True) is PointStatus.NOT_REACHED
    assert stands(late, measured=True, not_reached=True) is PointStatus.MEASURED


def test_those_who_left_are_due_only_if_still_followed() -> None:
    gone = replace(STAYS, exited_on=date(2025, 6, 1), exit_reason="moved_away")
    assert stands(date(2026, 1, 10), gone) is PointStatus.LEFT
    assert stands(date(2026, 1, 10), gone, followed=True) is PointStatus.DUE
    later = replace(gone, exited_on=date(2026, 1, 10))
    assert stands(date(2026, 1, 20), later) is PointStatus.DUE


def test_nobody_is_due_after_death_whatever_the_terms_say() -> None:
    dead = replace(STAYS, exited_on=date(2025, 6, 1), exit_reason="death")
    assert stands(date(2026, 1, 10), dead, followed=True) is PointStatus.LEFT


def test_a_death_ends_what_had_not_closed_before_it() -> None:
    within = replace(STAYS, exited_on=date(2026, 1, 20), exit_reason="death")
    assert stands(date(2026, 2, 20), within, followed=True) is PointStatus.LEFT
    closed = replace(within, exited_on=date(2026, 2, 10))
    assert stands(date(2026, 2, 20), closed) is PointStatus.OVERDUE


def test_a_refusal_ends_what_had_not_closed_before_it_and_registers_have_their_own() -> None:
    def after(day: date, *, register: bool) -> PointStatus:
        person = replace(STAYS, no_register_from=day)
        known = {"measured": False, "not_reached": False, "followed_after_exit": True}
        refused = person.refused_from(register=register)
        return status(WINDOW, person, **known, as_of=date(2026, 3, 1), refused_from=refused)

    assert after(date(2026, 2, 9), register=True) is PointStatus.WITHDRAWN
    assert after(date(2026, 2, 10), register=True) is PointStatus.OVERDUE
    assert after(date(2026, 2, 9), register=False) is PointStatus.OVERDUE
    both = replace(STAYS, no_register_from=date(2026, 2, 1), no_service_from=date(2026, 1, 1))
    assert both.refused_from(register=True) == date(2026, 1, 1)
    assert replace(STAYS, no_service_from=TURN).refused_from(register=False) == TURN


def test_what_a_disruption_excludes_is_excused_unless_the_person_left() -> None:
    def excluded(person: PersonDates) -> PointStatus:
        return status(
            WINDOW, person, measured=False, not_reached=False, followed_after_exit=False,
            as_of=date(2026, 3, 1), excused=True,
        )  # fmt: skip

    assert excluded(STAYS) is PointStatus.EXCUSED
    gone = replace(STAYS, exited_on=date(2025, 6, 1), exit_reason="moved_away")
    assert excluded(gone) is PointStatus.LEFT


def test_the_plan_holds_baselines_and_follow_up_once_each() -> None:
    found = [(one.metric.code, one.point.key, one.paid) for one in planned(terms())]
    assert found == [
        ("work", "month_12", True),
        ("health", "month_12", True),
        ("health", "start", True),
        ("training", "month_12", False),
    ]


def test_a_point_is_verified_automatically_only_if_every_outcome_agrees() -> None:
    trusted = replace(work(), key="trusted", verified_automatically=True)
    (alone,) = [one for one in planned(terms(trusted)) if one.paid]
    assert alone.verified_automatically
    mixed = planned(terms(trusted, work(), health()))
    assert not any(one.verified_automatically for one in mixed)


# Whom an outcome asks --------------------------------------------------------------------------


def amended(**only: object) -> PlannedPoint:
    """Work after a year, as the outcome with this restriction asks for it."""
    restricted = replace(work(), only=replace(work().only, **only))  # type: ignore[arg-type]
    return planned(terms(restricted))[0]


def enrolled(month: int, cohort: str = "tp") -> PersonDates:
    return PersonDates(date(2025, month, 10), cohort=cohort)


def test_each_due_day_belongs_to_one_wording_of_an_amended_outcome() -> None:
    old, new = amended(measured_before=TURN), amended(measured_from=TURN)
    for month in range(1, 13):
        person = enrolled(month)
        assert old.asked(person) is (month == 1)  # due on 10 January 2026, before the turn
        assert new.asked(person) is not old.asked(person)
    # What was measured early still counts where its own day belongs.
    assert old.takes(enrolled(2), date(2026, 1, 19))
    assert not old.takes(enrolled(2), TURN)
    assert new.takes(enrolled(1), TURN)


def test_both_wordings_of_the_same_measurement_ask_for_it_once() -> None:
    old = replace(work(), only=replace(work().only, measured_before=TURN))
    new = replace(old, key="again", only=replace(work().only, measured_from=TURN))
    (both,) = [one for one in planned(terms(old, new)) if one.paid]
    assert both.asked(enrolled(1))
    assert both.asked(enrolled(9))
    assert both.takes(enrolled(1), TURN)


def test_enrolment_and_cohort_decide_who_is_asked() -> None:
    later = amended(enrolled_from=date(2025, 6, 1))
    assert [later.asked(enrolled(month)) for month in (5, 6)] == [False, True]
    earlier = amended(enrolled_before=date(2025, 6, 1))
    assert [earlier.asked(enrolled(month)) for month in (5, 6)] == [True, False]
    one_cohort = amended(cohorts=("tp",))
    assert one_cohort.asked(enrolled(1))
    assert not one_cohort.asked(enrolled(1, "xx"))
    assert not one_cohort.takes(enrolled(1, "xx"), ENROLLED_ON)


def test_a_baseline_is_asked_for_as_long_as_its_outcome_can_be_reached() -> None:
    restricted = replace(health(), only=replace(health().only, measured_before=TURN))
    (baseline,) = [one for one in planned(terms(restricted)) if one.point.key == "start"]
    assert baseline.asked(enrolled(1))  # a year later is before the turn
    assert not baseline.asked(enrolled(2))
    assert baseline.takes(enrolled(2), date(2027, 1, 1))  # a baseline may be of any day


def test_what_follow_up_measures_too_is_asked_of_everybody() -> None:
    restricted = replace(work(), only=replace(work().only, measured_before=TURN))
    watched = FollowUp("work", {"en": "Work"}, restricted.metric, ("month_12",))  # type: ignore[arg-type]
    agreed = replace(terms(restricted), follow_up=(watched,))
    (place,) = [one for one in planned(agreed) if one.metric == restricted.metric]
    assert place.askings == ()
    assert place.paid


def test_the_facts_that_a_point_reads_tell_people_apart() -> None:
    assert amended().reads == {"enrolled_on"}
    assert amended(cohorts=("tp",)).reads == {"enrolled_on", "cohort"}
    fixed = point(Anchor.CALENDAR_DATE, day=TURN)
    asking = Asking(own=(point(Anchor.BIRTHDAY),), since=TURN)
    assert replace(amended(), point=fixed, askings=(asking,)).reads == {"birth_month"}
    assert replace(amended(), point=fixed).reads == frozenset()
