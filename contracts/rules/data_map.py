"""One line of the data map: what is held, by whom, where, on what basis, and who uses it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.rules.metrics import LANGUAGES
from sibportal.kernel.errors import Issue

# What must be said in at least one language, and the code for what is missing.
_NEEDED = (
    ("item", "contracts.data_item_missing"),
    ("legal_basis", "contracts.data_basis_missing"),
    ("used_by", "contracts.data_users_missing"),
)


@dataclass(frozen=True, slots=True)
class DataItemFacts:
    """The holder is a party of the contract, or is named; [valid_from, valid_until)."""

    system: str
    valid_from: date
    item_en: str = ""
    item_fi: str = ""
    item_sv: str = ""
    holder_party_id: UUID | None = None
    holder_name: str = ""
    legal_basis_en: str = ""
    legal_basis_fi: str = ""
    legal_basis_sv: str = ""
    used_by_en: str = ""
    used_by_fi: str = ""
    used_by_sv: str = ""
    valid_until: date | None = None


def check_data_item(facts: DataItemFacts) -> list[Issue]:
    """Everything that a line of the data map lacks, each at its field."""
    return list(_issues(facts))


def _issues(facts: DataItemFacts) -> Iterator[Issue]:
    for name, code in _NEEDED:
        if not any(getattr(facts, f"{name}_{language}").strip() for language in LANGUAGES):
            yield Issue(code, f"{name}_en")
    if not facts.system.strip():
        yield Issue("contracts.data_system_missing", "system")
    if (facts.holder_party_id is None) == (not facts.holder_name.strip()):
        yield Issue("contracts.data_holder_one", "holder_name")
    if facts.valid_until is not None and facts.valid_until <= facts.valid_from:
        yield Issue("contracts.data_ends_before_start", "valid_until")
