"""What terms would pay and what they say, for the editor: curves, worked tables, sentences."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _

from contracts.rules.terms import TermsDocument
from contracts.rules.terms.sentences import sentences
from contracts.rules.terms.units import MONEY, PERCENT
from contracts.rules.terms.words import Language
from payments.forms.units import WORDS
from payments.forms.words import label
from payments.rules import curve as rules
from payments.selectors import drafting
from sibportal.kernel.errors import RuleViolation
from sibportal.web import curves, formats
from sibportal.web.localised import choose
from sibportal.web.messages import phrase_sentence

if TYPE_CHECKING:
    from contracts.models import Contract


@dataclass(frozen=True)
class Worked:
    """One payment: its curve, and the table of a few worked values (figure, people, amount)."""

    title: str
    curve: curves.Curve
    rows: list[tuple[str, int | None, Decimal]]


@dataclass(frozen=True)
class Outlook:
    """The panel beside the editor. `said` is per language: its name, code and sentences, the
    reader's first."""

    worked: list[Worked]
    said: list[tuple[str, str, list[str]]]
    people: int


def outlook(terms: TermsDocument, contract: Contract) -> Outlook:
    """What these terms would pay, and what they say in each language."""
    people = drafting.places(contract)
    names = dict(drafting.payer_choices(contract))
    own = (translation.get_language() or "en").split("-")[0]
    said = [
        (str(label(language)), str(language), _said(terms, names, str(language)))
        for language in sorted(Language, key=lambda one: one != own)
    ]
    worked = [_worked(terms, position, people) for position in range(len(terms.payment_terms))]
    return Outlook([one for one in worked if one], said, people)


def _worked(terms: TermsDocument, position: int, people: int) -> Worked | None:
    try:
        found = rules.curve(terms, position, people)
    except RuleViolation:
        # A price that rests on figures which only a claim has.
        return None
    if found is None:
        return None
    title = str(choose(terms.payment_terms[position].title))
    unit = terms.currency if found.unit == MONEY else str(WORDS.get(found.unit, ""))
    drawn = curves.Curve(
        key=f"curve-{position}",
        title=title,
        sentence=_sentence(found, terms.currency),
        points=found.points,
        unit=unit,
        currency=terms.currency,
    )
    rows = [
        (drawn.value(value), int(people * value / 100) if found.unit == PERCENT else None, amount)
        for value, amount in found.worked
    ]
    return Worked(title, drawn, rows)


def _sentence(found: rules.Curve, currency: str) -> str:
    """The least and the most of the curve, in words."""
    amounts = [amount for _value, amount in found.points]
    return _("Pays from %(least)s to %(most)s.") % {
        "least": formats.money(min(amounts), currency),
        "most": formats.money(max(amounts), currency),
    }


def _said(terms: TermsDocument, names: dict[str, str], language: str) -> list[str]:
    found = []
    with translation.override(language):
        for one in sentences(terms):
            if "party" in one.params:
                party = names.get(str(one.params["party"]), "")
                one = one._replace(params={**one.params, "party": party})
            found.append(phrase_sentence(one))
    return found
