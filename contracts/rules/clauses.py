"""Clauses that an amendment adds to agreed terms when the plan meets life.

What happened is a fact; what it does to payment is a clause that the parties agree to, so each
function gives a new wording and changes nothing itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from contracts.rules.amendments import Calendar
from contracts.rules.terms.document import (
    Disruption,
    FollowUp,
    MetricReference,
    Outcome,
    PayerPart,
    PayersFrom,
    TermsDocument,
)
from contracts.rules.terms.words import AmendmentScope
from sibportal.kernel.errors import Issue, RuleViolation

HUNDRED = Decimal(100)
FOLLOW_UP_KEY = 50


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom an amendment concerns and from which day."""

    scope: AmendmentScope
    day: date


def reach(day: date, calendar: Calendar) -> Reach:
    """How far back an amendment reaches so that it holds on a day: from the first day of the
    reporting period around it. Periods that may be closed already are touched only as what is open
    and unpaid, to which every party with a stake agrees."""
    start = max((one for one in calendar.starts if one <= day), default=calendar.contract.start)
    if start >= calendar.earliest(AmendmentScope.LATER_MEASUREMENTS):
        return Reach(AmendmentScope.LATER_MEASUREMENTS, start)
    return Reach(AmendmentScope.ALL_OPEN, start)


def with_disruption(terms: TermsDocument, disruption: Disruption) -> TermsDocument:
    """The terms with one more disruption, under a key of its own."""
    key = free_key("disruption", {one.key for one in terms.disruptions})
    return replace(terms, disruptions=(*terms.disruptions, replace(disruption, key=key)))


def with_payers_from(
    terms: TermsDocument, day: date, shares: Mapping[str, Decimal], known: Sequence[str]
) -> TermsDocument:
    """The terms with these shares (in per cent, by key of the party) from a day on; a change on the
    same day is replaced. RuleViolation: a party that is no payer, a share outside 0 to 100 %, or
    shares that do not sum to 100 %; a share of zero is left out, and caps stay as agreed."""
    issues = [
        Issue("terms.share", f"share_{key}", str(share))
        for key, share in shares.items()
        if not 0 <= share <= HUNDRED
    ]
    issues += [Issue("terms.unknown_party", "", key) for key in shares if key not in known]
    total = sum(shares.values(), Decimal(0))
    if not issues and total != HUNDRED:
        last = next(reversed(list(shares)), "")
        issues.append(
            Issue("terms.shares_sum", f"share_{last}", str(total), {"total_percent": total})
        )
    if issues:
        raise RuleViolation(issues)
    former = payers_on(terms, day)
    caps = {one.party: one.cap for one in former}
    # Who paid before is listed first and keeps the left-over coin.
    order = [*(key for key in caps if key in shares), *(key for key in shares if key not in caps)]
    payers = tuple(
        PayerPart(party=key, share_percent=shares[key], cap=caps.get(key))
        for key in order
        if shares[key]
    )
    changes = [one for one in terms.claim.payers_from if one.valid_from != day]
    changes.append(PayersFrom(day, payers))
    changes.sort(key=lambda one: one.valid_from)
    return replace(terms, claim=replace(terms.claim, payers_from=tuple(changes)))


def payers_on(terms: TermsDocument, day: date) -> tuple[PayerPart, ...]:
    """Who pays which share on a day."""
    changed = [one.payers for one in terms.claim.payers_from if one.valid_from <= day]
    return changed[-1] if changed else terms.claim.payers


def with_parallel_metric(
    terms: TermsDocument, metric: MetricReference, title: Mapping[str, str], beside: str
) -> TermsDocument:
    """The terms with a metric that is measured, and never paid for, at the points of the outcomes
    that rest on the metric `beside`. RuleViolation where there is none, or it is measured already.
    """
    measured: list[Outcome | FollowUp] = [*terms.outcomes, *terms.follow_up]
    points = tuple(
        dict.fromkeys(
            point
            for one in measured
            if one.metric and one.metric.code == beside
            for point in one.points
        )
    )
    if not points:
        raise RuleViolation("contracts.metric_not_in_terms", field="beside")
    if metric.code in {one.metric.code for one in measured if one.metric}:
        raise RuleViolation("contracts.metric_in_terms_already", field="metric")
    key = free_key(metric.code[:FOLLOW_UP_KEY], {one.key for one in measured})
    entry = FollowUp(key=key, title=dict(title), metric=metric, points=points)
    return replace(terms, follow_up=(*terms.follow_up, entry))


def free_key(stem: str, taken: set[str]) -> str:
    """The stem, or with the first number that nobody has: disruption, disruption-2."""
    number, key = 1, stem
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    return key


def at_fields(issues: Sequence[Issue], at: str) -> list[Issue]:
    """The issues below one entry of the document, named as the fields of a form about it; any
    other keeps its path."""
    return [
        replace(one, field=one.field.removeprefix(at).partition("[")[0])
        if one.field.startswith(at)
        else one
        for one in issues
    ]
