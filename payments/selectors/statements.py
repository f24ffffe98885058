"""The investor's statement: committed, paid in, received, expected and still possible.

No personal data and no counts of people: amounts per contract and per claim only (decision 22).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from contracts.models import Contract
from payments.models import Allocation, CapitalPayment, Claim, Commitment, LateInterest, Payment
from payments.rules.allocation import allocate_to_investors
from payments.rules.statement import ClaimFigures, ContractCapital, StatementLine, statement_line
from payments.selectors.claims import NOTHING, agreed_sums
from payments.selectors.objections import fallen_by_claim
from payments.states import ClaimState
from sibportal.accounts import access
from sibportal.accounts.models import Organisation
from sibportal.accounts.roles import Action, PartyRole
from sibportal.kernel.errors import NotVisible

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer


@dataclass(frozen=True)
class ReceivedPart:
    """What one payment on one claim gave this investor, and its part of the interest that the payer
    owes because the payment came late."""

    claim: Claim
    paid_on: date
    amount: Decimal
    late_interest: Decimal = NOTHING


@dataclass(frozen=True)
class ContractStatement:
    """One contract's line of the statement, with what it was received for."""

    contract: Contract
    line: StatementLine
    received_parts: tuple[ReceivedPart, ...]


@dataclass(frozen=True)
class CurrencyTotal:
    """The sum of the lines in one currency; sums never cross currencies."""

    currency: str
    line: StatementLine


@dataclass(frozen=True)
class Statement:
    """An investor's statement on one day."""

    organisation: Organisation
    as_of: date
    contracts: tuple[ContractStatement, ...]
    totals: tuple[CurrencyTotal, ...]


def statement_organisations(viewer: Viewer) -> QuerySet[Organisation]:
    """The investors whose statements the viewer may read: one's own, or those one serves."""
    contracts = access.visible(Contract.objects.all(), viewer, Action.VIEW_STATEMENT)
    commitments = access.visible(Commitment.objects.all(), viewer, Action.VIEW_CAPITAL)
    return Organisation.objects.filter(
        pk__in=commitments.filter(contract__in=contracts).values("investor")
    ).order_by("name")


def statement_organisation(viewer: Viewer, organisation_id: UUID) -> Organisation:
    """One investor whose statement the viewer may read, else NotVisible."""
    found = statement_organisations(viewer).filter(pk=organisation_id).first()
    if found is None:
        raise NotVisible()
    return found


def investor_statement(viewer: Viewer, organisation: Organisation, as_of: date) -> Statement:
    """The statement of one investor on a day, over the contracts the viewer may see.

    NotVisible where the viewer sees no commitment of this investor.
    """
    contracts = access.visible(Contract.objects.all(), viewer, Action.VIEW_STATEMENT)
    own = access.visible(Commitment.objects.all(), viewer, Action.VIEW_CAPITAL).filter(
        investor=organisation, contract__in=contracts
    )
    rows = list(contracts.filter(pk__in=own.values("contract")).order_by("code"))
    if not rows:
        raise NotVisible()
    capital = _capital([row.pk for row in rows], as_of)
    parts = _received_parts(organisation, [row.pk for row in rows], as_of)
    lines = tuple(
        ContractStatement(
            row, statement_line(capital[row.pk], organisation.pk), tuple(parts[row.pk])
        )
        for row in rows
    )
    return Statement(organisation, as_of, lines, _totals(lines))


def _totals(lines: Sequence[ContractStatement]) -> tuple[CurrencyTotal, ...]:
    by_currency: dict[str, list[StatementLine]] = defaultdict(list)
    for line in lines:
        by_currency[line.contract.currency].append(line.line)
    return tuple(
        CurrencyTotal(
            currency,
            StatementLine(
                committed=sum((line.committed for line in group), NOTHING),
                paid_in=sum((line.paid_in for line in group), NOTHING),
                received=sum((line.received for line in group), NOTHING),
                expected=sum((line.expected for line in group), NOTHING),
                still_possible=sum((line.still_possible for line in group), NOTHING),
            ),
        )
        for currency, group in sorted(by_currency.items())
    )


