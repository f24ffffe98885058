"""Figures from outside: one person enters, another checks; what is wrong is entered anew."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

import contracts.selectors
from contracts.models import Contract
from payments.models import FigureCheck, SuppliedFigure
from payments.rules.supplied import SuppliedKind, check_figure
from payments.selectors.supplied import index_keys
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import RuleViolation

if TYPE_CHECKING:
    from sibportal.accounts.models import User


@transaction.atomic
def supply_figure(
    *,
    actor: User,
    contract: Contract,
    kind: str,
    value: Decimal,
    from_day: date,
    until: date,
    source: str,
    index_key: str = "",
) -> SuppliedFigure:
    """Enter a cost, other funding or an index value; it counts once somebody else accepts it."""
    access.require(actor, Action.SUPPLY_FIGURE, contract)
    locked = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    issues = check_figure(
        SuppliedKind(kind),
        index_key=index_key,
        indexes=index_keys(locked),
        value=value,
        from_day=from_day,
        until=until,
        today=contracts.selectors.today(locked),
        frame=Period(locked.starts_on, locked.ends_on),
    )
    if issues:
        raise RuleViolation(issues)
    figure = SuppliedFigure.objects.create(
        contract=locked,
        kind=kind,
        index_key=index_key if kind == SuppliedKind.INDEX else "",
        value=value,
        from_day=from_day,
        until=until,
        source=source.strip(),
        recorded_by=actor,
    )
    after = {"kind": str(kind), "value": str(value), "from_day": from_day.isoformat()}
    audit.record(
        actor=actor,
        action="figure.supplied",
        target=figure,
        contract_id=locked.pk,
        after=after,
    )
    return figure


@transaction.atomic
def check_supplied_figure(
    *, actor: User, figure: SuppliedFigure, accepted: bool, reason: str = ""
) -> FigureCheck:
    """Accept or reject a figure against its source. RuleViolation when the actor entered it,
    it has been checked before, or it is rejected without a reason."""
    access.require(actor, Action.CHECK_FIGURE, figure)
    Contract.objects.select_for_update(of=("self",)).get(pk=figure.contract_id)
    if figure.recorded_by_id == actor.pk:
        raise RuleViolation("payments.maker_is_not_checker")
    if FigureCheck.objects.filter(figure=figure).exists():
        raise RuleViolation("payments.figure_checked_already")
    if not accepted and not reason.strip():
        raise RuleViolation("payments.reason_required", field="reason")
    row = FigureCheck.objects.create(
        figure=figure, accepted=accepted, reason=reason.strip(), checked_by=actor
    )
    audit.record(
        actor=actor,
        action="figure.accepted" if accepted else "figure.rejected",
        target=figure,
        contract_id=figure.contract_id,
        after={"kind": figure.kind, "value": str(figure.value)},
        note=row.reason,
    )
    return row
