"""From a terms document back to what the editor's inputs hold."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, get_args, get_origin

from contracts.rules.terms import TermsDocument
from contracts.rules.terms import document as terms
from contracts.rules.terms.fields import TITLES
from contracts.rules.terms.reading import Field, fields_of
from payments.forms.posted import KEPT, ROW, Leaf, Node, below, rows, text
from sibportal.web import formats


def filled(document: Mapping[str, Any]) -> Node:
    """The inputs of a document that can be read; its rows are all kept."""
    found = _node(TermsDocument, document)
    _without_same_names(found)
    return found


def _without_same_names(found: Node) -> None:
    """A payment called as its outcome has no name of its own: it is renamed with the outcome."""
    outcomes = {text(row, "key"): below(row, "title") for _n, row in rows(below(found, "outcomes"))}
    for _number, row in rows(below(found, "payment_terms")):
        if below(row, "title") == outcomes.get(text(row, "measure-outcome")):
            row["title"] = {}


def _node(owner: type[Any], document: Mapping[str, Any]) -> Node:
    found: Node = {}
    for entry in fields_of(owner):
        told = document.get(entry.name)
        if told is not None:
            found[entry.name] = _entry(entry, told)
    return found


def _entry(entry: Field, told: Any) -> Node | Leaf:
    kind = entry.kind
    if kind is terms.MetricReference:
        return [f"{told['code']}:{told['version']}"]
    if entry.mark == TITLES or (isinstance(told, Mapping) and not dataclasses.is_dataclass(kind)):
        return {str(name): [str(text)] for name, text in told.items() if text is not None}
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _node(kind, told)
    if get_origin(kind) is tuple:
        (one,) = get_args(kind)[:1]
        if dataclasses.is_dataclass(one) and isinstance(one, type):
            return {str(place): {**_node(one, row), ROW: [KEPT]} for place, row in enumerate(told)}
        return [str(key) for key in told]
    return [_written(kind, told)]


def _written(kind: Any, told: Any) -> str:
    """A value as the input shows it, in the reader's way."""
    if kind is Decimal:
        return formats.plain_number(Decimal(str(told)))
    if kind is date:
        return formats.plain_day(date.fromisoformat(told))
    if kind is bool:
        return "on" if told else ""
    return str(told)
