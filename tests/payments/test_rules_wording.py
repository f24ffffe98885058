"""Every code that terms and calculations emit has a sentence whose blanks are all filled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.rules.terms import open_questions, parse
from contracts.rules.terms.library import library
from contracts.rules.terms.sentences import sentences
from contracts.rules.terms.templates import Frame
from payments.rules.pipeline import calculate
from payments.rules.wording import headline, kind, phrase, worked
from sibportal.kernel.explain import Phrase
from sibportal.web.messages import MESSAGES, issue_sentence, phrase_sentence, sentence
from tests.payments.worked_examples import cases, load, names

ROOT = Path(__file__).parents[2]
RULES = (
    *(ROOT / "contracts/rules/terms").glob("*.py"),
    *(ROOT / "payments/rules").glob("*.py"),
    *(ROOT / "sibportal/kernel").glob("*.py"),
)
CODE = re.compile(r'"((?:terms|payments|kernel)\.[a-z0-9_.]+)"')


def said(name: str) -> Iterator[Phrase]:
    terms = parse(load(name)["terms"])
    yield from sentences(terms)
    for case in cases(name):
        root = calculate(case.terms, case.inputs).explanation.root
        yield from headline(root, terms)
        yield from (phrase(step, terms) for step in root.walk())


def test_every_code_written_out_in_the_rules_has_a_sentence() -> None:
    codes = {code for path in RULES for code in CODE.findall(path.read_text("utf-8"))}
    assert len(codes) > 80
    assert codes - set(MESSAGES) == set()


@pytest.mark.parametrize("name", names())
def test_terms_and_calculation_of_every_example_can_be_said(name: str) -> None:
    texts = [phrase_sentence(phrase) for phrase in said(name)]
    assert texts
    assert not [text for text in texts if "None" in text or "%(" in text or "{" in text]


@pytest.mark.parametrize("name", names())
def test_every_step_has_a_name(name: str) -> None:
    for case in cases(name):
        for step in calculate(case.terms, case.inputs).explanation.root.walk():
            assert sentence(step.label)


def contingencies() -> dict[str, Any]:
    """An index, a tranche, disruptions and an early end of which nothing is decided."""
    title = {"en": "Undecided"}
    disruption = {"title": title, "from_day": "2027-01-01", "until": "2027-07-01"}
    treatments = (None, "extend", "substitute", "pay_activity")
    return {
        "indexes": [{"key": "prices", "title": title}],
        "waterfall": {"tranches": [{"key": "first", "title": title, "return_kind": "simple"}]},
        "disruptions": [
            {**disruption, "key": f"disruption-{number}", "treatment": treatment}
            for number, treatment in enumerate(treatments)
        ],
        "terminations": [
            {"cause": "payer_ends"},
            {"cause": "mutual", "settlement": "earned_and_cost"},
        ],
    }


def test_every_open_question_is_asked_by_some_draft_and_has_its_words() -> None:
    empty: dict[str, Any] = {"schema_version": 1, "currency": "SEK", "counting": {}}
    empty["counting"] = {"minimum_cohort": 5, "exits": {"death": "neutral"}}
    bare = load("youth_employment_and_health")["terms"]
    bare["counting"] = {}
    bare["outcomes"][0] |= {"metric": None, "points": [], "condition": None}
    bare["outcomes"][1]["condition"] = {"kind": "change_at_least"}
    bare["outcomes"][1]["count"] = {"kind": "repeatable"}
    open_term = {"gate": {"kind": "threshold"}, "compare": {"kind": "fixed_baseline"}}
    bare["payment_terms"][0] |= {
        **open_term,
        "price": {"kind": "cost_plus_premium"},
        "assessment_on": None,
    }
    fixed = {**bare["payment_terms"][0], **open_term, "key": "fixed"}
    bare["payment_terms"].append({**fixed, "price": {"kind": "fixed_amount"}, "timing": None})
    for basis in ("cost", "amount", "yearly"):
        priced = {"kind": "cost_plus_premium", "basis": basis}
        bare["payment_terms"].append({**fixed, "key": basis, "price": priced})
    bare |= contingencies()
    bare["claim"] = {}
    drafts = [one.document(Frame(currency="EUR")) for one in library()]
    issues = [issue for one in (empty, bare, *drafts) for issue in open_questions(parse(one))]
    assert {issue.code for issue in issues} == {
        code for code in MESSAGES if code.startswith("terms.open.")
    }
    assert all(issue_sentence(issue).endswith(("?", "none.")) for issue in issues)


def test_swedish_example_reads_as_a_lay_person_would_say_it() -> None:
    case = cases("youth_employment_and_health")[1]
    root = calculate(case.terms, case.inputs).explanation.root
    text = "; ".join(phrase_sentence(clause) for clause in headline(root, case.terms))
    plain = re.sub(r"(?<=\d)[\s,](?=\d)", " ", text)
    assert plain == (
        "100 of 200 people reached both outcomes; the threshold of at least 50% is met; "
        "6 000 000.00 cost + 8% premium = SEK\N{NO-BREAK SPACE}6 480 000.00"
    )


def test_every_formula_is_told_in_full_and_every_input_has_a_name() -> None:
    codes = {code.rpartition(".")[2] for code in MESSAGES if code.startswith("payments.formula.")}
    assert {kind for kind in codes if f"payments.words.{kind}" not in MESSAGES} == set()
    steps = [
        step
        for name in names()
        for case in cases(name)
        for step in calculate(case.terms, case.inputs).explanation.root.walk()
    ]
    said = {name for step in steps for name in step.inputs}
    assert {name for name in said if f"payments.input.{name}" not in MESSAGES} == set()


def test_every_worked_line_finds_its_figures() -> None:
    for name in names():
        for case in cases(name):
            for step in calculate(case.terms, case.inputs).explanation.root.walk():
                if f"payments.worked.{kind(step)}" in MESSAGES:
                    assert "%(" not in phrase_sentence(worked(step, case.terms))
