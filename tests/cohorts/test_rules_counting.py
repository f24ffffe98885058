"""Who is in the denominator, whatever the way of leaving."""

import random
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohorts.rules.counting import Base, Status, base, treatment
from contracts.rules.terms.document import Counting
from contracts.rules.terms.words import (
    BelowMinimum,
    Denominator,
    LeavingReason,
    LeavingTreatment,
)

JANUARY, JUNE = date(2025, 1, 10), date(2025, 6, 1)


def policy(
    denominator: Denominator = Denominator.ENROLLED,
    cap: str | None = "10",
    **exits: LeavingTreatment,
) -> Counting:
    return Counting(
        denominator=denominator,
        minimum_cohort=None,
        below_minimum=BelowMinimum.SCALE,
        exits={LeavingReason(name): how for name, how in exits.items()},
        neutral_exit_cap_percent=None if cap is None else Decimal(cap),
    )


NEUTRAL_DEATH = policy(death=LeavingTreatment.NEUTRAL)


def people(number: int, **changes: object) -> list[Status]:
    return [
        Status(f"TP-{n:04d}", JANUARY, enrolled_on=JANUARY, **changes)  # type: ignore[arg-type]
        for n in range(number)
    ]


def dead(code: str, *, confirmed: bool = True, on: date = JUNE) -> Status:
    return Status(code, JANUARY, JANUARY, None, on, "death", confirmed)


def neutral_of(found: Base) -> list[str]:
    return [one.participant for one in found.standings if one.neutral]


def test_everyone_enrolled_is_in_the_denominator() -> None:
    assert base(people(200), policy(), places=250).size == 200


@pytest.mark.parametrize(
    ("denominator", "size"),
    [
        (Denominator.PLACES, 25),
        (Denominator.REFERRED, 5),
        (Denominator.ENROLLED, 4),
        (Denominator.STARTED, 2),
        (Denominator.MEASURED, None),
    ],
)
def test_the_terms_choose_the_denominator(denominator: Denominator, size: int | None) -> None:
    statuses = [
        Status("TP-0001", JANUARY),
        Status("TP-0002", JANUARY, JANUARY),
        Status("TP-0003", JANUARY, JANUARY),
        Status("TP-0004", JANUARY, JANUARY, JUNE),
        Status("TP-0005", JANUARY, JANUARY, JUNE),
        Status("TP-0006", JANUARY, JANUARY, JUNE, counts=False),
    ]
    assert base(statuses, policy(denominator), places=25).size == size


def test_more_people_than_places_enlarge_the_denominator() -> None:
    assert base(people(26), policy(Denominator.PLACES), places=25).size == 26


def test_a_neutral_exit_counts_as_failure_until_confirmed() -> None:
    waiting = dead("TP-0001", confirmed=False)
    assert treatment(waiting, NEUTRAL_DEATH) is LeavingTreatment.FAILURE
    assert treatment(dead("TP-0001"), NEUTRAL_DEATH) is LeavingTreatment.NEUTRAL


def test_a_way_of_leaving_that_the_terms_do_not_name_is_failure() -> None:
    gone = Status("TP-0001", JANUARY, JANUARY, None, JUNE, "moved_away", True)
    assert treatment(gone, NEUTRAL_DEATH) is LeavingTreatment.FAILURE


def test_completing_the_service_loses_nobody() -> None:
    done = Status("TP-0001", JANUARY, JANUARY, None, JUNE, "completed")
    (standing,) = base([done], policy(), places=1).standings
    assert standing.rows_until is None


def test_rows_after_a_failing_exit_do_not_count() -> None:
    gone = Status("TP-0001", JANUARY, JANUARY, None, JUNE, "dropped_out")
    (standing,) = base([gone], policy(), places=1).standings
    assert standing.rows_until == JUNE


def test_neutral_exits_stop_at_the_cap_by_date_of_exit() -> None:
    statuses = people(18)
    statuses += [dead("TX-0002", on=date(2025, 5, 1)), dead("TX-0001", on=JUNE)]
    capped = policy(cap="9.9", death=LeavingTreatment.NEUTRAL)
    found = base(statuses, capped, places=20)
    assert (found.neutral_confirmed, found.neutral_allowed) == (2, 1)
    assert neutral_of(found) == ["TX-0002"]
    assert neutral_of(base(statuses, NEUTRAL_DEATH, places=20)) == ["TX-0001", "TX-0002"]


def test_without_a_stated_cap_no_exit_is_neutral() -> None:
    uncapped = policy(cap=None, death=LeavingTreatment.NEUTRAL)
    assert neutral_of(base([*people(20), dead("TX-0001")], uncapped, places=20)) == []


def test_what_happens_after_a_period_does_not_change_its_count() -> None:
    statuses = [*people(18), dead("TX-0001"), dead("TX-0002"), Status("TP-9000", JUNE, JUNE)]
    before = base(statuses, NEUTRAL_DEATH, places=20, until=JUNE)
    assert before.size == 20
    assert neutral_of(before) == []
    after = base(statuses, NEUTRAL_DEATH, places=20, until=date(2025, 6, 2))
    assert after.size == 21
    assert neutral_of(after) == ["TX-0001", "TX-0002"]


exits = st.sampled_from([reason.value for reason in LeavingReason])
leavers = st.lists(
    st.tuples(exits, st.booleans(), st.dates(JANUARY, JUNE)), min_size=1, max_size=25
)
POLICIES = st.builds(
    lambda denominator, treatments: policy(
        denominator, "20", **dict(zip([r.value for r in LeavingReason], treatments, strict=True))
    ),
    st.sampled_from([Denominator.PLACES, Denominator.REFERRED, Denominator.ENROLLED]),
    st.lists(st.sampled_from(LeavingTreatment), min_size=7, max_size=7),
)


@given(leavers, POLICIES, st.randoms(use_true_random=False))
def test_the_order_of_exits_never_changes_the_denominator(
    left: list[tuple[str, bool, date]], counting: Counting, shuffle: random.Random
) -> None:
    statuses = [
        Status(f"TP-{n:04d}", JANUARY, JANUARY, None, on, reason, confirmed)
        for n, (reason, confirmed, on) in enumerate(left)
    ]
    mixed = list(statuses)
    shuffle.shuffle(mixed)
    assert base(mixed, counting, places=25) == base(statuses, counting, places=25)


@given(leavers, POLICIES)
def test_leaving_never_shrinks_the_denominator_beyond_the_cap(
    left: list[tuple[str, bool, date]], counting: Counting
) -> None:
    stayed = [Status(f"TP-{n:04d}", JANUARY, JANUARY) for n in range(len(left))]
    gone = [
        Status(one.participant, JANUARY, JANUARY, None, on, reason, confirmed)
        for one, (reason, confirmed, on) in zip(stayed, left, strict=True)
    ]
    before, after = base(stayed, counting, places=25), base(gone, counting, places=25)
    assert after.size == before.size
    assert after.size is not None
    assert len(neutral_of(after)) * 100 <= 20 * after.size
    confirmed = {one.participant for one in gone if one.exit_confirmed}
    assert set(neutral_of(after)) <= confirmed
