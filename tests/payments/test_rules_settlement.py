"""Where a payment goes, what being late or ending early costs, what an adjustment brings."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.terms.document import (
    Guarantee,
    SurplusPart,
    Termination,
    Tranche,
    Waterfall,
)
from contracts.rules.terms.words import (
    ReturnKind,
    SettlementKind,
    SurplusTo,
    TerminationCause,
    Timing,
)
from payments.rules.inputs import Adjustment, Earlier
from payments.rules.late_interest import late_interest
from payments.rules.pipeline import calculate
from payments.rules.termination import exit_costs
from payments.rules.waterfall import Distribution, PartKind, distribute
from payments.rules.waterfall import Earlier as Received
from sibportal.kernel.errors import RuleViolation
from tests.payments.worked_examples import cases

PAID_ON = date(2027, 1, 1)
SENIOR = Tranche(
    "senior", {"en": "Senior"}, Decimal("1000.00"), ReturnKind.SIMPLE, Decimal(5), date(2026, 1, 1)
)
JUNIOR = Tranche(
    "junior", {"en": "Junior"}, Decimal("500.00"), ReturnKind.COMPOUND, Decimal(10),
    date(2025, 1, 1),
)  # fmt: skip
WATERFALL = Waterfall(
    tranches=(SENIOR, JUNIOR),
    surplus=(
        SurplusPart(SurplusTo.INVESTORS, Decimal(70)),
        SurplusPart(SurplusTo.PROVIDER, Decimal(30)),
    ),
    guarantee=Guarantee("junior", Decimal("200.00")),
    haircut_percent=Decimal(2),
    recycling_percent=Decimal(10),
)


def given_out(distribution: Distribution) -> list[tuple[str, str, str]]:
    return [(part.kind, part.to, str(part.amount)) for part in distribution.parts]


def test_a_payment_runs_down_the_waterfall() -> None:
    """2 % of 3000 is 60; 10 % of 2940 is 294; senior 1000 + 5 % = 50; junior 500 and two years of
    10 % with interest on interest = 105; 991 is left: 693.70 and 297.30."""
    paid = distribute(WATERFALL, Decimal("3000.00"), on=PAID_ON, currency="EUR")
    assert given_out(paid) == [
        ("haircut", "fund", "60.00"),
        ("recycling", "recycling", "294.00"),
        ("principal", "senior", "1000.00"),
        ("preferred", "senior", "50.00"),
        ("principal", "junior", "500.00"),
        ("preferred", "junior", "105.00"),
        ("surplus", "investors", "693.70"),
        ("surplus", "provider", "297.30"),
    ]


def test_a_second_payment_goes_on_where_the_first_ended() -> None:
    """600 of the senior's 1000 came after a year with no return paid: 50 is owed, and 5 % of the
    400 that is out for another year, 20."""
    only = dataclasses.replace(
        WATERFALL, tranches=(SENIOR,), haircut_percent=None, recycling_percent=None
    )
    first = Received(date(2027, 1, 1), "senior", principal=Decimal("600.00"))
    paid = distribute(only, Decimal("465.00"), on=date(2028, 1, 1), currency="EUR", earlier=[first])
    assert given_out(paid) == [
        ("principal", "senior", "400.00"), ("preferred", "senior", "65.00"),
    ]  # fmt: skip


def test_at_the_end_the_guarantor_makes_up_the_first_loss() -> None:
    """1176 after costs leave 1058.40 after recycling: senior 1050, junior 8.40 of 500; the
    guarantor adds 200, so 291.60 of the capital is lost."""
    paid = distribute(WATERFALL, Decimal("1200.00"), on=PAID_ON, currency="EUR", is_last=True)
    assert paid.guaranteed == Decimal("200.00")
    assert paid.lost == {"senior": Decimal(0), "junior": Decimal("291.60")}


def test_the_guarantee_of_a_loan_that_was_partly_drawn() -> None:
    """Of a planned loan of 9.6 million 7.2 were drawn and 6 guaranteed: 1.2 million were lost."""
    loan = Tranche("loan", {"en": "Loan"}, Decimal("9600000"))
    terms = Waterfall((loan,), guarantee=Guarantee("loan", Decimal("6000000")))
    paid = distribute(
        terms, Decimal(0), on=PAID_ON, currency="USD", drawn={"loan": Decimal("7200000")},
        is_last=True,
    )  # fmt: skip
    assert paid.parts == ()
    assert (paid.guaranteed, paid.lost["loan"]) == (Decimal("6000000"), Decimal("1200000"))


money = st.integers(0, 10_000_000).map(lambda cents: Decimal(cents) / 100)


@given(money, st.lists(st.tuples(money, st.sampled_from(list(ReturnKind))), max_size=4),
       st.integers(0, 100), st.integers(0, 100))  # fmt: skip
def test_the_parts_sum_to_the_payment_and_no_rank_is_skipped(
    amount: Decimal, ranks: list[tuple[Decimal, ReturnKind]], haircut: int, recycling: int
) -> None:
    tranches = tuple(
        Tranche(f"rank-{number}", {"en": "Rank"}, capital, kind, Decimal(7), date(2026, 1, 1))
        for number, (capital, kind) in enumerate(ranks)
    )
    terms = Waterfall(
        tranches, haircut_percent=Decimal(haircut), recycling_percent=Decimal(recycling)
    )
    paid = distribute(terms, amount, on=PAID_ON, currency="EUR", is_last=True)
    assert sum(part.amount for part in paid.parts) == amount
    assert all(part.amount > 0 for part in paid.parts)
    served = {part.to for part in paid.parts if part.kind is PartKind.PRINCIPAL}
    lost = [key for key, out in paid.lost.items() if out]
    for number, tranche in enumerate(tranches):
        if tranche.key in served and tranche.capital:
            assert not set(lost) & {before.key for before in tranches[:number]}


@pytest.mark.parametrize(
    ("paid_on", "days", "interest"),
    [("2026-03-01", 0, "0.00"), ("2026-03-02", 1, "21.92"), ("2026-03-31", 30, "657.53")],
)
def test_late_interest_is_by_the_day(paid_on: str, days: int, interest: str) -> None:
    """100 000 at 8 % a year is 21.917808 a day; paid on the due day is not late."""
    found = late_interest(
        Decimal("100000.00"), percent=Decimal(8), due_on=date(2026, 3, 1),
        paid_on=date.fromisoformat(paid_on), currency="EUR",
    )  # fmt: skip
    assert (found.days, str(found.amount)) == (days, interest)


SCHOOL = cases("return_cap_and_other_funding")[0]


def test_an_early_end_costs_what_its_cause_says() -> None:
    """20 x 2000 less 12000 of others is 28000 earned; of the cost of 60000, 32000 is uncovered, and
    half of that is 16000."""
    terms = dataclasses.replace(
        SCHOOL.terms,
        terminations=(
            Termination(TerminationCause.PROVIDER_FAILS, SettlementKind.NOTHING),
            Termination(TerminationCause.MUTUAL, SettlementKind.EARNED),
            Termination(TerminationCause.PAYER_ENDS, SettlementKind.EARNED_AND_COST, Decimal(50)),
        ),
    )
    inputs = dataclasses.replace(SCHOOL.inputs, service_cost=Decimal("60000.00"))
    costs = {one.cause: one.amount for one in exit_costs(terms, inputs)}
    assert costs[TerminationCause.PROVIDER_FAILS] == 0
    assert costs[TerminationCause.MUTUAL] == Decimal("28000.00")
    assert costs[TerminationCause.PAYER_ENDS] == Decimal("44000.00")
    assert costs[TerminationCause.FORCE_MAJEURE] is None
    with pytest.raises(RuleViolation, match="service_cost_missing"):
        exit_costs(terms, SCHOOL.inputs)


def test_an_early_end_assesses_now_what_was_to_be_assessed_at_the_end() -> None:
    case = cases("youth_employment_and_health")[1]
    terms = dataclasses.replace(
        case.terms, terminations=(Termination(TerminationCause.MUTUAL, SettlementKind.EARNED),)
    )
    early = dataclasses.replace(
        case.inputs,
        period=dataclasses.replace(SCHOOL.inputs.period, period=SCHOOL.inputs.period.period),
    )
    assert calculate(terms, early).total == 0
    (mutual,) = [one for one in exit_costs(terms, early) if one.amount is not None]
    assert mutual.amount == Decimal("6480000.00")


def test_an_adjustment_and_a_figure_to_date_never_pay_twice() -> None:
    """The corrected fact is in the figure to date too: the adjustment counts as claimed before."""
    (term,) = SCHOOL.terms.payment_terms
    terms = dataclasses.replace(
        SCHOOL.terms, payment_terms=(dataclasses.replace(term, timing=Timing.CUMULATIVE),)
    )
    inputs = dataclasses.replace(
        SCHOOL.inputs,
        earlier=Earlier({"school": Decimal("30000.00")}, Decimal("30000.00")),
        adjustments=(Adjustment("school", Decimal("4000.00"), "claim 1"),),
    )
    lines = calculate(terms, inputs).lines
    assert [(line.corrects, line.amount) for line in lines] == [
        ("", Decimal("6000.00")), ("claim 1", Decimal("4000.00")),
    ]  # fmt: skip
