"""Figures from outside: entered by one person, checked by another, then counted."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

import contracts.services
from contracts.models import Contract
from payments import services
from payments.models import SuppliedFigure
from payments.selectors.calculation import claim_inputs
from payments.selectors.supplied import supplied_until
from sibportal.kernel.errors import NotAllowed, RuleViolation
from tests.factories.contracts import approver_of
from tests.factories.payments import make_closing, make_payable_contract
from tests.worlds import Town

if TYPE_CHECKING:
    from django.test import Client

YEAR = timedelta(days=365)


@pytest.fixture
def contract(town: Town) -> Contract:
    return make_payable_contract(town)


def supply(town: Town, contract: Contract, **changes: Any) -> SuppliedFigure:
    answers = {
        "kind": "service_cost", "value": Decimal("50000.00"), "from_day": contract.starts_on,
        "until": contract.starts_on + YEAR, "source": "Account statement of the year",
    }  # fmt: skip
    return services.supply_figure(actor=town.pia, contract=contract, **{**answers, **changes})


def codes(violation: pytest.ExceptionInfo[RuleViolation]) -> list[tuple[str, str]]:
    return [(issue.code, issue.field) for issue in violation.value.issues]


def test_a_cost_counts_only_once_somebody_else_has_accepted_it(
    town: Town, contract: Contract
) -> None:
    first, second = supply(town, contract), supply(town, contract, value=Decimal("900.50"))
    third = supply(town, contract, until=contract.starts_on + YEAR + timedelta(days=1))
    assert supplied_until(contract.pk, contract.starts_on + YEAR).service_cost is None
    for figure in (first, second, third):
        services.check_supplied_figure(actor=town.ada, figure=figure, accepted=True)
    # The third reaches beyond the day and waits for the next period.
    assert supplied_until(contract.pk, contract.starts_on + YEAR).service_cost == Decimal(
        "50900.50"
    )


def test_a_rejected_cost_is_never_counted(town: Town, contract: Contract) -> None:
    figure = supply(town, contract)
    with pytest.raises(RuleViolation) as refused:
        services.check_supplied_figure(actor=town.ada, figure=figure, accepted=False)
    assert codes(refused) == [("payments.reason_required", "reason")]
    services.check_supplied_figure(
        actor=town.ada, figure=figure, accepted=False, reason="The statement says 40 000."
    )
    assert supplied_until(contract.pk, contract.starts_on + YEAR).service_cost is None
    with pytest.raises(RuleViolation, match="figure_checked_already"):
        services.check_supplied_figure(actor=town.ada, figure=figure, accepted=True)


def test_nobody_checks_what_they_entered(town: Town, contract: Contract) -> None:
    figure = supply(town, contract)
    with pytest.raises(NotAllowed):
        services.check_supplied_figure(actor=town.pia, figure=figure, accepted=True)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"value": Decimal(0)}, "payments.figure_above_zero", "value"),
        ({"until": date(2001, 1, 1)}, "payments.figure_dates", "until"),
        ({"kind": "index"}, "payments.figure_index", "index_key"),
        (
            {"from_day": date(2015, 1, 1), "until": date(2016, 1, 1)},
            "payments.figure_outside",
            "from_day",
        ),
        (
            {"from_day": date(2999, 1, 1), "until": date(2999, 2, 1)},
            "payments.figure_in_future",
            "from_day",
        ),
    ],
)
def test_a_figure_that_cannot_be_is_refused_at_its_field(
    town: Town, contract: Contract, changes: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(RuleViolation) as refused:
        supply(town, contract, **changes)
    assert (code, field) in codes(refused)


def test_a_figure_stays_as_it_was_entered(town: Town, contract: Contract) -> None:
    figure = supply(town, contract)
    figure.value = Decimal(1)
    with pytest.raises(DatabaseError), transaction.atomic():
        figure.save()


def test_a_claim_is_calculated_from_what_was_accepted_and_what_is_suspect(
    town: Town, contract: Contract
) -> None:
    services.check_supplied_figure(actor=town.ada, figure=supply(town, contract), accepted=True)
    services.check_supplied_figure(
        actor=town.ada,
        figure=supply(town, contract, kind="other_funding", value=Decimal("1200.00")),
        accepted=True,
    )
    suspicion = contracts.services.suspect_metric(
        actor=town.ada,
        contract=contract,
        metric_code="permanent-work",
        from_day=contract.starts_on,
        reason="The register changed its definition.",
    )
    closing = make_closing(contract, town, {"together": (100, 200)})
    inputs = claim_inputs(closing)
    assert (inputs.service_cost, inputs.other_funding) == (Decimal(50000), Decimal(1200))
    assert set(inputs.frozen) == {"work", "together"}
    with pytest.raises(RuleViolation, match="suspicion_own"):
        contracts.services.clear_metric(
            actor=town.ada, suspicion=suspicion, reason="Looked into it."
        )
    contracts.services.clear_metric(
        actor=town.pia, suspicion=suspicion, reason="The old definition was delivered."
    )
    assert claim_inputs(closing).frozen == ()


def test_an_official_enters_and_an_approver_checks_on_the_pages(
    client: Client, town: Town, contract: Contract
) -> None:
    client.force_login(town.pia)
    address = reverse("payments:figure-supply", args=[contract.pk])
    answers = {
        "kind": "service_cost", "value": "12 500,50", "from_day": contract.starts_on.isoformat(),
        "until": (contract.starts_on + YEAR).isoformat(), "source": "Statement",
    }  # fmt: skip
    page = client.post(address, {**answers, "value": "0"})
    assert page.status_code == 422
    page = client.post(address, answers, follow=True)
    assert "12,500.50" in page.content.decode()
    client.force_login(approver_of(town.koivula))
    figure = SuppliedFigure.objects.get()
    page = client.post(
        reverse("payments:figure-check", args=[figure.pk]), {"accepted": "yes"}, follow=True
    )
    assert b"Accepted" in page.content


def test_a_metric_is_doubted_and_cleared_on_the_pages(
    client: Client, town: Town, contract: Contract
) -> None:
    client.force_login(town.ada)
    address = reverse("contracts:metric-suspect", args=[contract.pk])
    answers = {
        "metric_code": "permanent-work", "from_day": contract.starts_on.isoformat(),
        "reason": "The register changed its definition.",
    }  # fmt: skip
    page = client.post(address, {**answers, "reason": "?"})
    assert page.status_code == 422
    page = client.post(address, answers, follow=True)
    assert b"Under suspicion" in page.content
    client.force_login(town.pia)
    suspicion = contract.suspicions.get()
    page = client.post(
        reverse("contracts:metric-clear", args=[suspicion.pk]),
        {"reason": "The old definition was delivered."},
        follow=True,
    )
    assert b"Cleared" in page.content
