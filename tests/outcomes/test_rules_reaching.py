"""Windows, quantities, restrictions, disruptions, weights, and that nobody gains by leaving."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohorts.rules.counting import Base, Status, base
from contracts.rules.terms import parse
from contracts.rules.terms.document import (
    Composite,
    Disruption,
    MetricReference,
    Outcome,
    Quantity,
    Restriction,
    TermsDocument,
    Weight,
    Window,
)
from contracts.rules.terms.words import (
    CompositeRule,
    CompositeScope,
    CountKind,
    Denominator,
    DisruptionTreatment,
    LeavingTreatment,
    QuantityKind,
    WindowRule,
)
from outcomes.rules import scopes
from outcomes.rules.asked import unwanted
from outcomes.rules.counting import Figures, Row, count
from outcomes.rules.points import PersonDates, planned
from outcomes.rules.results import result
from outcomes.rules.statistics import Method, mean
from tests.factories.outcomes import terms_document
from tests.outcomes.agreed import (
    ENROLLED_ON,
    HEALTH,
    MONTH_12,
    MONTH_18,
    START,
    WORK,
    compound,
    health,
    terms,
    work,
)
from tests.outcomes.any_terms import POINTS, any_terms
from tests.outcomes.test_rules_counting import (
    AFTER_A_YEAR,
    EXIT,
    counted,
    enrolled,
    name,
    rate,
    row,
)

MONTHS = ("month_12", "month_13", "month_14", "month_18")
CLOSED = Disruption(
    key="closed", title={"en": "Closed"}, from_day=AFTER_A_YEAR, until=date(2026, 2, 1),
    outcomes=("work",), treatment=DisruptionTreatment.EXCLUDE,
)  # fmt: skip


def with_points(agreed: TermsDocument, **changes: Any) -> TermsDocument:
    points = (
        START, MONTH_12, replace(MONTH_12, key="month_13", offset_months=13),
        replace(MONTH_12, key="month_14", offset_months=14), MONTH_18,
    )  # fmt: skip
    return replace(agreed, points=points, **changes)


def marks(person: int, pattern: str) -> list[Row]:
    """A row per point: 1 reached, 0 not, - not measured."""
    return [
        row(person, int(mark), point=point, sequence=n)
        for n, (mark, point) in enumerate(zip(pattern, MONTHS, strict=True))
        if mark != "-"
    ]


@pytest.mark.parametrize(
    ("rule", "needed", "pattern", "reached"),
    [
        (WindowRule.ALL_POINTS, None, "1111", 1),
        (WindowRule.ALL_POINTS, None, "1101", 0),
        (WindowRule.ALL_POINTS, None, "11-1", 0),
        (WindowRule.SOME_POINTS, 3, "1101", 1),
        (WindowRule.SOME_POINTS, 3, "1-01", 0),
        (WindowRule.IN_A_ROW, 2, "0110", 1),
        (WindowRule.IN_A_ROW, 2, "1010", 0),
        (WindowRule.IN_A_ROW, 2, "1-10", 0),
    ],
)
def test_a_success_lasts_as_long_as_its_window_asks(
    rule: WindowRule, needed: int | None, pattern: str, reached: int
) -> None:
    agreed = with_points(terms(replace(work(*MONTHS), window=Window(rule, needed))))
    assert counted(marks(1, pattern), agreed)["work"].cumulative_numerator == reached


def days(kind: QuantityKind = QuantityKind.TOTAL, **changes: Any) -> Outcome:
    most, less = changes.pop("most", None), changes.pop("less", None)
    baseline = "start" if kind is QuantityKind.CHANGE else ""
    plain = replace(health(), key="days", condition=None, points=("month_12", "month_18"))
    return replace(plain, quantity=Quantity(kind, baseline, less, most), **changes)


REPEATED = [
    row(1, 10, HEALTH, "start", on=ENROLLED_ON, sequence=1),
    row(1, 30, HEALTH, sequence=2),
    row(1, 25, HEALTH, sequence=3, on=AFTER_A_YEAR + timedelta(days=2)),
    row(1, 40, HEALTH, "month_18", sequence=4, on=AFTER_A_YEAR + timedelta(days=180)),
    row(2, 7, HEALTH, sequence=5),
    row(2, 9, WORK, sequence=6),
]


@pytest.mark.parametrize(
    ("outcome", "total", "people"),
    [
        (days(), "72", 2),
        (days(count=replace(work().count, kind=CountKind.REPEATABLE)), "102", 2),
        (days(QuantityKind.LAST), "47", 2),
        (days(QuantityKind.CHANGE), "30", 1),
        (days(most=Decimal(50)), "57", 2),
        (days(less=WORK), "65", 2),
    ],
)
def test_a_quantity_adds_what_the_terms_say_of_each_person(
    outcome: Outcome, total: str, people: int
) -> None:
    found = counted(REPEATED, terms(outcome))["days"]
    assert (found.cumulative_total, found.cumulative_numerator) == (Decimal(total), people)
    assert found.measured == 2


def test_a_sum_follows_a_correction_down_and_is_never_counted_twice() -> None:
    rows = [
        row(1, 30, HEALTH, state="superseded", before="verified"),
        row(1, 20, HEALTH, sequence=2, period=2),
        row(2, 5, HEALTH, sequence=3, period=2),
    ]
    found = counted(rows, terms(days()), period=2)["days"]
    assert (found.total, found.cumulative_total) == (Decimal(-5), Decimal(25))
    assert (found.numerator, found.cumulative_numerator) == (1, 2)


def test_a_quantity_gives_the_mean_of_those_measured_with_its_interval() -> None:
    rows = [row(n, value, HEALTH) for n, value in enumerate((4, 8, 6, 2))]
    frozen = result(counted(rows, terms(days()))["days"])
    plain = mean([Decimal(value) for value in (4, 8, 6, 2)])
    assert frozen.method is Method.T_INTERVAL
    assert (frozen.estimate, frozen.interval_low, frozen.interval_high) == (
        Decimal(5), plain.low, plain.high,
    )  # fmt: skip
    assert (plain.low, plain.high) == (Decimal("0.891479"), Decimal("9.108521"))
    assert frozen.cumulative_total == 20


def test_only_some_cohorts_and_days_count_and_make_the_denominator() -> None:
    statuses = [
        Status(name(n), ENROLLED_ON, ENROLLED_ON + timedelta(days=n), cohort="ab"[n % 2])
        for n in range(10)
    ]
    only = Restriction(cohorts=("a",), enrolled_before=ENROLLED_ON + timedelta(days=6))
    agreed = terms(replace(work(), only=only))
    meant = scopes.whom(agreed.outcomes[0], agreed)
    inside = [one for one in statuses if scopes.counts(meant, one)]
    whole, some = (
        base(people, agreed.counting, places=0) for people in (statuses, inside)
    )  # fmt: skip
    rows = [row(n, 1) for n in range(10)]
    found = count(rows, agreed, whole, period=1, within={"work": some})["work"]
    assert (found.cumulative_numerator, found.denominator) == (3, 3)


def test_rows_outside_the_days_of_measuring_do_not_count_but_the_baseline_may_be_older() -> None:
    since = replace(health(), only=Restriction(measured_from=AFTER_A_YEAR))
    rows = [row(1, 50, HEALTH, "start", on=ENROLLED_ON), row(1, 60, HEALTH, sequence=2)]
    assert counted(rows, terms(since))["health"].cumulative_numerator == 1
    early = [rows[0], replace(rows[1], measured_on=AFTER_A_YEAR - timedelta(days=1))]
    assert counted(early, terms(since))["health"].cumulative_numerator == 0


def test_nobody_is_counted_for_the_lesser_outcome_who_reached_the_better_one() -> None:
    lesser = replace(work(), key="lesser", only=Restriction(not_reached="work"))
    after = replace(work("month_18"), key="after", only=Restriction(reached="work"))
    lesser = replace(lesser, points=("month_18",))
    rows = [row(1, 1), *(row(n, 1, point="month_18") for n in (1, 2))]
    found = counted(rows, terms(work(), lesser, after))
    assert [found[key].cumulative_numerator for key in ("work", "lesser", "after")] == [1, 1, 1]
    # Whoever has not reached the other stays in the denominator.
    assert {one.denominator for one in found.values()} == {200}


def test_an_excluded_time_takes_its_rows_and_those_who_could_only_be_measured_then() -> None:
    agreed = terms(work(), health(), compound())
    agreed = replace(agreed, disruptions=(CLOSED,))
    dates = {name(n): PersonDates(ENROLLED_ON) for n in range(3)}
    rows = [row(0, 1), row(1, 1, on=AFTER_A_YEAR - timedelta(days=3))]
    found = count(rows, agreed, enrolled(3), period=1, dates=dates)
    # Measured in it: as if not measured. Measured before it: counts. Nobody else misses it.
    assert (found["work"].cumulative_numerator, found["work"].denominator) == (1, 1)
    # Both together could not be reached either; health alone was not disturbed.
    assert (found["both"].denominator, found["health"].denominator) == (1, 3)


def test_a_window_closes_over_a_point_that_nobody_misses() -> None:
    in_a_row = replace(work(*MONTHS), window=Window(WindowRule.IN_A_ROW, 3))
    shut = replace(CLOSED, from_day=date(2026, 2, 1), until=date(2026, 3, 1))
    rows = [replace(one, measured_on=AFTER_A_YEAR) for one in marks(0, "1-11")]
    dates = {name(0): PersonDates(ENROLLED_ON)}
    agreed = with_points(terms(in_a_row))
    assert count(rows, agreed, enrolled(1), period=1, dates=dates)["work"].numerator == 0
    agreed = replace(agreed, disruptions=(shut,))
    assert count(rows, agreed, enrolled(1), period=1, dates=dates)["work"].numerator == 1


def test_what_is_extended_is_due_later_and_what_is_excluded_is_not_due() -> None:
    extended = replace(
        CLOSED, treatment=DisruptionTreatment.EXTEND, extend_days=60,
        until=AFTER_A_YEAR + timedelta(days=1),
    )  # fmt: skip
    person = PersonDates(ENROLLED_ON)
    for disruption, due, excused in (
        (extended, AFTER_A_YEAR + timedelta(days=60), False),
        (CLOSED, AFTER_A_YEAR, True),
        (replace(extended, from_day=date(2027, 1, 1)), AFTER_A_YEAR, False),
    ):
        agreed = replace(terms(work()), disruptions=(disruption,))
        point = next(one for one in planned(agreed) if one.metric == WORK)
        window = point.window(person)
        assert window is not None
        assert (window.due_on, point.excused(person)) == (due, excused)


@pytest.mark.parametrize(("needed", "people"), [("60", 2), ("70", 1), ("30", 3)])
def test_a_weighted_composite_adds_the_weights_of_what_was_reached(
    needed: str, people: int
) -> None:
    weights = (Weight("work", Decimal(60)), Weight("health", Decimal(40)))
    weighted = Composite(
        CompositeRule.WEIGHTED, ("work", "health"), CompositeScope.PER_PERSON,
        weights=weights, needed_percent=Decimal(needed),
    )  # fmt: skip
    agreed = terms(work(), health(), replace(compound(), composite=weighted))
    better = [row(n, value, HEALTH, point, on=ENROLLED_ON if value == 50 else AFTER_A_YEAR)
              for n in (1, 2) for value, point in ((50, "start"), (60, "month_12"))]  # fmt: skip
    rows = [row(0, 1), row(1, 1), *better]
    assert counted(rows, agreed)["both"].cumulative_numerator == people


# Leaving -----------------------------------------------------------------------------------------
def rows_at_random(chance: random.Random) -> list[Row]:
    def one(sequence: int) -> Row:
        works = chance.random() < 0.4
        return row(
            chance.randrange(8),
            chance.randint(0, 1) if works else chance.randint(1, 5),
            MetricReference("permanent-work" if works else "self-rated-health", 1),
            chance.choice(POINTS),
            on=ENROLLED_ON + timedelta(days=chance.randrange(500)),
            sequence=sequence,
            period=chance.randint(1, 2),
            before=chance.choice(("", "verified")),
        )

    return [one(sequence) for sequence in range(chance.randint(1, 60))]


@given(st.integers(0, 2**32))
def test_whoever_leaves_never_makes_a_figure_better(seed: int) -> None:
    chance = random.Random(seed)
    document = terms_document(**any_terms(chance, ENROLLED_ON - timedelta(days=40)))
    document["counting"] |= {
        "denominator": chance.choice([one.value for one in Denominator]),
        "neutral_exit_cap_percent": "50",
    }  # fmt: skip
    ways = {
        reason: chance.choice([one.value for one in LeavingTreatment if one != "last_value"])
        for reason in document["counting"]["exits"]
    }
    document["counting"]["exits"] = ways
    agreed, rows = parse(document), rows_at_random(chance)
    stayed = [
        Status(name(n), ENROLLED_ON, ENROLLED_ON, ENROLLED_ON, cohort=chance.choice(("tp", "qx")))
        for n in range(8)
    ]
    reason, confirmed = chance.choice(sorted(ways)), chance.random() < 0.5
    gone = list(stayed)
    gone[0] = replace(
        stayed[0], exited_on=ENROLLED_ON + timedelta(days=chance.randrange(600)),
        exit_reason=reason, exit_confirmed=confirmed,
    )  # fmt: skip
    neutral = confirmed and ways[reason] == "neutral"
    before, after = figures(agreed, rows, stayed), figures(agreed, rows, gone)
    less = unwanted(agreed)
    for key, one in after.items():
        was, composite = before[key], agreed.outcome(key).composite
        if composite is not None and composite.scope is CompositeScope.PER_COHORT:
            continue  # told by its parts
        worse = (one, was) if key in less else (was, one)
        assert worse[0].cumulative_numerator >= worse[1].cumulative_numerator
        assert worse[0].cumulative_events >= worse[1].cumulative_events
        if one.cumulative_total is not None:
            assert (worse[0].cumulative_total or 0) >= (worse[1].cumulative_total or 0)
        if not neutral:
            assert rate(worse[0]) >= rate(worse[1])
        assert one.denominator >= was.denominator - 1


def figures(agreed: TermsDocument, rows: list[Row], statuses: list[Status]) -> dict[str, Figures]:
    def base_of(people: list[Status]) -> Base:
        return base(people, agreed.counting, places=9)

    within = {
        one.key: base_of([who for who in statuses if scopes.counts(scopes.whom(one, agreed), who)])
        for one in agreed.outcomes
    }
    dates = {
        one.participant: PersonDates(ENROLLED_ON, one.exited_on, one.exit_reason)
        for one in statuses
    }
    return count(rows, agreed, base_of(statuses), period=2, within=within, dates=dates)


def test_leaving_does_not_lower_what_the_payer_wants_less_of() -> None:
    """Nights in hospital after the exit count: otherwise it would pay to see people leave."""
    document = terms_document()
    document["outcomes"] = [
        {
            "key": "nights", "title": {"en": "n"}, "points": ["after"],
            "metric": {"code": "self-rated-health", "version": 1}, "quantity": {"kind": "total"},
        }
    ]  # fmt: skip
    term = document["payment_terms"][0]
    term |= {
        "measure": {"kind": "mean", "outcome": "nights"}, "gate": None,
        "price": {"kind": "unit_price", "amount": "10"},
        "compare": {
            "kind": "fixed_baseline", "value": "9", "source": "R.", "effect": "reduction",
        },
    }  # fmt: skip
    metric = MetricReference("self-rated-health", 1)
    rows = [row(0, 5, metric, "after", on=AFTER_A_YEAR)]
    left = Status(name(0), ENROLLED_ON, ENROLLED_ON, ENROLLED_ON, EXIT, "dropped_out")
    for compared, total in ((term["compare"], 5), (None, 0)):
        term["compare"] = compared
        agreed = parse(document)
        assert figures(agreed, rows, [left])["nights"].cumulative_total == total
