"""What an amendment rests on: its base, its calendar, and the wording that would be agreed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from contracts.models import Contract, Terms
from contracts.rules.amendments import Calendar, first_open_period
from contracts.rules.terms import TermsDocument, parse, to_document
from contracts.rules.terms.amending import combine
from contracts.rules.terms.comparing import Field, carry_over
from contracts.selectors.frame import periods, today
from contracts.selectors.terms import last_agreed
from contracts.states import TermsState
from sibportal.kernel.dates import Period

if TYPE_CHECKING:
    from contracts.rules.terms.document import Amendment


def amendment_calendar(of: Contract) -> Calendar:
    """What the day of an amendment of an authorised contract is held against."""
    frame = Period(of.starts_on, of.ends_on)
    rows = [Period(row.starts_on, row.ends_on) for row in periods(of)]
    agreed = last_agreed(of)
    return Calendar(
        contract=frame,
        starts=frozenset(row.start for row in rows),
        first_open=first_open_period(
            rows, grace_days=of.grace_days, today=today(of), contract=frame
        ),
        base_from=agreed.valid_from if agreed else of.starts_on,
    )


def drafted_document(terms: Terms) -> TermsDocument:
    """The wording as it was drafted, before its scope was worked in."""
    return parse(terms.drafted if terms.drafted is not None else terms.document)


def combined_document(terms: Terms) -> TermsDocument:
    """The wording that the parties of authorised terms agree to; RuleViolation where the scope
    cannot divide what the draft changes, or while it is not chosen."""
    document = parse(terms.document)
    amendment = document.amendment
    if terms.state != TermsState.DRAFT or terms.base is None or amendment is None:
        return document
    return combined(parse(terms.base.document), document, amendment)


def combined(base: TermsDocument, draft: TermsDocument, amendment: Amendment) -> TermsDocument:
    """A draft worked into its base; as it is while scope or day is open."""
    if amendment.scope is None or amendment.effective_on is None:
        return replace(draft, amendment=amendment)
    both = combine(base, draft, amendment.scope, amendment.effective_on)
    # What was divided must not contradict itself: a day may lie before that of an earlier division.
    return parse(to_document(replace(both, amendment=amendment)))


def base_has_changed(terms: Terms) -> bool:
    """Whether another version was agreed since this draft was begun."""
    agreed = last_agreed(terms.contract)
    is_open = terms.state in (TermsState.DRAFT, TermsState.PROPOSED)
    return is_open and terms.base_id != (agreed.pk if agreed else None)


def carried_conflicts(terms: Terms) -> tuple[Field, ...]:
    """The fields that an authorised draft and the wording agreed meanwhile have both changed."""
    agreed = last_agreed(terms.contract)
    if agreed is None or terms.base is None or not base_has_changed(terms):
        return ()
    return carry_over(
        parse(terms.base.document), parse(terms.document), parse(agreed.document)
    ).conflicts
