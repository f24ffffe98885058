"""A stored claim comes out the same again; where it does not, the place is named."""

from __future__ import annotations

import copy
import uuid
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from payments.models import Claim
from payments.rules.recalculation import Difference, first_difference
from payments.selectors.recalculation import recalculate
from payments.states import ClaimState
from sibportal.kernel.explain import Step
from tests.factories.payments import make_approved_claim, make_claim
from tests.payments.worked_examples import FOLDER, cases
from tests.worlds import Town


def test_a_claim_comes_out_again_whatever_has_happened_since(town: Town) -> None:
    claim = make_approved_claim(town)
    assert recalculate(claim).is_equal
    out = StringIO()
    call_command("recalculate", "--all", stdout=out)
    call_command("recalculate", str(claim.pk), stdout=out)
    assert out.getvalue().count("1 claims calculated again, 0 differ.") == 2


def price_of(stored: dict[str, Any]) -> dict[str, Any]:
    """The step in which a stored calculation of one line was priced."""
    step: dict[str, Any] = stored["root"]["children"][0]["children"][0]["children"][-1]
    return step


def path_of(claim: Claim) -> str:
    found = recalculate(claim).difference
    return found.path if found else ""


def test_the_step_that_differs_is_named(town: Town) -> None:
    claim = make_claim(town)
    claim.calculation = copy.deepcopy(claim.calculation)
    price_of(claim.calculation)["result"] = {"decimal": "6480000.01"}
    found = recalculate(claim)
    assert not found.is_equal
    assert str(found.difference) == (
        "claim/sum[1]/line[1]/price[3] result: 6480000.01 stored, 6480000.00 now"
    )


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("digest", "0" * 64, "digest"),
        ("amount", Decimal("1.00"), "amount"),
        ("inputs", {}, "refused"),
    ],
)
def test_whatever_else_was_changed_is_found(
    town: Town, field: str, value: object, place: str
) -> None:
    claim = make_claim(town)
    setattr(claim, field, value)
    assert path_of(claim) == place


def test_inputs_that_are_no_longer_the_frozen_results_are_found(town: Town) -> None:
    claim = make_claim(town)
    claim.inputs = copy.deepcopy(claim.inputs)
    claim.inputs["observations"][0]["measured_elsewhere"] = 1
    assert path_of(claim) == "refused"
    del claim.inputs["observations"][0]["measured_elsewhere"]
    claim.inputs["observations"][0]["denominator"] = 199
    found = recalculate(claim).difference
    assert found == Difference("inputs/observations[1]", "denominator", 199, 200)


def test_the_command_ends_in_failure_where_a_claim_differs(town: Town) -> None:
    claim = make_claim(town)
    # Nothing stored can be changed, so a row that never came from a calculation is added.
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.REPLACED)
    claim.pk, claim.number, claim.state = uuid.uuid4(), 2, ClaimState.REPLACED
    claim._state.adding = True
    claim.save(force_insert=True)
    said = StringIO()
    with pytest.raises(CommandError, match="1 claims do not come out the same"):
        call_command("recalculate", "--all", stderr=said, stdout=StringIO())
    assert (
        said.getvalue().strip() == f"{claim.pk} ({claim}) differs at lines missing: 0 stored, 1 now"
    )


@pytest.mark.parametrize("given", [[], ["--all", "0b5e7f5e-0000-4000-8000-000000000000"]])
def test_the_command_asks_for_claims_or_all(db: None, given: list[str]) -> None:
    with pytest.raises(CommandError, match="Give the ids of claims"):
        call_command("recalculate", *given)


def test_an_unknown_claim_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="no claim"):
        call_command("recalculate", "0b5e7f5e-0000-4000-8000-000000000000")
    assert not Claim.objects.exists()


def step(label: str, result: int, *children: Step) -> Step:
    return Step(f"payments.step.{label}", "payments.formula.sum", {}, result, children=children)


def test_equal_trees_have_no_difference_and_missing_steps_are_one() -> None:
    tree = step("claim", 3, step("line", 1), step("line", 2, step("price", 2)))
    assert first_difference(tree, tree) is None
    other = step("claim", 3, step("line", 1), step("line", 2, step("price", 4)))
    assert first_difference(tree, other) == Difference("claim/line[2]/price[1]", "result", 2, 4)
    shorter = step("claim", 3, step("line", 1))
    assert first_difference(tree, shorter) == Difference("claim/line[2]", "missing", 2, None)
    higher = step("claim", 4, *tree.children)
    assert first_difference(tree, higher) == Difference("claim", "result", 3, 4)


# manage.py price ---------------------------------------------------------------------------------
def test_worked_examples_are_priced_from_the_command_line() -> None:
    out = StringIO()
    call_command("price", str(FOLDER / "youth_employment_and_health.yaml"), stdout=out)
    for case in cases("youth_employment_and_health"):
        assert case.name in out.getvalue()
        assert f"total: {case.total} SEK" in out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("terms: {currency: XYZ}", "currency: XYZ is not a currency"),
        ("a: [", "neither YAML nor JSON"),
        ("[]", "holds no terms"),
    ],
)
def test_a_file_that_is_no_terms_is_refused_in_words(
    tmp_path: Path, content: str, words: str
) -> None:
    file = tmp_path / "terms.yaml"
    file.write_text(content)
    with pytest.raises(CommandError, match=words):
        call_command("price", str(file))
    with pytest.raises(CommandError, match="No such file"):
        call_command("price", str(tmp_path / "none.yaml"))
