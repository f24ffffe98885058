"""Statistics against published examples, results, the checklist, cut-offs and the digest."""

import random
import uuid
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from outcomes.rules import closing, statistics
from outcomes.rules.closing import CutOff, DecisionRow, PinnedRow, Standing
from outcomes.rules.counting import Figures
from outcomes.rules.results import result, results
from outcomes.rules.words import Decision, State
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import RuleViolation


# Statistics --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, "0.2553", "0.3662"),
        (15, 148, "0.0624", "0.1605"),
        (0, 20, "0.0000", "0.1611"),
        (1, 29, "0.0061", "0.1718"),
    ],
)
def test_wilsons_interval_is_that_of_newcombe_1998_table_one(
    successes: int, n: int, low: str, high: str
) -> None:
    found = statistics.proportion(successes, n)
    assert found.low is not None
    assert found.high is not None
    assert (f"{found.low:.4f}", f"{found.high:.4f}") == (low, high)
    assert found.method == "wilson_95"


def test_a_share_of_nobody_has_no_estimate() -> None:
    found = statistics.proportion(0, 0)
    assert (found.value, found.low, found.high, found.method) == (None, None, None, "none")


@pytest.mark.parametrize(("successes", "n"), [(2, 1), (-1, 5)])
def test_more_successes_than_people_is_an_error(successes: int, n: int) -> None:
    with pytest.raises(RuleViolation, match=r"outcomes\.more_successes_than_people"):
        statistics.proportion(successes, n)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_estimate_and_stays_between_nothing_and_all(
    case: tuple[int, int],
) -> None:
    found = statistics.proportion(*case)
    assert found.low is not None
    assert found.value is not None
    assert found.high is not None
    assert 0 <= found.low <= found.value <= found.high <= 1


SLEEP_HOURS = ("1.2", "2.4", "1.3", "1.3", "0", "1.0", "1.8", "0.8", "4.6", "1.4")


def test_the_t_interval_is_that_of_students_sleep_data() -> None:
    # Student (1908), Biometrika 6:1: hours gained by the second drug over the first, ten patients.
    # The interval is the one that R prints for this data set: 0.7001142 to 2.4598858.
    hours = [Decimal(text) for text in SLEEP_HOURS]
    found = statistics.mean(hours)
    assert found.value == Decimal("1.580000")
    assert (found.low, found.high) == (Decimal("0.700114"), Decimal("2.459886"))


def test_one_value_has_a_mean_and_no_interval_and_none_has_neither() -> None:
    one = statistics.mean([Decimal(7)])
    assert (one.value, one.low, one.high, one.n) == (Decimal(7), None, None, 1)
    assert statistics.mean([]).value is None


def test_a_total_is_counted_and_has_no_interval() -> None:
    found = statistics.total([Decimal("1.5"), Decimal(2)])
    assert (found.value, found.low, found.n, found.method) == (Decimal("3.5"), None, 2, "total")


FIGURES = Figures("both", 10, 12, 100, 110, 200, 180)


def test_a_result_freezes_the_counted_figures_with_their_interval() -> None:
    found = result(FIGURES)
    assert (found.numerator, found.events, found.cumulative_numerator) == (10, 12, 100)
    assert (found.denominator, found.measured, found.method) == (200, 180, "wilson_95")
    assert (found.estimate, found.interval_low, found.interval_high) == (
        Decimal("0.500000"),
        Decimal("0.431361"),
        Decimal("0.568639"),
    )
    assert [one.outcome for one in results([FIGURES, replace(FIGURES, outcome="work")])] == [
        "both",
        "work",
    ]


# Checklist ---------------------------------------------------------------------------------------
PERIOD = Period(date(2026, 1, 1), date(2026, 4, 1))
READY = Standing(PERIOD, 30, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("as_of", "complete"), [(date(2026, 4, 30), False), (date(2026, 5, 1), True)]
)
def test_a_period_is_complete_once_its_days_of_grace_are_over(as_of: date, complete: bool) -> None:
    assert closing.is_complete(closing.checklist(READY, as_of=as_of)) is complete


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("earlier_open", "outcomes.close_earlier_periods"),
        ("points_missing", "outcomes.close_points_measured"),
        ("waiting", "outcomes.close_nothing_waiting"),
        ("queried", "outcomes.close_questions_answered"),
    ],
)
def test_anything_left_over_keeps_a_period_open(field: str, code: str) -> None:
    standing = replace(READY, **{field: 3})  # type: ignore[arg-type]
    items = closing.checklist(standing, as_of=date(2026, 5, 1))
    assert [(item.code, item.count) for item in items if not item.done] == [(code, 3)]
    assert not closing.is_complete(items)
    assert closing.may_close_with_reason(items) is (field != "earlier_open")


def test_an_unconfirmed_exit_is_told_but_holds_nothing_up() -> None:
    items = closing.checklist(replace(READY, exits_unconfirmed=1), as_of=date(2026, 5, 1))
    assert not all(item.done for item in items)
    assert closing.is_complete(items)


