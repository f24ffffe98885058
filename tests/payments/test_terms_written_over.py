"""Two people draft the same terms: neither writes over the other without knowing it."""

from __future__ import annotations

from contracts import services
from contracts.models import Contract, Terms
from tests.factories.contracts import example_document, make_draft_contract, make_metrics
from tests.payments.conftest import SignIn
from tests.payments.test_views_terms import editor, posted_again, text
from tests.worlds import Town

PREMIUM = "payment_terms-0-price-premium_percent"


def test_a_draft_changed_meanwhile_is_written_over_only_by_whoever_was_told(
    town: Town, sign_in: SignIn
) -> None:
    make_metrics()
    contract = make_draft_contract(town)
    mine = sign_in(town.pia)
    services.save_terms(actor=town.pia, contract=contract, document=example_document())
    opened = posted_again(text(mine.get(editor(contract, "current"))))
    _premium_elsewhere(town, contract, "7")
    typed = opened | {PREMIUM: "9", "save": "1"}
    refused = mine.post(editor(contract, "current"), typed)
    assert refused.status_code == 422
    assert "The draft was changed elsewhere while you wrote." in text(refused)
    kept = posted_again(text(refused))
    assert kept[PREMIUM] == "9"
    assert _premium() == "7"
    # A third draft in between is told again; then mine takes its place.
    _premium_elsewhere(town, contract, "6")
    again = mine.post(editor(contract, "current"), kept | {"save": "1"})
    assert again.status_code == 422
    saved = mine.post(editor(contract, "current"), posted_again(text(again)) | {"save": "1"})
    assert saved.status_code == 302, text(saved)
    assert _premium() == "9"


def test_two_first_drafts_begun_at_once_do_not_hide_each_other(town: Town, sign_in: SignIn) -> None:
    make_metrics()
    contract = make_draft_contract(town)
    client = sign_in(town.pia)
    opened = posted_again(text(client.get(editor(contract))))
    _premium_elsewhere(town, contract, "7")
    assert client.post(editor(contract), opened | {"save": "1"}).status_code == 422
    assert _premium() == "7"


def _premium_elsewhere(town: Town, contract: Contract, percent: str) -> None:
    document = example_document()
    document["payment_terms"][0]["price"]["premium_percent"] = percent
    services.save_terms(actor=town.pia, contract=contract, document=document)


def _premium() -> str:
    found: str = Terms.objects.get().document["payment_terms"][0]["price"]["premium_percent"]
    return found
