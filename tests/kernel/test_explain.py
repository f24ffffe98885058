"""A stored calculation reads back equal, through real JSON."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibportal.kernel.explain import Calculation, Step, Value, digest_of

values: st.SearchStrategy[Value] = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=4),
    st.integers(),
    st.text(),
    st.booleans(),
    st.none(),
)
leaves = st.builds(
    Step,
    label=st.text(),
    formula=st.text(),
    inputs=st.dictionaries(st.text(), values),
    result=values,
    unit=st.text(),
    sources=st.lists(st.text()).map(tuple),
)
steps = st.recursive(
    leaves,
    lambda below: st.builds(
        lambda step, children: Step(
            step.label, step.formula, step.inputs, step.result, children=tuple(children)
        ),
        leaves,
        st.lists(below, max_size=3),
    ),
    max_leaves=5,
)


@given(steps)
def test_stored_tree_reads_back_equal(step: Step) -> None:
    calculation = Calculation("1", step, {"terms": "digest"})
    stored = json.loads(json.dumps(calculation.to_json()))
    again = Calculation.from_json(stored)
    assert again == calculation
    assert again.to_json() == calculation.to_json()


def test_decimal_keeps_its_places() -> None:
    step = Step("l", "f", {"a": Decimal("8.00")}, Decimal("6480000.00"))
    again = Step.from_json(step.to_json())
    assert str(again.result) == "6480000.00"
    assert str(again.inputs["a"]) == "8.00"


def test_stored_float_is_refused() -> None:
    stored = Step("l", "f", {}, 1).to_json() | {"result": 1.5}
    with pytest.raises(ValueError, match="decimals"):
        Step.from_json(stored)


def test_walk_goes_top_down() -> None:
    tree = Step("a", "", {}, 1, children=(Step("b", "", {}, 1, children=(Step("c", "", {}, 1),)),))
    assert [step.label for step in tree.walk()] == ["a", "b", "c"]


def test_digest_does_not_depend_on_the_order_of_names() -> None:
    assert digest_of({"a": 1, "b": "ä"}) == digest_of({"b": "ä", "a": 1})
    assert digest_of({"a": 1}) != digest_of({"a": 2})
    with pytest.raises(ValueError, match="not JSON compliant"):
        digest_of({"a": float("nan")})