def test_nobody_closes_a_period_that_is_not_over() -> None:
    items = closing.checklist(READY, as_of=date(2026, 4, 30))
    assert not closing.may_close_with_reason(items)


# Cut-offs ----------------------------------------------------------------------------------------
def test_states_are_those_that_the_cut_offs_saw() -> None:
    measurements = [(1, None), (2, None), (3, None), (4, 1), (9, 2)]
    decisions = [
        DecisionRow(1, 1, Decision.VERIFIED),
        DecisionRow(2, 2, Decision.QUERIED),
        DecisionRow(3, 2, Decision.VERIFIED),
        DecisionRow(4, 4, Decision.REJECTED),
        DecisionRow(9, 3, Decision.VERIFIED),
    ]
    early = closing.states_at(measurements, decisions, CutOff(3, 3))
    assert early == {1: State.VERIFIED, 2: State.VERIFIED, 3: State.SUBMITTED}
    later = closing.states_at(measurements, decisions, CutOff(4, 4))
    assert later == {1: "superseded", 2: "verified", 3: "submitted", 4: "rejected"}
    now = closing.states_at(reversed(measurements), reversed(decisions), CutOff(99, 99))
    assert now == {1: "superseded", 2: "superseded", 3: "verified", 4: "rejected", 9: "submitted"}


@given(
    st.lists(st.tuples(st.integers(1, 9), st.sampled_from(Decision)), max_size=20),
    st.integers(0, 9),
    st.integers(0, 20),
)
def test_what_comes_after_the_cut_offs_never_changes_what_they_saw(
    made: list[tuple[int, Decision]], last_measurement: int, last_decision: int
) -> None:
    measurements = [(n, n - 1 if n % 3 == 0 else None) for n in range(1, 10)]
    decisions = [DecisionRow(n, own, said) for n, (own, said) in enumerate(made, start=1)]
    cut_off = CutOff(last_measurement, last_decision)
    seen_then = closing.states_at(
        measurements[:last_measurement], decisions[:last_decision], cut_off
    )
    assert closing.states_at(measurements, decisions, cut_off) == seen_then


# Digest ------------------------------------------------------------------------------------------
def pinned(sequence: int, value: str | None = "1") -> PinnedRow:
    return PinnedRow(
        sequence=sequence,
        participant=str(uuid.UUID(int=sequence)),
        metric=str(uuid.UUID(int=7)),
        point="month_12",
        measured_on=date(2026, 1, 10),
        value=None if value is None else Decimal(value),
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [("1", "1.0000"), ("-12.5", "-12.5000"), ("0", "0.0000"), ("-0", "0.0000"), (None, "")],
)
def test_a_line_has_the_documented_form(value: str | None, text: str) -> None:
    assert closing.line(pinned(3, value)) == (
        "3|00000000-0000-0000-0000-000000000003|00000000-0000-0000-0000-000000000007"
        f"|month_12|2026-01-10|{text}"
    )


def test_the_digest_of_nothing_is_that_of_the_empty_text() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert closing.digest([]) == empty


def test_a_key_that_would_blur_the_lines_is_refused() -> None:
    with pytest.raises(ValueError, match="separator"):
        closing.line(replace(pinned(1), point="month|12"))


numbers = st.decimals(-(10**9), 10**9, places=4)
ROWS = st.lists(st.tuples(st.integers(1, 10**9), st.none() | numbers), max_size=8).map(
    lambda rows: [pinned(n, None if v is None else str(v)) for n, v in dict(rows).items()]
)


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_change_the_digest(
    rows: list[PinnedRow], shuffle: random.Random
) -> None:
    mixed = list(rows)
    shuffle.shuffle(mixed)
    assert closing.digest(mixed) == closing.digest(rows)


@given(ROWS.filter(bool), st.data())
def test_any_changed_value_changes_the_digest(rows: list[PinnedRow], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    other = data.draw(numbers.filter(lambda value: value != rows[at].value))
    changed = [*rows[:at], replace(rows[at], value=other), *rows[at + 1 :]]
    assert closing.digest(changed) != closing.digest(rows)


@pytest.mark.django_db
def test_postgresql_computes_the_same_digest() -> None:
    rows = [
        pinned(30, "12.5"),
        pinned(4, None),
        pinned(200, "-0.0001"),
        pinned(5, "9999999999.1234"),
    ]
    values = ", ".join(["(%s::bigint, %s::uuid, %s::uuid, %s, %s::date, %s::numeric(14, 4))"] * 4)
    given_ = [
        column
        for row in rows
        for column in (
            row.sequence, row.participant, row.metric, row.point, row.measured_on, row.value,
        )
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT encode(sha256(convert_to(coalesce(string_agg(
                    concat_ws('|', id, participant_id, metric_id, point_key, measured_on,
                              coalesce(value::text, '')), E'\\n' ORDER BY id), ''), 'UTF8')), 'hex')
                FROM (VALUES {values})
                     AS row(id, participant_id, metric_id, point_key, measured_on, value)""",
            given_,
        )
        (found,) = cursor.fetchone()
    assert found == closing.digest(rows)
