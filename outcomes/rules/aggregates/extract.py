"""Coded rows of a register, one for each person of a group: what is wrong in them, and the figures
of the groups counted from them.

A code is the data holder's own and leads to nobody here. What looks like an identity number is
refused and never repeated.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from cohorts.rules.personal_id import contains_personal_id, normalise
from outcomes.rules.aggregates.figures import PAIR, PLACES, GroupFigures
from outcomes.rules.aggregates.needs import Need
from outcomes.rules.aggregates.plausibility import Range
from outcomes.rules.aggregates.words import Group
from outcomes.rules.reading import read_decimal, read_yes_no, without_noughts
from sibportal.kernel.errors import Issue, RuleViolation
from sibportal.kernel.money import EXACT

Days = tuple[date, date]  # the first, and the one after the last
MOST_ROWS = 50_000
LONGEST_CODE = 40
MOST_TIMES = 1_000_000
DECIMALS = 6
DIGITS = 12  # before the decimal mark
SHOWN = 40
FEWEST_DIGITS, MOST_DIGITS = 9, 12  # of an identity number
# The first name of each language is the template's.
GROUP_NAMES: dict[Group, dict[str, tuple[str, ...]]] = {
    Group.PARTICIPANTS: {
        "en": ("participants",), "fi": ("osallistujat",), "sv": ("deltagarna", "deltagare"),
    },
    Group.BEFORE: {
        "en": ("participants before", "before"),
        "fi": ("osallistujat ennen", "ennen"),
        "sv": ("deltagarna före", "före"),
    },
    Group.COMPARISON: {
        "en": ("comparison group", "comparison"),
        "fi": ("vertailuryhmä",),
        "sv": ("jämförelsegruppen", "jämförelsegrupp"),
    },
    Group.COMPARISON_BEFORE: {
        "en": ("comparison group before", "comparison before"),
        "fi": ("vertailuryhmä ennen",),
        "sv": ("jämförelsegruppen före", "jämförelsegrupp före"),
    },
}  # fmt: skip
# Nobody is served and compared with those served at once.
_APART = {
    Group.PARTICIPANTS: Group.COMPARISON,
    Group.COMPARISON: Group.PARTICIPANTS,
    Group.BEFORE: Group.COMPARISON_BEFORE,
    Group.COMPARISON_BEFORE: Group.BEFORE,
}
# Six digits, a sign and four more is how both countries write one, right check digit or not.
_SHAPE = re.compile(r"(?:\d\d)?\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]", re.IGNORECASE | re.ASCII)
_DASHES = re.compile("[\N{HYPHEN}-\N{HORIZONTAL BAR}\N{MINUS SIGN}]")
_GAPS = re.compile(r"[\s_]+")


class Column(StrEnum):
    """What a row says of its person."""

    REACHED = "reached"
    EVENTS = "events"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class GivenRow:
    """A row as it was given: texts, and where it stands (a line of a file, or a path); `column`
    says under which name the result was given, where the door cannot vouch for it."""

    group: str
    code: str
    result: str
    line: int = 0
    path: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class CodedRow:
    """One person of a group, and what the register knows of the outcome."""

    group: Group
    code: str
    reached: bool | None = None
    events: int | None = None
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong in one row; its line in a file."""

    line: int
    issue: Issue


@dataclass(frozen=True)
class Extract:
    """The rows that can be used, and everything that keeps the others from it."""

    rows: tuple[CodedRow, ...]
    wrong: tuple[Wrong, ...]


@dataclass(frozen=True)
class Asked:
    """What rows are held against: what the terms need, the range of one person's value, and the
    day, which settles the century of an identity number."""

    need: Need
    as_of: date
    values: Range = field(default_factory=Range)

    @property
    def column(self) -> Column:
        """What each row has to say."""
        if self.need.is_quantity:
            return Column.VALUE
        return Column.EVENTS if self.need.counts_events else Column.REACHED


def read(given: Iterable[GivenRow], asked: Asked) -> Extract:
    """Read rows; each wrong one says why. RuleViolation beyond 50 000 of them."""
    reader = _Reader(asked)
    for place, one in enumerate(given):
        if place >= MOST_ROWS:
            raise RuleViolation("outcomes.extract_too_many_rows", limit=MOST_ROWS)
        reader.take(one)
    return Extract(tuple(reader.rows), tuple(reader.wrong))


