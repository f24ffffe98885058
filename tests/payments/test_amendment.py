"""A follow-up is extended from two years to three while its claim waits: what it changes for whom,
and what happens to the claim when everybody has agreed."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

import contracts.services
from contracts import selectors
from contracts.models import Contract, Terms
from outcomes.models import Closing, Result
from outcomes.selectors.pinned import latest_cut_off
from outcomes.states import ClosingState
from payments import services
from payments.models import Claim, ClaimReturn
from payments.selectors.amendment import effects
from payments.selectors.governing import amended_claims, recounted
from payments.selectors.recalculation import recalculate
from payments.states import ClaimState
from sibportal.accounts.roles import MemberRole
from sibportal.accounts.services import system_user
from sibportal.jobs.models import Job
from sibportal.kernel.dates import add_months
from sibportal.kernel.errors import NotAllowed, NotVisible
from tests.factories.accounts import make_membership, make_user
from tests.factories.contracts import agree_all
from tests.factories.outcomes import TITLE, Scene, make_scene, terms_document, verified

CLOSED = 5
STARTS_ON = add_months(timezone.localdate().replace(day=1), -30)


def after_years(years: int) -> dict[str, Any]:
    """Work some years after enrolment, 1 000 per person, paid once at the end of that half-year."""
    document = terms_document()
    end = add_months(STARTS_ON, 12 * years + 6)
    return document | {
        "points": [document["points"][0], document["points"][1] | {"offset_months": 12 * years}],
        "outcomes": [document["outcomes"][0]],
        "payment_terms": [
            {
                "key": "work",
                "title": TITLE,
                "measure": {"kind": "count", "outcome": "work"},
                "price": {"kind": "unit_price", "amount": "1000.00"},
                "timing": "final",
                "assessment_on": (end - timedelta(days=1)).isoformat(),
            }
        ],
    }


@pytest.fixture
def scene(db: None) -> Scene:
    """Three people had work two years after they enrolled; five half-years are closed."""
    scene = make_scene(document=after_years(2))
    due = add_months(scene.enrolled_on, 24)
    rows = [
        {"participant": person, "value": 1, "measured_on": due, "counted_in": scene.periods[4]}
        for person in scene.participants
    ]
    verified(scene, rows)
    for party in scene.contract.parties.all():
        make_membership(user=make_user(), organisation=party.organisation, role=MemberRole.APPROVER)
    return scene


def close(scene: Scene, number: int) -> Closing:
    """Sign the closing of a period, as outcomes would: its results are counted from its rows."""
    cut_off, terms = latest_cut_off(), scene.contract.terms.get(version=1)
    closing = Closing.objects.create(
        contract=scene.contract,
        period=scene.periods[number - 1],
        terms=terms,
        state=ClosingState.SIGNED,
        proposed_by=scene.pia,
        signed_by=scene.cleo,
        signed_at=timezone.now(),
        measurement_cut_off=cut_off.measurement,
        verification_cut_off=cut_off.verification,
        row_count=0,
        digest="0" * 64,
    )
    Result.objects.bulk_create(recounted(closing, selectors.terms_document(terms)).results)
    return closing


def claims_of(scene: Scene) -> dict[int, Claim]:
    return {
        number: services.calculate_claim(actor=system_user(), closing=close(scene, number))
        for number in range(1, CLOSED + 1)
    }


def amend(scene: Scene, document: dict[str, Any], **values: Any) -> Terms:
    given: dict[str, Any] = {
        "scope": "all_open",
        "reason": "Two years are too short.",
        "valid_from": STARTS_ON,
    }
    draft = contracts.services.draft_amendment(
        actor=scene.pia, contract=scene.contract, document=document, **(given | values)
    )
    return contracts.services.propose_terms(actor=scene.pia, terms=draft)


def test_an_extended_follow_up_moves_the_payment_of_a_waiting_claim(scene: Scene) -> None:
    before = claims_of(scene)
    assert [str(claim.amount) for claim in before.values()] == ["0.00"] * 4 + ["3000.00"]
    waiting = services.submit_claim(actor=scene.pia, claim=before[CLOSED])
    terms = amend(scene, after_years(3))

    # Each party sees its gain or loss before it agrees.
    found = effects(scene.pia, terms)
    told = {one.period.number: (one.now.amount, one.then.amount) for one in found.periods}
    assert told[CLOSED] == (Decimal("3000.00"), Decimal("0.00"))
    assert found.periods[CLOSED - 1].claim == waiting
    assert {one.difference for one in found.periods[: CLOSED - 1]} == {Decimal(0)}
    parties = {(one.role, one.difference, one.is_gain) for one in found.parties}
    assert parties == {("Payer", Decimal("-3000.00"), True)}
    assert {party.role for party in found.without_money} == {"lead_provider"}
    assert not amended_claims().exists()

    # Everybody agrees; the portal sends the claim back and calculates it anew.
    agree_all(terms)
    run_jobs()
    waiting.refresh_from_db()
    assert waiting.state == ClaimState.REPLACED
    back = ClaimReturn.objects.get(claim=waiting)
    assert (back.reason, back.returned_by) == ("payments.terms_amended", system_user())
    standing = {claim.period.number: claim for claim in standing_claims(scene.contract)}
    assert len(standing) == CLOSED
    assert {claim.terms_id for claim in standing.values()} == {terms.pk}
    assert str(standing[CLOSED].amount) == "0.00"
    assert standing[CLOSED].state == ClaimState.CALCULATED
    for claim in standing.values():
        assert recalculate(claim).is_equal
    run_jobs()
    assert Claim.objects.count() == 2 * CLOSED


def run_jobs() -> None:
    services.enqueue_amended_claims()
    for job in Job.objects.filter(kind=services.AMEND, state="waiting"):
        services.recalculate_due_amended_claims(job)


def standing_claims(contract: Contract) -> list[Claim]:
    rows = Claim.objects.filter(contract=contract).exclude(state=ClaimState.REPLACED)
    return list(rows.select_related("period", "closing", "terms"))


def test_a_decided_claim_stands_and_later_scopes_leave_closed_periods_alone(scene: Scene) -> None:
    claims = claims_of(scene)
    Claim.objects.filter(pk=claims[CLOSED].pk).update(state=ClaimState.SUBMITTED)
    Claim.objects.filter(pk=claims[CLOSED].pk).update(state=ClaimState.APPROVED)
    terms = amend(scene, after_years(3))
    found = effects(scene.pia, terms)
    assert [one.period.number for one in found.periods] == [6]
    assert found.standing == (claims[CLOSED],)
    agree_all(terms)
    run_jobs()
    assert not Job.objects.filter(kind=services.AMEND).exists()
    assert Claim.objects.count() == CLOSED


def test_a_dearer_outcome_for_later_enrolments_changes_no_claim(scene: Scene) -> None:
    claims_of(scene)
    dearer = deepcopy(after_years(2))
    dearer["payment_terms"][0]["price"]["amount"] = "2000.00"
    terms = amend(scene, dearer, scope="later_enrolments", valid_from=scene.periods[5].starts_on)
    found = effects(scene.pia, terms)
    assert {one.difference for one in found.periods} == {Decimal(0)}
    assert [one.period.number for one in found.periods if one.is_reached] == [6]
    assert {one.is_gain for one in found.parties} == {False}


def test_those_who_see_no_counts_are_told_of_closed_periods_only(scene: Scene) -> None:
    claims_of(scene)
    terms = amend(scene, after_years(3))
    found = effects(scene.dag, terms)
    assert found.kept_back
    assert [one.period.number for one in found.periods] == [1, 2, 3, 4, 5]
    with pytest.raises(NotAllowed):
        effects(scene.ben, terms)
    with pytest.raises(NotVisible):
        effects(scene.eve, terms)


def test_what_cannot_be_calculated_says_why(scene: Scene) -> None:
    claims_of(scene)
    document = after_years(2)
    document["outcomes"].append(document["outcomes"][0] | {"key": "other"})
    document["payment_terms"][0]["compare"] = {
        "kind": "comparison_group",
        "source": "Register",
        "design": "matched",
    }
    terms = amend(scene, document)
    period = effects(scene.pia, terms).periods[CLOSED - 1]
    assert period.then.amount is None
    assert period.then.issues
    assert period.difference is None
