"""A cost, an index or a suspicion that was put right after a payment: the next claim makes up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import contracts.services
from contracts.models import Contract
from payments import services
from payments.models import Claim
from payments.selectors.recalculation import recalculate
from tests.factories.contracts import example_document
from tests.factories.payments import make_closing, make_payable_contract
from tests.payments.test_corrections import lines
from tests.worlds import Town


def terms() -> dict[str, Any]:
    """1 000 by an index for whoever gets work in a period, and two fifths of the verified cost at
    the end of the first year."""

    def named(key: str, **more: Any) -> dict[str, Any]:
        measure = {"kind": "count", "outcome": "work"}
        return {"key": key, "title": {"en": key}, "measure": measure, **more}

    return {
        "indexes": [
            {
                "key": "wages", "title": {"en": "Wages"}, "source": "Statistics office",
                "base_value": "100", "base_on": "2023-01-01",
            }
        ],
        "payment_terms": [
            named(
                "each", timing="this_period",
                price={"kind": "unit_price", "amount": "1000.00", "index": "wages"},
            ),
            named(
                "cost", timing="final", assessment_on="2023-12-31",
                price={
                    "kind": "guaranteed_part", "cost": "100000.00", "cost_source": "verified",
                    "guaranteed_percent": "40",
                },
            ),
        ],
        "claim": example_document()["claim"] | {"cap": "1000000.00", "clawback": "credit"},
    }  # fmt: skip


def supplied(
    town: Town, contract: Contract, kind: str, value: str, from_day: date, until: date
) -> None:
    figure = services.supply_figure(
        actor=town.pia, contract=contract, kind=kind, value=Decimal(value), from_day=from_day,
        until=until, source="Accounts", index_key="wages" if kind == "index" else "",
    )  # fmt: skip
    services.check_supplied_figure(actor=town.ada, figure=figure, accepted=True)


def claimed(town: Town, contract: Contract, number: int, reached: int) -> Claim:
    closing = make_closing(contract, town, {"work": (reached, 4)}, number=number)
    return services.calculate_claim(actor=town.pia, closing=closing)


def test_a_corrected_cost_and_a_corrected_index_are_made_up_for_in_the_next_claim(
    town: Town,
) -> None:
    contract = make_payable_contract(town, **terms())
    first, middle, end = date(2023, 1, 1), date(2023, 7, 1), date(2024, 1, 1)
    supplied(town, contract, "service_cost", "50000.00", first, middle)
    supplied(town, contract, "index", "110", first, middle)
    assert claimed(town, contract, 1, 2).amount == Decimal("2200.00")
    assert claimed(town, contract, 2, 2).amount == Decimal("22200.00")
    # The accounts of the second half-year come late, and the index is published anew.
    supplied(town, contract, "service_cost", "10000.00", middle, end)
    supplied(town, contract, "index", "120", first, middle)
    third = claimed(town, contract, 3, 0)
    assert lines(third)[2:] == [
        ("each", "1", "200.00"), ("each", "2", "200.00"), ("cost", "2", "4000.00"),
    ]  # fmt: skip
    assert third.amount == Decimal("4400.00")
    assert recalculate(third).is_equal
    assert lines(claimed(town, contract, 4, 0))[2:] == []


def test_what_waited_under_a_suspicion_is_paid_once_it_is_cleared(town: Town) -> None:
    contract = make_payable_contract(town, **terms())
    supplied(town, contract, "index", "100", date(2023, 1, 1), date(2024, 1, 1))
    suspicion = contracts.services.suspect_metric(
        actor=town.ada, contract=contract, metric_code="permanent-work",
        from_day=date(2023, 2, 1), reason="Two files differ.",
    )  # fmt: skip
    assert claimed(town, contract, 1, 2).amount == Decimal("0.00")
    contracts.services.clear_metric(
        actor=town.cleo, suspicion=suspicion, reason="The second file was a copy."
    )
    supplied(town, contract, "service_cost", "50000.00", date(2023, 1, 1), date(2023, 7, 1))
    second = claimed(town, contract, 2, 1)
    assert ("each", "1", "2000.00") in lines(second)
    assert second.amount == Decimal("23000.00")
    assert recalculate(second).is_equal
