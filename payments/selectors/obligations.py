"""What a contract can still come to: at most, by payer and year, and if it ended today.

Bounds and settlements of the terms, by the figures of the last signed closing; for an authorised
reader or service.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

import contracts.selectors
from contracts.models import Contract, ReportingPeriod, Terms
from contracts.rules.terms.words import TerminationCause
from contracts.states import ContractState
from outcomes.models import Closing
from outcomes.states import ClosingState
from payments.models import Claim, LateInterest
from payments.rules.inputs import ClaimInputs, ClaimPeriod, Observation
from payments.rules.most_owed import YearOwed, most_owed
from payments.rules.termination import exit_costs
from payments.selectors.calculation import claim_inputs, earlier_of
from payments.selectors.claims import MoneySummary, paid_and_possible
from payments.selectors.corrections import standing_claims
from payments.selectors.figures import observations_of
from payments.selectors.supplied import capital_flows, frozen_outcomes, supplied_until
from payments.states import ClaimState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import Issue, RuleViolation
from sibportal.kernel.explain import Step, digest_of

if TYPE_CHECKING:
    from contracts.rules.terms import TermsDocument
    from sibportal.accounts.access import Viewer

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class ExitToday:
    """What would be owed if the contract ended today for one cause: None where the terms do not
    say, or where `issues` tell what is missing."""

    cause: TerminationCause
    amount: Decimal | None
    explanation: Step | None = None
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True)
class Exits:
    """The settlement of every cause, what it was worked out from, and the mark of what was shown
    to whoever decides."""

    terms: Terms
    inputs: ClaimInputs
    by_cause: tuple[ExitToday, ...]
    digest: str
    closing: Closing | None

    def of(self, cause: TerminationCause) -> ExitToday:
        return next(one for one in self.by_cause if one.cause is cause)

    @property
    def range(self) -> tuple[Decimal, Decimal] | None:
        """The least and the most over the causes; None where none can be said."""
        known = [one.amount for one in self.by_cause if one.amount is not None]
        return (min(known), max(known)) if known else None


@dataclass(frozen=True)
class Obligation:
    """What can still be owed above what is claimed: in all, by payer and by year. Years and payers
    are bounds of their own and do not add up. None where the terms set no limit. Whether the terms
    settle an early end is `settles_end`; its cost is read contract by contract, by `exits`."""

    contract: Contract
    total: Decimal | None
    by_payer: Mapping[str, Decimal]
    years: tuple[YearOwed, ...]
    settles_end: bool


def obligations(viewer: Viewer, rows: Iterable[Contract]) -> list[Obligation]:
    """What running contracts whose claims the viewer may see can still come to."""
    running = [row for row in rows if row.state in (ContractState.ACTIVE, ContractState.SUSPENDED)]
    money = paid_and_possible(viewer, running)
    seen = [row for row in running if row.pk in money]
    agreed = contracts.selectors.last_documents(seen)
    unclaimed, names = _unclaimed(seen), contracts.selectors.payer_names_by_contract(seen)
    return [
        _obligation(row, money[row.pk], agreed.get(row.pk), unclaimed[row.pk], names[row.pk])
        for row in seen
    ]


def exits_seen(viewer: Viewer, contract: Contract) -> Exits | None:
    """What an exit would cost today, for whoever may see the claims of a contract."""
    access.require(viewer, Action.VIEW_CLAIM, contract)
    return exits(contract)


def exits(contract: Contract) -> Exits | None:
    """What an exit of an authorised contract would cost today; None before terms are in force."""
    today = contracts.selectors.today(contract)
    terms = contracts.selectors.terms_in_force(contract, today)
    if terms is None:
        return None
    document = contracts.selectors.terms_document(terms)
    closing = _last_signed(contract)
    inputs = inputs_today(contract, document, today, closing)
    found = tuple(_exit(document, inputs, cause) for cause in TerminationCause)
    shown = {
        one.cause.value: one.explanation.to_json() if one.explanation else None for one in found
    }
    digest = digest_of({"terms": terms.digest, "exits": shown})
    return Exits(terms, inputs, found, digest, closing)


def _last_signed(contract: Contract) -> Closing | None:
    rows = Closing.objects.filter(contract=contract, state=ClosingState.SIGNED)
    return (
        rows.select_related("period", "terms", "contract")
        .order_by("-period__number", "-version")
        .first()
    )


def _exit(terms: TermsDocument, inputs: ClaimInputs, cause: TerminationCause) -> ExitToday:
    """One cause by itself: what another one lacks says nothing about it."""
    agreed = tuple(one for one in terms.terminations if one.cause is cause)
    if not agreed:
        return ExitToday(cause, None)
    try:
        costs = exit_costs(replace(terms, terminations=agreed), inputs)
    except RuleViolation as violation:
        return ExitToday(cause, None, issues=tuple(violation.issues))
    (cost,) = (one for one in costs if one.cause is cause)
    return ExitToday(cause, cost.amount, cost.explanation)


def late_interests(viewer: Viewer, claim: Claim) -> QuerySet[LateInterest]:
    """What late payments on a claim cost their payers, for those who see the claim."""
    rows = access.visible(LateInterest.objects.all(), viewer, Action.VIEW_CLAIM)
    return rows.filter(payment__claim=claim).select_related("payment").order_by("recorded_at")


def inputs_today(
    contract: Contract, terms: TermsDocument, today: date, closing: Closing | None
) -> ClaimInputs:
    """What a settlement today would rest on. A signed closing that is claimed gives its figures to
    date and nothing new; nothing measured since is counted before somebody signs it."""
    standing = Claim.objects.filter(contract=contract).exclude(state=ClaimState.REPLACED)
    if closing is not None and not standing.filter(period=closing.period_id).exists():
        return claim_inputs(closing)
    start = closing.period.ends_on if closing else contract.starts_on
    until = max(today, start + timedelta(days=1))
    supplied = supplied_until(contract.pk, until)
    capital, paid = capital_flows(contract, until) if terms.claim.return_cap else ((), ())
    seen = {one.outcome: one for one in (observations_of(closing) if closing else ())}
    return ClaimInputs(
        observations=tuple(
            _nothing_new(seen[one.key]) if one.key in seen else _nobody_yet(one.key)
            for one in terms.outcomes
        ),
        earlier=earlier_of(standing_claims(contract.pk)),
        period=ClaimPeriod(Period(start, until)),
        service_cost=supplied.service_cost,
        other_funding=supplied.other_funding,
        capital=capital,
        payments=paid,
        indexes=supplied.indexes,
        frozen=frozen_outcomes(contract, terms, until),
    )


def _nothing_new(seen: Observation) -> Observation:
    """Figures to date whose period is claimed: nobody has reached it since."""
    return replace(
        seen,
        numerator=0,
        events=0,
        total=None if seen.total is None else NOTHING,
        cells=tuple(replace(cell, quantity=NOTHING) for cell in seen.cells),
    )


def _nobody_yet(outcome: str) -> Observation:
    return Observation(outcome, 0, 0, 0, 0, 0, total=NOTHING, cumulative_total=NOTHING)


def _obligation(
    contract: Contract,
    money: MoneySummary,
    agreed: TermsDocument | None,
    unclaimed: list[ClaimPeriod],
    names: Mapping[str, str],
) -> Obligation:
    settles_end = bool(agreed and agreed.terminations)
    bounds = most_owed(agreed, unclaimed, contract.grace_days) if agreed and unclaimed else None
    left = money.still_possible
    if bounds is None or left is None:
        return Obligation(contract, left, {}, (), settles_end)
    years = tuple(
        YearOwed(one.year, min(one.total, left), _named(one.by_payer, names, min(one.total, left)))
        for one in bounds.years
    )
    total = min(bounds.total, left)
    return Obligation(contract, total, _named(bounds.by_payer, names, total), years, settles_end)


def _unclaimed(rows: Collection[Contract]) -> dict[UUID, list[ClaimPeriod]]:
    """The periods of each contract that no standing claim is about."""
    ids = [row.pk for row in rows]
    standing = Claim.objects.filter(contract__in=ids).exclude(state=ClaimState.REPLACED)
    claimed: set[UUID] = set(standing.values_list("period", flat=True))
    periods: dict[UUID, list[ReportingPeriod]] = {pk: [] for pk in ids}
    for period in ReportingPeriod.objects.filter(contract__in=ids).order_by("number"):
        periods[period.contract_id].append(period)
    return {
        pk: [
            ClaimPeriod(Period(row.starts_on, row.ends_on), is_last=row is found[-1])
            for row in found
            if row.pk not in claimed
        ]
        for pk, found in periods.items()
    }


def _named(
    by_payer: Mapping[str, Decimal], names: Mapping[str, str], most: Decimal
) -> dict[str, Decimal]:
    return {names.get(key, key): min(amount, most) for key, amount in by_payer.items()}
