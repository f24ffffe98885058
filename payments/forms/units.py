"""The unit of a figure, written beside the inputs that are compared with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from contracts.rules.terms import TermsDocument
from contracts.rules.terms import document as terms
from contracts.rules.terms.units import (
    DAYS,
    MONEY,
    PEOPLE,
    PER_HUNDRED,
    PERCENT,
    TIMES,
    figure_unit,
    measure_unit,
)
from payments.forms.parts import Leaf, Part

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Text

WORDS: Mapping[str, Text] = {
    PEOPLE: _("people"),
    TIMES: _("times"),
    PERCENT: "%",
    DAYS: _("days"),
    PER_HUNDRED: _("times per 100 people"),
}
_FIGURE = frozenset(
    {
        (terms.Gate, "value"), (terms.FallbackStep, "value"), (terms.Tier, "reached"),
        (terms.Band, "above"), (terms.Band, "up_to"), (terms.CurvePoint, "at"),
        (terms.Price, "dead_band_from"), (terms.Price, "dead_band_to"),
    }
)  # fmt: skip
_REFERENCE = frozenset({(terms.Compare, "value"), (terms.ForecastPoint, "value")})
_OF = re.compile(r"(payment_terms|figures)\[(\d+)\]\.(.+)", re.ASCII)


def with_units(document: TermsDocument, places: Mapping[str, Part]) -> None:
    """Write the unit of each payment's figure after the labels of what it is held against."""
    for path, part in places.items():
        if not isinstance(part, Leaf) or part.entry == "" or not (found := _OF.fullmatch(path)):
            continue
        entries: tuple[Any, ...] = getattr(document, found[1])
        of = entries[int(found[2])] if int(found[2]) < len(entries) else None
        asked = (part.owner, part.entry)
        if of is None or asked not in _FIGURE | _REFERENCE:
            continue
        unit = (
            _unit(document, of, found[3])
            if asked in _FIGURE
            else measure_unit(document, of.measure)
        )
        if word := document.currency if unit == MONEY else WORDS.get(unit):
            part.bound.label = f"{part.bound.label} ({word})"


def _unit(document: TermsDocument, of: Any, path: str) -> str:
    """The unit of a gate's figure, which may be another one with a name; else that of the term."""
    gate: Any = of
    for name, number in re.findall(r"(\w+)(?:\[(\d+)\])?", path)[:-1]:
        gate = getattr(gate, name)
        gate = gate[int(number)] if number else gate
    key = getattr(gate, "figure", "") if isinstance(gate, terms.Gate | terms.FallbackStep) else ""
    named = next((figure for figure in document.figures if figure.key == key), of)
    return figure_unit(document, named.measure, named.compare, named.valuation)
