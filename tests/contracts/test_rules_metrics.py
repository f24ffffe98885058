"""What a metric definition must say, the library that ships, and one line of the data map."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from contracts.rules import metric_library
from contracts.rules.data_map import DataItemFacts, check_data_item
from contracts.rules.metrics import (
    FOLLOW_UP,
    LANGUAGES,
    Defined,
    MetricFacts,
    check_definition,
    check_metrics,
    differences,
)
from contracts.rules.terms import parse
from contracts.rules.terms.document import MetricReference
from tests.factories.contracts import example_document

# What the issue asks of the library, by code.
NEEDED = {
    "permanent_employment", "earned_income", "school_attendance", "completed_degree",
    "child_welfare_days", "sickness_absence_days", "sdq_total", "wellbeing_scale",
    "everyday_coping", "stable_housing_days",
}  # fmt: skip


def metric(**values: Any) -> MetricFacts:
    defaults = {"code": "sleep", "title_en": "Sleep", "title_fi": "Uni", "title_sv": "Sömn"}
    return MetricFacts(**({**defaults, "kind": "number"} | values))


@pytest.mark.parametrize(
    ("values", "at"),
    [
        ({"largest_change": Decimal(0)}, "largest_change"),
        ({"largest_change": Decimal(-3)}, "largest_change"),
        ({"kind": "yes_no", "largest_change": Decimal(1)}, "largest_change"),
        ({"meaningful_change": Decimal(2)}, "meaningful_change_source_en"),
        (
            {"meaningful_change": Decimal(0), "meaningful_change_source_fi": "Tutkimus"},
            "meaningful_change",
        ),
    ],
)
def test_a_change_that_cannot_be_is_refused_at_its_field(values: dict[str, Any], at: str) -> None:
    assert [issue.field for issue in check_definition(metric(**values))] == [at]


def test_a_change_with_its_source_in_one_language_is_enough() -> None:
    facts = metric(meaningful_change=Decimal(2), meaningful_change_source_sv="En studie")
    assert check_definition(facts) == []


def test_versions_differ_in_what_was_changed_and_nothing_else() -> None:
    before = metric(minimum=Decimal("0.0000"), library_version=1)
    assert differences(before, replace(before, minimum=Decimal(0), library_version=None)) == ()
    after = replace(before, unit_fi="tuntia", never_falls=True)
    assert differences(before, after) == ("unit_fi", "never_falls")


# Terms -------------------------------------------------------------------------------------------
WORK, HEALTH = MetricReference("permanent-work", 1), MetricReference("self-rated-health", 1)
KNOWN = {WORK: Defined("yes_no"), HEALTH: Defined("number")}


def test_terms_may_not_pay_on_a_metric_that_is_followed_only() -> None:
    terms = parse(example_document())
    assert check_metrics(terms, KNOWN) == []
    issues = check_metrics(terms, KNOWN | {HEALTH: Defined("number", FOLLOW_UP)})
    assert [(issue.code, issue.field) for issue in issues] == [
        ("contracts.metric_follow_up_only", "outcomes[1].metric")
    ]


def test_terms_may_follow_what_they_may_not_pay_on() -> None:
    followed = {
        "key": "sleep", "title": {"en": "Sleep"}, "points": ["after"],
        "metric": {"code": "sleep", "version": 2},
    }  # fmt: skip
    terms = parse(example_document(follow_up=[followed]))
    sleep = MetricReference("sleep", 2)
    assert check_metrics(terms, KNOWN | {sleep: Defined("number", FOLLOW_UP)}) == []
    assert [issue.field for issue in check_metrics(terms, KNOWN)] == ["follow_up[0].metric"]


def test_a_metric_that_is_taken_off_must_be_defined_too() -> None:
    document = example_document()
    nights = {
        "key": "nights", "title": {"en": "Nights"}, "points": ["after"],
        "metric": {"code": "self-rated-health", "version": 1},
        "quantity": {"kind": "total", "less_metric": {"code": "jail", "version": 1}},
    }  # fmt: skip
    document["outcomes"].append(nights)
    at = f"outcomes[{len(document['outcomes']) - 1}].quantity.less_metric"
    assert [issue.field for issue in check_metrics(parse(document), KNOWN)] == [at]


# The library -------------------------------------------------------------------------------------
def test_the_library_has_what_the_deals_use_and_each_entry_is_sound() -> None:
    entries = metric_library.library()
    codes = [facts.code for facts in entries]
    assert len(codes) == len(set(codes))
    assert set(codes) >= NEEDED
    assert {facts.code: check_definition(facts) for facts in entries} == {
        code: [] for code in codes
    }


def test_every_entry_says_in_each_language_what_counts_who_measures_when_and_from_where() -> None:
    for facts in metric_library.library():
        assert facts.library_version, facts.code
        for name in ("description", "excluded", "source", "measured_by", "measured_when"):
            for language in LANGUAGES:
                assert getattr(facts, f"{name}_{language}"), (facts.code, name, language)


def test_an_instrument_comes_with_its_owner_and_a_scale_with_its_ends() -> None:
    for facts in metric_library.library():
        if facts.instrument_en:
            assert facts.owner_en, facts.code
            assert facts.scale_en, facts.code
    sdq = metric_library.entry("sdq_total")
    assert sdq is not None
    assert (sdq.minimum, sdq.maximum, sdq.direction) == (Decimal(0), Decimal(40), "lower")
    assert "Goodman" in sdq.owner_sv


def test_a_degree_stays_completed() -> None:
    falling = {facts.code for facts in metric_library.library() if facts.never_falls}
    assert falling == {"completed_degree"}


def test_words_are_found_in_any_language_and_all_of_them_must_occur() -> None:
    assert [facts.code for facts in metric_library.found("tulorekisteri työ")] == [
        "permanent_employment"
    ]
    assert metric_library.found("tulorekisteri SDQ") == ()
    assert metric_library.found("") == metric_library.library()


def test_an_entry_that_lacks_a_language_is_not_read() -> None:
    half = {"code": "sleep", "version": 1, "kind": "number", "title": {"en": "Sleep", "fi": "Uni"}}
    with pytest.raises(ValueError, match="sleep: title"):
        dict(metric_library.flat(half))


def test_no_text_of_the_library_is_longer_than_its_form_allows() -> None:
    lines = ("title", "instrument", "source", "measured_by", "measured_when")
    for facts in metric_library.library():
        for field in fields(facts):
            longest = 40 if field.name.startswith("unit") else 2000
            longest = 200 if field.name.rpartition("_")[0] in lines else longest
            assert len(str(getattr(facts, field.name))) <= longest, (facts.code, field.name)


# The data map ------------------------------------------------------------------------------------
HELD = DataItemFacts(
    item_fi="Tulot",
    holder_name="Verohallinto",
    system="Tulorekisteri",
    legal_basis_sv="Lag 1",
    used_by_en="The verifier",
    valid_from=date(2026, 1, 1),
)


def test_a_line_needs_each_thing_in_one_language_only() -> None:
    assert check_data_item(HELD) == []


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"item_fi": " "}, "item_en"),
        ({"legal_basis_sv": ""}, "legal_basis_en"),
        ({"used_by_en": ""}, "used_by_en"),
        ({"system": " "}, "system"),
        ({"holder_name": " "}, "holder_name"),
        ({"holder_party_id": uuid4()}, "holder_name"),
        ({"valid_until": date(2026, 1, 1)}, "valid_until"),
    ],
)
def test_a_line_that_lacks_something_is_refused_at_its_field(
    changes: dict[str, Any], at: str
) -> None:
    assert [issue.field for issue in check_data_item(replace(HELD, **changes))] == [at]
