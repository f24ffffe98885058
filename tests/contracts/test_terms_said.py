"""No word of the terms lacks its label or its sentence, in any language."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum

import pytest
from django.utils.translation import override

from contracts.rules.terms import parse, words
from contracts.rules.terms.document import Restriction
from contracts.rules.terms.library import Template, library
from contracts.rules.terms.say_outcomes import say_outcome
from contracts.rules.terms.sentences import sentences
from contracts.rules.terms.templates import Frame
from payments.forms.words import LABELS, choices, label
from sibportal.kernel.money import Rounding
from sibportal.web.messages import MESSAGES, phrase_sentence
from tests.outcomes.agreed import health, terms

VOCABULARIES = [
    found
    for _, found in inspect.getmembers(words, inspect.isclass)
    if issubclass(found, StrEnum) and found is not StrEnum
] + [Rounding]

# What each vocabulary is said by; a default that changes nothing is not said.
SAID: dict[type[StrEnum], str] = {
    words.Denominator: "terms.say.denominator_{}",
    words.BelowMinimum: "terms.say.below_minimum_{}",
    words.LeavingReason: "terms.leaving.{}",
    words.LeavingTreatment: "terms.say.leaving_{}",
    words.ConditionKind: "terms.say.{}",
    words.WindowRule: "terms.say.window_{}",
    words.QuantityKind: "terms.say.quantity_{}",
    words.CountKind: "terms.say.{}",
    words.MeasureKind: "terms.say.measure_{}",
    words.CompareKind: "terms.say.compare_{}",
    words.Effect: "terms.say.effect_{}",
    words.ComparisonDesign: "terms.say.compare_comparison_group_{}",
    words.ReturnCapKind: "terms.say.return_cap_{}",
    words.ShareBasis: "terms.say.share_steps_{}",
    words.ReturnKind: "terms.say.tranche_{}",
    words.SurplusTo: "terms.say.surplus_{}",
    words.DisruptionTreatment: "terms.say.disruption_{}",
    words.TerminationCause: "terms.cause.{}",
    words.SettlementKind: "terms.say.settlement_{}",
    words.Timing: "terms.say.timing_{}",
    words.PayeeRole: "terms.say.payee_{}",
    words.VerificationScope: "terms.say.verification_{}",
    words.LateFacts: "terms.say.late_{}",
    words.PriceKind: "terms.say.{}",
    Rounding: "terms.say.rounding_{}",
}


def codes() -> Iterator[str]:
    for vocabulary, code in SAID.items():
        yield from (code.format(word) for word in vocabulary)
    for operator in words.Operator:
        yield from (f"terms.threshold.{operator}_{unit}" for unit in ("percent", "number"))
    for rule in words.CompositeRule:
        scopes = ["per_person"] if rule == "weighted" else list(words.CompositeScope)
        yield from (f"terms.say.{rule}_{scope}" for scope in scopes)
    for kind in words.ValuationKind:
        yield from (f"terms.say.{kind}_{times}" for times in words.ValuationTimes)
    yield from ("terms.say.change_falls", "terms.say.change_no_lower")
    yield from (f"terms.say.only_{field.name}" for field in dataclasses.fields(Restriction))


@pytest.mark.parametrize(
    ("agreed", "code", "value"),
    [
        ("-4", "change_falls", Decimal(4)),
        ("4", "change_at_least", Decimal(4)),
        ("0", "change_no_lower", Decimal(0)),
    ],
)
def test_a_change_is_said_as_a_rise_or_a_fall(agreed: str, code: str, value: Decimal) -> None:
    outcome = health(agreed)
    said = next(iter(say_outcome(terms(outcome), outcome)))
    assert (said.code, said.params["value"]) == (f"terms.say.{code}", value)


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda found: found.__name__)
def test_every_word_has_a_label_of_its_own(vocabulary: type[StrEnum]) -> None:
    assert set(LABELS[vocabulary]) == set(vocabulary)
    for language in ("en", "fi", "sv"):
        with override(language):
            labels = [str(label(word)) for word in vocabulary]
        assert all(labels)
        assert len(set(labels)) == len(labels), language


def test_two_sets_that_share_a_word_keep_their_labels_apart() -> None:
    assert label(words.ConditionKind.AT_LEAST) != label(words.Operator.AT_LEAST)
    assert label(words.Clawback.NONE) != label(words.ReturnKind.NONE)
    assert [value for value, _ in choices(words.Operator)] == ["", *words.Operator]


def test_every_word_that_terms_can_choose_has_a_sentence() -> None:
    found = list(codes())
    assert len(found) > 100
    assert [code for code in found if code not in MESSAGES] == []


@pytest.mark.parametrize("template", library(), ids=lambda template: template.key)
def test_no_sentence_of_a_draft_has_a_hole_where_an_answer_is_open(template: Template) -> None:
    document = template.document(Frame("EUR"))
    document["counting"] = {"denominator": "enrolled", "exits": {"moved_away": "neutral"}}
    told = [phrase_sentence(one) for one in sentences(parse(document))]
    assert len(told) > 3
    assert [one for one in told if re.search(r"None|: \)|\(\)|  |of  ", one)] == []
    assert any("…" in one for one in told)
