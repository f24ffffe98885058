"""Coded rows of a register: what is refused, with its row, and what the rows come to."""

from __future__ import annotations

import statistics
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.terms import parse
from outcomes.rules.aggregates import extract, extract_file, figures
from outcomes.rules.aggregates.extract import Asked, CodedRow, GivenRow
from outcomes.rules.aggregates.figures import Delivered, GroupFigures
from outcomes.rules.aggregates.needs import needs
from outcomes.rules.aggregates.plausibility import Range
from outcomes.rules.aggregates.words import Group
from outcomes.rules.files.extract_template import Words, write_extract_template
from outcomes.rules.files.writing import write_ods, write_xlsx
from sibportal.kernel.errors import RuleViolation
from tests.factories.registers import register_terms

DAY = date(2026, 3, 1)
DAYS = dict.fromkeys(Group, (date(2025, 1, 1), date(2025, 7, 1)))
IDENTITY = ("131052-308T", "131052A308X", "19640823-3234", "6408233234", "640823+3234",
            "131052\N{EN DASH}308T")  # fmt: skip
COMPARED = {"kind": "difference_in_differences", "effect": "reduction"}


def asked(measure: str = "count", count: str = "", values: Range | None = None) -> Asked:
    document = register_terms(measure, COMPARED)
    if count:
        document["outcomes"][0]["count"] = {"kind": count}
    return Asked(needs(parse(document))["days"], DAY, values or Range())


SHARE, TIMES, SUM = asked(), asked(count="repeatable"), asked("mean")
TO_NINE = asked("mean", values=Range(Decimal(0), Decimal(9)))


def row(
    code: str = "A1", result: str = "yes", group: str = "participants", **more: Any
) -> GivenRow:
    return GivenRow(group, code, result, **more)


def wrong(against: Asked, *rows: GivenRow) -> list[tuple[int, str, str]]:
    found = extract.read(rows, against).wrong
    return [(one.line, one.issue.code.removeprefix("outcomes."), one.issue.field) for one in found]


