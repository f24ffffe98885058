"""The page before signing and the page of what-if, as people of the contract use them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from contracts.models import Contract, Terms
from contracts.states import TermsState
from sibportal.accounts.models import User
from tests.worlds import Town

SignIn = Callable[[User], Client]


@pytest.fixture
def terms(contract: Contract) -> Terms:
    return contract.terms.get(state=TermsState.AGREED)


def read(answer: Any) -> str:
    """The text of a page without its tags, in one line."""
    body = re.search(r"<main.*?</main>", answer.content.decode(), re.DOTALL)
    assert body is not None
    plain = re.sub(r"<[^>]+>", " ", body[0]).replace("\xa0", " ").replace("&nbsp;", " ")
    return re.sub(r"\s+", " ", plain)


def rows() -> dict[str, int]:
    """How many rows there are of what people enter, agree or owe."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.app_label in {"contracts", "cohorts", "outcomes", "payments", "audit"}
    }


# Before signing ----------------------------------------------------------------------------------
def test_the_page_before_signing_tells_what_chance_alone_would_pay(
    terms: Terms, town: Town, sign_in: SignIn
) -> None:
    client, before = sign_in(town.pia), rows()
    address = reverse("payments:terms-foresight", args=[terms.pk])
    assert "Say what would happen without the service" in read(client.get(address))
    asked = {
        "people": "200", "without_0": "50", "expected_0": "60", "spread_0": "0",
        "capital": "6000000", "capital_on": "1.1.2026",
    }  # fmt: skip
    text = read(client.get(address, asked))
    # 200 people, one half anyway, at least one half needed: P(X >= 100) = 0.5282.
    assert "Probability that something is paid 52.8%" in text
    assert "Probability that investors lose money 47.2%" in text
    assert "Gain or loss" in text
    assert "Per year (internal rate of return)" in text
    assert "The most that can ever be owed" in text
    # At most 2.5 % of chance brings 115 of 200 where half succeed anyway; a true share of 60.2 %
    # brings as many four times out of five. Ten points are less than that.
    assert "a rise of less than 10.2 percentage points cannot be told from chance" in text
    assert "The expected effect of 10.0 percentage points is smaller" in text
    assert rows() == before


def test_the_print_of_the_same_address_states_every_assumption(
    terms: Terms, town: Town, sign_in: SignIn
) -> None:
    asked = {"people": "200", "without_0": "50", "expected_0": "60", "spread_0": "5"}
    query = urlencode(asked)
    page = sign_in(town.dag).get(f"{reverse('payments:terms-foresight', args=[terms.pk])}?{query}")
    paper = reverse("payments:terms-foresight-print", args=[terms.pk])
    assert f"{paper}?people=200" in page.content.decode()
    text = read(sign_in(town.dag).get(f"{paper}?{query}"))
    assert "52.8%" in text
    assert terms.digest[:12] in text
    assert "People who count 200" in text
    assert "Every possible number was calculated and summed" in text


def test_an_impossible_assumption_is_refused_at_its_field(
    terms: Terms, town: Town, sign_in: SignIn
) -> None:
    asked = {"people": "0", "without_0": "150", "expected_0": "x", "capital_on": "31.2.2026"}
    answer = sign_in(town.pia).get(reverse("payments:terms-foresight", args=[terms.pk]), asked)
    assert answer.status_code == 422
    wide = {"people": "200", "without_0": "50", "expected_0": "50", "spread_0": "60"}
    answer = sign_in(town.pia).get(reverse("payments:terms-foresight", args=[terms.pk]), wide)
    assert answer.status_code == 422
    assert "cannot vary" in read(answer)


# What if -----------------------------------------------------------------------------------------
def posted(client: Client, terms: Terms, **changes: str) -> tuple[Any, dict[str, str]]:
    """The form as it stands with some answers changed; gives the answer and the page's names."""
    address = reverse("payments:terms-what-if", args=[terms.pk])
    form = client.get(address).context["form"]
    typed = {bound.html_name: "" if bound.value() is None else str(bound.value()) for bound in form}
    paths = {value.path: number for number, value in enumerate(form.tried)}
    named = {
        f"{name[0]}_value_{paths[name[2:]]}" if name[2:] in paths else name: value
        for name, value in changes.items()
    }
    return client.post(address, typed | named), named


def last_period(terms: Terms) -> int:
    return terms.contract.periods.count() - 1


def test_two_variants_stand_side_by_side_and_nothing_is_stored(
    terms: Terms, town: Town, sign_in: SignIn
) -> None:
    before, last = rows(), last_period(terms)
    answer, _names = posted(
        sign_in(town.dag),
        terms,
        **{
            "a_people": "200",
            "b_people": "200",
            f"a_reached_0_{last}": "90",
            f"b_reached_0_{last}": "90",
            "b_payment_terms[0].gate.value": "45",
        },
    )
    text = read(answer)
    assert answer.status_code == 200, text
    paid = re.search(r"Paid in all (\S+ ?\S+) (\S+ ?\S+) (\S+ ?\S+) ", text)
    assert paid is not None
    assert paid[1].endswith("0.00")
    assert paid[2] == paid[3] != paid[1]
    # Why, for the variant that pays: 90 of 200 is 45 per cent.
    assert "at least 45%" in text
    assert rows() == before


def test_numbers_that_do_not_fit_are_refused_where_they_stand(
    terms: Terms, town: Town, sign_in: SignIn
) -> None:
    last = last_period(terms)
    answer, names = posted(sign_in(town.pia), terms, **{"b_payment_terms[0].gate.value": "150"})
    assert answer.status_code == 422
    (field,) = names
    assert answer.context["form"].errors.keys() == {field}
    answer, _names = posted(sign_in(town.pia), terms, **{f"a_reached_0_{last}": "100000"})
    assert answer.context["form"].errors.keys() == {f"a_reached_0_{last}"}


def test_a_variant_becomes_a_draft_of_an_amendment_for_those_who_may_draft(
    terms: Terms, town: Town, sign_in: SignIn
) -> None:
    change = {"b_payment_terms[0].gate.value": "45", "promote": "b"}
    posted(sign_in(town.dag), terms, **change)
    assert not Terms.objects.filter(contract=terms.contract, state=TermsState.DRAFT).exists()
    answer, _names = posted(sign_in(town.pia), terms, **change)
    assert answer.status_code == 302
    draft = Terms.objects.get(contract=terms.contract, state=TermsState.DRAFT)
    assert draft.document["payment_terms"][0]["gate"]["value"] == "45"
    assert draft.base == terms
    assert Terms.objects.get(pk=terms.pk).digest == terms.digest
