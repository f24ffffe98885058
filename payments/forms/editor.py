"""The terms editor: any terms document as a page of questions, and the page as a document again.

It is drawn anew from what was written each time: kinds decide what is asked, issues and open
questions are shown where they are asked, and what is hidden is kept until the draft is saved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.text import slugify

from contracts.rules.terms import SCHEMA_VERSION, TermsDocument, open_questions
from contracts.rules.terms.parse import examine
from contracts.rules.terms.reading import fields_of
from contracts.rules.terms.words import Language
from payments.forms import posted
from payments.forms.fields import Options
from payments.forms.parts import Answers, Group, Leaf, Part, Row, Rows
from payments.forms.posted import Node
from payments.forms.questions import Ask
from payments.forms.sections import SECTIONS
from payments.forms.units import with_units
from payments.forms.walk import Walk, title_of, what_of
from sibportal.kernel.errors import Issue, RuleViolation
from sibportal.web.messages import issue_sentence

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Text

    from payments.forms.fields import Choices

Document = dict[str, Any]
Misfits = Callable[[TermsDocument], list[Issue]]
LONGEST_KEY = 40
TOP = frozenset(name for *_said, names in SECTIONS for name in names)
_ABOVE = re.compile(r"(.*?)(\.[^.\[]+|\[\d+\])", re.ASCII | re.DOTALL)


class TermsForm(forms.Form):
    """Every input of the page by its name; never required, a draft may leave all open."""

    def __init__(self, data: MultiValueDict[str, str], fields: dict[str, forms.Field]) -> None:
        super().__init__(data)
        self.fields = fields


@dataclass(frozen=True)
class Problem:
    """Something to mend or to answer, and where on the page."""

    target: str
    label: str
    text: str


@dataclass
class Section:
    """One panel of the page."""

    key: str
    title: Text
    text: Text
    group: Group

    @property
    def is_shown(self) -> bool:
        return any(part.is_shown for part in self.group.parts() if part is not self.group)


class Editor:
    """One filling of the page, from a post or from what terms already say.

    `misfits` says what does not fit the contract. With `asked`, only the inputs named in it and
    whatever is open or wrong are in view.
    """

    def __init__(
        self, node: Node, options: Options, misfits: Misfits, *, asked: Iterable[str] | None = None
    ) -> None:
        self.node = {name: node[name] for name in node if name in TOP}
        self.options = options
        walk = Walk(options, self._lists())
        self.sections = [self._section(walk, *section) for section in SECTIONS]
        written = dict(posted.flattened(self.node))
        self.form = TermsForm(MultiValueDict(written), walk.fields)
        self.form.full_clean()
        self.kept = [
            (name, text)
            for name, texts in written.items()
            if name not in walk.fields and not _is_done(name)
            for text in texts
        ]
        self._examine(misfits)
        self.show(asked)

    # --- Reading --------------------------------------------------------------------------------

    def _examine(self, misfits: Misfits) -> None:
        """Make the document of what can be read, and put each issue and question in its place."""
        self.answers = Answers(self.form.cleaned_data)
        self.form_is_read = not self.form.errors
        self.document = self._document()
        self.terms, issues = examine(self.document)
        self.problems: list[Problem] = []
        for leaf in self.leaves():
            leaf.bound = self.form[leaf.name]
        for issue in [*issues, *([] if issues else misfits(self.terms))]:
            self.attach(issue)
        self.questions = [
            (part, issue)
            for issue in open_questions(self.terms)
            if (part := self.place(issue.field)) is None or not _is_wrong(part)
        ]
        for part, _issue in self.questions:
            if part is not None:
                part.is_open = True
        self._ask_for_points()
        with_units(self.terms, self.answers.places)

    def _ask_for_points(self) -> None:
        """Nothing can be measured at a point that is not on the page: then the list is open too."""
        wanted = any(leaf.is_open and leaf.entry == "points" for leaf in self.leaves())
        for part in self._parts():
            if isinstance(part, Rows) and part.name == "points":
                part.is_open = wanted and not part.rows

    def _document(self) -> Document:
        found: Document = {"schema_version": SCHEMA_VERSION, "currency": self.options.currency}
        for section in self.sections:
            found |= section.group.value("", self.answers)
        return _with_keys(
            _named({name: value for name, value in found.items() if value is not None})
        )

    def attach(self, issue: Issue) -> None:
        """Show what the rules refuse at the place where it is asked, else above the page."""
        part, sentence = self.place(issue.field), issue_sentence(issue)
        if isinstance(part, Leaf) and part.name in self.form.fields and part.template != "hidden":
            if part.name not in self.form.errors:
                self.form.add_error(part.name, sentence)
        elif isinstance(part, Rows):
            part.errors.append(sentence)
        else:
            self.form.add_error(None, sentence)

    def refuse(self, violation: RuleViolation) -> None:
        """Show every issue of a violation."""
        for issue in violation.issues:
            self.attach(issue)

    def place(self, path: str) -> Part | None:
        """The part of the page that asks about a path, or about the nearest entry above it."""
        while path:
            if (found := self.answers.places.get(path)) is not None:
                return found
            above = _ABOVE.fullmatch(path)
            path = above[1] if above else ""
        return None

    @property
    def is_valid(self) -> bool:
        """Whether everything written can be read and nothing contradicts anything."""
        return not self.form.errors and not any(
            rows.errors for rows in self._parts() if isinstance(rows, Rows)
        )

    # --- Showing --------------------------------------------------------------------------------

    def show(self, asked: Iterable[str] | None) -> None:
        """With `asked`, hide what is neither asked nor open nor wrong; None shows everything."""
        self.only_open = asked is not None
        wanted = {*(asked or ())}
        new = tuple(f"{row.name}-" for row in self._parts() if isinstance(row, Row) and row.is_new)
        for part in self._parts():
            if isinstance(part, Leaf | Rows):
                part.is_shown = (
                    not self.only_open
                    or part.is_open
                    or _is_wrong(part)
                    or part.name in wanted
                    or part.name.startswith(new)
                )
        for section in self.sections:
            _show_above(section.group, only_open=self.only_open)

    def give_keyboard_to(self, name: str) -> None:
        """A row that was just added gets the keyboard at its first input."""
        for part in self._parts():
            if isinstance(part, Row) and part.name == name:
                first = next((leaf for leaf in part.leaves() if leaf.template != "hidden"), None)
                if first is not None:
                    self.form.fields[first.name].widget.attrs["autofocus"] = True

    def in_view(self) -> list[str]:
        """The names of the inputs in view: they stay in view while they are answered."""
        return [leaf.name for leaf in self.leaves() if leaf.is_shown]

    def wrong(self) -> list[Problem]:
        """Everything to mend, in the order of the page."""
        found = [Problem("", "", str(text)) for text in self.form.non_field_errors()]
        for part in self._parts():
            if isinstance(part, Leaf) and part.bound.errors:
                found += [self._problem(part, str(text)) for text in part.bound.errors]
            if isinstance(part, Rows):
                found += [self._problem(part, text) for text in part.errors]
        return found

    def still_open(self) -> list[Problem]:
        """Every question the terms leave open, in the order of the page."""
        order = {id(part): number for number, part in enumerate(self._parts())}
        ranked = sorted(self.questions, key=lambda one: order.get(id(one[0]), 0))
        return [
            self._problem(part, issue_sentence(issue))
            if part is not None
            else Problem("", "", issue_sentence(issue))
            for part, issue in ranked
        ]

    def _problem(self, part: Part, text: str) -> Problem:
        if not isinstance(part, Leaf):
            return Problem(f"add-{part.name}", str(part.ask.label), text)
        # In a group of choices, the first one: only that can be focused.
        target = f"{part.bound.auto_id}_0" if part.is_group else str(part.bound.auto_id)
        return Problem(target, self._named(part), text)

    def _named(self, part: Leaf) -> str:
        """The label of an input, after the row that it stands in."""
        label = str(part.bound.label)
        rows = [
            row for row in self._parts()
            if isinstance(row, Row) and part.name.startswith(f"{row.name}-")
        ]  # fmt: skip
        return f"{rows[0].called} – {label}" if rows else label

    def leaves(self) -> Iterator[Leaf]:
        """Every input of the page."""
        for section in self.sections:
            yield from section.group.leaves()

    def _parts(self) -> Iterator[Part]:
        for section in self.sections:
            yield from section.group.parts()

    def _section(
        self, walk: Walk, key: str, title: Text, text: Text, names: tuple[str, ...]
    ) -> Section:
        group = Group("", "", Ask(title))
        entries = {entry.name: entry for entry in fields_of(TermsDocument)}
        for name in names:
            group.children.append(walk.part(TermsDocument, entries[name], self.node, group))
        return Section(key, title, text, group)

    def _lists(self) -> dict[str, Choices]:
        """The rows that other rows can name, by the list they are in."""
        outcomes = _named_rows(self.node, "outcomes")
        return {
            "points": _named_rows(self.node, "points"),
            "outcomes": outcomes,
            "successes": [
                (key, title)
                for (key, title), (_n, row) in zip(
                    outcomes, _keyed(self.node, "outcomes"), strict=True
                )
                if what_of(row) == "success"
            ],
            "figures": _named_rows(self.node, "figures"),
            "indexes": _named_rows(self.node, "indexes"),
            "payment_terms": _named_rows(self.node, "payment_terms"),
            "tranches": _named_rows(self.node, "waterfall-tranches"),
            "payers": self.options.payers,
            "cohorts": self.options.cohorts,
        }  # fmt: skip


def _keyed(root: Node, name: str) -> list[tuple[str, Node]]:
    """The rows of a list that have a key to be named by."""
    found = posted.rows(posted.below(root, name))
    return [(number, row) for number, row in found if posted.text(row, "key")]


def _named_rows(root: Node, name: str) -> list[tuple[str, str]]:
    """How rows are called in the choices of other rows."""
    return [
        (posted.text(row, "key"), title_of(row) or str(int(number) + 1))
        for number, row in _keyed(root, name)
    ]


def _is_done(name: str) -> bool:
    """Names of rows that the page writes by itself."""
    return name.endswith((f"-{posted.ROW}", "-key"))


def _is_wrong(part: Part) -> bool:
    if isinstance(part, Leaf):
        return bool(part.bound is not None and part.bound.errors)
    return bool(isinstance(part, Rows) and part.errors)


def _show_above(part: Group | Rows, *, only_open: bool) -> bool:
    """A part is in view where anything below it is."""
    below = part.rows if isinstance(part, Rows) else part.children
    found = isinstance(part, Rows) and part.is_shown
    for child in below:
        if isinstance(child, Group | Rows):
            found |= _show_above(child, only_open=only_open)
        else:
            found |= child.is_shown and child.template != "hidden"
    part.is_shown = found or not only_open
    return part.is_shown


def _named(document: Document) -> Document:
    """A payment without a name of its own is called as the outcome that it pays for."""
    titles = {one.get("key"): one.get("title") for one in document.get("outcomes", [])}
    for term in document.get("payment_terms", []):
        title = titles.get(term.get("measure", {}).get("outcome"))
        if title and not term.get("title"):
            term["title"] = dict(title)
    return document


def _with_keys(document: Document) -> Document:
    """The document in which every new row has a key of its own, made of its title."""
    used = {key for key in _keys(document) if not posted.is_fresh(key)}
    names: dict[str, str] = {}
    for entry in _entries(document):
        key = entry.get("key", "")
        if posted.is_fresh(key) and key not in names:
            title = next(
                (entry["title"][code] for code in Language if entry["title"].get(code)), ""
            )
            base = slugify(title)[:LONGEST_KEY].strip("-_") or f"row-{key.removeprefix('new-')}"
            names[key] = next(name for name in _numbered(base) if name not in used)
            used.add(names[key])
    found: Document = posted.renamed(document, names)
    return found


def _numbered(base: str) -> Iterator[str]:
    yield base
    for number in range(2, 10 * posted.MOST_ROWS):
        yield f"{base}-{number}"


def _entries(document: Any) -> Iterator[dict[str, Any]]:
    """Every entry with a title, wherever it stands."""
    if isinstance(document, list):
        for entry in document:
            yield from _entries(entry)
    if isinstance(document, dict):
        if isinstance(document.get("title"), dict):
            yield document
        for entry in document.values():
            yield from _entries(entry)


def _keys(document: Document) -> Iterator[str]:
    return (str(entry.get("key", "")) for entry in _entries(document))
