"""Reading a terms document: every mistake is named by its path, nothing is silently dropped."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.terms import against_contract, digest, open_questions, parse, to_document
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import Issue, RuleViolation
from tests.payments.worked_examples import load, names

Document = dict[str, Any]
CONTRACT = Period(date(2026, 1, 1), date(2029, 1, 1))


def youth() -> Document:
    document: Document = load("youth_employment_and_health")["terms"]
    return document


def families() -> Document:
    document: Document = load("family_partner_milestones")["terms"]
    return document


def put(document: Document, path: str, value: object) -> Document:
    """Set one entry, by the path that issues use."""
    *parents, last = path.replace("[", ".[").split(".")
    node: Any = document
    for name in parents:
        node = node[int(name[1:-1])] if name.startswith("[") else node[name]
    node[int(last[1:-1]) if last.startswith("[") else last] = value
    return document


def issues_of(document: object) -> list[tuple[str, str]]:
    with pytest.raises(RuleViolation) as refused:
        parse(document)
    return [(issue.code, issue.field) for issue in refused.value.issues]


WRONG_IN_YOUTH: list[tuple[str, object, str]] = [
    ("schema_version", 2, "terms.schema_version"),
    ("currency", "XXX", "terms.currency"),
    ("rounding", "up", "terms.word"),
    ("counting", [], "terms.not_a_mapping"),
    ("counting.denominator", "all", "terms.word"),
    ("counting.minimum_cohort", -1, "terms.whole"),
    ("counting.minimum_cohort", True, "terms.whole"),
    ("counting.exits.death", "maybe", "terms.word"),
    ("counting.exits.bored", "failure", "terms.unknown_entry"),
    ("counting.neutral_exit_cap_percent", "101", "terms.percent"),
    ("points", {}, "terms.not_a_list"),
    ("points", [{}] * 201, "terms.too_many"),
    ("points[0].anchor", None, "terms.required"),
    ("points[0].key", "Ääkköset", "terms.key"),
    ("points[1].key", "start", "terms.key_repeated"),
    ("points[0].day", "2026-02-30", "terms.date"),
    ("points[0].day", "2026-02-01", "terms.not_used_here"),
    ("points[0].grade", 13, "terms.whole"),
    ("points[0].title", {}, "terms.title_missing"),
    ("outcomes[0].title.en", "a\x00b", "terms.text"),
    ("outcomes[0].metric.version", None, "terms.required"),
    ("outcomes[0].points[0]", "never", "terms.unknown_point"),
    ("outcomes[0].verified_automatically", "yes", "terms.flag"),
    ("outcomes[0].count", {"kind": "once_per_person", "most_per_person": 2}, "terms.not_used_here"),
    ("outcomes[1].condition.baseline_point", "never", "terms.unknown_point"),
    ("outcomes[1].condition.baseline_point", "after", "terms.baseline_is_result"),
    ("outcomes[2].composite.parts[1]", "together", "terms.unknown_part"),
    ("outcomes[2].composite.parts", ["work", "work"], "terms.parts_differ"),
    ("outcomes[2].composite.needed", 2, "terms.not_used_here"),
    ("payment_terms[0].measure.outcome", "happiness", "terms.unknown_outcome"),
    ("payment_terms[0].gate.value", "150", "terms.percent"),
    ("payment_terms[0].gate.value", 50, "terms.decimal"),
    ("payment_terms[0].gate.value", "1e3", "terms.decimal"),
    ("payment_terms[0].gate", None, "terms.fixed_sum_needs_gate"),
    ("payment_terms[0].price.cost", 6000000.0, "terms.decimal"),
    ("payment_terms[0].price.cost", "6000000.005", "terms.too_many_places"),
    ("payment_terms[0].price.premium_percent", "-8", "terms.negative"),
    ("payment_terms[0].price.amount", "5", "terms.not_used_here"),
    ("payment_terms[0].price", {"kind": "unit_price"}, "terms.unit_price_needs_count"),
    ("payment_terms[0].timing", "cumulative", "terms.not_used_here"),
    ("payment_terms[0].gates", {}, "terms.unknown_entry"),
    ("claim.floor", "6480000.01", "terms.floor_above_cap"),
    ("claim.cap", "-1", "terms.negative"),
    ("claim.payers[0].share_percent", "99", "terms.shares_sum"),
    ("claim.payers[0].share_percent", "0", "terms.share"),
    ("claim.payment_days", 400, "terms.whole"),
    ("claim.payee", "me", "terms.word"),
    ("expected_path[0].outcome", "happiness", "terms.unknown_outcome"),
    ("expected_path[0].points[1].day", "2027-12-31", "terms.dates_ascend"),
    ("expected_path[0].points[0].value", None, "terms.required"),
]

# Where the fault lies in the whole of an entry, or is seen at another than the one changed.
SEEN_AT = {
    ("payment_terms[0].price", "terms.unit_price_needs_count"): "payment_terms[0].price.kind",
    ("payment_terms[0].timing", "terms.not_used_here"): "payment_terms[0].assessment_on",
    ("claim.payers[0].share_percent", "terms.shares_sum"): "claim.payers",
    ("expected_path[0].points[1].day", "terms.dates_ascend"): "expected_path[0].points",
    ("points[1].key", "terms.key_repeated"): "points[1].key",
    (
        "outcomes[0].count",
        "terms.not_used_here",
    ): "outcomes[0].count.most_per_person",
}


@pytest.mark.parametrize(("path", "value", "code"), WRONG_IN_YOUTH)
def test_mistake_is_named_by_its_path(path: str, value: object, code: str) -> None:
    assert (code, SEEN_AT.get((path, code), path)) in issues_of(put(youth(), path, value))


@pytest.mark.parametrize(
    ("path", "value", "code", "seen_at"),
    [
        ("payment_terms[0].measure.kind", "rate", "terms.rate_is_to_date", "timing"),
        ("payment_terms[1].limit.cap", "-1", "terms.negative", "limit.cap"),
        (
            "payment_terms[0].compare",
            {"kind": "fixed_baseline", "value": "-1"},
            "terms.negative",
            "compare.value",
        ),
        (
            "payment_terms[0].gate",
            {"kind": "threshold", "value": "-1"},
            "terms.negative",
            "gate.value",
        ),
    ],
)
def test_mistake_in_a_rate_card_is_named_by_its_path(
    path: str, value: object, code: str, seen_at: str
) -> None:
    expected = f"{path.split('.')[0]}.{seen_at}"
    assert (code, expected) in issues_of(put(families(), path, value))


def test_pause_that_would_lose_a_period_is_refused() -> None:
    document = put(families(), "counting.below_minimum", "pause")
    assert issues_of(document) == [("terms.pause_loses_period", "payment_terms[0].timing")]


def test_k_of_n_needs_its_number() -> None:
    composite = {"rule": "k_of_n", "parts": ["work", "health"], "scope": "per_person"}
    path = "outcomes[2].composite"
    assert issues_of(put(youth(), path, composite)) == [("terms.required", f"{path}.needed")]
    assert issues_of(put(youth(), path, {**composite, "needed": 3})) == [
        ("terms.needs_too_many", f"{path}.needed")
    ]
    assert parse(put(youth(), path, {**composite, "needed": 1})).outcomes[2].composite


def test_calendar_date_needs_its_day_and_school_grade_its_grade() -> None:
    for anchor, name in (("calendar_date", "day"), ("school_grade", "grade")):
        document = put(youth(), "points[0].anchor", anchor)
        assert issues_of(document) == [("terms.required", f"points[0].{name}")]


def test_several_mistakes_are_told_together() -> None:
    document = put(put(youth(), "currency", "XXX"), "claim.payment_days", "soon")
    assert issues_of(document) == [
        ("terms.currency", "currency"),
        ("terms.whole", "claim.payment_days"),
    ]


@pytest.mark.parametrize("document", [None, [], "terms", 1, {1: 2}])
def test_what_is_no_document_is_refused(document: object) -> None:
    assert issues_of(document)


@pytest.mark.parametrize("name", names())
def test_document_survives_a_round_trip_with_its_digest(name: str) -> None:
    terms = parse(load(name)["terms"])
    written = json.loads(json.dumps(to_document(terms)))
    assert parse(written) == terms
    assert digest(written) == digest(terms) == digest(load(name)["terms"])


def test_digest_changes_with_a_single_cent() -> None:
    changed = put(youth(), "claim.cap", "6480000.01")
    assert digest(changed) != digest(youth())
    assert len(digest(youth())) == 64


def test_whole_numbers_and_amounts_keep_their_written_form() -> None:
    written = to_document(parse(youth()))
    assert written["claim"]["cap"] == "6480000.00"
    assert written["payment_terms"][0]["gate"]["value"] == "50"
    assert written["outcomes"][0]["metric"] == {"code": "permanent-work", "version": 1}


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("rounding", "terms.open.rounding"),
        ("counting.denominator", "terms.open.denominator"),
        ("counting.exits.moved_away", "terms.open.exit_moved_away"),
        ("payment_terms[0].gate.value", "terms.open.threshold"),
        ("payment_terms[0].gate.operator", "terms.open.operator"),
        ("payment_terms[0].price.cost", "terms.open.cost"),
        ("payment_terms[0].assessment_on", "terms.open.assessment_on"),
        ("claim.cap", "terms.open.cap"),
    ],
)
def test_missing_answer_is_an_open_question_and_not_a_mistake(path: str, code: str) -> None:
    (issue,) = open_questions(parse(put(youth(), path, None)))
    assert (issue.code, issue.field) == (code, path)


def test_neutral_exits_need_a_cap() -> None:
    document = put(youth(), "counting.exits.death", "neutral")
    (issue,) = open_questions(parse(document))
    assert issue.field == "counting.neutral_exit_cap_percent"


def test_terms_that_fit_their_contract_raise_nothing() -> None:
    terms = parse(youth())
    assert against_contract(terms, period=CONTRACT, currency="SEK", party_keys={"payer"}) == []


def test_terms_that_do_not_fit_their_contract_are_told_where() -> None:
    terms = parse(put(youth(), "payment_terms[0].assessment_on", "2029-01-02"))
    issues = against_contract(terms, period=CONTRACT, currency="EUR", party_keys={"city"})
    assert [(issue.code, issue.field) for issue in issues] == [
        ("terms.other_currency", "currency"),
        ("terms.outside_contract", "payment_terms[0].assessment_on"),
        ("terms.unknown_party", "claim.payers[0].party"),
    ]


def test_assessment_on_the_day_of_the_end_fits() -> None:
    terms = parse(put(youth(), "payment_terms[0].assessment_on", "2029-01-01"))
    assert against_contract(terms, period=CONTRACT, currency="SEK", party_keys={"payer"}) == []


def entries(node: object, path: str = "") -> list[str]:
    """The path of every entry of a document."""
    if isinstance(node, dict):
        below = [(f"{path}.{name}" if path else name, value) for name, value in node.items()]
    elif isinstance(node, list):
        below = [(f"{path}[{position}]", value) for position, value in enumerate(node)]
    else:
        return []
    return [entry for at, value in below for entry in (at, *entries(value, at))]


scraps = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["-1", "150", "0", "99999999999", "work", "after"]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@given(st.sampled_from(entries(youth())), scraps)
def test_any_scrap_in_any_entry_is_read_or_refused_with_issues(path: str, scrap: object) -> None:
    refused: tuple[Issue, ...] = ()
    try:
        terms = parse(put(youth(), path, scrap))
    except RuleViolation as violation:
        refused = violation.issues
    else:
        assert parse(to_document(terms)) == terms
        open_questions(terms)
    assert all(issue.code.startswith("terms.") for issue in refused)


def test_amount_of_a_term_is_a_decimal() -> None:
    assert parse(youth()).payment_term("cost_plus_premium").price.cost == Decimal("6000000.00")
    with pytest.raises(KeyError):
        parse(youth()).outcome("happiness")