def count(rows: Iterable[CodedRow], days: Mapping[Group, Days]) -> tuple[GroupFigures, ...]:
    """The figures of every group that has rows, in the days given for it."""
    of_group: dict[Group, list[CodedRow]] = {}
    for row in rows:
        of_group.setdefault(row.group, []).append(row)
    return tuple(
        _figures(group, of_group[group], days[group]) for group in Group if group in of_group
    )


def digest(rows: Iterable[CodedRow]) -> str:
    """SHA-256, in hex, of the rows of one group, one a line in the order of their codes."""
    lines = sorted(
        f"{row.code}|{_text(row.reached)}|{_text(row.events)}|{_text(row.value)}" for row in rows
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def group_name(group: Group, language: str) -> str:
    """What the template calls a group in a language (English where it has none)."""
    names = GROUP_NAMES[group]
    return names.get(language, names["en"])[0]


def looks_like_personal_id(text: str, as_of: date) -> bool:
    """Whether a cell holds a Finnish or Swedish identity number, or is written like one."""
    if sum(map(str.isdigit, text)) < FEWEST_DIGITS:
        return False
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    compact = "".join(plain.split())
    if _SHAPE.fullmatch(compact) or contains_personal_id(plain, as_of=as_of):
        return True
    if not compact.isdigit() or len(compact) > MOST_DIGITS:
        return False
    try:
        normalise(compact, as_of=as_of)
    except RuleViolation:
        return False
    return True


def shown(text: str, as_of: date) -> str:
    """A cell as an error may repeat it: its beginning, and nothing of what points at a person."""
    return "" if looks_like_personal_id(text, as_of) else text.strip()[:SHOWN]


def _figures(group: Group, rows: Sequence[CodedRow], days: Days) -> GroupFigures:
    reached = events = total = deviation = None
    values = [row.value for row in rows if row.value is not None]
    if values:
        total, deviation = sum(values, Decimal(0)), _deviation(values)
    elif rows[0].events is not None:
        events = sum(row.events or 0 for row in rows)
        reached = sum(bool(row.events) for row in rows)
    else:
        reached = sum(bool(row.reached) for row in rows)
    return GroupFigures(
        group=group,
        from_day=days[0],
        until=days[1],
        people=len(rows),
        reached=reached,
        events=events,
        total=total,
        deviation=deviation,
        rows_digest=digest(rows),
    )


def _deviation(values: Sequence[Decimal]) -> Decimal | None:
    """The standard deviation of a sample, with n - 1 (ISO 3534-1, sample standard deviation),
    which Student's and Welch's intervals take; one value has none."""
    n = len(values)
    if n < PAIR:
        return None
    total = sum(values, Decimal(0))
    squares = Decimal(0)
    for value in values:
        squares = EXACT.add(squares, EXACT.multiply(value, value))
    spread = EXACT.subtract(EXACT.multiply(squares, n), EXACT.multiply(total, total))
    variance = EXACT.divide(spread, Decimal(n * (n - 1)))
    return EXACT.sqrt(variance).quantize(PLACES)


def _text(value: bool | int | Decimal | None) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value.quantize(PLACES) + 0:f}"
        case _:
            return str(int(value))


def _normal(name: str) -> str:
    return _GAPS.sub(" ", name).strip().casefold()


_GROUPS = {
    _normal(name): group
    for group, languages in GROUP_NAMES.items()
    for name in (str(group), *(one for names in languages.values() for one in names))
}


