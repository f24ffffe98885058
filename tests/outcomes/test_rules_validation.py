"""What can be recorded, and what an error says."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.terms.document import Disruption
from contracts.rules.terms.words import DisruptionTreatment
from outcomes.rules.candidate import Candidate
from outcomes.rules.points import PersonDates, planned
from outcomes.rules.validation import (
    Context,
    MetricFacts,
    Reader,
    Reading,
    Wording,
    check,
    read,
)
from outcomes.rules.words import MetricKind
from sibportal.kernel.dates import Period
from tests.outcomes.agreed import ENROLLED_ON, terms

TODAY = date(2026, 6, 1)
IN_WINDOW = "10.1.2026"
METRICS = {
    "work": MetricFacts("work", 1, MetricKind.YES_NO),
    "health": MetricFacts("health", 1, MetricKind.NUMBER, Decimal(0), Decimal(100), 1),
    "training": MetricFacts("training", 1, MetricKind.DAYS),
}
CONTEXT = Context(
    planned={
        (one.metric.code, one.point.key): (Wording(METRICS[one.metric.code], one),)
        for one in planned(terms())
    },
    people={"TP-0001": PersonDates(ENROLLED_ON), "TP-0002": PersonDates(ENROLLED_ON)},
    live={},
    contract=Period(date(2025, 1, 1), date(2027, 1, 1)),
    as_of=TODAY,
)
GOOD = Candidate("TP-0001", "work", "month_12", IN_WINDOW, "yes", evidence_source="Employer")
SCORE = replace(GOOD, metric="health", value="55,5")


def problems(candidate: Candidate, context: Context = CONTEXT) -> list[tuple[str, str]]:
    return [
        (issue.code.removeprefix("outcomes."), issue.field) for issue in check(candidate, context)
    ]


def test_a_good_measurement_is_read_as_what_it_is() -> None:
    reading, issues = read(SCORE, CONTEXT)
    assert issues == []
    assert reading == Reading(
        participant="TP-0001",
        metric=METRICS["health"],
        point="month_12",
        measured_on=date(2026, 1, 10),
        value=Decimal("55.5"),
        not_reached_reason="",
        contact_attempts=0,
        evidence_source="Employer",
        evidence_location="",
        note="",
        correction_reason="",
    )


def test_after_a_disruption_a_point_is_accepted_so_much_later() -> None:
    late = replace(GOOD, measured_on="5.3.2026")
    assert problems(late) == [("date_outside_window", "measured_on")]
    pause = Disruption(
        key="pause", title={"en": "Pause"}, from_day=date(2026, 1, 1), until=date(2026, 2, 1),
        outcomes=("work",), treatment=DisruptionTreatment.EXTEND, extend_days=60,
    )  # fmt: skip
    (asked,) = CONTEXT.planned["work", "month_12"]
    moved = replace(asked, place=replace(asked.place, disruptions=(pause,)))
    extended = replace(CONTEXT, planned={("work", "month_12"): (moved,)})
    assert problems(late, extended) == []


@pytest.mark.parametrize("word", ["yes", "KYLLÄ", "ja", "1", "true", "K"])
def test_yes_is_understood_in_three_languages(word: str) -> None:
    reading, _ = read(replace(GOOD, value=word), CONTEXT)
    assert reading is not None
    assert reading.value == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"participant": ""}, ("participant_missing", "participant")),
        ({"participant": "TP-9999"}, ("participant_unknown", "participant")),
        ({"metric": ""}, ("metric_missing", "metric")),
        ({"metric": "shoes"}, ("metric_unknown", "metric")),
        ({"point": ""}, ("point_missing", "point")),
        ({"point": "start"}, ("point_unknown", "point")),
        ({"measured_on": ""}, ("date_missing", "measured_on")),
        ({"measured_on": "31.2.2026"}, ("date_impossible", "measured_on")),
        ({"measured_on": "2.6.2026"}, ("date_in_future", "measured_on")),
        ({"measured_on": "31.12.2024"}, ("date_outside_contract", "measured_on")),
        ({"measured_on": "9.1.2025"}, ("date_before_enrolment", "measured_on")),
        ({"measured_on": "30.12.2025"}, ("date_outside_window", "measured_on")),
        ({"measured_on": "10.2.2026"}, ("date_outside_window", "measured_on")),
        ({"value": "maybe"}, ("value_not_yes_or_no", "value")),
        ({"value": "2"}, ("value_not_yes_or_no", "value")),
        ({"value": "=1"}, ("looks_like_formula", "value")),
        ({"value": ""}, ("value_or_reason_missing", "value")),
        ({"not_reached_reason": "moved"}, ("value_and_reason", "not_reached_reason")),
        ({"evidence_source": ""}, ("evidence_source_missing", "evidence_source")),
        ({"evidence_source": "x" * 121}, ("text_too_long", "evidence_source")),
        ({"note": "=HYPERLINK(A1)"}, ("looks_like_formula", "note")),
        ({"note": "bell \x07"}, ("text_has_control_characters", "note")),
        ({"contact_attempts": "1,5"}, ("contact_attempts_impossible", "contact_attempts")),
        ({"contact_attempts": "-1"}, ("contact_attempts_impossible", "contact_attempts")),
        ({"contact_attempts": "many"}, ("contact_attempts_impossible", "contact_attempts")),
        ({"correction_reason": "typo"}, ("nothing_to_correct", "correction_reason")),
    ],
)
def test_each_mistake_is_told_with_its_field(
    change: dict[str, str], expected: tuple[str, str]
) -> None:
    assert problems(replace(GOOD, **change)) == [expected]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", []),
        ("100", []),
        ("100,1", ["value_too_high"]),
        ("-0.1", ["value_too_low"]),
        ("55,55", ["value_too_many_decimals"]),
        ("55,50", []),
        ("high", ["value_not_a_number"]),
        ("9" * 29, ["value_too_high"]),
    ],
)
def test_a_number_keeps_to_range_and_decimals(value: str, expected: list[str]) -> None:
    assert [code for code, _ in problems(replace(SCORE, value=value))] == expected


def test_days_are_whole_not_negative_and_fit_the_column() -> None:
    days = replace(GOOD, metric="training")
    assert problems(replace(days, value="12")) == []
    assert problems(replace(days, value="1,5")) == [("value_too_many_decimals", "value")]
    assert problems(replace(days, value="-1")) == [("value_too_low", "value")]
    assert problems(replace(days, value="10000000000")) == [("value_too_high", "value")]


def test_another_contracts_participant_reads_exactly_like_an_unknown_code() -> None:
    foreign = check(replace(GOOD, participant="XX-0001"), CONTEXT)
    unknown = check(replace(GOOD, participant="ZZ-0001"), CONTEXT)
    assert [issue.code for issue in foreign] == [issue.code for issue in unknown]
    assert foreign[0].params == unknown[0].params == {}


def test_all_mistakes_of_a_row_are_told_at_once() -> None:
    bad = Candidate("TP-9999", "work", "month_12", "31.2.2026", "maybe", note="=1")
    assert {field for _, field in problems(bad)} == {
        "participant", "measured_on", "value", "note", "evidence_source",
    }  # fmt: skip


def test_a_personal_id_is_refused_and_never_repeated() -> None:
    for field in ("participant", "note", "evidence_location"):
        (issue,) = check(replace(GOOD, **{field: "010190-999W"}), CONTEXT)
        assert issue.code == "outcomes.looks_like_personal_id"
        assert "999W" not in repr(issue)


def test_an_echoed_value_is_cut() -> None:
    (issue,) = check(replace(GOOD, participant="x" * 5000), CONTEXT)
    assert len(issue.value) == 80


def test_a_baseline_may_be_measured_shortly_before_enrolment() -> None:
    baseline = replace(SCORE, point="start", measured_on="2.1.2025")
    assert problems(baseline) == []
    assert problems(replace(baseline, measured_on="11.1.2025")) == [
        ("date_outside_window", "measured_on")
    ]


def test_not_reaching_somebody_can_be_recorded_after_the_window() -> None:
    missed = replace(
        GOOD, value="", evidence_source="", not_reached_reason="no answer", measured_on="1.5.2026"
    )
    reading, issues = read(missed, CONTEXT)
    assert issues == []
    assert reading is not None
    assert reading.value is None


def test_the_same_day_again_needs_a_reason_for_the_correction() -> None:
    day = date(2026, 1, 10)
    known = replace(CONTEXT, live={("TP-0001", "work", "month_12"): frozenset({day})})
    assert problems(GOOD, known) == [("already_reported", "measured_on")]
    assert problems(replace(GOOD, correction_reason="wrong person"), known) == []
    assert problems(replace(GOOD, measured_on="11.1.2026"), known) == []


STAY = replace(GOOD, metric="training", value="", first_day="28.12.2025", last_day="2026-01-03")


@pytest.mark.parametrize("value", ["", "7", "7,0"])
def test_days_are_reckoned_from_the_first_to_the_last_of_them(value: str) -> None:
    reading, issues = read(replace(STAY, value=value, note="At home"), CONTEXT)
    assert issues == []
    assert reading
    assert (reading.value, reading.note) == (Decimal(7), "2025-12-28/2026-01-03 At home")
    again, _ = read(replace(STAY, note="2025-12-28/2026-01-03 At home"), CONTEXT)
    assert again
    assert again.note == "2025-12-28/2026-01-03 At home"
    same_day, _ = read(replace(STAY, last_day=STAY.first_day), CONTEXT)
    assert same_day
    assert same_day.value == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"value": "6"}, ("span_contradicts", "value")),
        ({"last_day": "27.12.2025"}, ("span_backwards", "last_day")),
        ({"last_day": ""}, ("span_needs_both", "last_day")),
        ({"first_day": ""}, ("span_needs_both", "first_day")),
        ({"first_day": "31.2.2025"}, ("date_impossible", "first_day")),
        ({"first_day": "46000"}, ("date_is_serial", "first_day")),
        ({"last_day": "2.6.2026"}, ("date_in_future", "last_day")),
        ({"metric": "health", "value": "1"}, ("span_of_no_days", "first_day")),
        ({"not_reached_reason": "moved"}, ("value_and_reason", "not_reached_reason")),
        ({"note": "x" * 490}, ("text_too_long", "note")),
    ],
)
def test_days_that_cannot_be_are_said_where_they_stand(
    change: dict[str, str], expected: tuple[str, str]
) -> None:
    assert problems(replace(STAY, **change)) == [expected]


def test_days_beyond_the_metric_s_limit_are_named_by_their_number() -> None:
    (asked,) = CONTEXT.planned["training", "month_12"]
    short = replace(asked, metric=replace(asked.metric, maximum=Decimal(5)))
    (issue,) = check(STAY, replace(CONTEXT, planned={("training", "month_12"): (short,)}))
    assert (issue.code, issue.value) == ("outcomes.value_too_high", "7")


def test_fewer_attempts_than_the_contract_takes_do_not_make_a_person_not_reached() -> None:
    strict = replace(CONTEXT, attempts_needed={"work": 3})
    missed = replace(GOOD, value="", evidence_source="", not_reached_reason="No answer")
    assert problems(missed) == []
    for attempts in ("", "2"):
        few = replace(missed, contact_attempts=attempts)
        assert problems(few, strict) == [("attempts_needed", "not_reached_reason")]
    assert problems(replace(missed, contact_attempts="3"), strict) == []
    assert problems(GOOD, strict) == []


def test_late_facts_are_refused_only_where_the_terms_say_so() -> None:
    closed = replace(CONTEXT, closed_before=date(2026, 4, 1))
    assert problems(GOOD, closed) == []
    assert problems(GOOD, replace(closed, late_facts_count=False)) == [
        ("period_closed", "measured_on")
    ]


@given(st.builds(Candidate, *[st.text(max_size=40)] * 13))
def test_any_text_gives_issues_with_known_fields(candidate: Candidate) -> None:
    reading, issues = read(candidate, CONTEXT)
    assert reading is None
    assert issues
    assert {issue.field for issue in issues} <= set(Candidate.__dataclass_fields__)


CELLS = {
    "participant": ["TP-0001", "tp-0002", "LATE-0001", "TP-9999", "010190-900P"],
    "metric": ["health", "training", "shoes"],
    "point": ["month_12", "start", "nowhere"],
    "measured_on": [IN_WINDOW, "10.1.2025", "46000", "2.6.2026", ""],
    "value": ["yes", "1", "5,55", "500", "=1", ""],
    "first_day": ["", "28.12.2025", "x"],
    "last_day": ["", "3.1.2026"],
    "not_reached_reason": ["", "moved away"],
    "contact_attempts": ["", "3", "x"],
    "evidence_source": ["", "Employer", "=1", "010190-900P"],
    "evidence_location": ["", "Employer", "x" * 201],
    "note": ["", "x" * 201],
}


@given(
    st.lists(
        st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in CELLS.items()}),
        min_size=2,
    )
)
def test_what_a_reader_has_seen_before_it_judges_as_the_first_time(
    rows: list[dict[str, str]],
) -> None:
    late = PersonDates(ENROLLED_ON.replace(month=ENROLLED_ON.month + 3))
    context = replace(CONTEXT, people={**CONTEXT.people, "LATE-0001": late})
    reader = Reader(context)
    for candidate in (replace(GOOD, **cells) for cells in rows):
        assert reader.read(candidate) == read(candidate, context)
