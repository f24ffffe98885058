"""Two wordings of terms side by side, in the words of the terms editor."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import Any, get_args, get_origin

from django.utils.translation import gettext as _

from contracts.rules.terms import TermsDocument
from contracts.rules.terms.comparing import Difference, Field, Path, plain
from contracts.rules.terms.fields import TITLES
from contracts.rules.terms.reading import fields_of
from payments.forms.fields import MONEY
from payments.forms.questions import ASKS, Several
from payments.forms.sections import NAMES
from payments.forms.words import label
from sibportal.web import formats
from sibportal.web.localised import choose

NOTHING = "–"


@dataclass(frozen=True)
class Row:
    """One field: its label, and what it says on either side."""

    label: str
    before: str
    after: str
    difference: Difference

    @property
    def is_same(self) -> bool:
        return self.difference is Difference.SAME

    @property
    def word(self) -> str:
        """What became of the field."""
        words = {
            Difference.SAME: _("Same"),
            Difference.CHANGED: _("Changed"),
            Difference.ADDED: _("Added"),
            Difference.REMOVED: _("Removed"),
        }
        return words[self.difference]


@dataclass(frozen=True)
class Group:
    """Fields that belong together, such as those of one outcome."""

    heading: str
    rows: tuple[Row, ...]


@dataclass
class _Place:
    """Where a path leads: the headings above, the label of the field, and its type."""

    above: list[str] = field(default_factory=list)
    label: str = ""
    kind: Any = str
    name: str = ""


class Wording:
    """Says the fields of two wordings; keys are shown by the title that either gives them."""

    def __init__(
        self, before: TermsDocument, after: TermsDocument, parties: Mapping[str, str]
    ) -> None:
        self.documents = (plain(after), plain(before))
        self.currency = after.currency
        self.titles: dict[str, str] = dict(parties)
        for terms in (before, after):
            for name in ("points", "outcomes", "figures", "payment_terms", "indexes", "follow_up"):
                for entry in getattr(terms, name):
                    self.titles[entry.key] = str(choose(entry.title))

    def groups(self, fields: Iterable[Field]) -> list[Group]:
        """The fields in words, together with their neighbours under one heading."""
        placed = [(self._place(one.path), one) for one in fields]
        shown = [(place, one) for place, one in placed if place.name not in {"key", "version"}]
        return [
            Group(heading, tuple(self._row(place, one) for place, one in together))
            for heading, together in groupby(shown, key=lambda pair: " · ".join(pair[0].above[:2]))
        ]

    def row(self, one: Field) -> Row:
        """One field, with all of its headings before the label."""
        place = self._place(one.path)
        above = " · ".join(place.above[:2])
        found = self._row(place, one)
        return dataclasses.replace(found, label=f"{above}: {found.label}" if above else found.label)

    def _row(self, place: _Place, one: Field) -> Row:
        words = ": ".join([*place.above[2:], place.label])
        before, after = self._said(place, one.before), self._said(place, one.after)
        return Row(words, before, after, one.difference)

    def _place(self, path: Path) -> _Place:
        place, owner, steps = _Place(), TermsDocument, list(path)
        while steps:
            name = steps.pop(0)
            entry = next((one for one in fields_of(owner) if one.name == name), None)
            if entry is None:
                return place
            ask = ASKS.get((owner, name))
            place.label, place.kind, place.name = str(ask.label if ask else name), entry.kind, name
            parts = get_args(entry.kind)
            if entry.mark == TITLES:
                place.label = str(NAMES[steps.pop(0)]) if steps else place.label
                place.kind = str
            elif get_origin(entry.kind) is tuple and dataclasses.is_dataclass(parts[0]) and steps:
                noun = str(ask.noun) if isinstance(ask, Several) and ask.noun else place.label
                key = steps.pop(0)
                place.above.append(f"{noun} {self._title(key)}".strip())
                owner = parts[0]  # type: ignore[assignment]
            elif isinstance(get_origin(entry.kind), type) and len(parts) == 2 and steps:
                place.above.append(place.label)
                place.label, place.kind = str(label(parts[0](steps.pop(0)))), parts[1]
            elif dataclasses.is_dataclass(entry.kind) and steps:
                if owner is TermsDocument or len(place.above) > 1:
                    place.above.append(place.label)
                owner = entry.kind  # type: ignore[assignment]
        return place

    def _title(self, key: str) -> str:
        return self.titles.get(key, key)

    def _said(self, place: _Place, value: Any) -> str:
        if value is None:
            return NOTHING
        if isinstance(value, list):
            return ", ".join(self._title(str(one)) for one in value)
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        kind = place.kind
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return str(label(kind(value)))
        if kind is Decimal:
            return self._number(place.name, Decimal(value))
        if kind is date:
            return formats.day(date.fromisoformat(value))
        return formats.number(value) if isinstance(value, int) else self._title(str(value))

    def _number(self, name: str, value: Decimal) -> str:
        if name in MONEY:
            return formats.money(value, self.currency, cents=True)
        return formats.percentage(value) if name.endswith("percent") else formats.number(value)
