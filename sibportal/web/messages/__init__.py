"""Sentences for the codes that kernel, rules and services emit; one file per app.

A sentence holds its values as %(name)s. Numbers and dates among them are written in the reader's
way; an amount with its currency is passed as text already formatted, or as a number.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from sibportal.kernel.explain import Phrase
from sibportal.web import formats
from sibportal.web.localised import choose

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from sibportal.kernel.errors import Issue

APPS = ("kernel", "accounts", "contracts", "terms", "cohorts", "outcomes", "payments")
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
        shown = {name: _shown(value) for name, value in params.items()}
        return str(MESSAGES[code]) % shown
    except (KeyError, TypeError, ValueError):
        if getattr(settings, "SIB_STRICT_MESSAGES", settings.DEBUG):
            raise
        log.error("no sentence for code %s", code)
        return _("The portal refused this (%(code)s).") % {"code": code}


def phrase_sentence(phrase: Phrase) -> str:
    """Say one phrase of a calculation or of the terms."""
    return sentence(phrase.code, **phrase.params)


def _shown(value: object) -> str:
    match value:
        case Phrase():
            return phrase_sentence(value)
        case tuple():
            return ", ".join(_shown(entry) for entry in value)
        case Mapping():
            return str(choose(value))
        case _:
            return formats.displayed(value)


def issue_sentence(issue: Issue) -> str:
    """Say one issue; its sentence may quote the value as it was given, as %(value)s."""
    return sentence(issue.code, **{"value": issue.value, **issue.params})
