"""How the county approves and who stands in, what the service cost, and a dispute under way."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from contracts.models import Contract
from payments import services
from payments.models import Claim
from payments.rules.approval import FLOOR, Tier
from payments.rules.supplied import SuppliedKind
from payments.selectors.objections import objectors
from sibportal.portal.demo.calendar import Calendar
from sibportal.portal.demo.people import ADMINISTRATOR, Town

DISPUTED_LINE = "attendance"
OBJECTION = (
    "Koulun poissaolotiedoista puuttuu yksi viikko, jolloin koulu oli suljettuna. Päiviä ei pitäisi"
    " laskea poissaoloiksi."
)
YEARLY_COSTS = (Decimal("118400.00"), Decimal("142750.50"), Decimal("151020.00"))


def verify_costs(town: Town, payer: str, contract: Contract, calendar: Calendar) -> None:
    """What the service cost in each of the first years, entered and checked by two people."""
    for year, cost in enumerate(YEARLY_COSTS):
        until = calendar.on(12 * year + 12)
        town.clock.at(until + timedelta(days=40))
        figure = services.supply_figure(
            actor=town.person(payer, "preparer"),
            contract=contract,
            kind=SuppliedKind.SERVICE_COST,
            value=cost,
            from_day=calendar.on(12 * year),
            until=until,
            source=f"Tilinpäätös, palvelun kustannuspaikka, {year + 1}. vuosi",
        )
        town.clock.at(until + timedelta(days=44))
        services.check_supplied_figure(
            actor=town.person(payer, "approver"), figure=figure, accepted=True
        )


def rule_approvals(town: Town, payer: str, today: date) -> None:
    """Large shares take a third person, and an approver has named who stands in next week."""
    town.clock.at(today)
    services.set_approval_policy(
        actor=town.person(payer, ADMINISTRATOR),
        organisation=town[payer],
        valid_from=today,
        basis="Hallintosääntö, 31 §",
        tiers=[FLOOR, Tier(Decimal("500000.00"), 1, 2)],
    )
    services.delegate_approval(
        actor=town.person(payer, "second.approver"),
        organisation=town[payer],
        deputy=town.person(payer, "case.worker"),
        starts_on=today + timedelta(days=7),
        last_on=today + timedelta(days=18),
        reason="Vuosiloma",
    )


def dispute(town: Town, key: str, claim: Claim) -> None:
    """An organisation objects to one line; the expert has not decided yet."""
    actor = town.person(key, "approver")
    services.raise_objection(
        actor=actor,
        line=claim.lines.get(payment_term_key=DISPUTED_LINE),
        party=objectors(actor, claim.contract).get(organisation=town[key]),
        reason=OBJECTION,
    )
