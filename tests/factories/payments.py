"""Claims and capital of the town: a contract that is over, signed closings with given figures,
and claims on their way to settlement.

A closing is put straight into the tables, as outcomes would have left it; everything of payments
is made through its services as the people of the town.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from contracts.models import Contract
from outcomes.models import Closing, Result
from outcomes.rules.statistics import proportion
from outcomes.states import ClosingState
from payments import services
from payments.models import Claim, Commitment, Payment
from sibportal.accounts.models import Organisation, User
from sibportal.accounts.roles import MemberRole, OrganisationKind, PartyRole
from tests.factories.accounts import make_membership, make_organisation, make_user
from tests.factories.contracts import (
    agree_all,
    example_document,
    make_draft_contract,
    make_party,
    make_proposed_terms,
)
from tests.worlds import Town

STARTS_ON, ENDS_ON = date(2023, 1, 1), date(2025, 1, 1)  # four half-years, all over
LAST_PERIOD = 4
Figures = dict[str, tuple[int, int]]  # outcome -> people who reached it, of how many


def make_payable_contract(
    town: Town, *, co_payer: Organisation | None = None, **changes: Any
) -> Contract:
    """A contract in force over four half-years, assessed at its end; `changes` are of its terms."""
    contract = make_draft_contract(town, starts_on=STARTS_ON, ends_on=ENDS_ON)
    terms = example_document()["payment_terms"]
    terms[0]["assessment_on"] = "2024-12-31"
    wanted: dict[str, Any] = {"payment_terms": terms, "expected_path": []}
    if co_payer is not None:
        make_party(contract=contract, town=town, organisation=co_payer, role=PartyRole.CO_PAYER)
        shares = [("payer", "60"), ("co-payer", "40")]
        wanted["claim"] = example_document()["claim"] | {
            "payers": [{"party": party, "share_percent": share} for party, share in shares]
        }
    agree_all(make_proposed_terms(contract, town, **(wanted | changes)))
    contract.refresh_from_db()
    return contract


def make_co_payer() -> tuple[Organisation, dict[str, User]]:
    """A wellbeing services county with a preparer and two approvers."""
    county = make_organisation(name="Itäsaari", kind=OrganisationKind.WELLBEING_COUNTY)
    roles = {
        "preparer": MemberRole.PREPARER,
        "first": MemberRole.APPROVER,
        "second": MemberRole.APPROVER,
    }
    people = {}
    for key, role in roles.items():
        people[key] = make_user(name=f"{key.capitalize()} of Itäsaari")
        make_membership(user=people[key], organisation=county, role=role)
    return county, people


def rate_card(price: str = "1000.00", cap: str = "1000000.00") -> dict[str, Any]:
    """Changes that make the terms pay a price for each person with work, to date."""
    title = {"en": "Permanent work", "fi": "Vakituinen työ", "sv": "Tillsvidareanställning"}
    line = {
        "key": "work",
        "title": title,
        "measure": {"kind": "count", "outcome": "work"},
        "price": {"kind": "unit_price", "amount": price},
        "timing": "cumulative",
    }
    return {"payment_terms": [line], "claim": example_document()["claim"] | {"cap": cap}}


def make_closing(
    contract: Contract,
    town: Town,
    figures: Figures,
    *,
    number: int = LAST_PERIOD,
    signed_at: datetime | None = None,
) -> Closing:
    """A signed closing of a period, with a result for each outcome; signed now unless told."""
    period = contract.periods.get(number=number)
    terms = contract.terms.get(state="agreed")
    closing = Closing.objects.create(
        contract=contract,
        period=period,
        terms=terms,
        state=ClosingState.SIGNED,
        proposed_by=town.pia,
        signed_by=town.cleo,
        signed_at=signed_at or timezone.now(),
        measurement_cut_off=0,
        verification_cut_off=0,
        row_count=0,
        digest="0" * 64,
    )
    for outcome, (reached, of) in figures.items():
        estimate = proportion(reached, of)
        Result.objects.create(
            closing=closing, outcome_key=outcome, numerator=reached, events=reached,
            cumulative_numerator=reached, cumulative_events=reached, denominator=of, measured=of,
            estimate=estimate.value, interval_low=estimate.low, interval_high=estimate.high,
            method=estimate.method.value,
        )  # fmt: skip
    return closing


def make_claim(
    town: Town, reached: int = 100, *, contract: Contract | None = None, of: int = 200
) -> Claim:
    """A calculated claim of the last period: `reached` of 200 reached both outcomes."""
    contract = contract or make_payable_contract(town)
    return services.calculate_claim(
        actor=town.pia, closing=make_closing(contract, town, {"together": (reached, of)})
    )


def submitted(claim: Claim, town: Town) -> Claim:
    return services.submit_claim(actor=town.pia, claim=claim)


def approve(claim: Claim, *people: User) -> Claim:
    """Approvals by these people, each for their own organisation."""
    for person in people:
        payer = claim.payer_shares.get(
            payer__organisation__in=person.memberships.values("organisation")
        ).payer
        services.approve_claim(actor=person, claim=claim, payer=payer, digest=claim.digest)
    claim.refresh_from_db()
    return claim


def make_approved_claim(town: Town, reached: int = 100, **values: Any) -> Claim:
    return approve(submitted(make_claim(town, reached, **values), town), town.ada, town.ari)


def make_capital(
    contract: Contract,
    town: Town,
    investor: Organisation,
    amount: str = "6000000.00",
    on: date = STARTS_ON,
) -> Commitment:
    """A commitment that is paid in at once."""
    commitment = services.record_commitment(
        actor=town.pia,
        contract=contract,
        investor=investor,
        amount=Decimal(amount),
        committed_on=on,
    )
    services.record_capital_payment(
        actor=town.pia, commitment=commitment, amount=Decimal(amount), paid_on=on
    )
    return commitment


def make_payment(claim: Claim, town: Town, **values: Any) -> Payment:
    """The town's own share of an approved claim, paid the day after the contract's end."""
    share = claim.payer_shares.get(payer__organisation=town.koivula)
    given = {"amount": share.amount, "paid_on": ENDS_ON, **values}
    return services.record_payment(actor=town.pia, claim=claim, payer=share.payer, **given)
