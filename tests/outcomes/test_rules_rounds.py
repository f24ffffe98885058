"""Rounds of verification: the plan that governs, how far a round is, what it comes to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from outcomes.rules import rounds
from outcomes.rules.acceptance import Verdict
from outcomes.rules.rounds import Finding, PlanStanding, PlanTerms
from outcomes.rules.sampling import Beyond, Item, PlanKind
from outcomes.rules.words import State
from sibportal.kernel.errors import RuleViolation

BEGINS = date(2026, 7, 1)
SAMPLE = PlanTerms(kind=PlanKind.SAMPLE)


def standing(version: int, from_period: int, set_on: date, is_agreed: bool = False) -> PlanStanding:
    return PlanStanding(version, from_period, BEGINS, set_on, is_agreed)


def test_the_newest_plan_that_was_known_before_its_period_governs() -> None:
    plans = [standing(1, 2, date(2026, 6, 30)), standing(2, 4, date(2026, 6, 30))]
    assert [rounds.governing(plans, period) for period in (1, 2, 3, 4, 9)] == [None, 1, 1, 2, 2]


def test_a_plan_set_when_its_period_had_begun_holds_only_once_the_provider_agrees() -> None:
    late = standing(2, 2, BEGINS)
    agreed = standing(2, 2, BEGINS, is_agreed=True)
    first = standing(1, 1, date(2026, 6, 30))
    assert rounds.governing([first, late], 2) == 1
    assert rounds.governing([first, agreed], 2) == 2


def test_a_plan_says_what_is_out_of_range_at_its_field() -> None:
    assert rounds.check_plan(SAMPLE) == ()
    wrong = PlanTerms(confidence_percent=Decimal(50), dispute_days=1)
    assert {issue.field for issue in rounds.check_plan(wrong)} == {
        "confidence_percent", "dispute_days",
    }  # fmt: skip


def test_a_thousand_measurements_need_278_and_may_have_eight_errors() -> None:
    items = [Item(str(number)) for number in range(1000)]
    found = rounds.design(SAMPLE, items, people=500)
    assert (found.size, found.acceptance_number) == (278, 8)
    few = rounds.design(SAMPLE, items, people=99)
    assert (few.size, few.acceptance_number) == (1000, None)


def test_the_state_of_a_measurement_says_what_was_found() -> None:
    found = {
        (state, confirmed): rounds.finding(state, confirmed=confirmed)
        for state in State
        for confirmed in (False, True)
    }
    assert {state for (state, _c), one in found.items() if one is Finding.WRONG} == {
        State.REJECTED, State.SUPERSEDED,
    }  # fmt: skip
    assert found[State.CHECKED, True] is Finding.RIGHT
    assert found[State.CHECKED, False] is Finding.OPEN
    assert found[State.QUERIED, True] is found[State.SUBMITTED, False] is Finding.ASKED
    assert found[State.VERIFIED, False] is Finding.RIGHT


def conclude(wrong: int, **changes: Any) -> Verdict:
    given: dict[str, Any] = {
        "accepted": 2, "beyond": Beyond.FULL_CHECK, "open_disputes": 0, "trust_rest": False,
        "reason": "",
    }  # fmt: skip
    findings = [Finding.WRONG] * wrong + [Finding.RIGHT] * 20
    return rounds.conclude(findings, **given | changes)


def test_up_to_the_acceptance_number_the_rest_is_trusted() -> None:
    assert conclude(2) is Verdict.ACCEPTED
    assert conclude(3) is Verdict.FULL_CHECK
    assert conclude(3, accepted=None) is Verdict.EVERYTHING


def test_beyond_it_nobody_trusts_the_rest_where_the_plan_demands_a_full_check() -> None:
    with pytest.raises(RuleViolation) as refused:
        conclude(3, trust_rest=True, reason="It will do.")
    assert refused.value.code == "outcomes.beyond_acceptance"


def test_where_the_plan_leaves_it_to_the_verifier_it_takes_a_reason() -> None:
    with pytest.raises(RuleViolation) as refused:
        conclude(3, beyond=Beyond.ESTIMATE, trust_rest=True)
    assert refused.value.code == "outcomes.reason_needed"
    given = {"beyond": Beyond.ESTIMATE, "reason": "All are dates that are a day off."}
    assert conclude(3, trust_rest=True, **given) is Verdict.ESTIMATE
    assert conclude(3, **given) is Verdict.FULL_CHECK


def test_nothing_is_concluded_while_something_is_open_or_disputed() -> None:
    for open_one in (Finding.OPEN, Finding.ASKED):
        with pytest.raises(RuleViolation) as refused:
            rounds.conclude(
                [open_one], accepted=2, beyond=Beyond.FULL_CHECK, open_disputes=0,
                trust_rest=False, reason="",
            )  # fmt: skip
        assert refused.value.code == "outcomes.round_not_decided"
    with pytest.raises(RuleViolation) as refused:
        conclude(0, open_disputes=1)
    assert refused.value.code == "outcomes.round_has_disputes"


def test_the_digest_of_a_report_does_not_depend_on_the_order_of_its_keys() -> None:
    assert rounds.report_digest({"a": 1, "b": ["ä"]}) == rounds.report_digest({"b": ["ä"], "a": 1})
    assert rounds.report_digest({"a": 1}) != rounds.report_digest({"a": 2})
