"""Register figures from the agreement to the closing: two people at the data holder, the verifier,
and what none of them can get past."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from outcomes import selectors, services
from outcomes.models import (
    Aggregate,
    AggregateSignature,
    AggregateVerification,
    Closing,
    Decision,
)
from outcomes.rules.aggregates.words import AggregateState, DeliveryStatus, Group
from outcomes.selectors import aggregates as read
from sibportal.accounts.roles import MemberRole
from sibportal.accounts.services import system_user
from sibportal.jobs.models import Reminder
from sibportal.kernel.errors import NotAllowed, NotVisible, RuleViolation
from tests.factories.accounts import make_membership, make_service_account, make_token
from tests.factories.registers import make_register, register_terms, unpaid_terms

pytestmark = pytest.mark.django_db


def total(closing: Closing) -> Decimal | None:
    return closing.results.get(outcome_key="days").cumulative_total


def test_figures_count_once_another_person_signed_and_the_verifier_accepted_them() -> None:
    register = make_register()
    row = register.deliver(register.group())
    assert not read.to_sign(register.rita)
    assert [one.pk for one in read.to_sign(register.saga)] == [row.pk]
    with pytest.raises(RuleViolation, match="aggregate_not_to_verify"):
        services.verify_aggregate(actor=register.scene.cleo, aggregate=row)
    with pytest.raises(RuleViolation, match="aggregate_changed"):
        services.sign_aggregate(actor=register.saga, aggregate=row, digest="0" * 64)
    register.sign(row)
    services.query_aggregate(
        actor=register.scene.cleo, aggregate=row, question="Do days in hospital count?"
    )
    assert read.state(read.fresh(row)) is AggregateState.QUERIED
    services.answer_aggregate(actor=register.rita, aggregate=row, text="They do not.")
    assert [one.pk for one in read.to_verify(register.scene.cleo)] == [row.pk]
    services.verify_aggregate(actor=register.scene.cleo, aggregate=row)
    closing = register.close()
    assert (total(closing), closing.aggregate_count, closing.row_count) == (Decimal(1000), 1, 0)
    assert selectors.recompute_closing(closing).digest == closing.digest


def test_a_period_waits_for_figures_of_registers() -> None:
    register = make_register()

    def waits() -> list[int]:
        items = selectors.period_status(register.contract)[0].items
        return [one.count for one in items if one.code == "outcomes.close_paid_deliveries_verified"]

    assert waits() == [1]
    # Payment rests on them: closed without, its claim could never be calculated.
    with pytest.raises(RuleViolation, match="closing_too_early"):
        register.close()
    register.accept(register.deliver(register.group()))
    assert waits() == [0]
    closing = services.propose_closing(actor=system_user(), contract=register.contract)
    assert closing is not None


def test_nobody_signs_figures_that_they_delivered() -> None:
    register = make_register()
    make_membership(
        user=register.rita, organisation=register.holder.organisation, role=MemberRole.APPROVER
    )
    row = register.deliver(register.group())
    with pytest.raises(NotAllowed) as refused:
        services.sign_aggregate(actor=register.rita, aggregate=row, digest=row.digest)
    assert refused.value.code == "outcomes.deliverer_is_signer"


def test_unsigned_figures_never_count_whatever_the_verifier_did() -> None:
    register = make_register(document=unpaid_terms())
    row = register.deliver(register.group())
    AggregateVerification.objects.create(
        aggregate=row, verifier=register.scene.cleo, decision=Decision.VERIFIED
    )
    assert total(register.close()) == 0


@pytest.mark.parametrize("decision", [None, Decision.QUERIED, Decision.REJECTED])
def test_figures_that_the_verifier_has_not_accepted_never_count(decision: Decision | None) -> None:
    register = make_register(document=unpaid_terms())
    row = register.deliver(register.group())
    register.sign(row)
    if decision is not None:
        AggregateVerification.objects.create(
            aggregate=row, verifier=register.scene.cleo, decision=decision, note="Look again."
        )
    assert total(register.close()) == 0


def test_a_correction_replaces_figures_and_never_changes_a_signed_closing() -> None:
    register = make_register(document=unpaid_terms())
    first = register.accept(register.deliver(register.group()))
    closing = register.close()
    with pytest.raises(RuleViolation, match="reason_needed"):
        register.deliver(register.group(total=Decimal(1100)))
    second = register.deliver(register.group(total=Decimal(1100)), correction_reason="Late data.")
    assert (second.supersedes, read.state(read.fresh(first))) == (first, AggregateState.REPLACED)
    register.accept(second)
    assert selectors.recompute_closing(closing).digest == closing.digest
    # The next period is closed without figures of its own: what is known to date is 1 100.
    following = register.close(register.scene.periods[1])
    found = following.results.get(outcome_key="days")
    assert (found.cumulative_total, found.total) == (Decimal(1100), Decimal(100))
    with pytest.raises(DatabaseError), transaction.atomic():
        Aggregate.objects.filter(pk=first.pk).update(note="Other")


def test_figures_are_delivered_after_the_period_under_a_permit_that_holds() -> None:
    register = make_register()
    late = register.scene.periods[-1]
    with pytest.raises(RuleViolation, match="period_not_over"):
        register.deliver(register.group(), period=late)
    with pytest.raises(RuleViolation, match="figure_not_asked"):
        register.deliver(register.group(reached=101))
    starts = register.contract.starts_on
    ended = make_register(permit_valid_from=starts, permit_valid_until=starts + timedelta(days=10))
    with pytest.raises(RuleViolation, match="permit_not_valid"):
        ended.deliver(ended.group())
    assert not Aggregate.objects.exists()


def test_an_agreement_names_outcomes_that_need_it_and_one_holder_for_each() -> None:
    register = make_register()
    facts = services.DeliveryFacts(
        outcomes=("days",), lag_days=30, permit_reference="LUPA/2",
        permit_valid_from=register.contract.starts_on, legal_basis="Act", method_fi="Rekisteri",
    )  # fmt: skip

    def agree(**values: Any) -> object:
        given = {"actor": register.scene.pia, "contract": register.contract,
                 "holder": register.holder, "facts": facts, **values}  # fmt: skip
        return services.agree_delivery(**given)

    with pytest.raises(RuleViolation, match="outcome_has_delivery"):
        agree()
    with pytest.raises(RuleViolation, match="outcome_needs_nothing"):
        agree(facts=replace(facts, outcomes=("work",)))
    with pytest.raises(NotAllowed):
        agree(actor=register.rita)
    with pytest.raises(RuleViolation, match="delivery_leaves_out_period"):
        agree(supersedes=register.delivery, facts=replace(facts, periods=(2, 4)))
    agree(supersedes=register.delivery)
    with pytest.raises(RuleViolation, match="delivery_replaced"):
        register.deliver(register.group())


def test_a_data_holder_sees_its_own_deliveries_and_an_investor_none() -> None:
    register, other = make_register(), make_register()
    row, foreign = register.deliver(register.group()), other.deliver(other.group())
    assert read.aggregate(register.saga, row.uuid) == row
    assert read.aggregate(register.scene.pia, row.uuid) == row
    for stranger in (register.scene.dag, register.scene.eve, other.rita):
        with pytest.raises(NotVisible):
            read.aggregate(stranger, row.uuid)
    assert [one.pk for one in read.aggregates(other.saga)] == [foreign.pk]
    assert {one.delivery for one in read.to_deliver(register.rita)} == {register.delivery}


def test_the_road_of_figures_on_the_pages() -> None:
    compare = {"kind": "comparison_group", "effect": "reduction"}
    register = make_register(document=register_terms("count", compare))
    browsers = {}
    for name, person in (
        ("rita", register.rita), ("saga", register.saga), ("cleo", register.scene.cleo),
    ):  # fmt: skip
        browsers[name] = Client()
        browsers[name].force_login(person)
    overview = reverse("outcomes:delivery-list", args=[register.contract.pk])
    address = reverse("outcomes:aggregate-deliver", args=[register.delivery.pk, 1, "days"])
    assert address in browsers["rita"].get(overview).content.decode()
    shown = browsers["rita"].get(address)
    form = shown.context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {
        "participants.people": "100", "participants.reached": "112",
        "comparison.people": "1 250", "comparison.reached": "250",
    }  # fmt: skip
    refused = browsers["rita"].post(address, typed)
    assert refused.status_code == 422
    assert "112 reached it, but the group has 100 people" in refused.content.decode()
    browsers["rita"].post(address, typed | {"participants.reached": "12"})
    row = Aggregate.objects.get()
    page = reverse("outcomes:aggregate-detail", args=[row.uuid])
    assert "Sign the figures" not in browsers["rita"].get(page).content.decode()
    assert "Sign the figures" in browsers["saga"].get(page).content.decode()
    browsers["saga"].post(
        reverse("outcomes:aggregate-sign", args=[row.uuid]), {"digest": row.digest}
    )
    assert AggregateSignature.objects.get().signed_by == register.saga
    decide = reverse("outcomes:aggregate-verify", args=[row.uuid])
    assert browsers["cleo"].post(decide, {"decision": "rejected"}).status_code == 422
    browsers["cleo"].post(decide, {"decision": "verified"})
    assert read.state(read.fresh(row)) is AggregateState.VERIFIED
    told = browsers["saga"].get(page).content.decode()
    assert "12%" in told
    assert "20%" in told


def test_an_official_writes_the_agreement_down_and_changes_it_on_the_pages(
    client: Client,
) -> None:
    register = make_register(document=unpaid_terms())
    client.force_login(register.scene.pia)
    address = reverse("outcomes:delivery-change", args=[register.delivery.pk])
    typed = {
        "holder": str(register.holder.pk), "outcomes": ["days"], "periods": "2, 99",
        "lag_days": "90", "permit_reference": "LUPA/9", "permit_valid_from": "1.1.2020",
        "permit_valid_until": "", "legal_basis": "Act", "method_sv": "Registret",
    }  # fmt: skip
    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert "has no period 99" in refused.content.decode()
    page = client.post(address, typed | {"periods": "2"}, follow=True)
    assert "LUPA/9" in page.content.decode()
    assert "LUPA/1" not in page.content.decode()


def test_a_service_account_of_the_data_holder_delivers_by_rest(client: Client) -> None:
    register = make_register()
    account = make_service_account()
    make_membership(
        user=account, organisation=register.holder.organisation, role=MemberRole.INTEGRATION
    )
    make_token("sib_register", user=account)
    headers = {"Authorization": "Bearer sib_register"}
    starts, ends = register.span(register.first)
    body = {
        "delivery": str(register.delivery.pk), "period": 1, "outcome": "days",
        "groups": [{"group": "participants", "from_day": starts.isoformat(),
                    "until": ends.isoformat(), "people": 3, "total": "30.5", "deviation": "2"}],
    }  # fmt: skip
    address = reverse("api:aggregate-list")
    made = client.post(address, body, content_type="application/json", headers=headers)
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["state"], told["groups"][0]["total"]) == ("delivered", "30.500000")
    body["groups"][0]["total"] = "-1"  # type: ignore[index]
    refused = client.post(address, body, content_type="application/json", headers=headers)
    assert refused.status_code == 422
    fields = {one["field"] for one in refused.json()["errors"]}
    assert fields == {"correction_reason", "participants.total"}
    row = Aggregate.objects.get()
    register.accept(row)
    read_again = client.get(reverse("api:aggregate-detail", args=[row.uuid]), headers=headers)
    assert read_again.json()["state"] == "verified"


def test_a_data_holder_is_reminded_until_the_figures_are_there() -> None:
    register = make_register(document=unpaid_terms(), periods=(1,))

    def remind() -> list[tuple[object, bool]]:
        services.keep_delivery_reminders(actor=system_user(), contract=register.contract)
        rows = Reminder.objects.filter(kind=services.DELIVERY_REMINDER).order_by("due_on")
        return [(one.recipient_id, one.cancelled_at is None) for one in rows]

    assert remind() == [(register.rita.pk, True)]
    (due,) = read.to_deliver(register.rita)
    assert (due.status, due.due_on) == (
        DeliveryStatus.LATE, register.first.ends_on + timedelta(days=60)
    )  # fmt: skip
    register.deliver(register.group())
    assert remind() == [(register.rita.pk, False)]
    assert read.to_deliver(register.rita) == []


def test_an_investor_reads_of_a_comparison_group_only_what_points_at_nobody() -> None:
    compare = {"kind": "comparison_group", "effect": "reduction"}
    register = make_register(document=register_terms("count", compare))
    own = register.group(total=None, deviation=None, people=120, reached=30)
    few = register.group(Group.COMPARISON, total=None, people=90, reached=3)
    register.accept(register.deliver(own, few))
    register.close()
    seen = {}
    for name, person in (("investor", register.scene.dag), ("verifier", register.scene.cleo)):
        browser = Client()
        browser.force_login(person)
        page = browser.get(reverse("outcomes:result-list", args=[register.contract.pk]))
        seen[name] = page.content.decode()
    assert "Comparison group: 3 of 90" in seen["verifier"]
    assert "Comparison group: too few people to show" in seen["investor"]
    assert "3 of 90" not in seen["investor"]
