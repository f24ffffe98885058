"""Sentences for the codes that kernel, rules and services emit; one file per app.

A sentence holds its values as %(name)s. Numbers and dates among them are written in the reader's
way; an amount with its currency is passed as Money or as text already formatted. A number
whose name ends in `percent` is a percentage and brings its sign along: no sentence writes one.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from sibportal.kernel.explain import Phrase
from sibportal.kernel.money import Money
from sibportal.web import formats
from sibportal.web.localised import choose

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from sibportal.kernel.errors import Issue

APPS = (
    "kernel", "accounts", "contracts", "measuring", "terms", "cohorts", "outcomes", "verifying",
    "imports", "aggregates", "entry", "payments", "calculation", "explanation", "worked",
)  # fmt: skip
log = logging.getLogger(__name__)


def _merged() -> dict[str, Promise]:
    merged: dict[str, Promise] = {}
    for app in APPS:
        own: dict[str, Promise] = import_module(f"{__name__}.{app}").MESSAGES
        if twice := merged.keys() & own.keys():
            raise ValueError(f"two sentences for {sorted(twice)}")
        merged |= own
    return merged


MESSAGES = _merged()


def sentence(code: str, /, **params: object) -> str:
    """Say `code` in the reader's language; where none is written, fail in tests and development."""
    try:
        shown = {name: _named(name, value) for name, value in params.items()}
        text: Any = MESSAGES[
            code
        ]  # a sentence with plural forms chooses one by a number of `shown`
        return str(text % shown)
    except (KeyError, TypeError, ValueError):
        if getattr(settings, "SIB_STRICT_MESSAGES", settings.DEBUG):
            raise
        log.error("no sentence for code %s", code)
        return _("The portal refused this (%(code)s).") % {"code": code}


def phrase_sentence(phrase: Phrase) -> str:
    """Say one phrase of a calculation or of the terms."""
    return sentence(phrase.code, **phrase.params)


def written(name: str, value: object) -> str:
    """One value in the reader's way, as a sentence would hold it under `name`."""
    return str(_named(name, value))


class _Count(int):
    """A number that reads as people write it, and by which a sentence chooses its plural."""

    def __str__(self) -> str:
        return formats.number(int(self))


def _named(name: str, value: object) -> str | _Count:
    if name.endswith("percent") and isinstance(value, int | Decimal):
        return formats.percentage(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return _Count(value)
    return _shown(value)


def _shown(value: object) -> str:
    match value:
        case Phrase():
            return phrase_sentence(value)
        case Money():
            return formats.money(value.amount, value.currency, cents=True)
        case tuple():
            return ", ".join(_shown(entry) for entry in value)
        case Mapping():
            return str(choose(value))
        case _:
            return formats.displayed(value)


def issue_sentence(issue: Issue) -> str:
    """Say one issue; its sentence may quote the value as it was given, as %(value)s."""
    return sentence(issue.code, **{"value": issue.value, **issue.params})
