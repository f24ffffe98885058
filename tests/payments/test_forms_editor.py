"""The terms editor holds any terms document: in as inputs, out as the same document."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
import yaml

from contracts.rules.terms import TermsDocument, open_questions, parse, to_document
from contracts.rules.terms.document import MetricReference
from contracts.rules.terms.library import library
from contracts.rules.terms.reading import fields_of
from contracts.rules.terms.templates import Frame
from payments.forms import posted
from payments.forms.editor import Editor
from payments.forms.fields import Options
from payments.forms.parts import Leaf, Rows
from payments.forms.questions import ASKS
from payments.forms.refilling import filled

EXAMPLES = sorted((Path(__file__).parent / "examples").rglob("*.yaml"))


def options(document: dict[str, Any]) -> Options:
    """Everything that a document names by key, to choose from."""
    return Options(
        currency=document["currency"],
        metrics=[(name, name) for name in found(document, _metric)],
        payers=[(key, key) for key in found(document, lambda entry: entry.get("party"))],
        cohorts=[
            (key, key) for keys in found(document, lambda entry: tuple(entry.get("cohorts", ())))
            for key in keys
        ],
    )  # fmt: skip


def _metric(entry: dict[str, Any]) -> str | None:
    return f"{entry['code']}:{entry['version']}" if {"code", "version"} <= entry.keys() else None


def found(document: Any, what: Any) -> list[Any]:
    """What `what` gives for any entry of the document, once each."""
    told = {what(entry) for entry in entries(document)}
    return sorted(one for one in told if one)


def entries(document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, dict):
        yield document
    inner = document.values() if isinstance(document, dict) else document
    for entry in inner if isinstance(document, dict | list) else ():
        yield from entries(entry)


def edited(document: dict[str, Any], **kwargs: Any) -> Editor:
    return Editor(filled(document), options(document), lambda _terms: [], **kwargs)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_worked_example_comes_out_of_the_editor_as_it_went_in(path: Path) -> None:
    document = to_document(parse(yaml.safe_load(path.read_text("utf-8"))["terms"]))
    editor = edited(document)
    assert [(one.label, one.text) for one in editor.wrong()] == []
    assert to_document(parse(editor.document)) == document
    # Nothing that the terms say is hidden from whoever edits them.
    assert editor.kept == []


@pytest.mark.parametrize("template", library(), ids=lambda template: template.key)
def test_a_template_asks_for_what_is_open_and_every_question_has_its_place(template: Any) -> None:
    document = template.document(Frame("EUR"))
    editor = edited(document, asked=[])
    assert editor.wrong() == []
    assert len(editor.questions) == len(open_questions(parse(document)))
    assert all(part is not None and part.is_shown for part, _issue in editor.questions)
    asked = {part.name for part, _issue in editor.questions if part is not None}
    assert {*editor.in_view()} <= asked


def kinds(owner: type[Any], seen: set[type[Any]]) -> Iterator[tuple[type[Any], str]]:
    """Every entry of the format, with the dataclass that it belongs to."""
    seen.add(owner)
    for entry in fields_of(owner):
        yield owner, entry.name
        kind = get_args(entry.kind)[0] if get_origin(entry.kind) is tuple else entry.kind
        is_part = isinstance(kind, type) and dataclasses.is_dataclass(kind)
        if is_part and kind not in seen and kind is not MetricReference:
            yield from kinds(kind, seen)


# The contract's own, and what there is only one answer to.
NOT_ASKED = {"currency", "verification", "amendment"}


def test_the_editor_has_a_label_for_every_entry_of_the_format() -> None:
    wanted = {
        (owner, name)
        for owner, name in kinds(TermsDocument, set())
        if name != "key" and not (owner is TermsDocument and name in NOT_ASKED)
    }
    named = {(owner.__name__, name) for owner, name in wanted if owner.__name__ != "Amendment"}
    assert named == {(owner.__name__, name) for owner, name in ASKS}


def test_an_issue_finds_its_field_by_its_path_alone() -> None:
    document = to_document(parse(yaml.safe_load(EXAMPLES[0].read_text("utf-8"))["terms"]))
    editor = edited(document)
    checked = 0
    for path, part in editor.answers.places.items():
        if isinstance(part, Leaf) and path and not path.endswith((".key", ".title")):
            assert editor.place(f"{path}.deeper[3].still") is part
            checked += 1
    assert checked > 20
    assert isinstance(editor.place("claim.payers"), Rows)


def rate_card() -> dict[str, Any]:
    (template,) = (one for one in library() if one.key == "rate_card")
    return template.document(Frame("EUR"))


def renamed(node: posted.Node, name: str, text: str) -> posted.Node:
    for code in ("en", "fi", "sv"):
        posted.below(node, f"{name}-title")[code] = [text]
    return node


def test_a_payment_called_as_its_outcome_is_renamed_with_it() -> None:
    document = rate_card()
    node = renamed(filled(document), "outcomes-0", "In work")
    after = Editor(node, options(document), lambda _terms: []).document
    assert [term["title"]["en"] for term in after["payment_terms"]] == [
        "In work",
        "Second milestone",
    ]
    # One with a name of its own keeps it.
    named = rate_card()
    named["payment_terms"][0]["title"] = {"en": "Price of work"}
    node = renamed(filled(named), "outcomes-0", "In work")
    after = Editor(node, options(document), lambda _terms: []).document
    assert after["payment_terms"][0]["title"] == {"en": "Price of work"}


def test_a_new_row_begins_as_the_one_before_it_and_names_neither_outcome_nor_price() -> None:
    node = filled(rate_card())
    node, name = posted.with_row(node, "payment_terms")
    row = posted.below(node, name)
    assert (posted.text(row, "measure-kind"), posted.text(row, "price-kind")) == (
        "count",
        "unit_price",
    )
    assert not posted.text(row, "measure-outcome")
    assert not posted.text(row, "price-amount")
    node, first = posted.with_row({}, "payment_terms")
    assert posted.below(node, first).keys() == {"row", "key"}
