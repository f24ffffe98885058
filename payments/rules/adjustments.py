"""What a late or corrected fact changes in claims that were made before.

A claim never changes: the difference is a line of its own in the next one, which says what it
corrects. All claims together then come to what they would have, had the facts been right from the
start. Figures to date need no such line while claims follow: they true up by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from contracts.rules.terms.document import TermsDocument
from contracts.rules.terms.words import Timing
from payments.rules.inputs import Adjustment, ClaimInputs, Observation
from payments.rules.versions import calculate_as

NOTHING = Decimal(0)
DISPUTE = "dispute"
Amounts = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Right:
    """Figures of one period as they are known now: for terms that pay what counted in it, and for
    those that are assessed in it, to which late facts of its time belong too."""

    inputs: ClaimInputs
    assessed: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """A claim that was made: by which rules and terms, what it claims by payment term without
    adjustments and what decided disputes left of it, and its figures as they are known now.

    `decided` is what a dispute has settled a term at, whatever the figures say.
    """

    number: str
    version: str
    terms: TermsDocument
    claimed: Amounts
    right: Right
    decided: Amounts = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Now:
    """The claim that is being made: its figures as they were closed, and as they would be without
    what belongs to earlier periods."""

    inputs: ClaimInputs
    right: Right


@dataclass(frozen=True, slots=True)
class Made:
    """An adjustment that an earlier claim holds: what was due, and what its line came to."""

    payment_term: str
    corrects: str
    due: Decimal
    amount: Decimal


def adjustments(
    terms: TermsDocument,
    version: str,
    past: Sequence[Past],
    made: Iterable[Made],
    now: Now | None,
) -> tuple[Adjustment, ...]:
    """The adjustments of the next claim; `past` in the order in which the claims were made.

    Without `now` no period is left: figures to date are adjusted like all others. Each claim is
    calculated again by its own rules and terms, on what the corrected claims before it come to.
    """
    made = tuple(made)
    differences: list[tuple[Past, dict[str, Decimal]]] = []
    came_to: dict[str, Decimal] = {}
    for one in past:
        right = _lines(one.version, one.terms, one.right, came_to) | dict(one.decided)
        came_to = _sum(came_to, right)
        brought = _brought(made, one.number)
        differences.append((one, _sum(right, _negative(one.claimed), _negative(brought))))
    current: dict[str, Decimal] = {}
    if now is not None and past:
        closed = Right(now.inputs, now.inputs.observations)
        whole = _lines(version, terms, now.right, came_to)
        current = _sum(whole, _negative(_lines(version, terms, closed, came_to)))
    return tuple(
        adjustment
        for term in terms.payment_terms
        if now is None or term.timing is not Timing.CUMULATIVE
        for adjustment in _of_term(term.key, differences, made, current.get(term.key, NOTHING))
    )


def _of_term(
    key: str,
    differences: Sequence[tuple[Past, Mapping[str, Decimal]]],
    made: Iterable[Made],
    current: Decimal,
) -> Iterable[Adjustment]:
    """What is due in all, put to the claims that differ its way. What one claim lacks and another
    has paid is no difference; what a dispute has settled stands alone."""
    of_term = [one for one in made if one.payment_term == key]
    free = []
    for one, found in differences:
        amount = found.get(key, NOTHING)
        if key not in one.decided:
            free.append((one, amount))
        elif left := amount - _told(of_term, one.number, amount):
            yield Adjustment(key, left, one.number, DISPUTE)
    yield from _pooled(key, free, of_term, current)


def _pooled(
    key: str, by_claim: Sequence[tuple[Past, Decimal]], made: Iterable[Made], current: Decimal
) -> Iterable[Adjustment]:
    """What was told before and not taken back is not told again."""
    due = sum((amount for _one, amount in by_claim), current)
    told = {one.number: _told(made, one.number, due) for one, _amount in by_claim}
    left = due - sum(told.values(), NOTHING)
    if not by_claim or not left or (left > 0) != (due > 0):
        return
    open_now = [(one, amount - told[one.number]) for one, amount in by_claim]
    same_way = [one for one in open_now if one[1] and (one[1] > 0) == (left > 0)]
    for one, amount in same_way[:-1]:
        part = min(left, amount, key=abs)
        left -= part
        if part:
            yield Adjustment(key, part, one.number, one.reason)
    if left:
        last = (same_way or open_now)[-1][0]
        yield Adjustment(key, left, last.number, last.reason)


def _told(made: Iterable[Made], number: str, due: Decimal) -> Decimal:
    """What earlier adjustments of a claim told the same way and did not bring."""
    kept = (one.due - one.amount for one in made if one.corrects == number)
    return sum((one for one in kept if (one > 0) == (due > 0)), NOTHING)


def _lines(
    version: str, terms: TermsDocument, right: Right, earlier: Amounts
) -> dict[str, Decimal]:
    """What each term of a claim comes to after claims that came to `earlier`, by payment term."""
    inputs = replace(
        right.inputs, earlier=replace(right.inputs.earlier, by_term=earlier), adjustments=()
    )
    found = {one.payment_term: one.amount for one in calculate_as(version, terms, inputs).lines}
    if right.assessed == inputs.observations:
        return found
    final = calculate_as(version, terms, replace(inputs, observations=right.assessed))
    assessed = {term.key for term in terms.payment_terms if term.timing is Timing.FINAL}
    return found | {
        one.payment_term: one.amount for one in final.lines if one.payment_term in assessed
    }


def _brought(made: Iterable[Made], number: str) -> dict[str, Decimal]:
    """What adjustments have brought to a claim so far."""
    found: dict[str, Decimal] = {}
    for one in made:
        if one.corrects == number:
            found[one.payment_term] = found.get(one.payment_term, NOTHING) + one.amount
    return found


def _sum(*every: Amounts) -> dict[str, Decimal]:
    keys = {key: None for amounts in every for key in amounts}
    return {key: sum((amounts.get(key, NOTHING) for amounts in every), NOTHING) for key in keys}


def _negative(amounts: Amounts) -> dict[str, Decimal]:
    return {key: -amount for key, amount in amounts.items()}
