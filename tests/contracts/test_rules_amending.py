"""An amendment worked into the agreed wording, compared, and carried over onto a changed one."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.terms import TermsDocument, parse, to_document
from contracts.rules.terms.amending import combine
from contracts.rules.terms.comparing import Difference, carry_over, compare
from contracts.rules.terms.words import AmendmentScope
from sibportal.kernel.errors import RuleViolation
from tests.contracts.test_rules_terms import put
from tests.payments.worked_examples import load, names

DAY = date(2026, 7, 1)
MEASUREMENTS, ENROLMENTS, ALL_OPEN = AmendmentScope
LATER = (MEASUREMENTS, ENROLMENTS)
FAMILIES: dict[str, Any] = load("family_partner_milestones")["terms"]
EXAMPLES = {name: parse(load(name)["terms"]) for name in names()}


def families(**changes: object) -> TermsDocument:
    """The rate card of the families, with changes by path."""
    document = deepcopy(FAMILIES)
    for path, value in changes.items():
        put(document, path, value)
    return parse(document)


def refused(old: TermsDocument, new: TermsDocument, scope: AmendmentScope) -> set[tuple[str, str]]:
    with pytest.raises(RuleViolation) as refused:
        combine(old, new, scope, DAY)
    return {(issue.code, issue.field) for issue in refused.value.issues}


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("scope", AmendmentScope)
def test_amending_nothing_changes_nothing(name: str, scope: AmendmentScope) -> None:
    assert combine(EXAMPLES[name], EXAMPLES[name], scope, DAY) == EXAMPLES[name]


def test_a_new_price_for_later_measurements_pays_the_old_one_for_what_came_before() -> None:
    old = families()
    new = families(**{"payment_terms[1].price.amount": "3000.00"})
    both = combine(old, new, MEASUREMENTS, DAY)
    assert [one.key for one in both.outcomes] == ["school-days", "strain", "strain-2"]
    before, after = both.outcomes[1:]
    assert (before.only.measured_before, before.only.measured_from) == (DAY, None)
    assert (after.only.measured_from, after.only.not_reached) == (DAY, "strain")
    paid = {term.key: (term.measure.outcome, str(term.price.amount)) for term in both.payment_terms}
    assert paid == {
        "school-days": ("school-days", "1333.335"),
        "strain": ("strain", "2500.00"),
        "strain-2": ("strain-2", "3000.00"),
    }
    assert both.points == old.points
    assert parse(to_document(both)) == both


def test_an_extended_follow_up_for_later_enrolments_keeps_the_old_point_for_earlier_people() -> (
    None
):
    old = families()
    new = families(**{"points[1].offset_months": 36})
    both = combine(old, new, ENROLMENTS, DAY)
    assert [(point.key, point.offset_months) for point in both.points] == [
        ("year-1", 12),
        ("year-2", 24),
        ("year-2-2", 36),
    ]
    before, after = both.outcome("school-days"), both.outcome("school-days-2")
    assert (before.points, before.only.enrolled_before) == (("year-1", "year-2"), DAY)
    assert (after.points, after.only.enrolled_from) == (("year-1", "year-2-2"), DAY)
    assert after.only.not_reached == ""
    assert both.payment_term("school-days-2").price == old.payment_term("school-days").price
    assert parse(to_document(both)) == both


def test_a_second_amendment_divides_what_the_first_one_left() -> None:
    first = families(**{"payment_terms[1].price.amount": "3000.00"})
    base = combine(families(), first, ENROLMENTS, DAY)
    document = to_document(base)
    document["payment_terms"][2]["price"]["amount"] = "3500.00"
    later = date(2027, 1, 1)
    both = combine(base, parse(document), ENROLMENTS, later)
    spans = {one.key: (one.only.enrolled_from, one.only.enrolled_before) for one in both.outcomes}
    assert spans["strain"] == (None, DAY)
    assert spans["strain-2"] == (DAY, later)
    assert spans["strain-2-2"] == (later, None)


def test_what_was_removed_is_still_paid_for_what_came_before() -> None:
    document = deepcopy(FAMILIES)
    del document["outcomes"][1], document["payment_terms"][1]
    both = combine(families(), parse(document), MEASUREMENTS, DAY)
    assert [one.key for one in both.outcomes] == ["school-days", "strain"]
    assert both.outcome("strain").only.measured_before == DAY
    assert both.payment_term("strain") == families().payment_term("strain")


def test_one_sum_for_everybody_is_not_divided_by_a_day() -> None:
    old = EXAMPLES["youth_employment_and_health"]
    document = load("youth_employment_and_health")["terms"]
    document["payment_terms"][0]["price"]["premium_percent"] = "9"
    new = parse(document)
    assert refused(old, new, ENROLMENTS) == {("amending.term_together", "payment_terms[0]")}
    assert ("amending.term_together", "payment_terms[0]") in refused(old, new, MEASUREMENTS)
    assert combine(old, new, ALL_OPEN, DAY) == new


def test_a_milestone_that_could_be_paid_twice_is_not_divided_by_the_day_of_measurement() -> None:
    new = families(**{"payment_terms[0].price.amount": "1500"})
    assert refused(families(), new, MEASUREMENTS) == {("amending.outcome_together", "outcomes[0]")}
    assert combine(families(), new, ENROLMENTS, DAY).outcome("school-days-2")


AMOUNTS = st.integers(1, 9999).map(str)


@st.composite
def changed(draw: st.DrawFn) -> TermsDocument:
    """The rate card with some of its prices, points and entries changed."""
    document = deepcopy(FAMILIES)
    for number, term in enumerate(document["payment_terms"]):
        if draw(st.booleans()):
            document["payment_terms"][number]["price"]["amount"] = draw(AMOUNTS)
        if draw(st.booleans()):
            term["timing"] = draw(st.sampled_from(["this_period", "cumulative"]))
    if draw(st.booleans()):
        document["points"][1]["offset_months"] = draw(st.integers(13, 60))
    if draw(st.booleans()):
        document["claim"]["cap"] = draw(AMOUNTS)
    if draw(st.booleans()):
        number = draw(st.integers(0, 1))
        key = document["outcomes"][number]["key"]
        del document["outcomes"][number]
        document["payment_terms"] = [one for one in document["payment_terms"] if one["key"] != key]
    if draw(st.booleans()):
        extra = deepcopy(FAMILIES["outcomes"][1]) | {"key": "calm"}
        document["outcomes"].append(extra)
        term = deepcopy(FAMILIES["payment_terms"][1]) | {"key": "calm"}
        term["measure"] = {"kind": "count", "outcome": "calm"}
        document["payment_terms"].append(term)
    return parse(document)


@given(changed(), changed(), st.sampled_from(LATER))
def test_whatever_is_amended_keeps_every_outcome_and_payment_term(
    old: TermsDocument, new: TermsDocument, scope: AmendmentScope
) -> None:
    try:
        both = combine(old, new, scope, DAY)
    except RuleViolation:
        if scope is MEASUREMENTS:
            return
        raise
    assert parse(to_document(both)) == both
    assert {one.key for one in old.outcomes} <= {one.key for one in both.outcomes}
    assert {one.key for one in old.payment_terms} <= {one.key for one in both.payment_terms}
    assert both.claim == new.claim
    # Each person and measurement is on one side of the day only.
    for one in both.outcomes:
        assert not (one.only.enrolled_from and one.only.enrolled_before)
        assert not (one.only.measured_from and one.only.measured_before)
    # What was agreed is paid to earlier people as it was.
    for term in old.payment_terms:
        assert both.payment_term(term.key) in (term, new_or_none(new, term.key))


def new_or_none(terms: TermsDocument, key: str) -> object:
    return next((term for term in terms.payment_terms if term.key == key), None)


# Side by side ------------------------------------------------------------------------------------
def test_a_comparison_names_each_field_once_and_says_what_became_of_it() -> None:
    new = families(**{
        "payment_terms[1].price.amount": "3000.00",
        "payment_terms[1].limit.period_cap": "9000.00",
        "points": [FAMILIES["points"][1], FAMILIES["points"][0]],
        "counting.neutral_exit_cap_percent": None,
    })  # fmt: skip
    found = compare(families(), new)
    assert len({field.path for field in found}) == len(found)
    told = {
        ".".join(field.path): (field.difference, field.before, field.after)
        for field in found
        if field.difference is not Difference.SAME
    }
    assert told == {
        "payment_terms.strain.price.amount": ("changed", "2500.00", "3000.00"),
        "payment_terms.strain.limit.period_cap": ("added", None, "9000.00"),
        "counting.neutral_exit_cap_percent": ("removed", "10", None),
    }


@given(changed(), changed())
def test_a_comparison_finds_no_difference_only_in_the_same_wording(
    one: TermsDocument, other: TermsDocument
) -> None:
    same = all(field.difference is Difference.SAME for field in compare(one, other))
    assert same == (one == other)
    turned = {field.path: (field.after, field.before) for field in compare(one, other)}
    assert turned == {field.path: (field.before, field.after) for field in compare(other, one)}


# Carried over ------------------------------------------------------------------------------------
def test_a_draft_takes_in_what_was_agreed_meanwhile_and_keeps_its_own_where_both_changed() -> None:
    base = families()
    mine = families(**{
        "payment_terms[1].price.amount": "3000.00", "claim.cap": "130000.00",
    })  # fmt: skip
    theirs = families(**{
        "payment_terms[1].price.amount": "2800.00", "claim.payment_days": 45,
    })  # fmt: skip
    carried = carry_over(base, mine, theirs)
    document = parse(carried.document)
    assert str(document.payment_term("strain").price.amount) == "3000.00"
    assert (str(document.claim.cap), document.claim.payment_days) == ("130000.00", 45)
    assert [(".".join(one.path), one.before, one.after) for one in carried.conflicts] == [
        ("payment_terms.strain.price.amount", "2800.00", "3000.00")
    ]


@given(changed(), changed())
def test_where_one_side_changed_nothing_the_other_sides_wording_holds(
    base: TermsDocument, other: TermsDocument
) -> None:
    for mine, theirs in ((base, other), (other, base), (other, other)):
        carried = carry_over(base, mine, theirs)
        assert parse(carried.document) == other
        assert carried.conflicts == ()
