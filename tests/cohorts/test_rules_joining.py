"""Eligibility, enrolment and consent."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohorts.rules import consent, eligibility, enrolment
from cohorts.rules.consent import Entry, Giver, Switch
from cohorts.rules.eligibility import AgeUnit, Answers, Criteria, Question
from cohorts.rules.enrolment import CohortWindow, EnrolmentDates
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import Issue, RuleViolation

TODAY = date(2026, 3, 15)
BABY_FACTORS = tuple(
    Question(key, {"en": key, "fi": "", "sv": ""}) for key in ("young_parent", "alone", "debt")
)


def codes(issues: list[Issue]) -> list[str]:
    return [issue.code for issue in issues]


# Eligibility -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("birth_month", "expected"),
    [
        (date(2008, 4, 1), ["cohorts.too_young_years"]),
        (date(2008, 3, 1), []),
        (date(1996, 4, 1), []),
        (date(1996, 3, 1), []),
        (date(1996, 2, 1), ["cohorts.too_old_years"]),
        (None, ["cohorts.birth_month_needed"]),
    ],
)
def test_age_limits_include_both_ends_and_the_whole_birth_month(
    birth_month: date | None, expected: list[str]
) -> None:
    criteria = Criteria(minimum_age=18, maximum_age=29)
    assert codes(eligibility.check(Answers(birth_month), criteria, as_of=TODAY)) == expected


def test_an_unborn_child_is_eligible_up_to_six_months() -> None:
    criteria = Criteria(
        maximum_age=6,
        age_unit=AgeUnit.MONTHS,
        risk_factors=BABY_FACTORS,
        minimum_risk_factors=2,
    )
    two = frozenset({"alone", "debt"})
    unborn = Answers(date(2026, 6, 1), two)
    too_old = Answers(date(2025, 6, 1), two)
    assert eligibility.check(unborn, criteria, as_of=TODAY) == []
    assert codes(eligibility.check(too_old, criteria, as_of=TODAY)) == ["cohorts.too_old_months"]


def test_only_listed_risk_factors_are_counted() -> None:
    criteria = Criteria(risk_factors=BABY_FACTORS, minimum_risk_factors=2)
    issues = eligibility.check(
        Answers(risk_factors=frozenset({"alone", "invented"})), criteria, as_of=TODAY
    )
    assert [dict(issue.params) for issue in issues] == [{"found": 1, "needed": 2}]


def test_a_free_criterion_must_be_answered_as_agreed() -> None:
    criteria = Criteria(questions=(Question("in_work", {"en": "In work"}, expected=False),))
    assert codes(eligibility.check(Answers(), criteria, as_of=TODAY)) == [
        "cohorts.criterion_unanswered"
    ]
    yes, no = Answers(questions={"in_work": True}), Answers(questions={"in_work": False})
    assert codes(eligibility.check(yes, criteria, as_of=TODAY)) == ["cohorts.criterion_not_met"]
    assert eligibility.check(no, criteria, as_of=TODAY) == []


def test_criteria_read_back_as_they_were_stored() -> None:
    criteria = Criteria(
        18,
        29,
        AgeUnit.YEARS,
        BABY_FACTORS,
        2,
        (Question("in_work", {"en": "a", "fi": "b", "sv": "c"}),),
    )
    assert eligibility.parse_criteria(eligibility.to_document(criteria)) == criteria
    assert eligibility.parse_criteria({}) == Criteria()


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"minimum_age": "18"}, "minimum_age"),
        ({"minimum_age": True}, "minimum_age"),
        ({"minimum_age": 30, "maximum_age": 20}, "maximum_age"),
        ({"age_unit": "weeks"}, "age_unit"),
        ({"minimum_risk_factors": 1}, "minimum_risk_factors"),
        ({"questions": [{"key": "a"}]}, "questions[0]"),
        ({"questions": "all"}, "questions[0]"),
        (
            {"risk_factors": [{"key": "a", "title": {}}, {"key": "a", "title": {}}]},
            "risk_factors[1]",
        ),
    ],
)
def test_malformed_criteria_name_the_entry(document: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        eligibility.parse_criteria(document)
    assert [issue.field for issue in refused.value.issues] == [field]


def test_criteria_are_frozen_by_the_first_enrolment() -> None:
    assert eligibility.check_change(0) == []
    assert codes(eligibility.check_change(1)) == ["cohorts.criteria_frozen"]


# Enrolment ---------------------------------------------------------------------------------------
WINDOW = CohortWindow(Period(date(2026, 1, 1), date(2026, 3, 1)), places=25, enrolled=24)


@pytest.mark.parametrize(
    ("enrolled_on", "expected"),
    [
        (date(2025, 12, 31), ["cohorts.enrolled_outside_window"]),
        (date(2026, 1, 1), []),
        (date(2026, 2, 28), []),
        (date(2026, 3, 1), ["cohorts.enrolled_outside_window"]),
        (date(2026, 3, 16), ["cohorts.date_in_future", "cohorts.enrolled_outside_window"]),
    ],
)
def test_enrolment_happens_inside_the_cohorts_window(
    enrolled_on: date, expected: list[str]
) -> None:
    issues = enrolment.check_enrolment(
        EnrolmentDates(enrolled_on), WINDOW, first_measured_on=None, as_of=TODAY
    )
    assert codes(issues) == expected


def test_the_window_is_told_by_its_last_day() -> None:
    (issue,) = enrolment.check_enrolment(
        EnrolmentDates(date(2026, 3, 1)), WINDOW, first_measured_on=None, as_of=TODAY
    )
    assert issue.params["last_on"] == date(2026, 2, 28)


def test_enrolment_closes_before_the_first_measurement() -> None:
    same_day = EnrolmentDates(date(2026, 2, 1))
    issues = enrolment.check_enrolment(
        same_day, WINDOW, first_measured_on=date(2026, 2, 1), as_of=TODAY
    )
    assert codes(issues) == ["cohorts.enrolled_after_measurement"]


def test_enrolment_needs_a_place_and_comes_after_referral_and_before_start() -> None:
    dates = EnrolmentDates(date(2026, 2, 1), date(2026, 2, 2), date(2026, 1, 31))
    full = CohortWindow(WINDOW.period, places=25, enrolled=25)
    issues = enrolment.check_enrolment(dates, full, first_measured_on=None, as_of=TODAY)
    assert codes(issues) == [
        "cohorts.enrolled_before_referral",
        "cohorts.cohort_full",
        "cohorts.started_before_enrolment",
    ]


def test_the_service_does_not_start_in_the_future() -> None:
    dates = EnrolmentDates(date(2026, 2, 1), started_on=date(2026, 3, 16))
    assert codes(enrolment.check_start(dates, as_of=TODAY)) == ["cohorts.date_in_future"]


def exit_issues(
    exited_on: date, reason: str = "moved_away", already: date | None = None
) -> list[str]:
    return codes(
        enrolment.check_exit(
            enrolled_on=date(2026, 2, 1),
            exited_on=exited_on,
            reason=reason,
            already_exited_on=already,
            as_of=TODAY,
        )
    )


def test_an_exit_is_recorded_once_with_a_known_reason_and_a_possible_date() -> None:
    assert exit_issues(date(2026, 2, 1)) == []
    assert exit_issues(date(2026, 1, 31)) == ["cohorts.exit_before_enrolment"]
    assert exit_issues(date(2026, 3, 16)) == ["cohorts.date_in_future"]
    assert exit_issues(date(2026, 2, 3), "bored") == ["cohorts.exit_reason_unknown"]
    assert exit_issues(date(2026, 2, 3), already=date(2026, 2, 2)) == ["cohorts.already_left"]


@pytest.mark.parametrize(
    ("exited_on", "confirmed", "confirmed_by", "expected"),
    [
        (None, False, 2, ["cohorts.nothing_to_confirm"]),
        (TODAY, True, 2, ["cohorts.exit_already_confirmed"]),
        (TODAY, False, 1, ["cohorts.exit_confirmed_by_recorder"]),
        (TODAY, False, 2, []),
    ],
)
def test_an_exit_is_confirmed_once_by_someone_else(
    exited_on: date | None, confirmed: bool, confirmed_by: int, expected: list[str]
) -> None:
    issues = enrolment.check_exit_confirmation(
        exited_on=exited_on, confirmed=confirmed, recorded_by=1, confirmed_by=confirmed_by
    )
    assert codes(issues) == expected


def test_a_child_may_move_but_not_live_in_two_households() -> None:
    past = [Period(date(2024, 1, 1), date(2025, 1, 1))]
    assert enrolment.check_membership(date(2025, 1, 1), None, past) == []
    assert codes(enrolment.check_membership(date(2024, 12, 31), None, past)) == [
        "cohorts.two_households"
    ]
    assert codes(enrolment.check_membership(date(2025, 1, 1), date(2025, 1, 1), [])) == [
        "cohorts.ends_before_start"
    ]


# Consent -----------------------------------------------------------------------------------------
def entry(
    given_: bool,
    on: date,
    *,
    by: Giver = Giver.GUARDIAN,
    switch: Switch = Switch.SERVICE,
    sequence: int = 0,
) -> Entry:
    return Entry(switch, given_, by, on, sequence)


def test_the_latest_entry_by_date_then_sequence_holds() -> None:
    entries = [
        entry(True, date(2026, 1, 1), sequence=1),
        entry(False, date(2026, 2, 1), sequence=2),
        entry(True, date(2026, 2, 1), sequence=3),
    ]
    assert consent.is_given(entries, Switch.SERVICE, date(2026, 1, 31))
    assert consent.is_given(entries, Switch.SERVICE, date(2026, 2, 1))
    assert consent.current(entries[:2], Switch.SERVICE, date(2026, 2, 1)) == entries[1]


def test_silence_is_no_consent() -> None:
    assert not consent.is_given([], Switch.RESEARCH, TODAY)
    assert consent.switches([], TODAY) == dict.fromkeys(Switch)


@given(st.permutations([1, 2, 3, 4, 5]))
def test_the_order_in_which_entries_are_listed_does_not_matter(order: list[int]) -> None:
    entries = [entry(n % 2 == 0, date(2026, 1, n), sequence=n) for n in order]
    assert not consent.is_given(entries, Switch.SERVICE, TODAY)


BORN = date(2014, 5, 1)


@pytest.mark.parametrize(
    ("on", "givers"),
    [
        (date(2026, 4, 30), {Giver.GUARDIAN}),
        (date(2026, 5, 1), {Giver.GUARDIAN, Giver.SELF}),
        (date(2032, 5, 31), {Giver.GUARDIAN, Giver.SELF}),
        (date(2032, 6, 1), {Giver.SELF}),
    ],
)
def test_who_may_consent_follows_age(on: date, givers: set[Giver]) -> None:
    assert consent.who_may_give(BORN, on) == givers


def test_a_wrong_giver_is_refused_for_a_yes_and_heard_for_a_no() -> None:
    child = entry(True, TODAY, by=Giver.SELF)
    issues = consent.check(child, birth_month=BORN, as_of=TODAY)
    assert codes(issues) == ["cohorts.consent_by_guardian_only"]
    no = entry(False, TODAY, by=Giver.SELF)
    assert consent.check(no, birth_month=BORN, as_of=TODAY) == []
    adult = entry(True, TODAY)
    assert codes(consent.check(adult, birth_month=date(2000, 1, 1), as_of=TODAY)) == [
        "cohorts.consent_by_adult_only"
    ]


def test_consent_is_not_dated_ahead() -> None:
    ahead = entry(True, date(2026, 3, 16))
    assert codes(consent.check(ahead, birth_month=BORN, as_of=TODAY)) == ["cohorts.date_in_future"]


def test_the_child_is_asked_in_person_at_twelve_and_again_at_eighteen() -> None:
    entries = [entry(True, date(2024, 1, 1))]

    def ask(as_of: date) -> consent.AskAgain | None:
        return consent.ask_again(entries, birth_month=BORN, as_of=as_of)

    assert ask(date(2026, 4, 30)) is None
    assert ask(date(2026, 5, 1)) == consent.AskAgain(
        "cohorts.reached_consent_age", date(2026, 5, 1)
    )
    entries.append(entry(True, date(2026, 5, 20), by=Giver.SELF, sequence=1))
    assert ask(date(2026, 6, 1)) is None
    assert ask(date(2032, 5, 1)) == consent.AskAgain("cohorts.reached_adult_age", date(2032, 5, 1))


def test_the_age_of_asking_is_configurable() -> None:
    entries = [entry(True, date(2024, 1, 1))]
    asked = consent.ask_again(entries, birth_month=BORN, as_of=date(2026, 6, 1), consent_age=15)
    assert asked is None


def test_nobody_is_asked_after_death_or_when_all_was_refused() -> None:
    given_ = [entry(True, date(2024, 1, 1))]
    refused = [*given_, entry(False, date(2025, 1, 1), sequence=1)]
    later = date(2026, 6, 1)
    assert consent.ask_again(given_, birth_month=BORN, as_of=later) is not None
    assert consent.ask_again(given_, birth_month=BORN, as_of=later, exit_reason="death") is None
    assert consent.ask_again(refused, birth_month=BORN, as_of=later) is None


def test_a_recorded_death_stops_every_reminder_at_once() -> None:
    yes = [entry(True, date(2024, 1, 1), switch=Switch.CONTACT)]
    assert consent.reminders_allowed(yes, on=TODAY)
    assert consent.reminders_allowed(
        yes, on=TODAY, exit_reason="moved_away", exited_on=date(2026, 1, 1)
    )
    for day in (date(2026, 1, 1), TODAY):
        assert not consent.reminders_allowed(yes, on=TODAY, exit_reason="death", exited_on=day)


def test_a_no_to_contact_stops_reminders() -> None:
    no = [entry(False, date(2026, 3, 15), switch=Switch.CONTACT)]
    assert consent.reminders_allowed(no, on=date(2026, 3, 14))
    assert not consent.reminders_allowed(no, on=TODAY)


def test_every_switch_says_what_its_withdrawal_stops_and_keeps() -> None:
    assert set(consent.STOPS) == set(Switch)
    for said in consent.STOPS.values():
        assert any("stops_" in code for code in said)
        assert any("keeps_" in code for code in said)
