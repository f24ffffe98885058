"""The worked table and the assumed figures reach every primitive that terms can be made of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache

import pytest

from contracts.rules.calendar import reporting_periods
from contracts.rules.terms import TermsDocument, parse
from contracts.rules.terms.words import Clawback
from payments.rules.assumed import paid_on
from payments.rules.inputs import Flow
from payments.rules.most_owed import most_owed
from payments.rules.preview import preview, stand_ins
from payments.rules.risk import Forecast, Setting
from payments.rules.what_if import Circumstances, claim_periods, sums, tried_values, with_values
from tests.payments.worked_examples import load, names

D = Decimal
PERIODS = reporting_periods(date(2012, 7, 1), date(2013, 7, 1), 6)


@cache
def terms_of(name: str) -> TermsDocument:
    return parse(load(name)["terms"])


@pytest.mark.parametrize("name", names())
def test_every_example_has_a_worked_table_within_its_cap(name: str) -> None:
    terms = terms_of(name)
    rows = preview(terms, 200)
    assert len(rows) == 5
    for row in rows:
        assert len(row.lines) == len(row.figures) == len(terms.payment_terms)
        assert terms.claim.cap is None or row.total <= terms.claim.cap
        assert row.total >= 0 or terms.claim.clawback is not Clawback.NONE


def test_the_table_follows_the_scale_of_the_terms() -> None:
    terms = terms_of("youth_employment_and_health")
    rows = [(row.percent, row.reached, row.total) for row in preview(terms, 200)]
    assert rows == [
        (30, 60, D("0.00")),
        (40, 80, D("0.00")),
        (50, 100, D("6480000.00")),
        (60, 120, D("6480000.00")),
        (70, 140, D("6480000.00")),
    ]
    # Savings of 95 % up to what is paid back, then 40 %: its own break stands in the middle.
    savings = preview(terms_of("savings_against_forecast"), 200)
    assert [(row.figures[0], row.total) for row in savings][2] == (D(100000), D("95000.00"))


@pytest.mark.parametrize("name", names())
def test_every_example_can_be_looked_at_before_anybody_signs(name: str) -> None:
    terms = stand_ins(terms_of(name))
    without = {outcome.key: D(40) for outcome in paid_on(terms)}
    given = Circumstances(
        service_cost=D(100000), capital=(Flow(date(2012, 7, 1), D(100000)),), grace_days=30
    )
    forecast = Forecast(Setting(terms, PERIODS, 20, without, 20, given))
    # One set of figures for each example: the chances are tested by themselves.
    middle = forecast.claims(tuple(D(8) for _driver in forecast.drivers))
    found = sums(middle)
    assert found.total == sum(found.by_year.values()) == sum(found.by_payer.values())
    bounds = most_owed(terms, claim_periods(PERIODS), 30)
    assert bounds is not None
    assert found.total <= bounds.total
    for year in bounds.years:
        assert found.by_year.get(year.year, D(0)) <= year.total
    assert all(found.by_payer[key] <= bounds.by_payer[key] for key in found.by_payer)


@pytest.mark.parametrize("name", names())
def test_every_number_of_an_example_can_be_changed_by_its_path(name: str) -> None:
    terms = terms_of(name)
    tried = tried_values(terms)
    same = with_values(terms, {one.path: one.value for one in tried})
    assert parse(same) == terms
    one = next(value for value in tried if value.path == "claim.cap")
    assert parse(with_values(terms, {one.path: one.value + 1})).claim.cap == D(one.value) + 1
    with pytest.raises(KeyError):
        with_values(terms, {"claim.nothing": D(1)})
