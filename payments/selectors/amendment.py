"""What an amendment would change in money: every period that is not decided, now and then.

Nothing is stored: the rows counted so far are priced by the wording in force and by the draft, each
period on what its own path left to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import contracts.selectors
from contracts.models import Contract, Party, ReportingPeriod, Terms
from contracts.rules.terms import TermsDocument
from contracts.rules.terms.words import AmendmentScope, PayeeRole
from outcomes.models import Closing
from outcomes.selectors.versions import latest_closing, with_closings
from outcomes.states import ClosingState
from payments.models import Claim
from payments.rules.allocation import allocate_to_investors
from payments.rules.inputs import ClaimInputs, Earlier
from payments.rules.pipeline import ClaimCalculation, calculate
from payments.rules.sequence import followed_by
from payments.selectors.calculation import claim_inputs, paid_in_by_investor
from payments.selectors.figures import figures_under
from payments.selectors.governing import DECIDED, governing_terms
from payments.states import ClaimKind, ClaimState
from sibportal.accounts import access
from sibportal.accounts.roles import Action, PartyRole
from sibportal.kernel.errors import Issue, RuleViolation

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Way:
    """One wording for one period: the claim it gives, or why it gives none."""

    claim: ClaimCalculation | None
    issues: tuple[Issue, ...] = ()

    @property
    def amount(self) -> Decimal | None:
        return self.claim.total if self.claim else None


@dataclass(frozen=True)
class PeriodEffect:
    """One period: its claim where there is one, and what it gives now and then."""

    period: ReportingPeriod
    claim: Claim | None
    is_closed: bool
    is_reached: bool
    now: Way
    then: Way

    @property
    def difference(self) -> Decimal | None:
        if self.now.amount is None or self.then.amount is None:
            return None
        return self.then.amount - self.now.amount


@dataclass(frozen=True)
class PartyEffect:
    """What one organisation pays or receives over these periods, now and then; `pays` tells
    whether more of it is a loss."""

    organisation: str
    role: str
    pays: bool
    now: Decimal
    then: Decimal

    @property
    def difference(self) -> Decimal:
        return self.then - self.now

    @property
    def is_gain(self) -> bool:
        return self.difference < 0 if self.pays else self.difference > 0


@dataclass(frozen=True)
class Effects:
    """What the amendment changes: period by period, party by party; `standing` claims have been
    decided and stay as they are, `kept_back` tells that open periods are not shown."""

    periods: tuple[PeriodEffect, ...]
    parties: tuple[PartyEffect, ...]
    standing: tuple[Claim, ...]
    without_money: tuple[Party, ...]
    kept_back: bool


def effects(viewer: Viewer, terms: Terms) -> Effects:
    """The effect of open terms on every claim not yet decided, for those who see claims.

    A period that is not closed yet would show counts, so only those who see counts are told.
    RuleViolation where the amendment's scope cannot divide what it changes.
    """
    contract = terms.contract
    access.require(viewer, Action.VIEW_CLAIM, contract)
    sees_open = access.allowed(viewer, Action.VIEW_COUNTS, contract)
    draft = contracts.selectors.combined_document(terms)
    standing, first = _decided(contract)
    rows = ReportingPeriod.objects.filter(
        contract=contract,
        number__gte=first,
        starts_on__lte=contracts.selectors.today(contract),
    )
    periods = list(with_closings(rows.select_related("contract").order_by("number")))
    found = tuple(_sequence(terms, draft, periods))
    shown = tuple(one for one in found if one.is_closed or sees_open)
    return Effects(
        periods=shown,
        parties=tuple(_parties(contract, draft, shown)),
        standing=standing,
        without_money=tuple(_without_money(contract, terms, draft)),
        kept_back=len(shown) < len(found),
    )


def _decided(contract: Contract) -> tuple[tuple[Claim, ...], int]:
    """Claims that are approved and not paid, and the number of the first period after the last
    one that was decided: what comes before it stands."""
    rows = Claim.objects.filter(contract=contract, state__in=DECIDED)
    rows = rows.select_related("period").order_by("period__number")
    last = rows.last()
    waiting = tuple(rows.filter(state=ClaimState.APPROVED))
    return waiting, last.period.number + 1 if last else 1


def _sequence(
    terms: Terms, draft: TermsDocument, periods: list[ReportingPeriod]
) -> Iterator[PeriodEffect]:
    documents: dict[object, TermsDocument] = {}
    carried: tuple[Earlier, Earlier] | None = None
    everything = terms.amendment.get("scope") == AmendmentScope.ALL_OPEN
    for period in periods:
        signed = _signed(period)
        last_day = period.ends_on - timedelta(days=1)
        in_force = contracts.selectors.terms_in_force(terms.contract, last_day)
        now = (governing_terms(signed) if signed else None) or in_force
        if now is None:
            continue
        document = documents.setdefault(now.pk, contracts.selectors.terms_document(now))
        is_reached = terms.valid_from <= last_day and (everything or signed is None)
        closing = signed or Closing(contract=terms.contract, period=period, terms=now)
        inputs = claim_inputs(closing)
        before = carried or (inputs.earlier, inputs.earlier)
        ways = (
            _way(closing, document, inputs, now, before[0]),
            _way(closing, draft if is_reached else document, inputs, now, before[1]),
        )
        carried = (_next(before[0], ways[0]), _next(before[1], ways[1]))
        yield PeriodEffect(period, _claim(signed), signed is not None, is_reached, ways[0], ways[1])


def _signed(period: ReportingPeriod) -> Closing | None:
    closing = latest_closing(period)
    return closing if closing and closing.state == ClosingState.SIGNED else None


def _claim(closing: Closing | None) -> Claim | None:
    if closing is None:
        return None
    rows = Claim.objects.filter(period=closing.period_id, kind=ClaimKind.PERIOD)
    return rows.exclude(state=ClaimState.REPLACED).first()


def _way(
    closing: Closing, document: TermsDocument, inputs: ClaimInputs, now: Terms, earlier: Earlier
) -> Way:
    as_signed = closing.state == ClosingState.SIGNED and closing.terms_id == now.pk
    as_signed = as_signed and document == contracts.selectors.terms_document(now)
    found = None if as_signed else figures_under(closing, document)
    if found:
        inputs = replace(inputs, observations=found.observations, profiles=found.profiles)
    try:
        return Way(calculate(document, replace(inputs, earlier=earlier)))
    except RuleViolation as violation:
        return Way(None, violation.issues)


def _next(earlier: Earlier, way: Way) -> Earlier:
    return followed_by(earlier, way.claim) if way.claim else earlier


def _parties(
    contract: Contract, draft: TermsDocument, found: tuple[PeriodEffect, ...]
) -> Iterator[PartyEffect]:
    acting = {party.key: party for party in contracts.selectors.parties_today(contract)}
    now, then = _by_payer(found, "now"), _by_payer(found, "then")
    for key in [*now, *(key for key in then if key not in now)]:
        yield PartyEffect(
            str(acting[key].organisation) if key in acting else key,
            acting[key].get_role_display() if key in acting else str(PartyRole.PAYER.label),
            True,
            now.get(key, NOTHING),
            then.get(key, NOTHING),
        )
    total_now, total_then = sum(now.values(), NOTHING), sum(then.values(), NOTHING)
    payee = draft.claim.payee
    receiver = next(
        (one for one in contracts.selectors.parties_today(contract) if payee and one.role == payee),
        None,
    )
    if receiver is not None and payee is not PayeeRole.INVESTOR:
        yield PartyEffect(
            str(receiver.organisation), receiver.get_role_display(), False, total_now, total_then
        )
    if payee is not PayeeRole.LEAD_PROVIDER:
        yield from _investors(contract, total_now, total_then)


def _by_payer(found: tuple[PeriodEffect, ...], which: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for one in found:
        way: Way = getattr(one, which)
        for share in way.claim.payer_shares if way.claim else ():
            sums[share.party] = sums.get(share.party, NOTHING) + share.amount
    return sums


def _investors(contract: Contract, now: Decimal, then: Decimal) -> Iterator[PartyEffect]:
    """Each investor's part, by the capital it has paid in so far."""
    paid_in = paid_in_by_investor(contract, _far(contract))
    if not any(paid_in.values()):
        return
    before, after = allocate_to_investors(now, paid_in), allocate_to_investors(then, paid_in)
    for investor in paid_in:
        yield PartyEffect(
            str(investor), str(PartyRole.INVESTOR.label), False, before[investor], after[investor]
        )


def _far(contract: Contract) -> date:
    return max(contract.ends_on, contracts.selectors.today(contract))


def _without_money(contract: Contract, terms: Terms, draft: TermsDocument) -> Iterator[Party]:
    """Parties whose agreement is needed although these claims neither cost nor pay them."""
    paid = {PartyRole.PAYER, PartyRole.CO_PAYER, str(draft.claim.payee or "")}
    if draft.claim.payee is not PayeeRole.LEAD_PROVIDER:
        paid |= {PartyRole.INVESTOR}
    everyone = terms.amendment.get("scope") == AmendmentScope.ALL_OPEN
    for party in contracts.selectors.required_parties(contract, everyone=everyone):
        if party.role not in paid:
            yield party