def _capital(contract_ids: Collection[UUID], as_of: date) -> dict[UUID, ContractCapital[UUID]]:
    """The facts of every contract up to the day: five queries whatever their number."""
    agreed = agreed_sums(contract_ids)
    committed = _by_contract_and_investor(
        Commitment.objects.filter(contract__in=contract_ids, committed_on__lte=as_of).order_by(
            "committed_on", "recorded_at", "pk"
        ),
        "contract_id",
        "investor_id",
    )
    paid_in = _by_contract_and_investor(
        CapitalPayment.objects.filter(
            commitment__contract__in=contract_ids, paid_on__lte=as_of
        ).order_by("commitment__committed_on", "commitment__recorded_at", "commitment_id"),
        "commitment__contract_id",
        "commitment__investor_id",
    )
    received = _by_contract_and_investor(
        Allocation.objects.filter(
            payment__claim__contract__in=contract_ids, payment__paid_on__lte=as_of
        ).order_by("pk"),
        "payment__claim__contract_id",
        "investor_id",
    )
    claims = _claims(contract_ids, as_of)
    return {
        pk: ContractCapital(
            committed=committed[pk],
            paid_in=paid_in[pk],
            received=received[pk],
            claims=claims[pk],
            cap=agreed[pk].cap if pk in agreed else None,
            goes_to_investors=pk not in agreed or agreed[pk].payee != PartyRole.LEAD_PROVIDER,
        )
        for pk in contract_ids
    }


def _by_contract_and_investor(
    rows: QuerySet[Commitment] | QuerySet[CapitalPayment] | QuerySet[Allocation],
    contract: str,
    investor: str,
) -> dict[UUID, dict[UUID, Decimal]]:
    found: dict[UUID, dict[UUID, Decimal]] = defaultdict(dict)
    for contract_id, investor_id, amount in rows.values_list(contract, investor, "amount"):
        sums = found[contract_id]
        sums[investor_id] = sums.get(investor_id, NOTHING) + amount
    return found


def _claims(contract_ids: Collection[UUID], as_of: date) -> dict[UUID, list[ClaimFigures]]:
    rows = (
        Claim.objects.filter(contract__in=contract_ids, calculated_at__date__lte=as_of)
        .exclude(state=ClaimState.REPLACED)
        .prefetch_related(Prefetch("payments", Payment.objects.filter(paid_on__lte=as_of)))
    )
    gone = fallen_by_claim(rows)
    found: dict[UUID, list[ClaimFigures]] = defaultdict(list)
    for row in rows:
        paid = sum((payment.amount for payment in row.payments.all()), NOTHING)
        owed = row.amount - gone.get(row.pk, NOTHING)
        found[row.contract_id].append(ClaimFigures(owed, min(paid, owed)))
    return found


def _received_parts(
    organisation: Organisation, contract_ids: Collection[UUID], as_of: date
) -> dict[UUID, list[ReceivedPart]]:
    rows = (
        Allocation.objects.filter(
            investor=organisation,
            payment__claim__contract__in=contract_ids,
            payment__paid_on__lte=as_of,
        )
        .select_related("payment__claim__period", "payment__late_interest")
        .prefetch_related(Prefetch("payment__allocations", Allocation.objects.order_by("pk")))
        .order_by("payment__paid_on", "pk")
    )
    found: dict[UUID, list[ReceivedPart]] = defaultdict(list)
    for row in rows:
        claim = row.payment.claim
        part = ReceivedPart(claim, row.payment.paid_on, row.amount, _of_late_interest(row))
        found[claim.contract_id].append(part)
    return found


def _of_late_interest(row: Allocation) -> Decimal:
    """The investor's part of the interest on a payment, shared as the payment itself."""
    interest: LateInterest | None = getattr(row.payment, "late_interest", None)
    if interest is None:
        return NOTHING
    parts = {one.investor_id: one.amount for one in row.payment.allocations.all()}
    return allocate_to_investors(interest.amount, parts)[row.investor_id]
