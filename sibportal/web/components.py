"""What the components show: frozen dataclasses that a view fills and an include draws."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Text

Tone = Literal["success", "warning", "danger", "info", "verified", "draft", "new", "neutral"]


@dataclass(frozen=True)
class NavigationItem:
    """One line of the side navigation; `group` opens a new heading above it."""

    label: Text
    url: str
    icon: str
    count: int = 0
    current: bool = False
    group: Text = ""


@dataclass(frozen=True)
class Link:
    """A link or button; `context` is read out after the label and not shown."""

    label: Text
    url: str
    context: Text = ""
    icon: str = ""


@dataclass(frozen=True)
class Status:
    """A tag: colour, icon and word always go together."""

    tone: Tone
    text: Text
    help: Text = ""


@dataclass(frozen=True)
class Meter:
    """A filled bar: `done` of `total`; `kind` pay is copper, ok is petrol."""

    done: int | Decimal
    total: int | Decimal
    kind: Literal["ok", "pay", "warn"] = "ok"


@dataclass(frozen=True)
class Kpi:
    """One figure of the strip; `of` stands small beside the value."""

    label: Text
    value: Text
    of: Text = ""
    detail: Text = ""
    meter: Meter | None = None


@dataclass(frozen=True)
class Task:
    """One thing that waits for the reader, with why, when and what state."""

    title: Text
    url: str
    why: Text
    icon: str
    status: Status
    due_on: date | None = None
    left: Text = ""


@dataclass(frozen=True)
class Stage:
    """One stage of a step chain."""

    label: Text
    state: Literal["done", "current", "todo"]


@dataclass(frozen=True)
class Check:
    """One line of a check list."""

    result: Literal["ok", "look", "no"]
    text: Text
    link: Link | None = None


@dataclass(frozen=True)
class LogEntry:
    """One line of an activity log."""

    at: datetime
    text: Text
    icon: str = "circle-dot"
    who: Text = ""
    detail: Text = ""
    link: Link | None = None


@dataclass(frozen=True)
class Filter:
    """One filter pill: a link with a count."""

    label: Text
    url: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True)
class ImportProblem:
    """One cell of an uploaded file that has to be mended."""

    row: int
    column: Text
    value: str
    message: Text
    who: str = ""
    cell: str = ""


@dataclass(frozen=True)
class ImportReport:
    """What was found in an uploaded file before anything is saved. Rows are counted, not cells:
    one row may have several errors. `unchanged` rows are there already, `empty` ones not filled in;
    `notes` say what had to be guessed."""

    file_name: str
    rows: int
    good: int
    errors: tuple[ImportProblem, ...] = field(default_factory=tuple)
    bad_rows: int = 0
    unchanged: int = 0
    empty: int = 0
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """One line of a calculation, with the lines it stands on.

    Where it is told in full: the formula in words, worked out in figures, what went in, and what
    it rests on; `path` is its place in the tree, by which it can be named and linked to.
    """

    label: Text
    value: Text
    detail: Text = ""
    url: str = ""
    children: tuple[Explanation, ...] = ()
    words: Text = ""
    worked: Text = ""
    facts: tuple[tuple[Text, Text], ...] = ()
    source: Text = ""
    path: str = ""
    marked: bool = False
