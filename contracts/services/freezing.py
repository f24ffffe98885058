"""The last yes freezes the terms and brings the contract into force with its calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models.functions import Now

from contracts.models import Contract, ReportingPeriod, Terms
from contracts.rules.calendar import reporting_periods
from contracts.states import CONTRACT, TERMS, ContractState, TermsState
from sibportal.audit import services as audit
from sibportal.kernel.transitions import advance

if TYPE_CHECKING:
    from sibportal.accounts.models import User


def freeze(actor: User, contract: Contract, terms: Terms) -> None:
    """Make the terms final, under the contract's lock; the first ones start the contract."""
    terms.state = advance(TERMS, terms.state, TermsState.AGREED)
    terms.agreed_at = Now()
    terms.save(update_fields=["state", "agreed_at"])
    terms.refresh_from_db(fields=["agreed_at"])
    audit.record(
        actor=actor,
        action="terms.agreed",
        target=terms,
        contract_id=contract.pk,
        after={"version": terms.version, "digest": terms.digest},
    )
    if contract.state == ContractState.DRAFT:
        _start(actor, contract)


def _start(actor: User, contract: Contract) -> None:
    contract.state = advance(CONTRACT, contract.state, ContractState.ACTIVE)
    contract.save(update_fields=["state"])
    calendar = reporting_periods(contract.starts_on, contract.ends_on, contract.period_months)
    ReportingPeriod.objects.bulk_create(
        ReportingPeriod(
            contract=contract,
            number=number,
            starts_on=period.start,
            ends_on=period.end or contract.ends_on,
        )
        for number, period in enumerate(calendar, 1)
    )
    audit.record(
        actor=actor,
        action="contract.started",
        target=contract,
        contract_id=contract.pk,
        after={"periods": len(calendar)},
    )
