"""A closing that the parties open again: a new version beside the former, and the next claim makes
up for the difference."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse

import contracts.selectors
import outcomes.selectors
import outcomes.services
from outcomes.models import Closing, ClosingReopening
from outcomes.selectors.closings import previous_cut_off
from outcomes.states import ClosingState
from payments import services
from payments.models import Claim
from payments.selectors.governing import unclaimed_closings
from payments.selectors.recalculation import recalculate
from sibportal.accounts.models import User
from sibportal.accounts.services import system_user
from sibportal.audit.models import Event
from sibportal.kernel.errors import NotAllowed, NotVisible, RuleViolation
from tests.factories.cohorts import make_participants
from tests.factories.contracts import approver_of
from tests.factories.payments import submitted
from tests.payments.conftest import SignIn
from tests.payments.test_corrections import DAYS, Story, begun, lines, terms
from tests.worlds import Town

REASON = "The school sent its list late."


def asked(story: Story, closing: Closing) -> ClosingReopening:
    return outcomes.services.ask_reopening(actor=story.town.pia, closing=closing, reason=REASON)


def approvers(story: Story) -> list[User]:
    parties = contracts.selectors.required_parties(story.contract)
    return [approver_of(party.organisation) for party in parties]


def opened(story: Story, closing: Closing) -> Closing:
    reopening = asked(story, closing)
    for person in approvers(story):
        found = outcomes.services.consent_to_reopening(
            actor=person, closing=closing, digest=reopening.digest
        )
    return found


def signed(story: Story, closing: Closing) -> Closing:
    seen = outcomes.selectors.draft(closing.period).pinned.digest
    return outcomes.services.sign_closing(actor=story.town.cleo, closing=closing, digest=seen)


def first_claim(story: Story) -> Claim:
    """Anna and Bo have work in the first half-year."""
    for person in ("anna", "bo"):
        story.measured(person, "yes", DAYS[1])
    claim = story.claimed(1)
    assert claim.amount == Decimal("2200.00")
    return claim


def test_what_a_new_version_counts_is_made_up_for_by_the_next_claim(town: Town) -> None:
    story = begun(town, "credit")
    claim = story.decided(first_claim(story))
    kept = (claim.calculation, claim.inputs, claim.digest, claim.amount)
    former = claim.closing
    again = opened(story, former)
    assert (again.version, again.state) == (2, ClosingState.PROPOSED)
    late = story.measured("dora", "yes", DAYS[1])
    wrong = story.measured("anna", "no", DAYS[1], reason="The contract was never signed.")
    story.measured("carl", "yes", DAYS[1])
    assert {late.counted_in.number, wrong.counted_in.number} == {1}
    again = signed(story, again)

    # Two came and one went: the former version and its claim stay as they were.
    assert [row.results.get(outcome_key="work").numerator for row in (former, again)] == [2, 3]
    for row in (former, again):
        pinned = outcomes.selectors.recompute_closing(row)
        assert (pinned.row_count, pinned.digest) == (row.row_count, row.digest)
    shown = [row.closing for row in outcomes.selectors.results(town.pia, story.contract)]
    assert set(shown) == {again}
    assert services.calculate_claim(actor=system_user(), closing=again) == claim
    assert not unclaimed_closings().exists()

    second = story.claimed(2)
    # Nobody is new in the second period; the first lacked one at 1 000 and to date one at 100; and
    # three of four have work at the end of the year.
    assert lines(second) == [
        ("each", "", "0.00"),
        ("to-date", "", "100.00"),
        ("final", "", "5000.00"),
        ("each", "1", "1000.00"),
    ]
    claim.refresh_from_db()
    assert (claim.calculation, claim.inputs, claim.digest, claim.amount) == kept
    for one in (claim, second):
        assert recalculate(one).is_equal
    assert previous_cut_off(second.period).measurement == again.measurement_cut_off
    # The third claim has nothing left to make up for.
    assert [one for one in lines(story.claimed(3)) if one[1]] == []


def test_who_was_forgotten_reaches_the_claim_of_the_former_version(town: Town) -> None:
    priced = terms("credit")["payment_terms"]
    priced[2]["assessment_on"] = "2023-06-30"
    story = begun(town, "credit", payment_terms=priced)
    for person in ("anna", "bo", "carl"):
        story.measured(person, "yes", DAYS[1])
    claim = story.decided(story.claimed(1))
    assert claim.amount == Decimal("3300.00") + 5000  # three in four: the threshold
    again = opened(story, claim.closing)
    cohort = story.people["anna"].cohort
    make_participants(cohort, 2, served_by=town.lahde)
    again = signed(story, again)
    assert again.results.get(outcome_key="work").denominator == 6
    assert claim.closing.results.get(outcome_key="work").denominator == 4
    second = story.claimed(2)
    assert [one for one in lines(second) if one[1]] == [("final", "1", "-5000.00")]
    claim.refresh_from_db()
    assert recalculate(claim).is_equal
    assert recalculate(second).is_equal


def test_a_returned_claim_is_calculated_anew_on_the_new_version(town: Town) -> None:
    story = begun(town, "credit")
    claim = submitted_and_returned(story, first_claim(story))
    again = opened(story, claim.closing)
    story.measured("dora", "yes", DAYS[1])
    with pytest.raises(RuleViolation, match="closing_opened_again"):
        services.calculate_claim(actor=town.pia, closing=claim.closing)
    again = signed(story, again)
    anew = services.calculate_claim(actor=town.pia, closing=claim.closing)
    assert (anew.closing, anew.amount) == (again, Decimal("3300.00"))
    claim.refresh_from_db()
    assert claim.state == "replaced"


def submitted_and_returned(story: Story, claim: Claim) -> Claim:
    return services.return_claim(
        actor=story.town.ada, claim=submitted(claim, story.town), reason="Wait for the list."
    )


def test_the_pages_lead_from_the_question_to_the_open_period(town: Town, sign_in: SignIn) -> None:
    story = begun(town, "credit")
    closing = first_claim(story).closing
    detail = reverse("outcomes:closing-detail", args=[closing.pk])
    ask = reverse("outcomes:closing-reopen", args=[closing.pk])
    consent = reverse("outcomes:closing-consent", args=[closing.pk])
    official = sign_in(town.pia)
    assert ask in official.get(detail).content.decode()
    assert official.post(ask, {"reason": " "}).status_code == 422
    assert official.post(ask, {"reason": REASON}).status_code == 302
    home = reverse("portal:home")
    for person in approvers(story):
        visitor = sign_in(person)
        assert consent in visitor.get(home, follow=True).content.decode()
        assert consent in visitor.get(detail).content.decode()
        page = visitor.get(consent)
        assert REASON in page.content.decode()
        seen = {"digest": page.context["form"].initial["digest"]}
        assert visitor.post(consent, seen).status_code == 422
        assert visitor.post(consent, {"digest": "0", "read": "on"}).status_code == 422
        answer = visitor.post(consent, seen | {"read": "on"})
        assert consent not in visitor.get(home, follow=True).content.decode()
    again = Closing.objects.get(period=closing.period, version=2)
    assert answer["Location"] == reverse("outcomes:closing-detail", args=[again.pk])
    assert answer["Location"] in official.get(detail).content.decode()
    assert detail in official.get(answer["Location"]).content.decode()
    results = official.get(reverse("outcomes:result-list", args=[story.contract.pk]))
    assert "Open again" in results.content.decode()


def test_only_the_parties_open_a_closing_and_only_the_last_one(town: Town) -> None:
    story = begun(town, "credit")
    first = first_claim(story).closing
    with pytest.raises(RuleViolation, match="reason_needed"):
        outcomes.services.ask_reopening(actor=town.pia, closing=first, reason="  ")
    with pytest.raises((NotAllowed, NotVisible)):
        outcomes.services.ask_reopening(actor=town.cleo, closing=first, reason=REASON)
    old = asked(story, first)
    reopening = asked(story, first)
    people = approvers(story)
    assert len(people) > 1
    with pytest.raises(RuleViolation, match="reopening_changed"):
        outcomes.services.consent_to_reopening(actor=people[0], closing=first, digest="0" * 64)
    assert old.digest == reopening.digest  # the same reason is the same question
    for person in (town.pia, town.cleo):
        with pytest.raises((NotAllowed, NotVisible)):
            outcomes.services.consent_to_reopening(
                actor=person, closing=first, digest=reopening.digest
            )
    for _ in range(2):
        found = outcomes.services.consent_to_reopening(
            actor=people[0], closing=first, digest=reopening.digest
        )
        assert found == first
    assert Closing.objects.filter(period=first.period).count() == 1
    second = story.claimed(2).closing
    with pytest.raises(RuleViolation, match="reopening_not_last"):
        outcomes.services.consent_to_reopening(
            actor=people[1], closing=first, digest=reopening.digest
        )
    with pytest.raises(RuleViolation, match="reopening_not_last"):
        asked(story, first)
    again = opened(story, second)
    with pytest.raises(RuleViolation, match="reopening_under_way"):
        asked(story, second)
    with pytest.raises(RuleViolation, match="closing_too_early"):
        story.closed(3)
    assert Event.objects.filter(action="closing.opened_again").count() == 1
    with pytest.raises(IntegrityError, match="new_version_after_reopening"), transaction.atomic():
        Closing.objects.filter(pk=again.pk).update(version=1, reopening=again.reopening)
    with pytest.raises(ProgrammingError), transaction.atomic():
        ClosingReopening.objects.update(reason="Another.")
