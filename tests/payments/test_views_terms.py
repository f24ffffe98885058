"""Drafting terms in the editor: what is answered comes out as terms, and goes back into it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from contracts import services
from contracts.models import Contract, Terms
from contracts.rules.terms import open_questions, parse
from contracts.rules.terms.library import deals, library
from contracts.rules.terms.words import LeavingReason
from sibportal.accounts.roles import PartyRole
from tests.factories.contracts import (
    agree_all,
    example_document,
    make_draft_contract,
    make_metric,
    make_metrics,
    make_party,
    make_terms,
)
from tests.factories.payments import make_co_payer
from tests.payments.conftest import SignIn
from tests.payments.worked_examples import load
from tests.worlds import Town

EXITS = {f"counting-exits-{reason}": "failure" for reason in LeavingReason}
TERM, TOGETHER = "payment_terms-0", "outcomes-2"


@pytest.fixture
def draft(town: Town) -> Contract:
    make_metrics()
    return make_draft_contract(town)


def text(response: Any) -> str:
    content: str = response.content.decode()
    return content.replace("\N{NO-BREAK SPACE}", " ")


def editor(contract: Contract, start: str = "cost-plus-premium") -> str:
    return reverse("payments:terms-draft", args=[contract.pk, start])


def rows(name: str, *entries: dict[str, Any]) -> dict[str, Any]:
    """The rows of a list as a browser posts them."""
    return {
        f"{name}-{place}-{field}": value
        for place, entry in enumerate(entries)
        for field, value in {"row": "new", "key": f"new-{len(name)}{place}", **entry}.items()
    }


def swedish(**changes: Any) -> dict[str, Any]:
    """The Swedish example, typed by an official: cost plus premium at a threshold."""
    return {
        "save": "1",
        **rows(
            "points",
            {
                "title-en": "At the start", "key": "new-1", "anchor": "enrolment",
                "tolerance_after_days": "30",
            },
            {
                "title-en": "After the service", "key": "new-2", "anchor": "enrolment",
                "offset_months": "24", "tolerance_before_days": "30", "tolerance_after_days": "60",
            },
        ),
        **rows(
            "outcomes",
            {
                "title-en": "Permanent work", "key": "new-3", "what": "success",
                "metric": "permanent-work:1", "points": ["new-2"], "condition-kind": "is_true",
            },
            {
                "title-en": "Better health", "key": "new-4", "what": "success",
                "metric": "self-rated-health:1", "points": ["new-2"],
                "condition-kind": "change_at_least", "condition-value": "1",
                "condition-baseline_point": "new-1",
            },
            {
                "title-en": "Work and health", "key": "success", "row": "kept",
                "what": "composite", "composite-rule": "all_of",
                "composite-parts": ["new-3", "new-4"], "composite-scope": "per_person",
            },
        ),
        **rows(
            "payment_terms",
            {
                "title-en": "Cost plus premium", "key": "cost_plus_premium", "row": "kept",
                "measure-kind": "rate", "measure-outcome": "success", "gate-kind": "threshold",
                "gate-operator": "at_least", "gate-value": "50",
                "price-kind": "cost_plus_premium", "price-cost": "6 000 000,00",
                "price-basis": "cost", "price-premium_percent": "8", "timing": "final",
                "assessment_on": "31.12.2028",
            },
        ),
        **rows("claim-payers", {"party": "payer", "share_percent": "100"}),
        **rows("expected_path", {"outcome": "success"}),
        **rows("expected_path-0-points", {"day": "31.12.2028", "value": "55"}),
        "counting-denominator": "enrolled",
        "counting-minimum_cohort": "0",
        "late_facts": "next_open_period",
        "rounding": "half_up",
        "claim-cap": "6480000",
        "claim-payee": "investor",
        "claim-payment_days": "30",
        **EXITS,
    } | changes  # fmt: skip


def posted_again(page: str) -> dict[str, Any]:
    """What a browser would post of a page as it stands."""
    fields: dict[str, Any] = {}
    body = page.split('id="terms-editor"', 1)[-1]
    for tag in re.findall(r"<input [^>]+>", body):
        values = {name: unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', tag)}
        name = values.get("name", "")
        if values.get("type") == "checkbox":
            if "checked" in tag:
                fields.setdefault(name, []).append(values.get("value", "on"))
        elif name:
            fields[name] = values.get("value", "")
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', body, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def test_the_library_names_every_template_and_the_published_contracts_behind_it(
    town: Town, draft: Contract, sign_in: SignIn
) -> None:
    shown = text(sign_in(town.pia).get(reverse("payments:terms-choose", args=[draft.pk])))
    for template in library():
        assert editor(draft, template.key.replace("_", "-")) in shown
    for deal in deals():
        assert not deal.templates or deal.name in unescape(shown)
    # There is no wording yet to go on with.
    assert editor(draft, "current") not in shown


def test_the_swedish_example_is_drafted_and_can_be_agreed(
    town: Town, draft: Contract, sign_in: SignIn
) -> None:
    answer = sign_in(town.pia).post(editor(draft), swedish())
    assert answer.status_code == 302, text(answer)
    terms = Terms.objects.get()
    document = parse(terms.document)
    assert terms.mechanism == "cost-plus-premium"
    assert open_questions(document) == []
    example = parse(example_document())
    assert document.claim == example.claim
    assert document.counting == example.counting
    assert document.payment_terms[0].gate == example.payment_terms[0].gate
    assert document.payment_terms[0].price == example.payment_terms[0].price
    composite = document.outcome("success").composite
    assert composite
    # Keys are made of titles; whoever named a row by its number now names it by its key.
    assert composite.parts == ("permanent-work", "better-health")
    health = document.outcome("better-health")
    assert health.condition
    assert (health.points, health.condition.baseline_point) == (
        ("after-the-service",),
        "at-the-start",
    )
    assert document.expected_path[0].outcome == "success"


def test_opening_a_draft_and_saving_it_changes_nothing(
    town: Town, draft: Contract, sign_in: SignIn
) -> None:
    before = make_terms(draft, town)
    client = sign_in(town.pia)
    page = text(client.get(editor(draft, "current")))
    assert "6000000.00" in page
    answer = client.post(editor(draft, "current"), posted_again(page) | {"save": "1"})
    assert answer.status_code == 302, text(answer)
    after = Terms.objects.get()
    assert after.document == before.document
    assert after.digest == before.digest
    assert after.mechanism == before.mechanism


def test_a_rate_card_of_two_payers_comes_back_as_it_was(town: Town, sign_in: SignIn) -> None:
    contract = make_draft_contract(town, currency="EUR")
    county, _people = make_co_payer()
    make_party(contract=contract, town=town, organisation=county, role=PartyRole.CO_PAYER)
    make_metric(code="school-attendance", kind="number")
    make_metric(code="parental-strain", kind="number", version=2)
    document = load("family_partner_milestones")["terms"]
    for term in document["payment_terms"]:
        term["timing"] = "cumulative"
    before = services.save_terms(
        actor=town.pia, contract=contract, document=document, mechanism="rate-card"
    )
    client = sign_in(town.pia)
    page = text(client.get(editor(contract, "current")))
    assert "1333.335" in page
    answer = client.post(editor(contract, "current"), posted_again(page) | {"save": "1"})
    assert answer.status_code == 302, text(answer)
    assert Terms.objects.get().document == before.document


def test_the_preview_prices_five_steps_and_leads_to_what_is_open(
    town: Town, draft: Contract, sign_in: SignIn
) -> None:
    typed = swedish(**{"claim-payee": "", "counting-exits-death": ""})
    del typed["save"]
    answer = sign_in(town.pia).post(editor(draft), typed | {"preview": "1"})
    assert answer.status_code == 200
    shown = text(answer)
    assert "SEK 6,480,000.00" in shown
    assert "SEK 0.00" in shown
    assert '<a href="#id_claim-payee">Who receives the money?</a>' in shown
    assert '<a href="#id_counting-exits-death">How does a participant count who dies?</a>' in shown
    assert "Koivula" in shown
    # The same sentences in the three languages.
    for language in ("en", "fi", "sv"):
        assert f'<ul lang="{language}">' in shown
    assert not Terms.objects.exists()


def test_a_script_gets_the_editor_alone_and_saves_nothing(
    town: Town, draft: Contract, sign_in: SignIn
) -> None:
    answer = sign_in(town.pia).post(editor(draft), swedish(), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert text(answer).lstrip().startswith('<form method="post"')
    assert not Terms.objects.exists()


def test_rows_are_added_moved_and_removed_and_nothing_typed_is_lost(
    town: Town, draft: Contract, sign_in: SignIn
) -> None:
    client = sign_in(town.pia)
    typed = swedish(**{f"{TERM}-price-cost": "six million"})
    del typed["save"]
    answer = client.post(editor(draft), typed | {"add": "outcomes"})
    longer = posted_again(text(answer))
    assert answer.status_code == 200
    keys = [value for name, value in longer.items() if name.endswith("-key")]
    assert longer["outcomes-3-key"].startswith("new-")
    assert len({*keys}) == len(keys)
    assert longer[f"{TERM}-price-cost"] == "six million"
    moved = posted_again(text(client.post(editor(draft), longer | {"up": "outcomes-1"})))
    assert [moved[f"outcomes-{place}-title-en"] for place in (0, 1)] == [
        "Better health",
        "Permanent work",
    ]
    shorter = posted_again(text(client.post(editor(draft), moved | {"take_away": "outcomes-0"})))
    assert shorter["outcomes-0-title-en"] == "Permanent work"
    assert "outcomes-3-key" not in shorter
    assert not Terms.objects.exists()


def test_what_a_kind_hides_comes_back_with_it(town: Town, draft: Contract, sign_in: SignIn) -> None:
    client = sign_in(town.pia)
    typed = swedish(**{f"{TERM}-price-kind": "fixed_amount"})
    del typed["save"]
    answer = text(client.post(editor(draft), typed))
    assert f'id="id_{TERM}-price-cost"' not in answer
    page = posted_again(answer)
    assert page[f"{TERM}-price-cost"] == "6 000 000,00"
    again = client.post(editor(draft), page | {f"{TERM}-price-kind": "cost_plus_premium"})
    assert f'id="id_{TERM}-price-cost"' in text(again)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (f"{TERM}-gate-value", "150", "is not a possible percentage here"),
        (f"{TERM}-price-cost", "six million", "Write an amount"),
        (f"{TERM}-price-cost", "100 EUR", "The contract is in SEK"),
        (f"{TERM}-price-cost", "€ 100", "The contract is in SEK"),
        (f"{TERM}-assessment_on", "31.2.2028", "There is no such day"),
        (f"{TERM}-assessment_on", "1.1.2040", "This date is outside the contract"),
        ("claim-floor", "7000000", "The floor is above the cap"),
        ("outcomes-0-title-en", "", "Give a title in at least one language."),
        ("outcomes-1-condition-baseline_point", "new-2", "need different points"),
        ("outcomes-0-condition-kind", "at_least", "yes or no"),
        ("outcomes-0-metric", "nothing:1", "Choose again"),
        ("expected_path-0-points-0-day", "", "This is needed."),
    ],
)
def test_what_does_not_fit_is_said_where_it_stands_and_nothing_is_saved(
    town: Town, draft: Contract, sign_in: SignIn, field: str, value: str, words: str
) -> None:
    typed = swedish(**{field: value, "outcomes-0-condition-value": "1"})
    answer = sign_in(town.pia).post(editor(draft), typed)
    assert answer.status_code == 422
    assert words in at_field(text(answer), field)
    assert not Terms.objects.exists()


def at_field(page: str, name: str) -> str:
    """What is said as wrong at one input."""
    found = re.search(rf'<div id="id_{name}_error">(.*?)</div>', page, re.DOTALL)
    return unescape(found[1]) if found else ""


def test_shares_of_99_per_cent_and_overlapping_tiers_are_refused_at_their_lists(
    town: Town, draft: Contract, sign_in: SignIn
) -> None:
    tiers = {
        f"{TERM}-price-kind": "step_tiers",
        **rows(
            f"{TERM}-price-tiers",
            {"reached": "50", "amount": "1000"},
            {"reached": "50", "amount": "2000"},
        ),
    }
    typed = swedish(**tiers, **{"claim-payers-0-share_percent": "99"})
    answer = sign_in(town.pia).post(editor(draft), typed)
    assert answer.status_code == 422
    shown = text(answer)
    assert "They must sum to 100" in list_of(shown, "claim-payers")
    assert "ds-validation-message" in list_of(shown, f"{TERM}-price-tiers")
    # The list of things to mend leads to the lists.
    assert 'href="#add-claim-payers"' in shown
    assert not Terms.objects.exists()


def list_of(page: str, name: str) -> str:
    """One list on the page, up to its first row."""
    return page.split(f'id="list-{name}"', 1)[1].split("<fieldset", 1)[0]


def test_a_removed_row_is_gone_and_the_others_keep_their_keys(
    town: Town, draft: Contract, sign_in: SignIn
) -> None:
    client = sign_in(town.pia)
    make_terms(draft, town)
    address = editor(draft, "current")
    page = posted_again(text(client.get(address)))
    page = posted_again(text(client.post(address, page | {"take_away": "outcomes-2"})))
    # What named the row asks for another one instead.
    answer = client.post(address, page | {"save": "1"})
    assert answer.status_code == 422
    page |= {f"{TERM}-measure-outcome": "health", "expected_path-0-outcome": "health"}
    answer = client.post(address, page | {"save": "1"})
    assert answer.status_code == 302, text(answer)
    document = parse(Terms.objects.get().document)
    assert [outcome.key for outcome in document.outcomes] == ["work", "health"]


def test_agreed_terms_are_the_basis_of_the_next_version(
    town: Town, draft: Contract, sign_in: SignIn
) -> None:
    agree_all(services.propose_terms(actor=town.pia, terms=make_terms(draft, town)))
    client = sign_in(town.pia)
    page = text(client.get(editor(draft, "current")))
    answer = client.post(editor(draft, "current"), posted_again(page) | {"save": "1"})
    assert answer.status_code == 302, text(answer)
    newest = Terms.objects.order_by("-version").first()
    assert newest is not None
    assert (newest.version, newest.state) == (2, "draft")


def test_another_contract_lends_its_wording_to_whoever_sees_both(
    town: Town, draft: Contract, sign_in: SignIn
) -> None:
    other = make_draft_contract(town, code="OTHER")
    agree_all(services.propose_terms(actor=town.pia, terms=make_terms(other, town)))
    client = sign_in(town.pia)
    choose = text(client.get(reverse("payments:terms-choose", args=[draft.pk])))
    lent = f"{editor(draft, 'current')}?from={other.pk}"
    assert lent in choose
    assert "6000000.00" in text(client.get(lent))
    for nothing in (draft.pk, "nonsense"):
        assert client.get(f"{editor(draft, 'current')}?from={nothing}").status_code == 404


@pytest.mark.parametrize(
    ("person", "status"), [("ada", 403), ("ben", 403), ("dag", 403), ("eve", 404)]
)
def test_only_preparers_of_the_payer_draft(
    town: Town, draft: Contract, sign_in: SignIn, person: str, status: int
) -> None:
    client = sign_in(getattr(town, person))
    for address in (editor(draft), reverse("payments:terms-choose", args=[draft.pk])):
        assert client.get(address).status_code == status
    assert client.post(editor(draft), swedish()).status_code == status


@pytest.mark.parametrize("start", ["lottery", "current"])
def test_there_is_no_editor_for_what_does_not_exist(
    town: Town, draft: Contract, sign_in: SignIn, start: str
) -> None:
    assert sign_in(town.pia).get(editor(draft, start)).status_code == 404
