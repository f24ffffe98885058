"""Errors carry codes, never values in their text; states move along their table only."""

from __future__ import annotations

import pytest

from sibportal.kernel.errors import InvalidTransition, Issue, RuleViolation
from sibportal.kernel.transitions import advance

TABLE = {"draft": frozenset({"agreed"}), "agreed": frozenset[str]()}


def test_violation_holds_every_issue_and_is_named_after_the_first() -> None:
    issues = [Issue("a.first", "x", "Maija", {"n": 1}), Issue("a.second", "y")]
    violation = RuleViolation(issues)
    assert violation.issues == tuple(issues)
    assert (violation.code, violation.params) == ("a.first", {"n": 1})
    assert str(violation) == "x a.first; y a.second"


def test_violation_from_a_code_knows_its_field() -> None:
    violation = RuleViolation("a.code", field="x", least=1)
    assert violation.issues == (Issue("a.code", "x", "", {"least": 1}),)


def test_violation_without_an_issue_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one"):
        RuleViolation([])


def test_state_moves_along_its_table() -> None:
    assert advance(TABLE, "draft", "agreed") == "agreed"


@pytest.mark.parametrize(("current", "target"), [("agreed", "draft"), ("gone", "draft")])
def test_state_moves_nowhere_else(current: str, target: str) -> None:
    with pytest.raises(InvalidTransition) as refused:
        advance(TABLE, current, target)
    assert refused.value.params == {"current": current, "target": target}
