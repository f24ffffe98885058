"""What the services of cohorts share: the lock, the record, and refusing what the rules refuse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cohorts.models import Cohort, Participant
from cohorts.rules.referral import check_text
from contracts.models import Contract
from contracts.selectors import today
from contracts.states import ContractState
from sibportal.accounts.models import User
from sibportal.audit import services as audit
from sibportal.kernel.errors import Issue, RuleViolation


def lock_contract(participant: Participant) -> Contract:
    """Lock what enrolling, leaving, measuring and closing have in common."""
    rows = Contract.objects.select_for_update(of=("self",))
    return rows.get(pk=participant.cohort.contract_id)


def lock_cohort(cohort: Cohort) -> Cohort:
    """Lock a cohort, from which codes are handed out."""
    rows = Cohort.objects.select_for_update(of=("self",)).select_related("contract")
    return rows.get(pk=cohort.pk)


def refuse(issues: Sequence[Issue]) -> None:
    """Raise what the rules found, if anything."""
    if issues:
        raise RuleViolation(issues)


def in_force(contract: Contract) -> list[Issue]:
    """People are referred and enrolled only while the contract is in force."""
    if contract.state == ContractState.ACTIVE:
        return []
    return [Issue("cohorts.contract_not_in_force")]


def texts(contract: Contract, **fields: str) -> list[Issue]:
    """What speaks against storing these free texts."""
    day = today(contract)
    return [issue for name, text in fields.items() for issue in check_text(name, text, as_of=day)]


def record(
    actor: User,
    action: str,
    target: Participant | Cohort,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Record what was done to a participant or cohort; free text stays out of the record."""
    cohort = target.cohort if isinstance(target, Participant) else target
    audit.record(
        actor=actor,
        action=action,
        target=target,
        contract_id=cohort.contract_id,
        before=_ready(before),
        after=_ready(after),
    )


def _ready(values: Mapping[str, object] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }
