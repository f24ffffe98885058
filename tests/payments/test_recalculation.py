"""A stored claim comes out the same again; where it does not, the place is named."""

from __future__ import annotations

import copy
import os
import uuid
from decimal import Decimal
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from payments import services
from payments.models import Claim
from payments.rules.recalculation import Difference, first_difference
from payments.selectors.recalculation import recalculate
from payments.states import ClaimState
from sibportal.accounts.services import system_user
from sibportal.audit.models import Event
from sibportal.jobs import services as jobs
from sibportal.kernel.explain import Step
from tests.factories.payments import (
    make_approved_claim,
    make_claim,
    make_closing,
    make_payable_contract,
    rate_card,
)
from tests.worlds import Town, build_people


def test_a_claim_comes_out_again_whatever_has_happened_since(town: Town) -> None:
    claim = make_approved_claim(town)
    assert recalculate(claim).is_equal
    out = StringIO()
    call_command("recalculate", "--all", stdout=out)
    call_command("recalculate", str(claim.pk), stdout=out)
    assert out.getvalue().count("1 claims calculated again, 0 differ.") == 2


def price_of(stored: dict[str, Any]) -> dict[str, Any]:
    """The step in which a stored calculation of one line was priced."""
    step: dict[str, Any] = stored["root"]["children"][0]["children"][0]["children"][-1]
    return step


def path_of(claim: Claim) -> str:
    found = recalculate(claim).difference
    return found.path if found else ""


def test_the_step_that_differs_is_named(town: Town) -> None:
    claim = make_claim(town)
    claim.calculation = copy.deepcopy(claim.calculation)
    price_of(claim.calculation)["result"] = {"decimal": "6480000.01"}
    found = recalculate(claim)
    assert not found.is_equal
    assert str(found.difference) == (
        "claim/sum[1]/line[1]/price[3] result: 6480000.01 stored, 6480000.00 now"
    )


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("digest", "0" * 64, "digest"),
        ("amount", Decimal("1.00"), "amount"),
        ("inputs", {}, "refused"),
    ],
)
def test_whatever_else_was_changed_is_found(
    town: Town, field: str, value: object, place: str
) -> None:
    claim = make_claim(town)
    setattr(claim, field, value)
    assert path_of(claim) == place


def test_inputs_that_are_no_longer_the_frozen_results_are_found(town: Town) -> None:
    claim = make_claim(town)
    claim.inputs = copy.deepcopy(claim.inputs)
    claim.inputs["observations"][0]["measured_elsewhere"] = 1
    assert path_of(claim) == "refused"
    del claim.inputs["observations"][0]["measured_elsewhere"]
    claim.inputs["observations"][0]["denominator"] = 199
    found = recalculate(claim).difference
    assert found == Difference("inputs/observations[1]", "denominator", 199, 200)


def test_the_command_ends_in_failure_where_a_claim_differs(town: Town) -> None:
    claim = make_claim(town)
    # Nothing stored can be changed, so a row that never came from a calculation is added.
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.REPLACED)
    claim.pk, claim.number, claim.state = uuid.uuid4(), 2, ClaimState.REPLACED
    claim._state.adding = True
    claim.save(force_insert=True)
    said = StringIO()
    with pytest.raises(CommandError, match="1 claims do not come out the same"):
        call_command("recalculate", "--all", stderr=said, stdout=StringIO())
    assert (
        said.getvalue().strip() == f"{claim.pk} ({claim}) differs at lines missing: 0 stored, 1 now"
    )


@pytest.mark.parametrize("given", [[], ["--all", "0b5e7f5e-0000-4000-8000-000000000000"]])
def test_the_command_asks_for_claims_or_all(db: None, given: list[str]) -> None:
    with pytest.raises(CommandError, match="Give the ids of claims"):
        call_command("recalculate", *given)


def test_an_unknown_claim_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="no claim"):
        call_command("recalculate", "0b5e7f5e-0000-4000-8000-000000000000")
    assert not Claim.objects.exists()


