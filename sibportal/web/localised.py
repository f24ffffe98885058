"""Text that users write once per language, and what to show when a language is missing.

A model holds `title_en`, `title_fi` and `title_sv`; `localised(obj, "title")` picks the reader's
language and says when it had to fall back (decision 33).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language

LANGUAGES = ("en", "fi", "sv")


@dataclass(frozen=True)
class LocalisedText:
    """The text found, its language, and whether that is another than the reader's."""

    value: str
    language: str
    is_fallback: bool

    def __str__(self) -> str:
        return self.value


def reader_language() -> str:
    """The code of the language in which the page is drawn."""
    return (get_language() or LANGUAGES[0]).split("-")[0]


def choose(texts: Mapping[str, str], language: str | None = None) -> LocalisedText:
    """Pick from texts by language code; empty when none is written."""
    wanted = language or reader_language()
    order = (wanted, *(code for code in LANGUAGES if code != wanted))
    for code in order:
        if texts.get(code):
            return LocalisedText(texts[code], code, code != wanted)
    return LocalisedText("", wanted, False)


def localised(obj: object, field: str, language: str | None = None) -> LocalisedText:
    """Pick `field` of `obj` ("title" reads title_en, title_fi, title_sv)."""
    return choose({code: getattr(obj, f"{field}_{code}", "") for code in LANGUAGES}, language)
