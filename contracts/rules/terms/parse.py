"""From a JSON or YAML document to a TermsDocument, and back; and the digest that parties agree to.

Missing answers are kept as None (open questions); anything wrong is an issue that names its path.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.rules.terms.check import check
from contracts.rules.terms.document import SCHEMA_VERSION, TermsDocument
from contracts.rules.terms.reader import Reader
from contracts.rules.terms.reading import read
from sibportal.kernel.errors import Issue, RuleViolation
from sibportal.kernel.explain import digest_of
from sibportal.kernel.money import CURRENCIES


def parse(document: object) -> TermsDocument:
    """Read a document. RuleViolation with every issue and its path when it is not valid terms."""
    terms, issues = examine(document)
    if issues:
        raise RuleViolation(issues)
    return terms


def examine(document: object) -> tuple[TermsDocument, list[Issue]]:
    """What can be read of a document, and everything wrong with it.

    The terms are to be trusted only where nothing is wrong: misread entries have a stand-in.
    """
    issues: list[Issue] = []
    root = Reader(document, "", issues)
    if root.take("schema_version") != SCHEMA_VERSION:
        root.issue("terms.schema_version", "schema_version", root.take("schema_version"))
    currency = root.take("currency")
    if not isinstance(currency, str) or currency not in CURRENCIES:
        root.issue("terms.currency", "currency", currency, known=", ".join(sorted(CURRENCIES)))
    terms = read(root, TermsDocument)
    # What was misread would only give misleading follow-on errors.
    return terms, issues or check(terms)


def to_document(terms: TermsDocument) -> dict[str, Any]:
    """The document that parses to these terms: money and dates as text. What is open or equals
    its default is left out."""
    return {"schema_version": SCHEMA_VERSION, **_plain(terms)}


def digest(terms: TermsDocument | Mapping[str, Any]) -> str:
    """SHA-256 (hexadecimal) over the canonical JSON of the terms.

    A document and its parsed form have the same digest; RuleViolation when it does not parse.
    """
    if not isinstance(terms, TermsDocument):
        terms = parse(terms)
    return digest_of(to_document(terms))


def _plain(value: object) -> Any:
    if dataclasses.is_dataclass(value):
        return {
            field.name: _plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if not _unsaid(field, getattr(value, field.name))
        }
    if isinstance(value, Mapping):
        return {str(name): _plain(entry) for name, entry in value.items()}
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value


def _unsaid(field: dataclasses.Field[Any], value: object) -> bool:
    """Whether a field says nothing: an open question, or its default."""
    return value is None or value in ("", (), {}) or value == field.default
