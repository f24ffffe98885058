"""Which comparisons there are, whose counts are hidden, and what hangs on the missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from cohorts.rules.counting import Status, base
from contracts.rules.terms.document import (
    Compare,
    Composite,
    Figure,
    FigurePart,
    Measure,
    PaymentTerm,
    Price,
    Restriction,
    TermsDocument,
)
from contracts.rules.terms.pricing import ForecastPoint, Limit
from contracts.rules.terms.words import (
    CompareKind,
    Effect,
    MeasureKind,
    Operator,
    PriceKind,
    Timing,
)
from outcomes.rules import counting, scopes
from outcomes.rules.evaluation import cohorts
from outcomes.rules.evaluation.cohorts import Reached
from outcomes.rules.evaluation.compared import (
    Against,
    Figured,
    Others,
    compared,
    sample_of,
)
from outcomes.rules.evaluation.effects import Group
from outcomes.rules.evaluation.missing import (
    Missing,
    Threshold,
    depends_on_missing,
    scenarios,
)
from outcomes.rules.reaching import Row
from outcomes.rules.statistics import Method, mean, proportion
from tests.outcomes.agreed import WORK, compound, health, terms, work

DAY = date(2027, 6, 30)


def paying(measure: Measure, compare: Compare | None) -> PaymentTerm:
    price = Price(PriceKind.FIXED_AMOUNT, amount=Decimal(1000))
    return PaymentTerm(
        "pay", {"en": "Pay"}, measure, compare, None, price, Limit(), Timing.CUMULATIVE
    )


def against(kind: CompareKind, **values: object) -> Compare:
    return replace(Compare(kind, None, "A register"), **values)  # type: ignore[arg-type]


def agreed(*terms_of_payment: PaymentTerm, figures: tuple[Figure, ...] = ()) -> TermsDocument:
    return replace(terms(), payment_terms=terms_of_payment, figures=figures)


RATE = Measure(MeasureKind.RATE, "work")
OURS = Figured("work", proportion(56, 70), Group(56, 70))


def test_a_forecast_is_that_of_the_first_day_not_before_the_last() -> None:
    points = (
        ForecastPoint(date(2026, 12, 31), Decimal(40)),
        ForecastPoint(date(2027, 12, 31), Decimal(50)),
    )
    document = agreed(paying(RATE, against(CompareKind.FORECAST, forecast=points)))
    (found,) = compared(document, {"work": OURS}, last_day=DAY)
    assert (found.against, found.agreed, found.reference) == (
        Against.FORECAST, True, Decimal("0.5"),
    )  # fmt: skip
    assert found.difference.value == Decimal("0.3")
    assert compared(document, {"work": OURS}, last_day=date(2028, 1, 1)) == ()


def test_groups_that_were_delivered_are_compared_whatever_the_terms_pay_on() -> None:
    others = Others(before=Group(20, 60), comparison=Group(48, 80), comparison_before=Group(30, 80))
    document = agreed(paying(RATE, against(CompareKind.COMPARISON_GROUP)))
    found = compared(document, {"work": replace(OURS, others=others)}, last_day=DAY)
    assert [(one.against, one.agreed) for one in found] == [
        (Against.OWN_HISTORY, False),
        (Against.COMPARISON_GROUP, True),
        (Against.DIFFERENCE_IN_DIFFERENCES, False),
    ]
    _history, group, change = found
    assert (group.difference.method, group.source) == (Method.NEWCOMBE, "A register")
    assert group.ratio is not None
    assert round(group.ratio.value or 0, 2) == Decimal("1.33")
    # 0.8 - 1/3 - (0.6 - 0.375).
    assert round(change.difference.value or 0, 4) == Decimal("0.2417")


def test_a_blend_weighs_the_effects_that_the_terms_name() -> None:
    figures = tuple(
        Figure(key, {"en": key}, RATE, against(kind, effect=Effect.INCREASE))
        for key, kind in (
            ("trial", CompareKind.COMPARISON_GROUP),
            ("change", CompareKind.DIFFERENCE_IN_DIFFERENCES),
        )
    )
    parts = (FigurePart("trial", Decimal(80)), FigurePart("change", Decimal(20)))
    term = paying(Measure(MeasureKind.WEIGHTED_INDEX, parts=parts), None)
    others = Others(Group(20, 60), Group(48, 80), Group(30, 80))
    found = compared(
        agreed(term, figures=figures), {"work": replace(OURS, others=others)}, last_day=DAY
    )
    blend = found[-1]
    assert (blend.outcome, blend.against) == ("pay", Against.BLEND)
    # 0.8 x 0.2 + 0.2 x 0.241667.
    assert round(blend.difference.value or 0, 4) == Decimal("0.2083")
    assert blend.difference.low is not None
    # Without the comparison group before, one part is not known: no half of a blend is told.
    partly = replace(OURS, others=replace(others, comparison_before=None))
    alone = compared(agreed(term, figures=figures), {"work": partly}, last_day=DAY)
    assert Against.BLEND not in {one.against for one in alone}


def test_the_spread_behind_a_mean_is_recovered_from_its_interval() -> None:
    values = [Decimal(value) for value in (2, 4, 4, 5, 7, 9)]
    found = sample_of(mean(values))
    assert found is not None
    assert round(found.deviation, 4) == Decimal("2.4833")
    assert sample_of(mean(values[:1])) is None


@pytest.mark.parametrize(
    ("groups", "shown"),
    [
        # All of them large: everything is shown.
        ([("a", 20, 60, None), ("b", 30, 60, None)], {"a", "b"}),
        # Three of eight would tell about three people, and the other about them by subtraction.
        ([("a", 30, 60, None), ("b", 3, 8, None)], set()),
        # Of three, the smallest goes with it and the largest stays.
        ([("a", 40, 80, None), ("b", 3, 8, None), ("c", 20, 60, None)], {"a"}),
        # All of twelve people: it is known of each of them.
        ([("a", 40, 80, None), ("b", 12, 12, None), ("c", 20, 60, None)], {"a"}),
        # Two more than at the closing before.
        ([("a", 40, 80, 30), ("b", 22, 60, 20), ("c", 20, 60, 10)], {"a"}),
    ],
)
def test_the_counts_of_a_cohort_of_few_are_not_told_nor_those_that_would_tell_them(
    groups: list[tuple[str, int, int, int | None]], shown: set[str]
) -> None:
    assert cohorts.shown([Reached(*one) for one in groups], 5) == shown


def test_each_cohort_is_counted_by_the_definition_itself() -> None:
    only_north = replace(work(), key="north_only", only=Restriction(cohorts=("north",)))
    document = replace(
        terms(work(), health(), compound(), only_north), payment_terms=(paying(RATE, None),)
    )
    split = cohorts.split(document, ("north", "south"))
    assert [one.key for one in split.outcomes] == [
        "work", "health", "both", "north_only", "work@north", "health@north", "both@north",
        "north_only@north", "work@south", "health@south", "both@south",
    ]  # fmt: skip
    composite = split.outcome("both@south").composite
    assert isinstance(composite, Composite)
    assert composite.parts == ("work@south", "health@south")

    people = [
        Status(f"p{n}", date(2026, 1, 1), date(2026, 1, 1), cohort="north" if n < 3 else "south")
        for n in range(8)
    ]
    rows = [
        Row(f"p{n}", WORK, "month_12", date(2027, 1, 1), Decimal(n % 2), n, 1, "verified")
        for n in range(7)
    ]
    within = {
        one.key: base(
            [who for who in people if scopes.counts(scopes.whom(one, split), who)],
            split.counting,
            places=0,
        )
        for one in split.outcomes
    }
    found = counting.count(
        rows, split, base(people, split.counting, places=0), period=1, within=within
    )
    figures = {
        key: (found[key].cumulative_numerator, found[key].denominator)
        for key in ("work", "work@north", "work@south", "north_only", "north_only@north")
    }
    assert figures == {
        "work": (3, 8), "work@north": (1, 3), "work@south": (2, 5), "north_only": (1, 3),
        "north_only@north": (1, 3),
    }  # fmt: skip


HALF = Threshold(Decimal("0.5"), Operator.AT_LEAST, is_share=True)


def test_what_hangs_on_the_missing_is_told_from_the_worst_to_the_best() -> None:
    # Forty of a hundred reached it; of twenty missing two count by their last value already.
    found = scenarios(40, 100, Missing(people=20, counted=2, last=8, best=20), HALF)
    assert [(one.reached, one.people) for one in found] == [
        (40, 100), (38, 100), (46, 100), (58, 100),
    ]  # fmt: skip
    assert [one.passes for one in found] == [False, False, False, True]
    assert depends_on_missing(found)


def test_where_only_the_measured_count_the_missing_come_into_the_denominator() -> None:
    missing = Missing(people=20, best=20, outside=True)
    found = scenarios(40, 80, missing, HALF)
    assert [(one.reached, one.people) for one in found] == [
        (40, 80), (40, 100), (40, 100), (60, 100),
    ]  # fmt: skip
    # Exactly half is half; with the missing among them it no longer is.
    assert [one.passes for one in found] == [True, False, False, True]


@pytest.mark.parametrize(
    ("threshold", "reached", "people", "passes"),
    [
        (Threshold(Decimal("0.1"), Operator.AT_MOST, is_share=True), 10, 100, True),
        (Threshold(Decimal("0.1"), Operator.LESS_THAN, is_share=True), 10, 100, False),
        (Threshold(Decimal(30), Operator.MORE_THAN, is_share=False), 30, 100, False),
        (Threshold(Decimal(30), Operator.AT_LEAST, is_share=False), 30, 100, True),
        (Threshold(Decimal(0), Operator.AT_LEAST, is_share=True), 0, 0, False),
    ],
)
def test_a_threshold_asks_for_few_or_many_people_or_shares(
    threshold: Threshold, reached: int, people: int, passes: bool
) -> None:
    assert threshold.passes(reached, people) is passes