@pytest.mark.parametrize(
    ("against", "one", "code", "field"),
    [
        (SHARE, row(group="everybody"), "extract_group_unknown", "group"),
        (SHARE, row(group=" "), "extract_group_missing", "group"),
        (SHARE, row(code=" "), "extract_code_missing", "code"),
        (SHARE, row(code="Matti Meikäläinen"), "extract_code_shape", "code"),
        (SHARE, row(code="Matti"), "extract_code_shape", "code"),
        (SHARE, row(code="=1+1"), "extract_code_shape", "code"),
        (SHARE, row(code="A1" * 21), "extract_code_shape", "code"),
        (SHARE, row(result="maybe"), "extract_yes_no", "reached"),
        (SHARE, row(result=""), "extract_result_missing", "reached"),
        (SHARE, row(result="1", column="events"), "extract_other_column", "reached"),
        (TIMES, row(result="1,5"), "extract_times", "events"),
        (TIMES, row(result="-1"), "extract_times", "events"),
        (TIMES, row(result="often"), "value_not_a_number", "events"),
        (SUM, row(result="12,5,1"), "value_not_a_number", "value"),
        (SUM, row(result="0,0000001"), "extract_digits", "value"),
        (SUM, row(result="9" * 13), "extract_digits", "value"),
        (TO_NINE, row(result="-0,5"), "value_too_low", "value"),
        (TO_NINE, row(result="9,1"), "value_too_high", "value"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_says_why_and_where(
    against: Asked, one: GivenRow, code: str, field: str
) -> None:
    assert wrong(against, replace(one, line=7)) == [(7, code, field)]


def test_rows_of_a_group_that_the_terms_have_no_use_for_are_refused() -> None:
    need = needs(parse(register_terms("count")))["days"]
    assert wrong(Asked(need, DAY), row(group="vertailuryhmä")) == [
        (0, "extract_group_not_needed", "group")
    ]


@pytest.mark.parametrize("identity", IDENTITY)
@pytest.mark.parametrize("place", ["code", "result", "group"])
def test_an_identity_number_is_refused_and_never_repeated(identity: str, place: str) -> None:
    texts: dict[str, Any] = {"group": "participants", "code": "A1", "result": "yes"} | {
        place: identity
    }
    given_row = GivenRow(**texts)
    found = extract.read([given_row], SHARE)
    assert [one.issue.code for one in found.wrong] == ["outcomes.extract_personal_id"]
    assert found.rows == ()
    assert identity not in repr(found)


@pytest.mark.parametrize("code", ["A-0017", "2024/118", "0031", "123456", "9f86d081884c7d65"])
def test_a_code_of_the_holders_own_is_taken(code: str) -> None:
    assert extract.read([row(code)], SHARE).rows == (
        CodedRow(Group.PARTICIPANTS, code, reached=True),
    )


def test_a_code_stands_once_in_a_group_and_never_among_those_compared() -> None:
    rows = [row("A1", line=2), row("A1", group="ennen", line=3), row("A1", line=4),
            row("A1", group="jämförelsegruppen", line=5)]  # fmt: skip
    assert wrong(SHARE, *rows) == [
        (4, "extract_code_twice", "code"),
        (5, "extract_code_in_both", "code"),
    ]
    (twice, _both) = extract.read(rows, SHARE).wrong
    assert twice.issue.params == {"place": 2}


def test_more_rows_than_a_file_may_hold_are_refused() -> None:
    rows = [row(f"A{place}") for place in range(extract.MOST_ROWS + 1)]
    assert len(extract.read(rows[:-1], SHARE).rows) == extract.MOST_ROWS
    with pytest.raises(RuleViolation, match="extract_too_many_rows"):
        extract.read(rows, SHARE)
    lines = b"participants;A1;yes\n" * (extract.MOST_ROWS + 100)
    with pytest.raises(RuleViolation, match="extract_too_many_rows"):
        extract_file.read_file(b"group;code;reached\n" + lines, SHARE)


@pytest.mark.parametrize(
    ("against", "results", "counted"),
    [
        (SHARE, ["kyllä", "nej", "1"], {"reached": 2}),
        (TIMES, ["0", "3", "1"], {"reached": 2, "events": 4}),
        # 2, 4 and 9: mean 5, squares 9 + 1 + 16 = 26 through 2 is 13.
        (SUM, ["2", "4,0", "9"], {"total": Decimal(15), "deviation": Decimal("3.605551")}),
    ],
)
def test_rows_come_to_the_figures_of_their_group(
    against: Asked, results: list[str], counted: dict[str, Any]
) -> None:
    rows = [row(f"A{place}", result) for place, result in enumerate(results)]
    (found,) = extract.count(extract.read(rows, against).rows, DAYS)
    known = {"reached": None, "events": None, "total": None, "deviation": None} | counted
    assert {name: getattr(found, name) for name in known} == known
    assert (found.people, found.group) == (3, Group.PARTICIPANTS)


NUMBERS = st.decimals(-1_000_000, 1_000_000, places=6)


@given(st.lists(NUMBERS, min_size=1, max_size=60), st.randoms())
def test_figures_do_not_depend_on_the_order_and_are_those_of_statistics(
    values: list[Decimal], chance: Any
) -> None:
    rows = [
        CodedRow(Group.PARTICIPANTS, f"A{place}", value=value) for place, value in enumerate(values)
    ]
    (found,) = extract.count(rows, DAYS)
    chance.shuffle(rows)
    assert extract.count(rows, DAYS) == (found,)
    assert found.total == sum(values)
    if len(values) > 1:
        assert found.deviation is not None
        exact = statistics.stdev(values)
        assert abs(found.deviation - exact) <= Decimal("0.000001")
    else:
        assert found.deviation is None


def test_a_changed_row_changes_the_digest_that_is_signed_and_figures_alone_keep_theirs() -> None:
    def signed(*rows: CodedRow) -> str:
        return figures.digest(Delivered("days", 1, extract.count(rows, DAYS)), {})

    one, other = (CodedRow(Group.PARTICIPANTS, code, reached=True) for code in ("A1", "A2"))
    no, also_no = replace(one, reached=False), replace(other, reached=False)
    # One of two reached it, either way.
    assert signed(no, other) != signed(one, also_no)
    assert signed(one, other) == signed(other, one)
    assert signed(one) != signed(replace(one, code="A9"))
    typed = GroupFigures(Group.PARTICIPANTS, *DAYS[Group.PARTICIPANTS], people=2, reached=1)
    assert figures.digest(Delivered("days", 1, (typed,)), {"contract": "K"}) == (
        "7eb803694147cdca3789426381eb4baeac9cef2d9f229f303306591b515f394e"
    )


HEADER = ["Ryhmä", "Tunnus", "Saavutti"]
ROWS = [HEADER, ["osallistujat", "0031", "kyllä"], ["vertailuryhmä", "K7", "ei"]]


@pytest.mark.parametrize(
    "content",
    [
        "\n".join(map(";".join, ROWS)).encode("latin-1"),
        "\n".join(map(",".join, ROWS)).encode("utf-16"),
        write_xlsx("Rivit", ROWS),
        write_ods("Rivit", ROWS),
    ],
)
def test_a_file_of_any_kind_gives_the_same_rows(content: bytes) -> None:
    found = extract_file.read_file(content, SHARE)
    assert not found.wrong
    assert found.rows == (
        CodedRow(Group.PARTICIPANTS, "0031", reached=True),
        CodedRow(Group.COMPARISON, "K7", reached=False),
    )


def test_faults_of_a_file_are_told_by_row() -> None:
    content = b"group;code;reached it\nparticipants;A1;yes\n;;\nparticipants;A1;no\nx;A2;yes;more\n"
    found = extract_file.read_file(content, SHARE)
    assert [(one.line, one.issue.code.removeprefix("outcomes.")) for one in found.wrong] == [
        (4, "extract_code_twice"), (5, "row_too_many_cells"),
    ]  # fmt: skip


def test_a_column_that_nobody_asked_for_is_named_by_its_letter_alone() -> None:
    with pytest.raises(RuleViolation) as refused:
        extract_file.read_file(b"group;code;reached;131052-308T\nparticipants;A1;yes;x", SHARE)
    (issue,) = refused.value.issues
    assert (issue.code, issue.params) == ("outcomes.extract_column_unknown", {"letter": "D"})
    assert "308T" not in repr(issue)
    with pytest.raises(RuleViolation) as lacking:
        extract_file.read_file(b"group;code\nparticipants;A1", SUM)
    assert [one.code for one in lacking.value.issues] == ["outcomes.header_missing"]


def test_the_template_is_read_back_as_a_file_without_rows() -> None:
    words = Words("Rivit", "Ohje", ("Ohje", "Rivi henkilöä kohti."), "kyllä", "ei", "Ei sovi.")
    content = write_extract_template(SHARE, words=words, made_on=DAY, language="fi")
    with pytest.raises(RuleViolation, match="file_without_rows"):
        extract_file.read_file(content, SHARE)
