"""From a dataclass of the terms and what was written to the parts of the editor, and inputs."""

from __future__ import annotations

import dataclasses
from enum import StrEnum
from typing import Any, get_args, get_origin

from django import forms

from contracts.rules.terms import document as terms
from contracts.rules.terms.fields import TITLES
from contracts.rules.terms.reading import Field, fields_of
from contracts.rules.terms.words import Language, LeavingReason, LeavingTreatment
from payments.forms import posted
from payments.forms.fields import LONGEST_TITLE, Chosen, Options, field_for, preset_of
from payments.forms.parts import Group, Key, Leaf, Metric, Part, Row, Rows, Titles, Words
from payments.forms.posted import Node
from payments.forms.questions import ASKS, Ask
from payments.forms.sections import NAMES, ORDER, TOGGLES, WHAT_ASK, WHATS
from payments.forms.shown import WHAT, hidden
from payments.forms.words import UNDECIDED, label
from sibportal.web.localised import choose, reader_language


class Walk:
    """Makes the tree of a dataclass and the form fields that belong to it."""

    def __init__(self, options: Options, lists: Chosen) -> None:
        self.options, self.lists = options, lists
        self.fields: dict[str, forms.Field] = {}

    def group(self, owner: type[Any], node: Node, part: Group) -> Group:
        """Fill a group with the entries of `owner` that are of use."""
        names = {entry.name for entry in fields_of(owner)}
        if owner is terms.Outcome:
            part.children.append(self._what(node, part.name))
        proposed = self._propose(owner, node, part)
        away = hidden(owner, lambda name: posted.text(node, name), names)
        for name in proposed & away:
            del node[name]
        for entry in _in_order(owner):
            if entry.name not in away and (owner, entry.name) in _ASKED:
                part.children.append(self.part(owner, entry, node, part))
        return part

    def part(self, owner: type[Any], entry: Field, node: Node, above: Group) -> Part:
        """One entry: an input, a group, or a list."""
        name = f"{above.name}-{entry.name}" if above.name else entry.name
        ask = ASKS.get((owner, entry.name), Ask(""))
        below = posted.below(node, entry.name)
        kind = entry.kind
        if entry.name == "key":
            return self._key(name, node)
        if entry.mark == TITLES:
            return self._titles(name, ask, below)
        if get_origin(kind) is tuple and dataclasses.is_dataclass(get_args(kind)[0]):
            return self._rows(get_args(kind)[0], Rows(entry.name, name, ask), below)
        if owner is terms.Counting and entry.name == "exits":
            return self._exits(name, ask, below)
        if (
            isinstance(kind, type)
            and dataclasses.is_dataclass(kind)
            and kind is not terms.MetricReference
        ):
            toggle = TOGGLES.get(kind, "") if entry.is_optional else ""
            absent = entry.is_optional and kind not in {terms.Composite, terms.Quantity}
            group = Group(entry.name, name, ask, may_be_absent=absent, toggle=toggle)
            return self.group(kind, below, group)
        return self._leaf(owner, entry, node, above)

    def _leaf(self, owner: type[Any], entry: Field, node: Node, above: Group) -> Leaf:
        name = f"{above.name}-{entry.name}" if above.name else entry.name
        ask = ASKS[(owner, entry.name)]
        if above.toggle == entry.name:
            entry = dataclasses.replace(entry, is_optional=True)
        elif _is_word(entry):
            ask = dataclasses.replace(ask, none="")
        made = field_for(owner, entry, ask, self.options, self.lists)
        kind = Metric if entry.kind is terms.MetricReference else Leaf
        return self._input(kind, entry.name, name, ask, made, node, owner)

    def _input(
        self, kind: type[Leaf], entry: str, name: str, ask: Ask, made: forms.Field, node: Node,
        owner: Any = None,
    ) -> Leaf:  # fmt: skip
        made.is_question = not ask.optional  # type: ignore[attr-defined]
        self.fields[name] = made
        raw = node.get(name.rpartition("-")[2], [])
        return kind(
            entry, name, ask, preset=preset_of(made), owner=owner,
            raw=raw if isinstance(raw, list) else [],
        )  # fmt: skip

    def _propose(self, owner: type[Any], node: Node, part: Group) -> set[str]:
        """Write the first word where a vocabulary leaves no room for an open answer."""
        proposed = set()
        for entry in fields_of(owner):
            fixed = _is_word(entry) and not entry.is_optional and entry.name != part.toggle
            if fixed and not posted.text(node, entry.name):
                node[entry.name] = [next(iter(entry.kind)).value]
                proposed.add(entry.name)
        return proposed

    def _key(self, name: str, node: Node) -> Leaf:
        hidden_field = forms.CharField(required=False, widget=forms.HiddenInput, max_length=60)
        return self._input(Key, "key", name, Ask(""), hidden_field, node)

    def _what(self, node: Node, above: str) -> Leaf:
        node.setdefault(WHAT, [what_of(node)])
        made = forms.ChoiceField(label=WHAT_ASK.label, choices=[*WHATS.items()], required=False)
        return self._input(Words, "", f"{above}-{WHAT}", WHAT_ASK, made, node)

    def _titles(self, name: str, ask: Ask, node: Node) -> Group:
        part = Titles("title", name, ask, template="titles")
        for code in sorted(Language, key=lambda code: code != reader_language()):
            made = forms.CharField(
                label=NAMES[code], help_text=ask.hint, required=False, max_length=LONGEST_TITLE
            )
            own = Ask(NAMES[code])
            part.children.append(self._input(Leaf, str(code), f"{name}-{code}", own, made, node))
        return part

    def _exits(self, name: str, ask: Ask, node: Node) -> Group:
        part = Group("exits", name, ask)
        for reason in LeavingReason:
            words = [UNDECIDED, *((one.value, label(one)) for one in LeavingTreatment)]
            made = forms.ChoiceField(label=label(reason), choices=words, required=False)
            own = Ask(label(reason))
            part.children.append(
                self._input(Leaf, str(reason), f"{name}-{reason}", own, made, node)
            )
        return part

    def _of_outcome(self, row: Node) -> str:
        """A payment without a name of its own is called as the outcome that it pays for."""
        names = dict(self.lists["outcomes"])
        return str(names.get(posted.text(row, "measure-outcome"), ""))

    def _rows(self, owner: type[Any], part: Rows, node: Node) -> Rows:
        entries = posted.rows(node)
        for place, (number, row) in enumerate(entries):
            made = Row(
                number, f"{part.name}-{number}", part.ask, number=place + 1,
                is_new=posted.text(row, posted.ROW) != posted.KEPT,
                is_first=place == 0, is_last=place == len(entries) - 1,
                title=title_of(row) or self._of_outcome(row),
            )  # fmt: skip
            made.ask = dataclasses.replace(part.ask, rare=False)
            part.rows.append(self.group(owner, row, made))  # type: ignore[arg-type]
        return part


_ASKED = {*ASKS, *((owner, "key") for owner, _entry in ASKS)}


def _is_word(entry: Field) -> bool:
    return isinstance(entry.kind, type) and issubclass(entry.kind, StrEnum)


def what_of(node: Node) -> str:
    """Which sort of outcome a row is: a success, a quantity or a composite."""
    if written := posted.text(node, WHAT):
        return written
    for name in ("composite", "quantity"):
        if posted.below(node, name):
            return name
    return "success"


def _in_order(owner: type[Any]) -> list[Field]:
    order = ORDER.get(owner, ())
    found = {entry.name: entry for entry in fields_of(owner)}
    return [found[name] for name in order] + [
        entry for name, entry in found.items() if name not in order
    ]


def title_of(row: Node) -> str:
    """How a row calls itself, in the reader's language where it can."""
    titles = posted.below(row, "title")
    return str(choose({code: posted.text(titles, code) for code in Language}))
