"""Published outcomes contracts, in the format of the terms, come out as they were published.

Each file says its source, what is published, what is assumed, and what may be asserted of it; what
no source states is never asserted.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from contracts.rules.terms import open_questions, parse
from contracts.rules.terms.library import deals, template
from contracts.rules.terms.templates import Frame
from payments.rules.pipeline import ClaimCalculation, calculate
from payments.rules.waterfall import Distribution, Earlier, distribute
from tests.payments.worked_examples import Case, cases, load, names

DEALS = [name for name in names() if name.startswith("deals/")]
BESIDES = ["forecast_against_register", "guaranteed_part_and_savings"]
KINDS = {"amount", "ledger", "pass_fail", "tier_lookup", "rule_arithmetic", "expressed"}


def calculated(name: str) -> list[tuple[Case, dict[str, Any], ClaimCalculation]]:
    return [
        (case, written, calculate(case.terms, case.inputs))
        for case, written in zip(cases(name), load(name)["cases"], strict=True)
    ]


def steps_of(claim: ClaimCalculation, line: str) -> set[tuple[str, str]]:
    """The steps of a line as the last part of their formula and their result."""
    (found,) = (one for one in claim.lines if one.payment_term == line)
    return {
        (step.formula.rpartition(".")[2], str(step.result)) for step in found.explanation.walk()
    }


def handed_out(case: Case, claim: ClaimCalculation, earlier: list[Earlier]) -> Distribution:
    """The claim paid on the first day after its period, by the waterfall of the terms."""
    day = case.inputs.period.period.end
    assert case.terms.waterfall is not None
    assert day is not None
    found = distribute(
        case.terms.waterfall,
        claim.total,
        on=day,
        currency=case.terms.currency,
        earlier=tuple(earlier),
        is_last=case.inputs.period.is_last,
    )
    earlier += [
        Earlier(day, part.to, principal=part.amount)
        for part in found.parts
        if part.kind == "principal"
    ]
    return found


@pytest.mark.parametrize("name", DEALS + BESIDES)
def test_lines_total_and_shares_come_out_as_written(name: str) -> None:
    for case, written, claim in calculated(name):
        amounts = {line.payment_term: line.amount for line in claim.lines}
        assert claim.total == Decimal(case.total), case.name
        for line, amount in case.lines.items():
            assert amounts[line] == Decimal(amount), (case.name, line)
        shares = {share.party: share.amount for share in claim.payer_shares}
        for party, amount in case.shares.items():
            assert shares[party] == Decimal(amount), (case.name, party)
        if "sum" in written:
            assert sum(amounts.values()) == Decimal(written["sum"]), case.name
        for step in written.get("steps", ()):
            assert (step["formula"], str(step["result"])) in steps_of(claim, step["line"])


@pytest.mark.parametrize(
    "name", [name for name in DEALS + BESIDES if "waterfall" in load(name)["terms"]]
)
def test_the_waterfall_hands_out_what_is_written_and_nothing_is_lost_on_the_way(name: str) -> None:
    follow_each_other = "ledger" in load(name)
    earlier: list[Earlier] = []
    for case, written, claim in calculated(name):
        found = handed_out(case, claim, earlier if follow_each_other else [])
        assert sum((part.amount for part in found.parts), Decimal(0)) == claim.total
        for part in written.get("parts", ()):
            given = [(one.to, one.amount) for one in found.parts if one.kind == part["kind"]]
            assert (part["to"], Decimal(part["amount"])) in given, case.name
        if "lost" in written:
            assert found.lost == {key: Decimal(sum_) for key, sum_ in written["lost"].items()}
        assert found.guaranteed == Decimal(written.get("guaranteed", found.guaranteed))


def test_the_payments_of_denver_add_up_to_the_published_total_and_return() -> None:
    ledger = load("deals/denver_sib")["ledger"]
    paid = sum((claim.total for _, _, claim in calculated("deals/denver_sib")), Decimal(0))
    assert paid == Decimal(ledger["total"])
    assert paid - Decimal(ledger["capital"]) == Decimal(ledger["return"])


@pytest.mark.parametrize("name", [name for name in DEALS if load(name).get("asserts") == "amount"])
def test_a_published_amount_is_met(name: str) -> None:
    example = load(name)
    if isinstance(example["published"], dict):
        published, short = example["published"]["total"], example["published"]["short_by"]
    else:
        published, short = example["cases"][0]["published"], "0"
    (_, _, claim), *_ = calculated(name)
    away = abs(claim.total - Decimal(short) - Decimal(published))
    assert away <= Decimal(example.get("within", "0"))


@pytest.mark.parametrize("name", DEALS)
def test_every_deal_names_source_assumptions_and_what_it_asserts(name: str) -> None:
    example = load(name)
    assert example["source"]
    assert example["assumed"]
    assert example["published"]
    assert example["asserts"] in KINDS
    assert not open_questions(parse(example["terms"]))


def test_every_deal_of_the_library_is_expressed_and_each_computable_one_is_asserted() -> None:
    written = {name.removeprefix("deals/"): load(name)["asserts"] for name in DEALS}
    assert len(deals()) >= 29
    assert {deal.id for deal in deals()} <= set(written)
    assert {deal.id for deal in deals() if deal.computable} == {
        key for key, asserts in written.items() if asserts != "expressed"
    }


@pytest.mark.parametrize("deal", deals(), ids=lambda deal: deal.id)
def test_a_deal_uses_a_price_of_each_template_it_is_shown_under(deal: Any) -> None:
    used = {term["price"]["kind"] for term in load(f"deals/{deal.id}")["terms"]["payment_terms"]}
    assert deal.templates
    assert deal.sources
    for key in deal.templates:
        drafted = template(key).document(Frame(currency="EUR"))["payment_terms"]
        assert used & {term["price"]["kind"] for term in drafted}, key
