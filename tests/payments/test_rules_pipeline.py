"""Worked examples to the cent, and what must hold for every claim."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.terms import TermsDocument, open_questions, parse
from contracts.rules.terms.document import PayerPart, Price
from contracts.rules.terms.words import (
    Clawback,
    CompareKind,
    ComparisonDesign,
    Compounding,
    CostSource,
    Effect,
    GateKind,
    MeasureKind,
    Operator,
    PremiumBasis,
    PriceKind,
    ReturnCapKind,
    RoundingTo,
    SettlementKind,
    ShareBasis,
    Timing,
    ValuationKind,
    ValuationTimes,
)
from payments.rules.caps import RETURN_CAPS
from payments.rules.compare import COMPARES
from payments.rules.facts import Facts
from payments.rules.gate import GATES
from payments.rules.inputs import ClaimInputs, Earlier, Observation, read_inputs
from payments.rules.measure import MEASURES, Measured, shown
from payments.rules.pipeline import RULES_VERSION, ClaimCalculation, calculate
from payments.rules.price import PREMIUMS, PRICES, price
from payments.rules.split import split
from payments.rules.termination import SETTLEMENTS
from payments.rules.valuation import VALUATIONS
from payments.rules.wording import headline
from sibportal.kernel.errors import RuleViolation
from sibportal.kernel.explain import Calculation, Step
from sibportal.kernel.money import Money, Rounding
from tests.payments.worked_examples import Case, cases, load, names

ALL_CASES = [case for name in names() for case in cases(name)]
YOUTH = cases("youth_employment_and_health")
FAMILIES = cases("family_partner_milestones")


def calculated(case: Case) -> ClaimCalculation:
    return calculate(case.terms, case.inputs)


def with_observations(inputs: ClaimInputs, *observations: Observation) -> ClaimInputs:
    return dataclasses.replace(inputs, observations=observations)


def people(outcome: str, reached: int, of: int) -> Observation:
    return Observation(outcome, reached, reached, reached, reached, of)


def amount_at(reached: int, of: int = 200) -> Decimal:
    case = YOUTH[0]
    return calculate(
        case.terms, with_observations(case.inputs, people("together", reached, of))
    ).total


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.name)
def test_worked_example_comes_out_to_the_cent(case: Case) -> None:
    claim = calculated(case)
    own = [line for line in claim.lines if not line.corrects]
    if case.lines:
        assert {line.payment_term: str(line.amount) for line in own} == case.lines
    assert str(claim.total) == case.total
    if case.shares:
        assert {share.party: str(share.amount) for share in claim.payer_shares} == case.shares


@pytest.mark.parametrize("name", names())
def test_worked_example_has_a_source_and_leaves_no_question_open(name: str) -> None:
    example = load(name)
    assert example["source"].strip()
    assert open_questions(parse(example["terms"])) == []


def test_project_apollo_gives_22_published_lines_and_names_the_difference_of_220() -> None:
    example = load("deals/care_leavers_apollo")
    published, short = example["published"], example["published"]["short_line"]
    (case,) = cases("deals/care_leavers_apollo")
    claim = calculated(case)
    assert len(claim.lines) == 23
    assert claim.total == Decimal("848760")
    difference = claim.total - Decimal(published["total"])
    assert difference == Decimal(published["short_by"]) == Decimal("220")
    # One person at the price of line 17: it was paid for 20 of the 21 who achieved it.
    (line,) = (line for line in claim.lines if line.payment_term == short)
    twenty = with_observations(
        case.inputs,
        *(
            people(seen.outcome, 20, 131) if seen.outcome == short else seen
            for seen in case.inputs.observations
        ),
    )
    assert line.quantity == 21
    assert calculate(case.terms, twenty).total == Decimal(published["total"])


def test_every_primitive_has_its_function() -> None:
    assert set(MEASURES) == set(MeasureKind)
    assert set(COMPARES) == set(CompareKind)
    assert set(VALUATIONS) == set(ValuationKind)
    assert set(GATES) == set(GateKind)
    assert set(PRICES) == set(PriceKind)
    assert set(PREMIUMS) == set(PremiumBasis)
    assert set(RETURN_CAPS) == set(ReturnCapKind)
    assert set(SETTLEMENTS) == set(SettlementKind)


@pytest.mark.parametrize(
    "words",
    [
        MeasureKind, CompareKind, Effect, ComparisonDesign, ValuationKind, ValuationTimes, GateKind,
        Operator, PriceKind, PremiumBasis, CostSource, Compounding, ShareBasis, ReturnCapKind,
        Clawback, RoundingTo, Rounding, Timing,
    ],
)  # fmt: skip
def test_every_primitive_has_a_worked_example(words: type[StrEnum]) -> None:
    used = {word for name in names() for word in chosen(cases(name)[0].terms)}
    assert set(words) <= used


def chosen(part: object) -> Iterator[StrEnum]:
    """Every word of a vocabulary that a terms document chooses."""
    if isinstance(part, StrEnum):
        yield part
    elif dataclasses.is_dataclass(part):
        for field in dataclasses.fields(part):
            yield from chosen(getattr(part, field.name))
    elif isinstance(part, tuple):
        for entry in part:
            yield from chosen(entry)


@pytest.mark.parametrize(("reached", "amount"), [(99, "0.00"), (100, "6480000.00")])
def test_at_least_half_includes_exactly_half(reached: int, amount: str) -> None:
    assert amount_at(reached) == Decimal(amount)


@pytest.mark.parametrize(
    ("rounding", "amount"),
    [(Rounding.HALF_UP, "0.03"), (Rounding.HALF_EVEN, "0.02"), (Rounding.DOWN, "0.02")],
)
def test_a_line_is_rounded_by_the_rule_of_the_terms(rounding: Rounding, amount: str) -> None:
    """A rate of 50 per cent at 0.0005 each comes to 0.025, exactly between two coins."""
    terms = dataclasses.replace(YOUTH[0].terms, rounding=rounding)
    term = dataclasses.replace(
        terms.payment_terms[0], price=Price(PriceKind.UNIT_PRICE, amount=Decimal("0.0005"))
    )
    half = Fraction(50)
    measured = Measured(half, "percent", Step("", "", {}, shown(half), "percent"))
    facts = Facts(terms, YOUTH[0].inputs, {})
    assert price(facts, term, measured, Fraction(1)).step.result == Decimal(amount)


@pytest.mark.parametrize(
    ("total", "percents", "shares"),
    [
        ("0.01", ["50", "50"], ["0.01", "0.00"]),
        ("100.00", ["33.33", "33.33", "33.34"], ["33.33", "33.33", "33.34"]),
        ("0.05", ["50", "25", "25"], ["0.03", "0.01", "0.01"]),
        ("10.00", ["33", "33", "34"], ["3.30", "3.30", "3.40"]),
    ],
)
def test_payer_shares_leave_no_cent_over(
    total: str, percents: list[str], shares: list[str]
) -> None:
    parts = tuple(PayerPart(f"payer-{n}", Decimal(percent)) for n, percent in enumerate(percents))
    terms = YOUTH[0].terms
    terms = dataclasses.replace(terms, claim=dataclasses.replace(terms.claim, payers=parts))
    found = split(Facts(terms, YOUTH[0].inputs, {}), Decimal(total), {})
    assert [str(share.amount) for share in found.shares] == shares
    assert str(found.step.result) == total


def test_nobody_in_the_denominator_pays_nothing() -> None:
    assert amount_at(0, of=0) == 0


def test_more_successes_than_people_are_refused() -> None:
    with pytest.raises(RuleViolation) as refused:
        amount_at(201)
    assert refused.value.code == "payments.more_than_denominator"
    assert refused.value.params["reached"] == 201


def test_missing_figures_are_refused() -> None:
    with pytest.raises(RuleViolation) as refused:
        calculate(YOUTH[0].terms, with_observations(YOUTH[0].inputs))
    assert refused.value.code == "payments.observation_missing"


def test_repeated_and_unknown_figures_are_refused_together() -> None:
    twice = people("together", 1, 2)
    with pytest.raises(RuleViolation) as refused:
        calculate(
            YOUTH[0].terms,
            with_observations(YOUTH[0].inputs, twice, twice, people("elsewhere", 1, 2)),
        )
    assert [(issue.code, issue.value) for issue in refused.value.issues] == [
        ("payments.observation_repeated", "together"),
        ("payments.observation_unknown", "elsewhere"),
    ]


def test_terms_with_an_open_question_are_not_calculated() -> None:
    case = YOUTH[0]
    terms = dataclasses.replace(case.terms, claim=dataclasses.replace(case.terms.claim, cap=None))
    with pytest.raises(RuleViolation) as refused:
        calculate(terms, case.inputs)
    assert [issue.field for issue in refused.value.issues] == ["claim.cap"]


def test_pause_below_the_minimum_cohort_pays_later_and_loses_nothing() -> None:
    document = load("family_partner_milestones")["terms"]
    document["counting"] |= {"minimum_cohort": 30, "below_minimum": "pause"}
    document["payment_terms"][0]["timing"] = "cumulative"
    terms = parse(document)
    few = with_observations(
        FAMILIES[0].inputs, people("school-days", 10, 29), people("strain", 4, 29)
    )
    enough = with_observations(
        FAMILIES[0].inputs, people("school-days", 10, 30), people("strain", 4, 30)
    )
    assert calculate(terms, few).total == 0
    assert calculate(terms, enough).total == Decimal("13333.35") + Decimal("10000.00")


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.name)
def test_stored_tree_reads_back_equal_and_ends_at_the_figures(case: Case) -> None:
    claim = calculated(case)
    stored = claim.explanation.to_json()
    assert Calculation.from_json(stored) == claim.explanation
    assert claim.explanation.rules_version == RULES_VERSION
    assert claim.explanation.root.result == claim.total
    lines = claim.explanation.root.children[0].children
    assert [step.result for step in lines] == [line.amount for line in claim.lines]


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.name)
def test_stored_inputs_give_the_same_claim_again(case: Case) -> None:
    again = read_inputs(case.inputs.to_json())
    assert again == case.inputs
    assert calculate(case.terms, again) == calculated(case)


def test_headline_tells_figure_threshold_and_sum() -> None:
    claim = calculated(YOUTH[1])
    clauses = headline(claim.explanation.root, YOUTH[1].terms)
    assert [clause.code for clause in clauses] == [
        "payments.formula.rate_both",
        "payments.formula.threshold_met",
        "payments.formula.cost_plus_premium",
    ]
    assert clauses[0].params["reached"] == 100
    assert clauses[0].params["denominator"] == 200
    assert clauses[2].params["cost"] == Decimal("6000000.00")
    assert clauses[2].params["premium_percent"] == 8
    assert clauses[2].params["result"] == Money(Decimal("6480000.00"), "SEK")


def test_headline_of_a_rate_card_counts_lines_and_names_the_cap() -> None:
    claim = calculated(FAMILIES[2])
    clauses = headline(claim.explanation.root, FAMILIES[2].terms)
    assert [clause.code for clause in clauses] == [
        "payments.headline.lines",
        "payments.formula.contract_cap",
    ]
    assert clauses[0].params["paying"] == 1
    assert clauses[1].params["result"] == Money(Decimal("15666.60"), FAMILIES[2].terms.currency)


def test_sources_of_the_figures_stand_in_the_tree() -> None:
    seen = Observation("together", 1, 1, 1, 1, 2, sources=("result:1",))
    claim = calculate(YOUTH[0].terms, with_observations(YOUTH[0].inputs, seen))
    assert [source for step in claim.explanation.root.walk() for source in step.sources] == [
        "result:1"
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(Fraction(50), "50"), (Fraction(1, 3), "0.3333"), (Fraction(85, 2), "42.5")],
)
def test_exact_figures_are_shown_with_four_places_at_most(value: Fraction, text: str) -> None:
    assert str(shown(value)) == text


# What must hold for every claim.

counts = st.integers(min_value=0, max_value=5000)
sums = st.decimals(min_value=0, max_value=10_000_000, places=2)


@st.composite
def rate_cards(draw: st.DrawFn) -> tuple[TermsDocument, ClaimInputs]:
    """The rate card with drawn prices, caps, shares and figures."""
    document = load("family_partner_milestones")["terms"]
    for term in document["payment_terms"]:
        term["price"]["amount"] = str(draw(sums))
        term["limit"] = {"cap": draw(st.none() | sums.map(str))}
        term["timing"] = draw(st.sampled_from(["this_period", "cumulative"]))
    document["claim"]["cap"] = str(draw(sums))
    document["rounding"] = draw(st.sampled_from(["half_up", "half_even", "down"]))
    share = draw(st.decimals(min_value=Decimal("0.01"), max_value=Decimal("99.99"), places=2))
    document["claim"]["payers"][0]["share_percent"] = str(share)
    document["claim"]["payers"][1]["share_percent"] = str(100 - share)
    observations = []
    for outcome in ("school-days", "strain"):
        now, before = draw(counts), draw(counts)
        observations.append(Observation(outcome, now, now, now + before, now + before, 10_000))
    earlier = Earlier({"school-days": draw(sums), "strain": draw(sums)}, draw(sums))
    inputs = dataclasses.replace(FAMILIES[0].inputs, earlier=earlier)
    return parse(document), with_observations(inputs, *observations)


@given(rate_cards())
def test_claim_is_never_negative_never_above_caps_and_shares_sum(
    drawn: tuple[TermsDocument, ClaimInputs],
) -> None:
    terms, inputs = drawn
    claim = calculate(terms, inputs)
    assert terms.claim.cap is not None
    assert 0 <= claim.total <= max(terms.claim.cap - inputs.earlier.total, Decimal(0))
    assert sum(share.amount for share in claim.payer_shares) == claim.total
    assert all(share.amount >= 0 for share in claim.payer_shares)
    for line, term in zip(claim.lines, terms.payment_terms, strict=True):
        assert line.amount >= 0
        if term.limit.cap is not None:
            earlier = inputs.earlier.by_term[term.key]
            assert line.amount <= max(term.limit.cap - earlier, Decimal(0))


@given(rate_cards())
def test_order_of_the_figures_is_irrelevant(drawn: tuple[TermsDocument, ClaimInputs]) -> None:
    terms, inputs = drawn
    assert calculate(terms, inputs) == calculate(
        terms, with_observations(inputs, *reversed(inputs.observations))
    )


@given(rate_cards(), st.integers(min_value=0, max_value=1000))
def test_more_outcomes_never_pay_less(drawn: tuple[TermsDocument, ClaimInputs], more: int) -> None:
    terms, inputs = drawn
    first, *others = inputs.observations
    better = dataclasses.replace(
        first,
        numerator=first.numerator + more,
        events=first.events + more,
        cumulative_numerator=first.cumulative_numerator + more,
        cumulative_events=first.cumulative_events + more,
    )
    assert calculate(terms, with_observations(inputs, better, *others)).total >= (
        calculate(terms, inputs).total
    )


@given(st.integers(min_value=0, max_value=400), st.integers(min_value=1, max_value=400))
def test_threshold_pays_all_or_nothing_by_whole_people(reached: int, of: int) -> None:
    reached = min(reached, of)
    expected = Decimal("6480000.00") if 2 * reached >= of else Decimal(0)
    assert amount_at(reached, of) == expected


@given(rate_cards())
def test_claiming_period_by_period_never_exceeds_the_cap(
    drawn: tuple[TermsDocument, ClaimInputs],
) -> None:
    terms, inputs = drawn
    inputs = dataclasses.replace(inputs, earlier=Earlier())
    first = calculate(terms, inputs)
    earlier = Earlier({line.payment_term: line.amount for line in first.lines}, first.total)
    second = calculate(terms, dataclasses.replace(inputs, earlier=earlier))
    assert terms.claim.cap is not None
    assert first.total + second.total <= terms.claim.cap
    # The same figures to date are not paid twice.
    for line, term in zip(second.lines, terms.payment_terms, strict=True):
        assert term.timing != "cumulative" or line.amount == 0
