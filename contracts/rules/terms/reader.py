"""Reads one level of a document and remembers what is wrong with it, by path.

Getters give a harmless stand-in where the document is wrong; whoever asks raises all issues
together at the end, so that a person mends them in one go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from contracts.rules.terms.fields import Titles
from contracts.rules.terms.words import Language
from sibportal.kernel.errors import Issue

Word = TypeVar("Word", bound=StrEnum)
Entry = TypeVar("Entry")

LONGEST_LIST = 200
LONGEST_TEXT = 300
LARGEST_NUMBER = 100_000
_DECIMAL = re.compile(r"-?\d{1,12}(\.\d{1,6})?", re.ASCII)
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Reader:
    """One mapping of the document, its path, and the issues found so far."""

    def __init__(self, node: object, path: str, issues: list[Issue]) -> None:
        self.path = path
        self.issues = issues
        self.seen: set[str] = set()
        self.node: Mapping[str, Any] = node if isinstance(node, dict) else {}
        if not isinstance(node, dict):
            self.issue("terms.not_a_mapping", "", node)

    def at(self, name: str) -> str:
        """The path of an entry of this level."""
        return f"{self.path}.{name}" if self.path and name else self.path or name

    def issue(self, code: str, name: str, value: object = "", **params: object) -> None:
        """Remember an issue at an entry of this level."""
        self.issues.append(Issue(code, self.at(name), str(value)[:LONGEST_TEXT], params))

    def take(self, name: str) -> Any:
        """The raw value, None when it is missing."""
        self.seen.add(name)
        return self.node.get(name)

    def finish(self) -> None:
        """Report entries that nobody asked for: a misspelt name must not be silently ignored."""
        for name in self.node:
            if name not in self.seen:
                self.issue("terms.unknown_entry", str(name)[:LONGEST_TEXT])

    def is_given(self, name: str) -> bool:
        return self.take(name) is not None

    def section(self, name: str) -> Reader:
        """The mapping below a name; an empty one when it is missing."""
        value = self.take(name)
        return Reader({} if value is None else value, self.at(name), self.issues)

    def optional(self, name: str, read: Callable[[Reader], Entry]) -> Entry | None:
        """What `read` makes of the mapping below a name, None when it is missing."""
        return read(self.section(name)) if self.is_given(name) else None

    def entries(self, name: str, read: Callable[[Reader], Entry]) -> tuple[Entry, ...]:
        """What `read` makes of each mapping of a list."""
        return tuple(
            read(Reader(node, f"{self.at(name)}[{position}]", self.issues))
            for position, node in enumerate(self._list(name))
        )

    def keys(self, name: str) -> tuple[str, ...]:
        """A list of keys."""
        return tuple(
            self._as_key(value, f"{name}[{position}]")
            for position, value in enumerate(self._list(name))
        )

    def key(self, name: str) -> str:
        """A short name such as `both_outcomes`: lower case, digits, - and _."""
        value = self.take(name)
        if value is None:
            self.issue("terms.required", name)
            return ""
        return self._as_key(value, name)

    def text(self, name: str) -> str:
        """A text of one line, empty when it is missing."""
        value = self.take(name)
        return "" if value is None else self._as_text(value, name)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts of one line each."""
        return tuple(
            self._as_text(value, f"{name}[{position}]")
            for position, value in enumerate(self._list(name))
        )

    def titles(self, name: str) -> Titles:
        """A text per language; at least one is written."""
        section = self.section(name)
        texts = {str(language): section.text(language) for language in Language}
        section.finish()
        if not any(texts.values()):
            self.issue("terms.title_missing", name)
        return {language: text for language, text in texts.items() if text}

    def word(self, name: str, words: type[Word]) -> Word | None:
        """One of the words of a vocabulary, None when it is missing."""
        value = self.take(name)
        if value is None:
            return None
        try:
            return words(value)
        except ValueError:
            self.issue("terms.word", name, value, words=", ".join(words))
            return None

    def required_word(self, name: str, words: type[Word]) -> Word:
        """One of the words of a vocabulary; missing is an issue."""
        if not self.is_given(name):
            self.issue("terms.required", name)
        return self.word(name, words) or next(iter(words))

    def decimal(self, name: str) -> Decimal | None:
        """A number written as text, such as "6000000.00"; None when it is missing."""
        value = self.take(name)
        if value is None:
            return None
        if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
            self.issue("terms.decimal", name, value)
            return None
        return Decimal(value)

    def whole(self, name: str, least: int = 0, most: int = LARGEST_NUMBER) -> int | None:
        """A whole number, None when it is missing."""
        value = self.take(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.issue("terms.whole", name, value, least=least, most=most)
            return None
        return value

    def flag(self, name: str) -> bool:
        """True or false; missing is false."""
        value = self.take(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.issue("terms.flag", name, value)
        return False

    def day(self, name: str) -> date | None:
        """A date as yyyy-mm-dd, None when it is missing."""
        value = self.take(name)
        if value is None:
            return None
        try:
            if not isinstance(value, str) or not _DATE.fullmatch(value):
                raise ValueError("Not written as yyyy-mm-dd.")
            return date.fromisoformat(value)
        except ValueError:
            self.issue("terms.date", name, value)
            return None

    def _list(self, name: str) -> list[Any]:
        value = self.take(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.issue("terms.not_a_list", name, value)
            return []
        if len(value) > LONGEST_LIST:
            self.issue("terms.too_many", name, len(value), most=LONGEST_LIST)
            return []
        return value

    def _as_key(self, value: object, name: str) -> str:
        if isinstance(value, str) and _KEY.fullmatch(value):
            return value
        self.issue("terms.key", name, value)
        return ""

    def _as_text(self, value: object, name: str) -> str:
        if not isinstance(value, str) or len(value) > LONGEST_TEXT or not value.isprintable():
            self.issue("terms.text", name, value, longest=LONGEST_TEXT)
            return ""
        return value
