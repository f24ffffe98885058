"""Named templates are drafts that leave open exactly what the parties must decide."""

from __future__ import annotations

from decimal import Decimal

import pytest

from contracts.rules.terms import open_questions, parse
from contracts.rules.terms.library import TEMPLATES, Template, deals, library, template
from contracts.rules.terms.sentences import sentences
from contracts.rules.terms.templates import Frame
from contracts.rules.terms.words import (
    BelowMinimum,
    LeavingReason,
    LeavingTreatment,
    PayeeRole,
    PriceKind,
)
from sibportal.web.messages import issue_sentence, phrase_sentence, sentence

BARE = Frame(currency="EUR")
# What holds in every contract alike, answered; the mechanism itself is left to its template.
SETTLED = Frame(
    currency="EUR",
    minimum_cohort=20,
    below_minimum=BelowMinimum.PAUSE,
    exits=dict.fromkeys(LeavingReason, LeavingTreatment.FAILURE),
    cap=Decimal(1000000),
    payers=[("payer", Decimal(100))],
    payee=PayeeRole.INVESTOR,
    payment_days=30,
)


@pytest.mark.parametrize("one", library(), ids=lambda one: one.key)
def test_a_template_is_valid_and_asks_only_about_outcomes_figures_and_prices(one: Template) -> None:
    frame = Frame(currency="EUR", payers=SETTLED.payers)
    draft = parse(one.document(frame))
    settled = parse(one.document(SETTLED)) if one.key not in {"rate_card"} else None
    assert open_questions(draft)
    if settled:
        asked = [issue.field.partition("[")[0] for issue in open_questions(settled)]
        assert set(asked) <= {"outcomes", "figures", "payment_terms", "waterfall.tranches"}


@pytest.mark.parametrize("one", library(), ids=lambda one: one.key)
def test_a_template_can_be_said_as_far_as_it_is_decided(one: Template) -> None:
    draft = parse(one.document(BARE))
    texts = [phrase_sentence(phrase) for phrase in sentences(draft)]
    texts += [issue_sentence(issue) for issue in open_questions(draft)]
    texts += [sentence(one.title), sentence(one.about)]
    assert all(texts)
    assert not [text for text in texts if "None" in text or "%(" in text or "{" in text]


def test_a_template_gives_a_new_document_each_time() -> None:
    first = template("tiers").document(BARE)
    first["payment_terms"][0]["price"]["kind"] = "fixed_amount"
    assert template("tiers").document(BARE)["payment_terms"][0]["price"]["kind"] == "step_tiers"


def test_every_kind_of_price_has_a_template() -> None:
    drafted = {
        term["price"]["kind"] for one in library() for term in one.document(BARE)["payment_terms"]
    }
    assert drafted == set(PriceKind)


def test_deals_are_shown_under_templates_that_exist() -> None:
    assert len({deal.id for deal in deals()}) == len(deals())
    for deal in deals():
        assert set(deal.templates) <= set(TEMPLATES), deal.id
        for text in (deal.target_group, deal.result or deal.target_group):
            assert set(text) == {"en", "fi", "sv"}, deal.id
    shown = {deal.id for one in library() for deal in one.deals}
    assert shown == {deal.id for deal in deals()}
