"""Caps that need to know more than a sum: what one person brings, what investors have earned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from contracts.rules.terms.document import PaymentTerm, PersonCap, ReturnCap
from contracts.rules.terms.words import Clawback, PriceKind, ReturnCapKind, RoundingTo
from payments.rules.facts import Facts, lacking
from payments.rules.inputs import Flow
from payments.rules.interest import compound
from sibportal.kernel.errors import RuleViolation
from sibportal.kernel.explain import Step
from sibportal.kernel.money import Rounding, quantise

NOTHING, NOUGHT = Decimal(0), Fraction(0)
PERSON_CAP = "person_cap"


@dataclass(frozen=True, slots=True)
class ToDate:
    """What a term comes to, to date: its figure, what that is worth exactly and rounded, and the
    amount of all claims with this one."""

    term: PaymentTerm
    quantity: Fraction
    exact: Fraction
    worth: Decimal
    claimed: Decimal


def capped_terms(facts: Facts) -> tuple[str, ...]:
    """The payment terms that a cap per person holds; none without such a cap."""
    cap = facts.terms.claim.person_cap
    if cap is None:
        return ()
    return cap.terms or tuple(
        term.key for term in facts.terms.payment_terms if term.price.kind is PriceKind.UNIT_PRICE
    )


def person_cap(facts: Facts, total: Decimal, lines: Mapping[str, ToDate]) -> Step | None:
    """Takes off what single people bring above the cap, to date, less what earlier claims took.

    What a person brings is reckoned before caps of the terms, so that a success more never pays
    less; a floor is not brought by anybody and stays. RuleViolation when nobody says who reached
    what together, or the profiles do not come to the figures of the outcomes.
    """
    cap = facts.terms.claim.person_cap
    held = [lines[key] for key in capped_terms(facts) if key in lines and lines[key].quantity]
    if cap is None or not held:
        return None
    _require_profiles(facts, held)
    over, allowed = _each(facts, cap, held)
    due = sum((min(line.worth, line.claimed) for line in held), NOTHING)
    in_whole = facts.terms.rounding_to is RoundingTo.WHOLE
    whole = quantise(allowed, facts.terms.currency, Rounding.DOWN, whole=in_whole)
    off = max(due - whole, NOTHING) if over else NOTHING
    now = off - facts.inputs.earlier.by_limit.get(PERSON_CAP, NOTHING)
    if facts.terms.claim.clawback is Clawback.NONE:
        now = min(now, max(total, NOTHING))
    if now == 0:
        return None
    return Step(
        "payments.step.person_cap",
        "payments.formula.person_cap",
        {
            "amount": total,
            "cap": cap.amount,
            "people": over,
            "taken_off": off,
            "earlier": facts.inputs.earlier.by_limit.get(PERSON_CAP, NOTHING),
        },
        total - now,
        facts.terms.currency,
    )


def _each(facts: Facts, cap: PersonCap, held: list[ToDate]) -> tuple[int, Fraction]:
    """How many people are above the cap, and what all may bring with it."""
    over, allowed = 0, NOUGHT
    for profile in facts.inputs.profiles:
        brought = sum(
            (
                profile.times.get(line.term.measure.outcome, 0) * line.exact / line.quantity
                for line in held
            ),
            NOUGHT,
        )
        over += profile.people if brought > cap.amount else 0
        allowed += profile.people * min(brought, Fraction(cap.amount))
    return over, allowed


def _require_profiles(facts: Facts, held: list[ToDate]) -> None:
    for line in held:
        outcome = facts.terms.outcome(line.term.measure.outcome)
        times = sum(one.people * one.times.get(outcome.key, 0) for one in facts.inputs.profiles)
        if line.term.compare is None and times != line.quantity:
            raise lacking(facts, "payments.profiles_do_not_sum", outcome, "profiles")


def return_cap(facts: Facts, total: Decimal, lines: object) -> Step | None:
    """The investors get no more than their capital and the agreed return on it.

    Reckoned on the day after the period, which is no later than the payment: the yearly return
    can only come out lower. Earlier claims that nobody has paid yet count as paid on that day.
    """
    cap, inputs = facts.terms.claim.return_cap, facts.inputs
    if cap is None or total <= 0:
        return None
    if not inputs.capital:
        raise RuleViolation("payments.capital_missing", field="capital")
    paid = sum((flow.amount for flow in inputs.payments), NOTHING)
    received = max(paid, inputs.earlier.total)
    room = RETURN_CAPS[cap.kind](facts, cap, received - paid)
    left = max(quantise(room, facts.terms.currency, Rounding.DOWN), NOTHING)
    if total <= left:
        return None
    return Step(
        "payments.step.return_cap",
        f"payments.formula.return_cap_{cap.kind}",
        {
            "amount": total,
            "cap_percent": cap.percent,
            "capital": sum((flow.amount for flow in inputs.capital), NOTHING),
            "earlier": received,
        },
        left,
        facts.terms.currency,
    )


def _in_total(facts: Facts, cap: ReturnCap, unpaid: Decimal) -> Fraction:
    capital = sum((Fraction(flow.amount) for flow in facts.inputs.capital), NOUGHT)
    paid = sum((Fraction(flow.amount) for flow in facts.inputs.payments), NOUGHT)
    return capital * (1 + Fraction(cap.percent) / 100) - paid - Fraction(unpaid)


def _per_year(facts: Facts, cap: ReturnCap, unpaid: Decimal) -> Fraction:
    day = facts.inputs.period.period.end
    if day is None:
        raise RuleViolation("payments.period_open", field="period.end")

    def worth(flow: Flow) -> Fraction:
        return Fraction(flow.amount) * _grown(cap.percent, flow.day, day)

    capital = sum((worth(flow) for flow in facts.inputs.capital), NOUGHT)
    paid = sum((worth(flow) for flow in facts.inputs.payments), NOUGHT)
    return capital - paid - Fraction(unpaid)


def _grown(percent: Decimal, start: date, end: date) -> Fraction:
    """What 1 has become between two days; money that comes after the end is not worth more."""
    return 1 + compound(percent, (end - start).days)


RETURN_CAPS = {ReturnCapKind.TOTAL: _in_total, ReturnCapKind.YEARLY: _per_year}
