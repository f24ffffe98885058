"""Drafting terms by form: what is answered comes out as terms, and goes back into the form."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from contracts import services
from contracts.models import Contract, Terms
from contracts.rules.terms import open_questions, parse
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

EXITS = {f"exit_{reason}": "failure" for reason in LeavingReason}


@pytest.fixture
def draft(town: Town) -> Contract:
    make_metrics()
    return make_draft_contract(town)


def text(response: Any) -> str:
    content: str = response.content.decode()
    return content.replace("\N{NO-BREAK SPACE}", " ")


def form_page(contract: Contract, mechanism: str = "cost-plus-premium") -> str:
    return reverse("payments:terms-draft", args=[contract.pk, mechanism])


def rows(name: str, *entries: dict[str, Any]) -> dict[str, Any]:
    """A set of rows as a browser posts it."""
    posted: dict[str, Any] = {
        f"{name}-TOTAL_FORMS": str(len(entries)), f"{name}-INITIAL_FORMS": "0",
    }  # fmt: skip
    for place, entry in enumerate(entries):
        posted |= {f"{name}-{place}-{field}": value for field, value in entry.items()}
    return posted


def swedish(**changes: Any) -> dict[str, Any]:
    """The Swedish example, typed by an official."""
    return {
        "save": "1",
        **rows(
            "points",
            {"title_en": "At the start", "anchor": "enrolment", "tolerance_after_days": "30"},
            {
                "title_en": "After the service", "anchor": "enrolment", "offset_months": "24",
                "tolerance_before_days": "30", "tolerance_after_days": "60",
            },
        ),
        **rows(
            "outcomes",
            {
                "title_en": "Permanent work", "metric": "permanent-work:1", "points": ["2"],
                "condition": "is_true", "count": "once_per_person",
            },
            {
                "title_en": "Better health", "metric": "self-rated-health:1", "points": ["2"],
                "condition": "change_at_least", "value": "1", "baseline": "1",
                "count": "once_per_person",
            },
        ),
        **rows("payers", {"party": "payer", "share_percent": "100"}),
        **rows("path", {"outcome": "together", "day": "31.12.2028", "value": "55"}),
        "title_en": "Cost plus premium",
        "rule": "all_of",
        "scope": "per_person",
        "operator": "at_least",
        "threshold_percent": "50",
        "cost": "6 000 000,00",
        "premium_percent": "8",
        "assessment_on": "31.12.2028",
        "denominator": "enrolled",
        "minimum_cohort": "0",
        "late_facts": "next_open_period",
        "rounding": "half_up",
        "cap": "6480000",
        "payee": "investor",
        "payment_days": "30",
        **EXITS,
    } | changes  # fmt: skip


def test_the_choice_describes_both_mechanisms(town: Town, draft: Contract, sign_in: SignIn) -> None:
    shown = text(sign_in(town.pia).get(reverse("payments:terms-choose", args=[draft.pk])))
    assert form_page(draft) in shown
    assert form_page(draft, "rate-card") in shown


def test_the_swedish_example_is_drafted_by_form_and_can_be_agreed(
    town: Town, draft: Contract, sign_in: SignIn
) -> None:
    answer = sign_in(town.pia).post(form_page(draft), swedish())
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
    assert document.outcome("together").composite is not None
    assert document.outcome("better-health").condition is not None
    assert document.outcome("better-health").condition.baseline_point == "at-the-start"  # type: ignore[union-attr]
    assert document.expected_path[0].outcome == "together"


def posted_again(page: str) -> dict[str, Any]:
    """What a browser would post of a page as it stands."""
    fields: dict[str, Any] = {}
    body = page.split("<form method", 2)[-1]
    for tag in re.findall(r"<input [^>]+>", body):
        values = dict(re.findall(r'(\w+)="([^"]*)"', tag))
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


def test_opening_a_draft_and_saving_it_changes_nothing(
    town: Town, draft: Contract, sign_in: SignIn
) -> None:
    before = make_terms(draft, town)
    client = sign_in(town.pia)
    page = text(client.get(form_page(draft)))
    assert "6000000.00" in page
    answer = client.post(form_page(draft), posted_again(page) | {"save": "1"})
    assert answer.status_code == 302, text(answer)
    after = Terms.objects.get()
    assert after.document == before.document
    assert after.digest == before.digest


def test_a_rate_card_comes_back_as_it_was(town: Town, sign_in: SignIn) -> None:
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
    page = text(client.get(form_page(contract, "rate-card")))
    assert "1333.335" in page
    answer = client.post(form_page(contract, "rate-card"), posted_again(page) | {"save": "1"})
    assert answer.status_code == 302, text(answer)
    assert Terms.objects.get().document == before.document


def test_the_preview_prices_five_steps_and_names_what_is_open(
    town: Town, draft: Contract, sign_in: SignIn
) -> None:
    typed = swedish(payee="", exit_death="")
    del typed["save"]
    answer = sign_in(town.pia).post(form_page(draft), typed | {"preview": "1"})
    assert answer.status_code == 200
    shown = text(answer)
    assert shown.count("SEK 6,480,000.00") == 3  # 50, 60 and 70 %
    assert shown.count("SEK 0.00") == 2  # 30 and 40 %
    assert "Who receives the money?" in shown
    assert "How does a participant count who dies?" in shown
    assert "Koivula pays 100%" in shown
    assert not Terms.objects.exists()


def test_a_script_gets_the_preview_alone_and_saves_nothing(
    town: Town, draft: Contract, sign_in: SignIn
) -> None:
    answer = sign_in(town.pia).post(form_page(draft), swedish(), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert text(answer).lstrip().startswith('<section class="panel" id="terms-preview"')
    assert not Terms.objects.exists()


def test_rows_are_added_without_scripts_and_nothing_typed_is_lost(
    town: Town, draft: Contract, sign_in: SignIn
) -> None:
    typed = swedish(cost="six million")
    del typed["save"]
    answer = sign_in(town.pia).post(form_page(draft), typed | {"add": "outcomes"})
    shown = text(answer)
    assert answer.status_code == 200
    assert 'name="outcomes-2-title_en"' in shown
    assert 'value="six million"' in shown
    assert not Terms.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"threshold_percent": "150"}, "is not a possible percentage here"),
        ({"cost": "six million"}, "Write an amount"),
        ({"assessment_on": "31.2.2028"}, "There is no such day"),
        ({"assessment_on": "1.1.2040"}, "This date is outside the contract"),
        ({"payers-0-share_percent": "90"}, "They must sum to 100"),
        ({"outcomes-0-title_en": ""}, "Give a title in at least one language."),
        ({"outcomes-1-baseline": "2"}, "need different points"),
        ({"outcomes-0-condition": "at_least", "outcomes-0-value": "1"}, "yes or no"),
        ({"outcomes-0-metric": "nothing:1"}, "Select a valid choice"),
        ({"path-0-day": ""}, "This is needed."),
        ({"points-TOTAL_FORMS": "many"}, "ManagementForm"),
    ],
)
def test_what_does_not_fit_is_said_where_it_stands_and_nothing_is_saved(
    town: Town, draft: Contract, sign_in: SignIn, change: dict[str, str], words: str
) -> None:
    answer = sign_in(town.pia).post(form_page(draft), swedish(**change))
    assert answer.status_code == 422
    assert words in text(answer)
    assert not Terms.objects.exists()


def test_an_issue_of_the_rules_lands_at_its_field(
    town: Town, draft: Contract, sign_in: SignIn
) -> None:
    answer = sign_in(town.pia).post(form_page(draft), swedish(threshold_percent="150"))
    assert 'id="id_threshold_percent_error"' in text(answer)
    answer = sign_in(town.pia).post(form_page(draft), swedish(**{"outcomes-1-title_en": ""}))
    assert 'id="id_outcomes-1-title_en_error"' in text(answer)


def test_a_removed_row_is_gone_and_the_others_keep_their_keys(
    town: Town, draft: Contract, sign_in: SignIn
) -> None:
    client = sign_in(town.pia)
    make_terms(draft, town)
    page = posted_again(text(client.get(form_page(draft))))
    client.post(form_page(draft), page | {"save": "1", "outcomes-0-DELETE": "on"})
    document = parse(Terms.objects.get().document)
    assert [outcome.key for outcome in document.outcomes] == ["health"]
    assert document.payment_terms[0].measure.outcome == "health"


def test_agreed_terms_are_the_basis_of_the_next_version(
    town: Town, draft: Contract, sign_in: SignIn
) -> None:
    agree_all(services.propose_terms(actor=town.pia, terms=make_terms(draft, town)))
    client = sign_in(town.pia)
    page = text(client.get(form_page(draft)))
    assert 'name="valid_from"' in page
    answer = client.post(
        form_page(draft), posted_again(page) | {"save": "1", "valid_from": "1.7.2027"}
    )
    assert answer.status_code == 302, text(answer)
    newest = Terms.objects.order_by("-version").first()
    assert newest is not None
    assert (newest.version, newest.state) == (2, "draft")
    assert newest.valid_from.isoformat() == "2027-07-01"


@pytest.mark.parametrize(
    ("person", "status"), [("ada", 403), ("ben", 403), ("dag", 403), ("eve", 404)]
)
def test_only_preparers_of_the_payer_draft(
    town: Town, draft: Contract, sign_in: SignIn, person: str, status: int
) -> None:
    client = sign_in(getattr(town, person))
    for address in (form_page(draft), reverse("payments:terms-choose", args=[draft.pk])):
        assert client.get(address).status_code == status
    assert client.post(form_page(draft), swedish()).status_code == status


def test_there_is_no_third_mechanism(town: Town, draft: Contract, sign_in: SignIn) -> None:
    assert sign_in(town.pia).get(form_page(draft, "lottery")).status_code == 404
