"""Facts that come late or are corrected after a payment: the next claim makes up for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

import outcomes.selectors
import outcomes.services
from cohorts.models import Consent, Participant
from contracts.models import Contract
from contracts.rules.terms import parse
from outcomes.models import Closing, Door, Measurement
from outcomes.rules.candidate import Candidate
from payments import services
from payments.models import Claim, Line
from payments.rules.objection import Outcome
from payments.selectors import explained
from payments.selectors.corrections import corrections_of
from payments.selectors.recalculation import recalculate
from payments.states import ClaimKind, ClaimState
from sibportal.accounts.models import User
from sibportal.accounts.roles import MemberRole, OrganisationKind, PartyRole
from sibportal.accounts.services import system_user
from sibportal.jobs.models import Job
from sibportal.kernel.errors import RuleViolation
from sibportal.kernel.explain import Step
from tests.factories.accounts import make_membership, make_organisation, make_user
from tests.factories.cohorts import make_cohort, make_participants
from tests.factories.contracts import example_document, make_party
from tests.factories.payments import approve, make_capital, make_payable_contract, submitted
from tests.payments.conftest import SignIn
from tests.worlds import Town

DAYS = {1: date(2023, 5, 2), 2: date(2023, 10, 2), 3: date(2024, 3, 4), 4: date(2024, 9, 2)}


def terms(clawback: str) -> dict[str, Any]:
    """A price for whoever gets work in a period, a smaller one to date, and a sum if three in four
    have work at the end of the first year."""

    def priced(key: str, timing: str, amount: str, **more: Any) -> dict[str, Any]:
        return {
            "key": key, "title": {"en": key, "fi": key, "sv": key}, "timing": timing,
            "measure": {"kind": "count", "outcome": "work"},
            "price": {"kind": "unit_price", "amount": amount},
        } | more  # fmt: skip

    points = example_document()["points"]
    points[1] |= {"offset_months": 3, "tolerance_before_days": 60, "tolerance_after_days": 700}
    gate = {"kind": "threshold", "operator": "at_least", "value": "75"}
    return {
        "points": points,
        "payment_terms": [
            priced("each", "this_period", "1000.00"),
            priced("to-date", "cumulative", "100.00"),
            priced(
                "final", "final", "0", measure={"kind": "rate", "outcome": "work"}, gate=gate,
                price={"kind": "fixed_amount", "amount": "5000.00"}, assessment_on="2023-12-31",
            ),
        ],
        "claim": example_document()["claim"] | {"cap": "1000000.00", "clawback": clawback},
    }  # fmt: skip


@dataclass
class Story:
    """Anna, Bo, Carl and Dora of the town, and what is measured of them."""

    town: Town
    contract: Contract
    people: dict[str, Participant] = field(default_factory=dict)

    def measured(self, person: str, value: str, on: date, *, reason: str = "") -> Measurement:
        row = Candidate(
            participant=self.people[person].code,
            metric="permanent-work",
            point="after",
            measured_on=on.isoformat(),
            value=value,
            evidence_source="Contract of employment",
            evidence_location="Client folder",
            correction_reason=reason,
        )
        (saved,) = outcomes.services.submit_measurements(
            actor=self.town.ben, contract=self.contract, rows=[row], door=Door.FORM
        ).measurements
        outcomes.services.check_measurements(actor=system_user(), contract=self.contract)
        outcomes.services.verify_measurement(actor=self.town.cleo, measurement=saved)
        return saved

    def closed(self, number: int) -> Closing:
        period = self.contract.periods.get(number=number)
        closing = outcomes.services.force_closing(
            actor=self.town.pia, period=period, reason="The story goes on."
        )
        seen = outcomes.selectors.draft(period).pinned.digest
        return outcomes.services.sign_closing(actor=self.town.cleo, closing=closing, digest=seen)

    def claimed(self, number: int) -> Claim:
        return services.calculate_claim(actor=self.town.pia, closing=self.closed(number))

    def decided(self, claim: Claim) -> Claim:
        return approve(submitted(claim, self.town), self.town.ada, self.town.ari)


def begun(town: Town, clawback: str, **changes: Any) -> Story:
    """The four are enrolled; nothing is measured yet."""
    contract = make_payable_contract(town, **(terms(clawback) | changes))
    people = make_participants(make_cohort(contract), 4, served_by=town.lahde)
    Consent.objects.bulk_create(
        Consent(
            participant=person, switch=switch, given=True, given_by="self",
            effective_on=contract.starts_on, recorded_by=town.ben,
        )
        for person in people
        for switch in ("service", "contact", "register_follow_up")
    )  # fmt: skip
    return Story(town, contract, dict(zip(("anna", "bo", "carl", "dora"), people, strict=True)))


def told(town: Town, clawback: str) -> Story:
    """Anna and Bo get work in the first half-year, Carl in the second; both are claimed. Then it
    turns out that Anna never had it, and Dora gets work."""
    story = begun(town, clawback)
    for person in ("anna", "bo"):
        story.measured(person, "yes", DAYS[1])
    assert story.claimed(1).amount == Decimal("2200.00")
    story.measured("carl", "yes", DAYS[2])
    assert story.claimed(2).amount == Decimal("6100.00")
    story.measured("anna", "no", DAYS[1], reason="The contract was never signed.")
    story.measured("dora", "yes", DAYS[3])
    return story


def lines(claim: Claim) -> list[tuple[str, str, str]]:
    """Payment term, the claim it corrects, and the amount."""
    return [
        (row.payment_term_key, str(row.explanation["inputs"].get("corrects", "")), str(row.amount))
        for row in claim.lines.order_by("position")
    ]


def test_a_corrected_fact_is_taken_off_the_next_claim_and_given_back_when_it_was_right_after_all(
    town: Town,
) -> None:
    story = told(town, "credit")
    first, second = Claim.objects.order_by("number")
    as_paid = [(one.calculation, one.inputs, one.digest, one.amount) for one in (first, second)]
    third = story.claimed(3)
    # Dora brings 1000, and three have work to date as was claimed; Anna and the threshold fall.
    assert lines(third) == [
        ("each", "", "1000.00"),
        ("to-date", "", "0.00"),
        ("final", "", "0.00"),
        ("each", "1", "-1000.00"),
        ("final", "2", "-5000.00"),
    ]
    assert third.amount == Decimal("0.00")
    story.measured("anna", "yes", DAYS[1], reason="It was signed a day later.")
    fourth = story.claimed(4)
    assert fourth.inputs["earlier"]["credit"] == "5000.00"
    # Anna is paid as new now, so only the threshold is left to make up for.
    assert lines(fourth) == [
        ("each", "", "1000.00"),
        ("to-date", "", "100.00"),
        ("final", "", "0.00"),
        ("final", "2", "5000.00"),
    ]
    assert fourth.amount == Decimal("1100.00")
    standing = [first, second, third, fourth]
    # Four people with work and a threshold reached, as if it had been known from the start.
    assert sum(one.amount for one in standing) == Decimal("4000") + 400 + 5000
    assert [(one.claim, one.amount) for one in corrections_of(town.pia, second)] == [
        (third, Decimal("-5000.00")),
        (fourth, Decimal("5000.00")),
    ]
    assert corrections_of(town.eve, second) == []
    for one in standing:
        one.refresh_from_db()
        assert recalculate(one).is_equal
    assert as_paid == [
        (one.calculation, one.inputs, one.digest, one.amount) for one in (first, second)
    ]


def test_without_clawback_it_is_told_once_and_not_taken_back(town: Town, sign_in: SignIn) -> None:
    story = told(town, "none")
    third = story.claimed(3)
    first = Claim.objects.get(number=1)
    shown = {
        claim.number: sign_in(town.pia)
        .get(reverse("payments:claim-detail", args=[claim.pk]))
        .content.decode()
        for claim in (first, third)
    }
    assert f'Corrected by <a href="/claims/{third.pk}/">claim 3</a>' in shown[1]
    assert f'href="/claims/{first.pk}/#lines">See claim 1</a>' in shown[3]
    assert lines(third)[3:] == [("each", "1", "0.00"), ("final", "2", "0.00")]
    assert third.amount == Decimal("1000.00")
    row = Line.objects.get(claim=third, payment_term_key="final", position=5)
    assert explained.line_sentence(
        Step.from_json(row.explanation), parse(third.terms.document)
    ) == (
        "Correction of claim 2 for “final”: −5,000.00 is not taken back, since no clawback is"
        " agreed; a measurement was corrected or came late."
    )
    assert lines(story.claimed(4))[3:] == []


def test_a_claim_below_zero_is_repaid_where_that_is_agreed(town: Town, sign_in: SignIn) -> None:
    story = told(town, "repaid")
    make_capital(story.contract, town, town.vaahtera)
    third = story.decided(story.claimed(3))
    assert (third.amount, third.state) == (Decimal("-5000.00"), ClaimState.APPROVED)
    share = third.payer_shares.get()
    record = reverse("payments:payment-record", args=[third.pk, share.payer_id])
    client = sign_in(town.pia)
    shown = client.get(record).content.decode()
    assert "got this back?" in shown
    assert 'value="5000.00"' in shown
    typed = {"amount": "5 000,00", "paid_on": "1.8.2024", "reference": ""}
    assert client.post(record, typed).status_code == 302
    third.refresh_from_db()
    assert third.state == ClaimState.SETTLED
    assert recalculate(third).is_equal


def test_after_the_last_period_corrections_are_a_claim_of_their_own(town: Town) -> None:
    story = told(town, "credit")
    with pytest.raises(RuleViolation, match="last_claim_undecided"):
        services.calculate_correction(actor=town.pia, contract=story.contract)
    for number in (3, 4):
        story.claimed(number)
    for claim in Claim.objects.order_by("number"):
        story.decided(claim)
    with pytest.raises(RuleViolation, match="nothing_to_correct"):
        services.calculate_correction(actor=town.pia, contract=story.contract)
    story.measured("anna", "yes", DAYS[1], reason="It was signed a day later.")
    # The night proposes it, once; officials look at it and submit it.
    for _night in range(2):
        services.enqueue_corrections()
    services.propose_correction(Job.objects.get(kind=services.CORRECT))
    last = Claim.objects.get(kind=ClaimKind.CORRECTION)
    assert (last.state, last.calculated_by) == (ClaimState.CALCULATED, system_user())
    assert services.calculate_correction(actor=town.pia, contract=story.contract) == last
    assert lines(last) == [
        ("each", "1", "1000.00"), ("to-date", "3", "100.00"), ("final", "2", "5000.00"),
    ]  # fmt: skip
    # The credit that the third claim left is used up first.
    assert last.amount == Decimal("1100.00")
    assert recalculate(last).is_equal
    services.return_claim(actor=town.ada, claim=submitted(last, town), reason="Look again.")
    again = services.calculate_correction(actor=town.pia, contract=story.contract)
    last.refresh_from_db()
    assert (last.state, again.amount) == (ClaimState.REPLACED, last.amount)


def test_what_a_decided_dispute_adds_comes_with_the_next_claim_and_what_it_takes_off_counts_as_gone(
    town: Town,
) -> None:
    story = told(town, "credit")
    values = {"kind": OrganisationKind.EVALUATOR}
    arvio, expert = make_organisation(name="Arvio", **values), make_user(name="Elsa of Arvio")
    make_party(contract=story.contract, town=town, organisation=arvio, role=PartyRole.EXPERT)
    make_membership(user=expert, organisation=arvio, role=MemberRole.APPROVER)
    for claim in Claim.objects.order_by("number"):
        submitted(claim, town)
    lower, higher = (
        Line.objects.get(claim__number=number, payment_term_key=key)
        for number, key in ((1, "to-date"), (2, "each"))
    )
    before = story.contract.claims.get(number=2)
    for line, amount in ((lower, "150.00"), (higher, "1250.00")):
        _decided(town, expert, line, Decimal(amount))
    third = story.claimed(3)
    assert third.inputs["earlier"]["by_term"]["to-date"] == "250.00"
    assert third.inputs["earlier"]["total"] == str(before.amount + Decimal("2200.00") - 50)
    # Anna's correction is taken off the first claim; the second stands as it was decided.
    assert lines(third)[3:] == [
        ("each", "2", "250.00"), ("each", "1", "-1000.00"), ("final", "2", "-5000.00"),
    ]  # fmt: skip


def _decided(town: Town, expert: User, line: Line, amount: Decimal) -> None:
    party = line.claim.contract.parties.get(organisation=town.lahde)
    row = services.raise_objection(
        actor=town.bea, line=line, party=party, reason="It was agreed otherwise."
    )
    services.decide_objection(
        actor=expert, objection=row, outcome=Outcome.CHANGED, reason="Heard both.", amount=amount
    )
