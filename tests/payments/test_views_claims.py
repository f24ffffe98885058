"""The pages of claims as people use them, without scripts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from contracts.models import Contract
from payments import services
from payments.models import Approval, Claim, Line, Payment
from payments.states import ClaimState
from sibportal.accounts.models import User
from tests.factories.payments import (
    approve,
    make_approved_claim,
    make_capital,
    make_claim,
    make_closing,
    make_co_payer,
    make_payable_contract,
    make_payment,
    rate_card,
    submitted,
)
from tests.payments.conftest import SignIn
from tests.worlds import Town

WHY = (
    "100 of 200 people reached both outcomes; the threshold of at least 50% is met; "
    "6,000,000.00 cost + 8% premium = SEK 6,480,000.00."
)


def text(response: Any) -> str:
    content: str = response.content.decode()
    return content.replace("\N{NO-BREAK SPACE}", " ")


def page_of(claim: Claim, name: str = "claim-detail") -> str:
    return reverse(f"payments:{name}", args=[claim.pk])


def approve_page(claim: Claim) -> str:
    return reverse("payments:claim-approve", args=[claim.pk, claim.payer_shares.get().payer_id])


def pay_page(claim: Claim) -> str:
    return reverse("payments:payment-record", args=[claim.pk, claim.payer_shares.get().payer_id])


def test_a_claim_says_why_it_comes_to_its_amount(town: Town, sign_in: SignIn) -> None:
    claim = make_claim(town)
    shown = text(sign_in(town.pia).get(page_of(claim)))
    assert WHY in shown
    assert "SEK 6,480,000.00" in shown
    assert "Submit for approval" in shown
    assert "Koivula pays 100% = SEK 6,480,000.00" in shown
    assert "100 / 200" in shown


def test_99_of_200_reads_as_nothing(town: Town, sign_in: SignIn) -> None:
    shown = text(sign_in(town.pia).get(page_of(make_claim(town, 99))))
    assert "the threshold of at least 50% is not met; nothing is paid." in shown
    assert "Nothing to pay" in shown


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_every_page_of_claims_opens_in_every_language(
    town: Town, contract: Contract, sign_in: SignIn, language: str
) -> None:
    make_capital(contract, town, town.vaahtera)
    claim = submitted(make_claim(town, contract=contract), town)
    line = reverse("payments:line-explain", args=[claim.lines.get().pk])
    claims = reverse("payments:claim-list", args=[contract.pk])
    client = sign_in(town.ada)
    client.cookies["language"] = language
    pages = (claims, page_of(claim), line, page_of(claim, "claim-return"), approve_page(claim))
    for address in pages:
        assert client.get(address, headers={"Accept-Language": language}).status_code == 200


def test_an_official_walks_a_claim_from_calculation_to_payment(
    town: Town, contract: Contract, sign_in: SignIn
) -> None:
    make_capital(contract, town, town.vaahtera)
    closing = make_closing(contract, town, {"together": (100, 200)})
    pia, ada, ari = sign_in(town.pia), sign_in(town.ada), sign_in(town.ari)
    claims = reverse("payments:claim-list", args=[contract.pk])
    assert "Closed periods without a claim" in text(pia.get(claims))
    assert "Closed periods without a claim" not in text(ada.get(claims))
    pia.post(reverse("payments:claim-calculate", args=[closing.pk]))
    claim = Claim.objects.get()
    pia.post(page_of(claim, "claim-submit"))
    for client in (ada, ari):
        asked = text(client.get(approve_page(claim)))
        assert "Do you approve this for Koivula?" in asked
        assert WHY in asked
        client.post(approve_page(claim), {"digest": claim.digest})
    given = {"amount": "6 480 000,00", "paid_on": "2.1.2025", "reference": "RF18"}
    done = pia.post(pay_page(claim), given, follow=True)
    assert "The payment is recorded." in text(done)
    claim.refresh_from_db()
    assert claim.state == ClaimState.SETTLED
    assert Payment.objects.get().paid_on == date(2025, 1, 2)
    shown = text(pia.get(page_of(claim)))
    for words in ("Pia Example:", "Ada Example:", "approved for Koivula", "RF18"):
        assert words in shown


def test_a_double_click_on_approve_gives_one_approval_and_a_calm_message(
    town: Town, sign_in: SignIn
) -> None:
    claim = approve(submitted(make_claim(town), town), town.ada)
    client = sign_in(town.ari)
    calm = "You have approved this claim already. Nothing changed."
    first = client.post(approve_page(claim), {"digest": claim.digest}, follow=True)
    assert "Your approval is recorded." in text(first)
    second = client.post(approve_page(claim), {"digest": claim.digest}, follow=True)
    assert second.status_code == 200
    assert calm in text(second)
    assert Approval.objects.filter(approver=town.ari).count() == 1
    early = sign_in(town.ada).post(approve_page(claim), {"digest": claim.digest}, follow=True)
    assert calm in text(early)


def test_the_maker_is_told_that_someone_else_approves(town: Town, sign_in: SignIn) -> None:
    from sibportal.accounts.roles import MemberRole
    from tests.factories.accounts import make_membership

    make_membership(user=town.pia, organisation=town.koivula, role=MemberRole.APPROVER)
    claim = submitted(make_claim(town), town)
    answer = sign_in(town.pia).post(approve_page(claim), {"digest": claim.digest})
    assert answer.status_code == 422
    assert "someone else must approve it" in text(answer)
    assert "Look and approve" not in text(sign_in(town.pia).get(page_of(claim)))


def test_a_page_left_open_while_the_calculation_changed_is_refused(
    town: Town, sign_in: SignIn
) -> None:
    claim = submitted(make_claim(town), town)
    answer = sign_in(town.ada).post(approve_page(claim), {"digest": "0" * 64})
    assert answer.status_code == 422
    assert "changed after you opened the page" in text(answer)
    assert not Approval.objects.exists()


def test_approving_what_is_not_submitted_is_a_conflict(town: Town, sign_in: SignIn) -> None:
    claim = make_claim(town)
    answer = sign_in(town.ada).post(approve_page(claim), {"digest": claim.digest})
    assert answer.status_code == 409


def test_returning_needs_a_reason_that_the_maker_reads(town: Town, sign_in: SignIn) -> None:
    claim = submitted(make_claim(town), town)
    client = sign_in(town.ada)
    assert client.post(page_of(claim, "claim-return"), {"reason": " "}).status_code == 422
    client.post(page_of(claim, "claim-return"), {"reason": "The period is <wrong>."})
    shown = text(sign_in(town.pia).get(page_of(claim)))
    assert "The period is &lt;wrong&gt;." in shown
    assert "Calculate again" in shown
    sign_in(town.pia).post(reverse("payments:claim-calculate", args=[claim.closing_id]))
    assert "has taken its place" in text(sign_in(town.pia).get(page_of(claim)))


def test_a_wrong_payment_shows_what_was_typed(town: Town, sign_in: SignIn) -> None:
    claim = make_approved_claim(town)
    given = {"amount": "6 480 000,01", "paid_on": "31.2.2025", "reference": ""}
    answer = sign_in(town.pia).post(pay_page(claim), given)
    assert answer.status_code == 422
    assert 'value="6 480 000,01"' in text(answer)
    assert 'value="31.2.2025"' in text(answer)
    given["paid_on"] = "2.1.2025"
    answer = sign_in(town.pia).post(pay_page(claim), given)
    assert "to the cent" in text(answer)


@pytest.mark.parametrize("person", ["ben", "cleo", "eve", "casper"])
def test_who_has_no_business_with_claims_finds_no_page(
    town: Town, sign_in: SignIn, person: str
) -> None:
    claim = make_claim(town)
    client = sign_in(getattr(town, person))
    line = Line.objects.get()
    for address in (page_of(claim), reverse("payments:line-explain", args=[line.pk])):
        assert client.get(address).status_code == 404
    assert client.post(page_of(claim, "claim-submit")).status_code == 404


def reader_pages(claim: Claim, client: Any) -> str:
    claims = reverse("payments:claim-list", args=[claim.contract_id])
    return text(client.get(page_of(claim))) + text(client.get(claims))


@pytest.mark.parametrize("reached", [1, 2, 3, 4, 196, 199])
def test_an_investor_sees_no_count_that_is_small_nor_its_complement(
    town: Town, sign_in: SignIn, reached: int
) -> None:
    claim = make_claim(town, reached)
    shown = reader_pages(claim, sign_in(town.dag))
    assert "Counts of few people are not shown to you" in shown
    for words in (f"{reached} of 200", f"{reached} / 200", claim.digest[:12], "Lines of the claim"):
        assert words not in shown
    assert f"{reached} of 200" in reader_pages(claim, sign_in(town.ada))


def test_an_investor_reads_the_reasoning_where_counts_are_safe(town: Town, sign_in: SignIn) -> None:
    claim = make_claim(town)
    shown = text(sign_in(town.dag).get(page_of(claim)))
    assert WHY in shown
    assert "Lines of the claim" not in shown
    line = reverse("payments:line-explain", args=[claim.lines.get().pk])
    assert sign_in(town.dag).get(line).status_code == 403
    counted = reverse("outcomes:result-measurements", args=[claim.closing.results.get().pk])
    assert counted not in shown
    assert counted in text(sign_in(town.pia).get(page_of(claim)))


def test_where_the_amount_tells_the_count_the_page_says_so(town: Town, sign_in: SignIn) -> None:
    contract = make_payable_contract(town, **rate_card("1000.00"))
    closing = make_closing(contract, town, {"work": (3, 200)})
    claim = services.calculate_claim(actor=town.pia, closing=closing)
    shown = text(sign_in(town.dag).get(page_of(claim)))
    assert "the amount divided by the agreed price tells" in shown
    assert "SEK 3,000.00" in shown
    assert "3 people" not in shown


def test_each_payer_approves_on_its_own_row(town: Town, sign_in: SignIn) -> None:
    county, people = make_co_payer()
    claim = submitted(make_claim(town, contract=make_payable_contract(town, co_payer=county)), town)
    shown = text(sign_in(people["first"]).get(page_of(claim)))
    assert "SEK 3,888,000.00" in shown
    assert "SEK 2,592,000.00" in shown
    own = claim.payer_shares.get(payer__organisation=county).payer_id
    other = claim.payer_shares.get(payer__organisation=town.koivula).payer_id
    assert reverse("payments:claim-approve", args=[claim.pk, own]) in shown
    address = reverse("payments:claim-approve", args=[claim.pk, other])
    assert address not in shown
    answer = sign_in(people["first"]).post(address, {"digest": claim.digest})
    assert answer.status_code == 403


def test_nobody_reads_a_claim_without_signing_in(town: Town, client: Any) -> None:
    answer = client.get(page_of(make_claim(town)))
    assert answer.status_code == 302
    assert "/sign-in/" in answer.headers["Location"]


def test_claims_are_narrowed_by_state(town: Town, sign_in: SignIn) -> None:
    claim = make_claim(town)
    address = reverse("payments:claim-list", args=[claim.contract_id])
    person: User = town.pia
    assert page_of(claim) in text(sign_in(person).get(f"{address}?state=calculated&sort=-amount"))
    assert page_of(claim) in text(sign_in(person).get(f"{address}?state=nonsense"))
    assert page_of(claim) not in text(sign_in(person).get(f"{address}?state=settled"))


def test_the_history_of_the_contract_tells_of_claims_in_words(
    town: Town, contract: Contract, sign_in: SignIn
) -> None:
    make_capital(contract, town, town.vaahtera)
    make_payment(make_approved_claim(town, contract=contract), town)
    shown = text(sign_in(town.pia).get(reverse("contracts:contract-history", args=[contract.pk])))
    for words in (
        "Calculated claim 1",
        "Submitted a claim for approval, round 1",
        "Approved a claim for Koivula, step 2",
        "A claim is settled",
        "Recorded the payment of Koivula: 6480000.00",
        "Recorded the commitment of Vaahtera Rahasto",
    ):
        assert words in shown
