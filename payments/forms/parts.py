"""The parts of the terms editor: inputs, groups, rows; they lay themselves out and read answers.

Reading remembers which part of the page asks about which path of the document, so that an issue of
the rules finds its place without a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from payments.forms.questions import Ask, Several


@dataclass
class Answers:
    """What a form made of the inputs, and which part of the page asks about which path."""

    cleaned: Mapping[str, Any]
    places: dict[str, Part] = field(default_factory=dict)


@dataclass
class Part:
    """Anything on the page that stands for one entry of the terms."""

    entry: str
    name: str
    ask: Ask
    is_open: bool = False
    is_shown: bool = True
    template: str = ""

    @property
    def is_rare(self) -> bool:
        return self.ask.rare

    @property
    def is_noticed(self) -> bool:
        """Whether it says or asks something that must not be folded away."""
        return self.is_open

    def leaves(self) -> Iterator[Leaf]:
        """The inputs below."""
        return iter(())

    def parts(self) -> Iterator[Part]:
        """This part and everything below."""
        yield self

    def entrance(self) -> Part:
        """The input that stands for this part."""
        return self

    def value(self, at: str, answers: Answers) -> Any:
        """The entry of the document; None where it says nothing."""
        raise NotImplementedError


@dataclass
class Leaf(Part):
    """One input. `bound` is set when the form is drawn, `unit` when the terms can be read."""

    preset: str = ""
    raw: list[str] = field(default_factory=list)
    owner: Any = None
    bound: Any = None
    template: str = "leaf"

    @property
    def is_filled(self) -> bool:
        """Whether somebody answered, beyond what the page proposes."""
        return any(text.strip() and text != self.preset for text in self.raw)

    @property
    def is_noticed(self) -> bool:
        return self.is_open or self.is_filled or bool(self.bound is not None and self.bound.errors)

    @property
    def is_group(self) -> bool:
        """Whether it is drawn as several boxes to tick."""
        return bool(self.bound is not None and self.bound.use_fieldset)

    def leaves(self) -> Iterator[Leaf]:
        yield self

    def value(self, at: str, answers: Answers) -> Any:
        answers.places[at] = self
        return _plain(answers.cleaned.get(self.name))


class Metric(Leaf):
    """A metric and its version, chosen as one."""

    def value(self, at: str, answers: Answers) -> Any:
        code, _colon, version = str(super().value(at, answers) or "").rpartition(":")
        return {"code": code, "version": int(version)} if version.isdigit() else None


class Words(Leaf):
    """The editor's own question, not an entry of the terms."""

    def value(self, at: str, answers: Answers) -> Any:
        return None


@dataclass
class Key(Leaf):
    """The hidden key of a row."""

    template: str = "hidden"

    def value(self, at: str, answers: Answers) -> Any:
        return self.raw[0] if self.raw else None


@dataclass
class Group(Part):
    """The entries of one dataclass."""

    children: list[Part] = field(default_factory=list)
    may_be_absent: bool = False
    toggle: str = ""
    template: str = "group"

    def leaves(self) -> Iterator[Leaf]:
        for child in self.children:
            yield from child.leaves()

    def parts(self) -> Iterator[Part]:
        yield self
        for child in self.children:
            yield from child.parts()

    @property
    def is_filled(self) -> bool:
        return any(leaf.is_filled for leaf in self.leaves() if not isinstance(leaf, Key | Words))

    def value(self, at: str, answers: Answers) -> Any:
        found = {}
        for child in self.children:
            below = f"{at}.{child.entry}" if at else child.entry
            told = child.value(below, answers)
            if told is not None and child.entry:
                found[child.entry] = told
        toggle = answers.places.get(f"{at}.{self.toggle}") if self.toggle else None
        answers.places.setdefault(at, toggle or self.entrance())
        if self.may_be_absent and not (self.toggle in found if self.toggle else found):
            return None
        return found

    def entrance(self) -> Part:
        """Where an issue with the whole is shown: at the first thing asked."""
        visible = (child for child in self.children if not isinstance(child, Key))
        return next((child.entrance() for child in visible), self)

    def blocks(self) -> Iterator[tuple[str, Any]]:
        """How the page lays the entries out: inputs that follow each other share a grid, what is
        rare is folded away at the end."""
        run: list[Part] = []
        for child in self.children:
            if child.is_rare:
                continue
            if isinstance(child, Leaf):
                run.append(child)
                continue
            if run:
                yield "row", run
                run = []
            yield ("rows" if isinstance(child, Rows) else "group"), child
        if run:
            yield "row", run

    def rare(self) -> list[Part]:
        return [child for child in self.children if child.is_rare]

    def rare_is_shown(self) -> bool:
        return any(child.is_shown for child in self.rare())

    def rare_is_open(self) -> bool:
        """Whether what is folded away says or asks something."""
        return any(one.is_noticed for child in self.rare() for one in child.parts())


class Titles(Group):
    """A name per language."""

    def value(self, at: str, answers: Answers) -> Any:
        found = super().value(at, answers)
        answers.places[at] = answers.places[f"{at}.key"] = self.children[0]
        return found


@dataclass
class Row(Group):
    """One entry of a list. A new one in which nothing was written is not part of the terms."""

    number: int = 1
    title: str = ""
    is_new: bool = False
    is_first: bool = False
    is_last: bool = False
    template: str = "one_row"

    @property
    def called(self) -> str:
        """What the row is called in a list of things to mend."""
        noun = self.ask.noun if isinstance(self.ask, Several) else self.ask.label
        return self.title or f"{noun} {self.number}"

    @property
    def key(self) -> str:
        return next(
            (leaf.raw[0] for leaf in self.children if isinstance(leaf, Key) and leaf.raw), ""
        )


@dataclass
class Rows(Part):
    """A list of entries, and the button that adds one."""

    rows: list[Row] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    template: str = "rows"

    @property
    def is_noticed(self) -> bool:
        return self.is_open or bool(self.rows or self.errors)

    def leaves(self) -> Iterator[Leaf]:
        for row in self.rows:
            yield from row.leaves()

    def parts(self) -> Iterator[Part]:
        yield self
        for row in self.rows:
            yield from row.parts()

    def value(self, at: str, answers: Answers) -> Any:
        answers.places[at] = self
        found: list[Any] = []
        for row in self.rows:
            if not row.is_new or row.is_filled:
                found.append(row.value(f"{at}[{len(found)}]", answers))
        return found or None


def _plain(value: Any) -> Any:
    """A cleaned answer as the document writes it; None for no answer."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return None if value is False or value in ("", []) else value
