"""Figures of registers: what terms need, what cannot be true, what is odd, what counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from contracts.rules.terms import TermsDocument, parse
from contracts.rules.terms.check_aggregates import check_aggregates
from outcomes.rules.aggregates import figures
from outcomes.rules.aggregates.figures import Delivered, GroupFigures, SignedEstimate
from outcomes.rules.aggregates.needs import needs
from outcomes.rules.aggregates.plausibility import (
    Range,
    Setting,
    findings,
    impossible,
    most_deviation,
    range_of,
)
from outcomes.rules.aggregates.schedule import Permit, state_of, status, uncovered
from outcomes.rules.aggregates.words import AggregateState, DeliveryStatus, Group
from outcomes.rules.closing import PinnedDelivery, digest, with_deliveries
from outcomes.rules.results import result
from sibportal.kernel.dates import Period
from tests.factories.registers import register_terms

START, END = date(2025, 1, 1), date(2025, 7, 1)
HISTORY = {"kind": "own_history", "effect": "reduction"}


def terms(measure: str = "mean", compare: dict[str, Any] | None = None) -> TermsDocument:
    return parse(register_terms(measure, compare))


def group(kind: Group = Group.PARTICIPANTS, **values: Any) -> GroupFigures:
    known: dict[str, Any] = {"from_day": START, "until": END, "people": 100}
    if kind in {Group.BEFORE, Group.COMPARISON_BEFORE}:
        known |= {"from_day": date(2023, 1, 1), "until": START}
    return GroupFigures(**{"group": kind, **known, **values})


def days(**values: Any) -> GroupFigures:
    return group(**{"total": Decimal(1000), "deviation": Decimal(8), **values})


def delivered(*groups: GroupFigures, **values: Any) -> Delivered:
    return Delivered("days", 1, groups, **values)


def setting(terms_of: TermsDocument, **values: Any) -> Setting:
    need = needs(terms_of)["days"]
    return Setting(**{"need": need, "span": Period(START, END), "enrolled": 100, **values})


def wrong(what: Delivered, against: Setting) -> list[tuple[str, str]]:
    return [(one.code.removeprefix("outcomes."), one.field) for one in impossible(what, against)]


def odd(what: Delivered, against: Setting) -> list[str]:
    return [one.code.removeprefix("outcomes.") for one in findings(what, against)]


@pytest.mark.parametrize(
    ("compare", "groups", "may_estimate"),
    [
        (None, [Group.PARTICIPANTS], False),
        ({"kind": "own_history"}, [Group.PARTICIPANTS, Group.BEFORE], True),
        ({"kind": "comparison_group"}, [Group.PARTICIPANTS, Group.COMPARISON], True),
        ({"kind": "difference_in_differences"}, list(Group), True),
        ({"kind": "fixed_baseline", "value": "9"}, [Group.PARTICIPANTS], False),
    ],
)
def test_the_terms_say_which_groups_are_needed(
    compare: dict[str, Any] | None, groups: list[Group], may_estimate: bool
) -> None:
    need = needs(terms(compare=compare))["days"]
    assert (list(need.groups), need.may_estimate) == (groups, may_estimate)


def test_people_measured_one_by_one_may_be_compared_with_a_group_of_a_register() -> None:
    document = register_terms(compare={"kind": "comparison_group"})
    del document["outcomes"][0]["source"]
    document["outcomes"][0]["points"] = ["after"]
    assert needs(parse(document))["days"].groups == (Group.COMPARISON,)


@pytest.mark.parametrize(
    ("place", "entry", "field"),
    [
        ("points", ("after",), "outcomes[0].points"),
        ("verified_automatically", True, "outcomes[0].verified_automatically"),
    ],
)
def test_a_group_cannot_be_asked_what_only_people_can_tell(
    place: str, entry: object, field: str
) -> None:
    read = terms()
    asked = replace(read, outcomes=(replace(read.outcomes[0], **{place: entry}),))  # type: ignore[arg-type]
    assert [issue.field for issue in check_aggregates(asked)] == [field]


@pytest.mark.parametrize(
    ("measure", "values", "expected"),
    [
        ("count", {"reached": 101}, [("more_reached_than_people", "participants.reached")]),
        ("count", {}, [("figure_missing", "participants.reached")]),
        (
            "count",
            {"reached": 5, "total": Decimal(3)},
            [("figure_not_asked", "participants.total")],
        ),
        (
            "mean",
            {"total": Decimal(1000)},
            [("figure_missing", "participants.deviation")],
        ),
        (
            "mean",
            {"total": Decimal(-1), "deviation": Decimal(0)},
            [("mean_below_range", "participants.total")],
        ),
        (
            "mean",
            {"total": Decimal(1000), "deviation": Decimal(8), "until": START},
            [("group_ends_before_start", "participants.until")],
        ),
        (
            "mean",
            {"total": Decimal(7), "deviation": Decimal(0), "people": 0},
            [("total_of_nobody", "participants.total")],
        ),
        (
            "mean",
            {"total": Decimal(1000), "deviation": Decimal(-1)},
            [("deviation_below_zero", "participants.deviation")],
        ),
    ],
)
def test_what_cannot_be_true_is_refused_at_its_field(
    measure: str, values: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    against = setting(terms(measure), values=Range(minimum=Decimal(0)))
    assert wrong(delivered(group(**values)), against) == expected


def test_a_missing_group_is_named_unless_an_estimate_takes_its_place() -> None:
    against = setting(terms(compare=HISTORY))
    assert wrong(delivered(days()), against) == [("group_missing", "before.people")]
    estimate = SignedEstimate(Decimal(3), Decimal(1), Decimal(5))
    assert wrong(delivered(days(), estimate=estimate, method="Regression"), against) == []
    assert wrong(delivered(days(), estimate=estimate), against) == [
        ("estimate_needs_method", "method")
    ]
    outside = SignedEstimate(Decimal(0), Decimal(1), Decimal(5))
    assert wrong(delivered(days(), estimate=outside, method="Regression"), against) == [
        ("interval_holds_estimate", "estimate_low")
    ]
    without = setting(terms())
    assert wrong(delivered(days(), estimate=estimate, method="Regression"), without) == [
        ("estimate_not_needed", "estimate")
    ]


def test_values_within_a_range_have_no_larger_spread_than_all_at_its_ends() -> None:
    """Half of them at 0 and half at 10: the deviation of ten such values is the square root of
    250 / 9 = 5.27, and no values from 0 to 10 with a mean of 5 have a larger one."""
    values = Range(Decimal(0), Decimal(10))
    extreme = group(people=10, total=Decimal(50))
    most = most_deviation(extreme, values)
    assert most is not None
    assert Decimal("5.270") < most < Decimal("5.273")
    against = setting(terms(), values=values)
    just = replace(extreme, deviation=Decimal("5.2705"))
    assert wrong(delivered(just), against) == []
    over = replace(extreme, deviation=Decimal("5.28"))
    assert wrong(delivered(over), against) == [("deviation_impossible", "participants.deviation")]


def test_a_sum_of_a_person_has_the_end_that_the_terms_give_it() -> None:
    outcome = terms().outcomes[0]
    assert range_of(outcome, Decimal(0), Decimal(31)) == Range(Decimal(0), None)
    assert outcome.quantity is not None
    capped = replace(outcome, quantity=replace(outcome.quantity, most_per_person=Decimal(365)))
    assert range_of(capped, Decimal(0), Decimal(31)) == Range(Decimal(0), Decimal(365))


def test_odd_figures_are_shown_to_whoever_signs_and_verifies() -> None:
    against = setting(terms(compare=HISTORY))
    before = group(Group.BEFORE, total=Decimal(1500))
    assert odd(delivered(days(), before), against) == []
    assert odd(delivered(days(people=104), before), against) == ["people_nearly_enrolled"]
    assert odd(delivered(days(people=106), before), against) == ["people_not_enrolled"]
    small = group(Group.BEFORE, people=19, total=Decimal(300))
    assert odd(delivered(days(), small), against) == ["small_group"]
    late = replace(before, until=date(2025, 2, 1))
    assert odd(delivered(days(), late), against) == ["earlier_group_overlaps"]
    short = days(until=date(2025, 6, 1))
    assert odd(delivered(short, before), against) == ["group_other_days"]


def test_a_leap_and_a_fall_since_the_figures_before_are_odd() -> None:
    earlier = delivered(group(reached=40))
    against = setting(terms("count"), earlier=earlier)
    assert odd(delivered(group(reached=60)), against) == []
    assert odd(delivered(group(reached=61)), against) == ["leap_since_before"]
    assert odd(delivered(group(reached=39)), against) == ["fewer_than_before"]


def test_the_figures_of_a_period_are_what_came_since_the_closing_before() -> None:
    outcome = terms("count").outcomes[0]
    then, now = delivered(group(reached=40)), delivered(group(people=110, reached=52))
    found = figures.figures(now, then, outcome)
    assert (found.numerator, found.cumulative_numerator, found.denominator) == (12, 52, 110)
    assert figures.figures(then, now, outcome).numerator == 0
    assert figures.figures(then, now, outcome).lost == 12


def test_a_mean_has_the_interval_that_its_spread_gives() -> None:
    """100 people, mean 10, standard deviation 8: t(99; 0.975) = 1.984217, so 10 ± 1.587374."""
    outcome = terms().outcomes[0]
    found = result(figures.figures(delivered(days()), None, outcome))
    assert (found.estimate, found.measured) == (Decimal(10), 100)
    assert found.interval_low is not None
    assert abs(found.interval_low - Decimal("8.412626")) < Decimal("0.00001")
    assert figures.figures(delivered(group(Group.BEFORE)), None, outcome) == figures.nobody(outcome)


def test_the_digest_covers_every_figure_and_nothing_of_how_it_is_written() -> None:
    facts = {"contract": "A"}
    one = figures.digest(delivered(days()), facts)
    assert one == figures.digest(delivered(days(total=Decimal("1000.0"))), facts)
    others = [
        delivered(days(total=Decimal("1000.000001"))),
        delivered(days(people=101)),
        delivered(days(deviation=Decimal(9))),
        delivered(days(), method="Other"),
        delivered(days(), file_digest="a" * 64),
        delivered(days(), estimate=SignedEstimate(Decimal(1))),
    ]
    assert len({one, *(figures.digest(what, facts) for what in others)}) == len(others) + 1
    assert one != figures.digest(delivered(days()), {"contract": "B"})


def test_a_closing_without_register_figures_keeps_the_digest_of_its_rows() -> None:
    rows = digest([])
    assert with_deliveries(rows, []) == rows
    line = PinnedDelivery(1, 1, "days", "d" * 64)
    other = PinnedDelivery(2, 2, "days", "e" * 64)
    assert with_deliveries(rows, [line]) != rows
    assert with_deliveries(rows, [other, line]) == with_deliveries(rows, [line, other])


@pytest.mark.parametrize(
    ("state", "as_of", "expected"),
    [
        (None, date(2025, 6, 30), DeliveryStatus.NOT_DUE),
        (None, date(2025, 7, 1), DeliveryStatus.DUE),
        (None, date(2025, 7, 31), DeliveryStatus.DUE),
        (None, date(2025, 8, 1), DeliveryStatus.LATE),
        (AggregateState.DELIVERED, date(2025, 8, 1), DeliveryStatus.TO_SIGN),
        (AggregateState.REJECTED, date(2025, 8, 1), DeliveryStatus.TO_MEND),
    ],
)
def test_a_delivery_is_late_the_day_after_its_last(
    state: AggregateState | None, as_of: date, expected: DeliveryStatus
) -> None:
    assert status(state, period_ends_on=END, lag_days=30, as_of=as_of) is expected


def test_an_answered_question_waits_for_the_verifier_again() -> None:
    asked = {"is_replaced": False, "is_signed": True, "decision": "queried"}
    assert state_of(**asked) is AggregateState.QUERIED  # type: ignore[arg-type]
    assert state_of(**asked, is_answered=True) is AggregateState.SIGNED  # type: ignore[arg-type]


def test_a_permit_does_not_hold_on_the_day_it_ends() -> None:
    permit = Permit(START, END)
    assert [permit.holds(day) for day in (START, date(2025, 6, 30), END)] == [True, True, False]


@pytest.mark.parametrize(
    ("timing", "assessment", "periods", "left"),
    [
        ("cumulative", None, (), ()),
        ("cumulative", None, (2,), (1, 3)),
        ("final", date(2025, 9, 30), (1,), (2,)),
        ("final", date(2025, 9, 30), (2,), ()),
    ],
)
def test_an_agreement_covers_every_period_whose_claim_needs_figures(
    timing: str, assessment: date | None, periods: tuple[int, ...], left: tuple[int, ...]
) -> None:
    document = register_terms("sum", timing=timing, assessment_on=assessment)
    need = needs(parse(document))["days"]
    half_years = [START, END, date(2026, 1, 1), date(2026, 7, 1)]
    every = {
        number: Period(starts, ends)
        for number, (starts, ends) in enumerate(pairwise(half_years), start=1)
    }
    assert uncovered(need, periods, every) == left


def test_a_figure_that_nobody_is_paid_for_may_be_missing() -> None:
    read = terms()
    unpaid = replace(read, payment_terms=())
    assert needs(unpaid)["days"].paid_by == ()
    assert [term.key for term in needs(read)["days"].paid_by] == ["fewer_days"]
