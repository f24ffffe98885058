"""What a data holder delivers, when and by which permit, as an official writes it down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from contracts.models import Contract, Party
from outcomes import selectors
from outcomes.models import DataDelivery
from outcomes.rules.aggregates.schedule import uncovered
from outcomes.selectors import aggregates as read
from outcomes.services.locking import lock_contract
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import Issue, RuleViolation

if TYPE_CHECKING:
    from sibportal.accounts.models import User

MAX_LAG = 1100


@dataclass(frozen=True)
class DeliveryFacts:
    """What an agreement on deliveries says; no periods named means every one."""

    outcomes: tuple[str, ...]
    lag_days: int
    permit_reference: str
    permit_valid_from: date
    legal_basis: str
    permit_valid_until: date | None = None
    periods: tuple[int, ...] = ()
    method_en: str = ""
    method_fi: str = ""
    method_sv: str = ""


@transaction.atomic
def agree_delivery(
    *,
    actor: User,
    contract: Contract,
    holder: Party,
    facts: DeliveryFacts,
    supersedes: DataDelivery | None = None,
) -> DataDelivery:
    """Write down what a data holder delivers, when and by which permit; a later agreement takes the
    place of the one that it supersedes. RuleViolation at the field that is wrong."""
    access.require(actor, Action.EDIT_CONTRACT, contract)
    locked = lock_contract(contract.pk)
    if issues := _agreement(locked, holder, facts, supersedes):
        raise RuleViolation(issues)
    row = DataDelivery.objects.create(
        contract=locked,
        holder=holder,
        outcomes=list(facts.outcomes),
        periods=sorted(facts.periods),
        lag_days=facts.lag_days,
        permit_reference=facts.permit_reference.strip(),
        permit_valid_from=facts.permit_valid_from,
        permit_valid_until=facts.permit_valid_until,
        legal_basis=facts.legal_basis.strip(),
        method_en=facts.method_en.strip(),
        method_fi=facts.method_fi.strip(),
        method_sv=facts.method_sv.strip(),
        supersedes=supersedes,
        agreed_by=actor,
    )
    after = {"outcomes": row.outcomes, "lag_days": row.lag_days, "permit": row.permit_reference}
    audit.record(
        actor=actor, action="delivery.agreed", target=row, contract_id=locked.pk, after=after
    )
    return row


def _agreement(
    contract: Contract, holder: Party, facts: DeliveryFacts, supersedes: DataDelivery | None
) -> list[Issue]:
    found = []
    standing = list(read.standing_agreements(contract))
    if supersedes is not None and supersedes not in standing:
        found.append(Issue("outcomes.delivery_replaced"))
    if holder.pk not in read.holders(contract).values_list("pk", flat=True):
        found.append(Issue("outcomes.holder_unknown", "holder"))
    taken = {key for one in standing if one != supersedes for key in one.outcomes}
    found += _outcomes(contract, facts.outcomes, taken)
    found += _periods(contract, facts)
    if not 0 <= facts.lag_days <= MAX_LAG:
        found.append(Issue("outcomes.lag_days", "lag_days", params={"most": MAX_LAG}))
    return found + _permit(facts)


def _outcomes(contract: Contract, keys: tuple[str, ...], taken: set[str]) -> Iterator[Issue]:
    """Each outcome needs figures of a register, and comes from one data holder."""
    if not keys:
        yield Issue("outcomes.delivery_needs_outcome", "outcomes")
    known = read.needed_of(selectors.terms_documents([contract]).get(contract.pk))
    for key in keys:
        if key not in known:
            yield Issue("outcomes.outcome_needs_nothing", "outcomes", key)
        elif key in taken:
            yield Issue("outcomes.outcome_has_delivery", "outcomes", key)


def _periods(contract: Contract, facts: DeliveryFacts) -> Iterator[Issue]:
    """Only periods that there are, and each for which payment needs figures: a claim that could not
    be calculated would hold up all later ones."""
    every = {one.number: Period(one.starts_on, one.ends_on) for one in contract.periods.all()}
    if unknown := set(facts.periods) - every.keys():
        value = ", ".join(map(str, sorted(unknown)))
        yield Issue("outcomes.period_unknown", "periods", value)
    known = read.needed_of(selectors.terms_documents([contract]).get(contract.pk))
    for key in facts.outcomes:
        left = uncovered(known[key], facts.periods, every) if key in known else ()
        if left:
            params = {"outcome": known[key].outcome.title, "periods": ", ".join(map(str, left))}
            yield Issue("outcomes.delivery_leaves_out_period", "periods", params=params)


def _permit(facts: DeliveryFacts) -> list[Issue]:
    found = [
        Issue("outcomes.delivery_text_needed", name)
        for name in ("permit_reference", "legal_basis")
        if not getattr(facts, name).strip()
    ]
    if not (facts.method_en or facts.method_fi or facts.method_sv).strip():
        found.append(Issue("outcomes.delivery_method_needed", "method_en"))
    until = facts.permit_valid_until
    if until is not None and until <= facts.permit_valid_from:
        found.append(Issue("outcomes.permit_dates", "permit_valid_until", until.isoformat()))
    return found