OWNER_CHANGES_A_CENT = """
ALTER TABLE payments_claim DISABLE TRIGGER USER;
UPDATE payments_claim SET calculation = jsonb_set(
    calculation, '{root,children,0,children,0,children,2,result}', '{"decimal": "%s"}');
ALTER TABLE payments_claim ENABLE TRIGGER USER;
"""


def as_owner(statement: str) -> None:
    name = connection.settings_dict["NAME"]
    address = urlsplit(os.environ["DATABASE_OWNER_URL"])._replace(path=f"/{name}").geturl()
    with psycopg.connect(address, autocommit=True) as owner:
        owner.execute(statement.encode())


@pytest.mark.django_db(transaction=True)
def test_one_cent_changed_by_the_owner_is_named_told_and_shown_until_it_is_mended(
    mailoutbox: list[EmailMessage],
) -> None:
    town = build_people()
    claim = make_claim(town)
    as_owner(OWNER_CHANGES_A_CENT % "6480000.01")
    said = StringIO()
    with pytest.raises(CommandError, match="1 claims do not come out the same"):
        call_command("recalculate", contract=claim.contract.code, stderr=said, stdout=StringIO())
    where = "claim/sum[1]/line[1]/price[3] result: 6480000.01 stored, 6480000.00 now"
    assert where in said.getvalue()
    services.enqueue_recalculations()
    jobs.sweep()
    told = {mail.to[0]: mail for mail in mailoutbox}
    assert set(told) == {town.pia.email, town.ada.email, town.ari.email}
    with translation.override(town.pia.language):
        assert f"{claim.contract.code}, " in told[town.pia.email].body
    assert "6480000" not in told[town.pia.email].body
    assert Event.objects.filter(action="claim.recalculation_differs").count() == 1
    client = Client()
    client.force_login(town.pia)
    address = reverse("payments:claim-recalculate", args=[claim.pk])
    assert address in client.get(reverse("portal:official")).content.decode()
    shown = client.post(address, follow=True).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "SEK 6,480,000.01" in shown
    assert "Claim › Sum › Payment term 1 › Price" in shown
    as_owner(OWNER_CHANGES_A_CENT % "6480000.00")
    shown = client.post(address, follow=True).content.decode()
    assert "Equal to the cent." in shown
    assert address not in client.get(reverse("portal:official")).content.decode()
    assert len(mailoutbox) == 3


def test_many_claims_are_calculated_again_with_a_handful_of_queries(
    town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    contract = make_payable_contract(town, **rate_card())
    for number in (1, 2, 3, 4):
        closing = make_closing(contract, town, {"work": (number * 10, 200)}, number=number)
        services.calculate_claim(actor=town.pia, closing=closing)
    portal = system_user()
    with django_assert_max_num_queries(10):  # as many for four claims as for two hundred
        found = services.recalculate_claims(actor=portal)
    assert (found.count, found.differing) == (4, ())


def test_a_version_of_the_rules_that_is_gone_is_said_and_never_called_equal(town: Town) -> None:
    claim = make_claim(town)
    claim.rules_version = "0"
    found = recalculate(claim)
    assert not found.is_equal
    assert [issue.code for issue in found.issues] == ["payments.rules_version_unknown"]


def step(label: str, result: int, *children: Step) -> Step:
    return Step(f"payments.step.{label}", "payments.formula.sum", {}, result, children=children)


def test_equal_trees_have_no_difference_and_missing_steps_are_one() -> None:
    tree = step("claim", 3, step("line", 1), step("line", 2, step("price", 2)))
    assert first_difference(tree, tree) is None
    other = step("claim", 3, step("line", 1), step("line", 2, step("price", 4)))
    assert first_difference(tree, other) == Difference("claim/line[2]/price[1]", "result", 2, 4)
    shorter = step("claim", 3, step("line", 1))
    assert first_difference(tree, shorter) == Difference("claim/line[2]", "missing", 2, None)
    higher = step("claim", 4, *tree.children)
    assert first_difference(tree, higher) == Difference("claim", "result", 3, 4)