class _Reader:
    """Sorts rows into readable and wrong ones, and remembers whose codes it has seen."""

    def __init__(self, asked: Asked) -> None:
        self.rows: list[CodedRow] = []
        self.wrong: list[Wrong] = []
        self._asked = asked
        self._seen: dict[tuple[Group, str], GivenRow] = {}

    def take(self, one: GivenRow) -> None:
        group = _GROUPS.get(_normal(one.group))
        read = self._result(one)
        found = [*self._group(one, group), *self._code(one, group)]
        if isinstance(read, Issue):
            found.append(read)
        elif group is not None and not found:
            self.rows.append(CodedRow(group, one.code.strip(), **read))
        self.wrong += [Wrong(one.line, _placed(issue, one.path)) for issue in found]

    def _group(self, one: GivenRow, group: Group | None) -> Iterator[Issue]:
        if not one.group.strip():
            yield Issue("outcomes.extract_group_missing", "group")
        elif group is None and looks_like_personal_id(one.group, self._asked.as_of):
            yield Issue("outcomes.extract_personal_id", "group")
        elif group is None:
            yield Issue("outcomes.extract_group_unknown", "group", self._shown(one.group))
        elif group not in self._asked.need.groups:
            yield Issue("outcomes.extract_group_not_needed", "group", self._shown(one.group))

    def _code(self, one: GivenRow, group: Group | None) -> Iterator[Issue]:
        """A code is never repeated in an error: it could be a name."""
        code = one.code.strip()
        if not code:
            yield Issue("outcomes.extract_code_missing", "code")
        elif looks_like_personal_id(code, self._asked.as_of):
            yield Issue("outcomes.extract_personal_id", "code")
        elif not _has_shape(code):
            yield Issue("outcomes.extract_code_shape", "code", params={"most": LONGEST_CODE})
        elif group is not None:
            yield from self._again(one, group, code)

    def _again(self, one: GivenRow, group: Group, code: str) -> Iterator[Issue]:
        first = self._seen.setdefault((group, code), one)
        if first is not one:
            yield Issue("outcomes.extract_code_twice", "code", params=_place_of(first))
        elif (other := self._seen.get((_APART[group], code))) is not None:
            yield Issue("outcomes.extract_code_in_both", "code", params=_place_of(other))

    def _result(self, one: GivenRow) -> dict[str, Any] | Issue:
        column = self._asked.column
        given = one.result.strip()
        if one.column not in {"", column}:
            return Issue("outcomes.extract_other_column", column, params={"column": str(column)})
        if not given:
            return Issue("outcomes.extract_result_missing", column)
        if looks_like_personal_id(given, self._asked.as_of):
            return Issue("outcomes.extract_personal_id", column)
        if column is Column.REACHED:
            answer = read_yes_no(given)
            if answer is None:
                return Issue("outcomes.extract_yes_no", column, self._shown(given))
            return {"reached": bool(answer)}
        number = read_decimal(given)
        if number is None:
            return Issue("outcomes.value_not_a_number", column, self._shown(given))
        if column is Column.EVENTS:
            return self._times(number, given)
        return self._value(number, given)

    def _times(self, number: Decimal, given: str) -> dict[str, Any] | Issue:
        if number != int(number) or not 0 <= number <= MOST_TIMES:
            params = {"most": MOST_TIMES}
            return Issue("outcomes.extract_times", Column.EVENTS, self._shown(given), params)
        return {"events": int(number)}

    def _value(self, number: Decimal, given: str) -> dict[str, Any] | Issue:
        value, text, limits = Column.VALUE, self._shown(given), self._asked.values
        if abs(number) >= 10**DIGITS or number != number.quantize(PLACES):
            params: dict[str, object] = {"digits": DIGITS, "decimals": DECIMALS}
            return Issue("outcomes.extract_digits", value, text, params)
        if limits.minimum is not None and number < limits.minimum:
            params = {"minimum": without_noughts(limits.minimum)}
            return Issue("outcomes.value_too_low", value, text, params)
        if limits.maximum is not None and number > limits.maximum:
            params = {"maximum": without_noughts(limits.maximum)}
            return Issue("outcomes.value_too_high", value, text, params)
        return {"value": number}

    def _shown(self, text: str) -> str:
        return shown(text, self._asked.as_of)


def _has_shape(code: str) -> bool:
    """Letters, digits and - _ . / without spaces and with a digit, so that no name is one."""
    plain = all(sign.isalnum() or sign in "-_./" for sign in code)
    return (
        plain
        and code[0].isalnum()
        and len(code) <= LONGEST_CODE
        and any(sign.isdigit() for sign in code)
    )


def _placed(issue: Issue, path: str) -> Issue:
    if not path:
        return issue
    return Issue(issue.code, f"{path}.{issue.field}", issue.value, issue.params)


def _place_of(one: GivenRow) -> dict[str, object]:
    return {"place": one.path or one.line}
