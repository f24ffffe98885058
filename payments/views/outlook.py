"""What terms would pay and what they say, for the editor: curve, worked table, sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import translation

from contracts.rules.terms import TermsDocument
from contracts.rules.terms.sentences import sentences
from contracts.rules.terms.words import Language
from payments.forms.words import label
from payments.rules.preview import PreviewRow, preview
from payments.selectors import drafting
from sibportal.web.localised import choose
from sibportal.web.messages import phrase_sentence

if TYPE_CHECKING:
    from contracts.models import Contract


@dataclass(frozen=True)
class Outlook:
    """The panel beside the editor. `said` is per language: its name, code and sentences, the
    reader's first."""

    rows: tuple[PreviewRow, ...]
    titles: list[str]
    said: list[tuple[str, str, list[str]]]
    people: int
    by_share: bool


def outlook(terms: TermsDocument, contract: Contract) -> Outlook:
    """What these terms would pay, and what they say in each language."""
    people = drafting.places(contract)
    rows = preview(terms, people)
    names = dict(drafting.payer_choices(contract))
    own = (translation.get_language() or "en").split("-")[0]
    said = [
        (str(label(language)), str(language), _said(terms, names, str(language)))
        for language in sorted(Language, key=lambda one: one != own)
    ]
    return Outlook(
        rows=rows,
        titles=[str(choose(term.title)) for term in terms.payment_terms],
        said=said,
        people=people,
        by_share=any(row.percent is not None for row in rows),
    )


def _said(terms: TermsDocument, names: dict[str, str], language: str) -> list[str]:
    found = []
    with translation.override(language):
        for one in sentences(terms):
            if "party" in one.params:
                party = names.get(str(one.params["party"]), "")
                one = one._replace(params={**one.params, "party": party})
            found.append(phrase_sentence(one))
    return found
