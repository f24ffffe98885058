"""The whole road by services, from referral to the investor's statement, once through each door.

The three doors must leave the same rows, and the same rows the same claim; every figure of the
statement must be one that the claim's explanation gives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import cohorts.services as cohorts
import outcomes.services as outcomes
import payments.services as payments
from cohorts.models import Participant
from contracts.models import Contract
from outcomes import selectors
from outcomes.models import Closing, Door, Measurement
from outcomes.rules.candidate import Candidate
from payments.models import Claim
from payments.selectors.statements import investor_statement
from payments.states import ClaimState
from sibportal.accounts.models import User
from sibportal.accounts.services import system_user
from sibportal.kernel.dates import add_months
from sibportal.kernel.explain import Calculation, Step
from tests.factories.accounts import make_token
from tests.factories.cohorts import make_cohort, make_participants
from tests.factories.contracts import make_contract, make_metric
from tests.factories.outcomes import TITLE, terms_document
from tests.factories.payments import approve, make_capital
from tests.worlds import Town

pytestmark = pytest.mark.django_db
SWITCHES = ("service", "contact", "register_follow_up")
ENROLLED_AFTER_DAYS = 40
Rows = Sequence[Candidate]


# The town's contract and people ------------------------------------------------------------------
def contract_in_force(
    town: Town, document: dict[str, Any], *, months: int, running: int
) -> Contract:
    """A contract with yearly periods that began `running` months ago and lasts `months`."""
    starts_on = add_months(timezone.localdate().replace(day=1), -running)
    return make_contract(
        town, document=document, starts_on=starts_on, ends_on=add_months(starts_on, months),
        period_months=12,
    )  # fmt: skip


def enrolled_on(contract: Contract) -> date:
    return contract.starts_on + timedelta(days=ENROLLED_AFTER_DAYS)


def serve(town: Town, contract: Contract, number: int) -> list[Participant]:
    """People who are referred, contacted, enrolled and asked for consent, one by one."""
    on = enrolled_on(contract)
    cohort = cohorts.create_cohort(
        actor=town.pia,
        contract=contract,
        facts=cohorts.CohortFacts(
            code_prefix="TP", places=number, enrolment_starts_on=contract.starts_on,
            enrolment_ends_on=add_months(contract.starts_on, 12), title_en="Young adults",
        ),
    )  # fmt: skip
    people = []
    for _number in range(number):
        facts = cohorts.ReferralFacts(unit_kind="employment_office", referred_on=on)
        person = cohorts.refer_participant(actor=town.casper, cohort=cohort, facts=facts)
        cohorts.contact_referral(actor=town.ben, participant=person, contacted_on=on)
        cohorts.enrol_participant(
            actor=town.ben,
            participant=person,
            facts=cohorts.EnrolmentFacts(enrolled_on=on, started_on=on),
        )
        for switch in SWITCHES:
            cohorts.record_consent(
                actor=town.ben, participant=person, switch=switch, given=True, given_by="self",
                effective_on=on,
            )  # fmt: skip
        people.append(person)
    return people


def row(contract: Contract, person: Participant, metric: str, value: str, **more: str) -> Candidate:
    """A measurement at the start, or a year later."""
    point = more.get("point", "after")
    months = {"start": 0, "after": 12}[point]
    return Candidate(
        participant=person.code, metric=metric, point=point, value=value,
        measured_on=add_months(enrolled_on(contract), months).isoformat(),
        evidence_source="Contract of employment", evidence_location="Client folder",
    )  # fmt: skip


def reports(contract: Contract, people: Sequence[Participant], *, reached: int) -> list[Candidate]:
    """Work for everybody; health grows for the first `reached` and stays for the others."""
    rows = [row(contract, one, "self-rated-health", "2", point="start") for one in people]
    for place, one in enumerate(people):
        rows.append(row(contract, one, "permanent-work", "yes"))
        grown = "3" if place < reached else "2"
        rows.append(row(contract, one, "self-rated-health", grown))
    return rows


# Through each door -------------------------------------------------------------------------------
def by_form(town: Town, contract: Contract, rows: Rows) -> None:
    client = Client()
    client.force_login(town.ben)
    for one in rows:
        person = Participant.objects.get(cohort__contract=contract, code=one.participant)
        address = reverse("outcomes:measurement-submit", args=[person.pk])
        day = date.fromisoformat(one.measured_on)
        typed = {
            "value": one.value,
            "measured_on": f"{day.day}.{day.month}.{day.year}",
            "evidence_source": one.evidence_source,
            "evidence_location": one.evidence_location,
        }
        saved = client.post(f"{address}?metric={one.metric}&point={one.point}", typed)
        assert saved.status_code == 302, saved.content


def by_file(town: Town, contract: Contract, rows: Rows) -> None:
    client = Client()
    client.force_login(town.ben)
    columns = ("participant", "metric", "point", "measured_on", "value", "evidence_source",
               "evidence_location")  # fmt: skip
    lines = [";".join(columns)] + [
        ";".join(getattr(one, column) for column in columns) for one in rows
    ]
    read = client.post(
        reverse("outcomes:import-create", args=[contract.pk]),
        {"file": SimpleUploadedFile("rows.csv", "\n".join(lines).encode())},
    )
    assert read.status_code == 302, read.content
    assert not Measurement.objects.filter(contract=contract).exists()
    saved = client.post(f"{read['Location']}confirm/", {"rows": "all"})
    assert saved.status_code == 302, saved.content


def by_rest(town: Town, contract: Contract, rows: Rows) -> None:
    secret = f"sib_walk-{contract.code}"
    make_token(secret, user=town.ben)
    sent = [
        {
            "participant": one.participant, "metric": one.metric, "point": one.point,
            "measured_on": one.measured_on, "value": one.value,
            "evidence_source": one.evidence_source, "evidence_location": one.evidence_location,
        }
        for one in rows
    ]  # fmt: skip
    saved = Client().post(
        reverse("api:measurement-list"),
        {"contract": str(contract.pk), "rows": sent},
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert saved.status_code == 201, saved.content


DOORS: dict[Door, Callable[[Town, Contract, Rows], None]] = {
    Door.FORM: by_form,
    Door.CSV: by_file,
    Door.API: by_rest,
}


# Onwards -----------------------------------------------------------------------------------------
def verify_everything(town: Town, contract: Contract) -> None:
    """The portal checks, then Cleo says of every row that it is true."""
    outcomes.check_measurements(actor=system_user(), contract=contract)
    waiting = selectors.awaiting_verification(town.cleo, contract)
    ids = [one.uuid for one in waiting]
    if not ids:
        return
    done = outcomes.verify_measurements(actor=town.cleo, contract=contract, measurement_ids=ids)
    assert (done.verified, done.left) == (len(ids), ())


def close_next(town: Town, contract: Contract) -> Closing:
    """What is complete is proposed by the portal and signed by the verifier."""
    closing = outcomes.propose_closing(actor=system_user(), contract=contract)
    assert closing is not None, "the oldest open period is complete"
    seen = selectors.draft(closing.period)
    return outcomes.sign_closing(actor=town.cleo, closing=closing, digest=seen.pinned.digest)


def settle(town: Town, claim: Claim) -> Claim:
    """Submitted, approved by two, and paid where there is something to pay."""
    payments.submit_claim(actor=town.pia, claim=claim)
    approve(claim, town.ada, town.ari)
    for share in claim.payer_shares.filter(amount__gt=0):
        payments.record_payment(
            actor=town.pia, claim=claim, payer=share.payer, amount=share.amount,
            paid_on=timezone.localdate(), reference="RF18",
        )  # fmt: skip
    claim.refresh_from_db()
    assert claim.state == ClaimState.SETTLED
    return claim


def calculated(closing: Closing) -> Claim:
    return payments.calculate_claim(actor=system_user(), closing=closing)


def tree(claim: Claim) -> Step:
    return Calculation.from_json(claim.calculation).root


def _sum_of(claim: Claim) -> Decimal:
    result = tree(claim).result
    assert isinstance(result, Decimal)
    return result


# What is compared --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Left:
    """What one walk left behind, without ids and clocks."""

    rows: list[tuple[object, ...]]
    results: list[tuple[object, ...]]
    claims: list[tuple[object, ...]]


def left_behind(contract: Contract) -> Left:
    rows = Measurement.objects.filter(contract=contract).order_by(
        "participant__code", "metric__code", "point_key"
    )
    closings = contract.closings.order_by("period__number")
    return Left(
        rows=list(
            rows.values_list(
                "participant__code", "metric__code", "metric__version", "point_key", "measured_on",
                "value", "not_reached_reason", "contact_attempts", "evidence_source",
                "evidence_location", "note", "counted_in__number", "supersedes",
                "correction_reason", "state", "submitted_by",
            )
        ),
        results=list(
            closings.values_list(
                "row_count", "results__outcome_key", "results__numerator",
                "results__cumulative_numerator", "results__denominator", "results__measured",
                "results__estimate", "results__interval_low", "results__interval_high",
            ).order_by("period__number", "results__outcome_key")
        ),
        claims=[
            (claim.number, claim.amount, _without_ids(claim.calculation), _lines(claim))
            for claim in contract.claims.order_by("number")
        ],
    )  # fmt: skip


def _lines(claim: Claim) -> list[tuple[object, ...]]:
    return [
        (line.payment_term_key, line.quantity, line.amount, _without_ids(line.explanation))
        for line in claim.lines.all()
    ]


def _without_ids(stored: object) -> str:
    return re.sub(r"result:[0-9a-f-]{36}", "result", repr(stored))


# The walks ---------------------------------------------------------------------------------------
def walked(town: Town, door: Door) -> Contract:
    """Four people, two of whom reach both outcomes: half of them, so cost and premium are due."""
    contract = contract_in_force(town, terms_document(expected_path=[]), months=48, running=30)
    make_capital(contract, town, town.vaahtera, on=contract.starts_on)
    people = serve(town, contract, 4)
    DOORS[door](town, contract, reports(contract, people, reached=2))
    verify_everything(town, contract)
    for _period in range(2):
        settle(town, calculated(close_next(town, contract)))
    assert outcomes.propose_closing(actor=system_user(), contract=contract) is None
    return contract


def test_form_file_and_rest_leave_the_same_rows_and_the_same_claims(people: Town) -> None:
    contracts = {door: walked(people, door) for door in DOORS}
    found = {door: left_behind(contract) for door, contract in contracts.items()}
    assert found[Door.CSV] == found[Door.FORM]
    assert found[Door.API] == found[Door.FORM]
    for door, contract in contracts.items():
        assert set(contract.measurements.values_list("door", flat=True)) == {door}
    assert len(found[Door.FORM].rows) == 12
    assert [str(one[1]) for one in found[Door.FORM].claims] == ["0.00", "6480000.00"]


def test_the_statement_says_what_the_explanation_of_the_claims_gives(people: Town) -> None:
    contract = walked(people, Door.API)
    statement = investor_statement(people.dag, people.vaahtera, timezone.localdate())
    (one,) = statement.contracts
    roots = [_sum_of(claim) for claim in contract.claims.order_by("number")]
    assert roots == [Decimal("0.00"), Decimal("6480000.00")]
    assert one.line.received == roots[0] + roots[1] == Decimal("6480000.00")
    assert [part.amount for part in one.received_parts] == [roots[1]]
    assert one.line.committed == one.line.paid_in == Decimal("6000000.00")
    assert (one.line.expected, one.line.still_possible) == (Decimal(0), Decimal(0))
    assert [(total.currency, total.line) for total in statement.totals] == [("SEK", one.line)]


def test_what_is_calculated_and_unpaid_is_expected_and_no_more_possible(people: Town) -> None:
    contract = contract_in_force(people, terms_document(expected_path=[]), months=48, running=30)
    make_capital(contract, people, people.vaahtera, on=contract.starts_on)

    def line() -> Any:
        (one,) = investor_statement(people.dag, people.vaahtera, timezone.localdate()).contracts
        return one.line

    assert (line().expected, line().still_possible) == (Decimal(0), Decimal("6480000.00"))
    served = serve(people, contract, 2)
    by_rest(people, contract, reports(contract, served, reached=1))
    verify_everything(people, contract)
    calculated(close_next(people, contract))
    claim = calculated(close_next(people, contract))
    assert line().expected == tree(claim).result == Decimal("6480000.00")
    assert (line().received, line().still_possible) == (Decimal(0), Decimal(0))


@pytest.mark.parametrize(("reached", "amount"), [(99, "0.00"), (100, "6480000.00")])
def test_half_of_200_people_decides_on_6_480_000_through_the_whole_database(
    people: Town, reached: int, amount: str
) -> None:
    document = terms_document(expected_path=[])
    document["payment_terms"][0]["timing"] = "final"
    assessed = add_months(timezone.localdate().replace(day=1), -26 + 24) - timedelta(days=1)
    document["payment_terms"][0]["assessment_on"] = assessed.isoformat()
    contract = contract_in_force(people, document, months=24, running=26)
    make_capital(contract, people, people.vaahtera, on=contract.starts_on)
    served = make_participants(make_cohort(contract), 200, enrolled_on=enrolled_on(contract))
    _consent_all(people.ben, served, enrolled_on(contract))
    outcomes.submit_measurements(
        actor=people.ben, contract=contract, door=Door.CSV,
        rows=reports(contract, served, reached=reached),
    )  # fmt: skip
    verify_everything(people, contract)
    first, last = (calculated(close_next(people, contract)) for _period in range(2))
    assert str(first.amount) == "0.00"
    assert str(last.amount) == amount
    result = last.closing.results.get(outcome_key="together")
    assert (result.cumulative_numerator, result.denominator) == (reached, 200)
    assert last.closing.results.get(outcome_key="work").cumulative_numerator == 200
    assert str(tree(last).result) == amount
    assert settle(people, first).payments.count() == 0
    assert settle(people, last).payments.count() == (amount != "0.00")


def _consent_all(worker: User, people: Sequence[Participant], on: date) -> None:
    from cohorts.models import Consent

    Consent.objects.bulk_create(
        Consent(
            participant=one, switch=switch, given=True, given_by="self", effective_on=on,
            recorded_by=worker,
        )
        for one in people
        for switch in SWITCHES
    )  # fmt: skip


def rate_card_document() -> dict[str, Any]:
    """1 000 for each term at school, at most two for one child; the line pays at most 7 000."""
    document = terms_document(expected_path=[])
    points = [
        {
            "key": f"term_{number}", "title": TITLE, "anchor": "enrolment",
            "offset_months": 3 * number, "tolerance_before_days": 20, "tolerance_after_days": 20,
        }
        for number in (1, 2, 3)
    ]  # fmt: skip
    attendance = {
        "key": "attendance", "title": TITLE, "metric": {"code": "school-attendance", "version": 1},
        "points": [point["key"] for point in points],
        "condition": {"kind": "at_least", "value": "90"},
        "count": {"kind": "repeatable", "most_per_person": 2},
    }  # fmt: skip
    line = {
        "key": "attendance", "title": TITLE, "measure": {"kind": "count", "outcome": "attendance"},
        "price": {"kind": "unit_price", "amount": "1000.00"}, "timing": "cumulative",
        "limit": {"cap": "7000.00"},
    }  # fmt: skip
    claim = document["claim"] | {"cap": "9000.00"}
    return document | {
        "points": points, "outcomes": [attendance], "payment_terms": [line], "claim": claim,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("children", "counted", "amount"),
    [(3, 6, "6000.00"), (4, 8, "7000.00"), (5, 10, "7000.00")],
    ids=["below the cap", "one over the cap", "far over the cap"],
)
def test_a_rate_card_pays_twice_for_one_child_at_most_and_stops_at_its_cap(
    people: Town, children: int, counted: int, amount: str
) -> None:
    make_metric(code="school-attendance", kind="number", minimum=0, maximum=100)
    contract = contract_in_force(people, rate_card_document(), months=36, running=14)
    served = serve(people, contract, children)
    rows = [
        replace(
            row(contract, child, "school-attendance", "95"),
            point=f"term_{number}",
            measured_on=add_months(enrolled_on(contract), 3 * number).isoformat(),
        )
        for child in served
        for number in (1, 2, 3)
    ]
    by_rest(people, contract, rows)
    verify_everything(people, contract)
    closing = close_next(people, contract)
    claim = calculated(closing)
    assert closing.results.get().cumulative_events == counted
    assert str(claim.amount) == amount
    (line,) = claim.lines.all()
    assert (line.quantity, str(line.amount)) == (Decimal(counted), amount)
