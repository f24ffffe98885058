"""docs/terms-format.md is true: examples parse, mistakes are refused, nothing is missing."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import re
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.rules.terms import document, parse, words
from payments.rules import inputs
from sibportal.kernel.errors import RuleViolation
from tests.payments.worked_examples import load

TEXT = (Path(__file__).parents[2] / "docs" / "terms-format.md").read_text("utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
REFUSED = [block for block in BLOCKS if block.startswith("# refused: ")]
EXAMPLES = [block for block in BLOCKS if block not in REFUSED]


def success(key: str, **more: Any) -> dict[str, Any]:
    return {
        "key": key,
        "title": {"en": key},
        "metric": {"code": key, "version": 1},
        "points": ["after"],
        "condition": {"kind": "is_true"},
        **more,
    }


def standing_in(block: str) -> dict[str, Any]:
    """The document that the page says its examples stand in, with the example added."""
    terms: dict[str, Any] = load("youth_employment_and_health")["terms"]
    start, after = terms["points"]
    months = [
        {"key": f"m{month}", "title": {"en": f"Month {month}"}, "anchor": "enrolment"}
        for month in (1, 2, 3)
    ]
    events = success("events", count={"kind": "repeatable", "most_per_person": 9})
    amounts = [
        success(key, condition=None, quantity={"kind": "total"})
        for key in ("costs", "days", "all_days")
    ]
    rate = {"kind": "rate", "outcome": "work"}
    figure = {"key": "share_in_work", "title": {"en": "Share in work"}, "measure": rate}
    terms |= {
        "points": [start, after, *months],
        "outcomes": [success("work"), success("health"), events, *amounts],
        "figures": [figure],
        "payment_terms": [],
        "expected_path": [],
    }
    for name, value in yaml.safe_load(block).items():
        terms[name] = [*terms.get(name, []), *value] if isinstance(value, list) else value
    return terms


@pytest.mark.parametrize("block", EXAMPLES, ids=lambda block: block[:30])
def test_an_example_parses(block: str) -> None:
    written = standing_in(block)
    terms = parse(copy.deepcopy(written))
    assert len(terms.payment_terms) == len(written["payment_terms"])


@pytest.mark.parametrize("block", REFUSED, ids=lambda block: block.splitlines()[0])
def test_a_mistake_is_refused_at_its_path(block: str) -> None:
    path = block.splitlines()[0].removeprefix("# refused: ")
    with pytest.raises(RuleViolation) as caught:
        parse(standing_in(block))
    assert path in {issue.field for issue in caught.value.issues}


def test_every_word_of_every_vocabulary_is_in_the_page() -> None:
    named = {
        word: kind.__name__
        for _, kind in inspect.getmembers(words, inspect.isclass)
        if issubclass(kind, StrEnum) and kind is not StrEnum
        for word in kind
    }
    assert [
        f"{kind}.{word}" for word, kind in named.items() if not re.search(rf"\b{word}\b", TEXT)
    ] == []


@pytest.mark.parametrize(
    "kind",
    [
        words.WindowRule, words.QuantityKind, words.CompositeRule, words.CountKind,
        words.MeasureKind, words.CompareKind, words.Effect, words.ComparisonDesign,
        words.ValuationKind, words.ValuationTimes, words.GateKind, words.Operator,
        words.PriceKind, words.PremiumBasis, words.ConditionKind, words.Anchor, words.ReturnKind,
        words.SurplusTo, words.DisruptionTreatment, words.TerminationCause, words.SettlementKind,
    ],
    ids=lambda kind: kind.__name__,
)  # fmt: skip
def test_every_primitive_has_an_example(kind: type[StrEnum]) -> None:
    unsaid = {words.Effect.INCREASE, words.Anchor.ENROLMENT, words.Anchor.EXIT}
    shown = "\n".join(EXAMPLES)
    assert [word for word in set(kind) - unsaid if f": {word}" not in shown] == []


@pytest.mark.parametrize("module", [document, inputs], ids=["terms", "inputs"])
def test_every_entry_is_in_the_page(module: Any) -> None:
    entries = {
        f"{name}.{field.name}"
        for name, found in inspect.getmembers(module, dataclasses.is_dataclass)
        if found.__module__.startswith(("contracts.rules.terms", "payments.rules"))
        for field in dataclasses.fields(found)
    }
    missing = [entry for entry in entries if not re.search(rf"\b{entry.partition('.')[2]}\b", TEXT)]
    assert len(entries) > 30
    assert sorted(missing) == []
