"""What comes from a register in the family programme: how many children were placed outside the
home, beside a matched comparison group. It is followed and not paid for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from cohorts.models import Participant
from contracts.models import Contract, ReportingPeriod
from contracts.services import add_party
from outcomes import services
from outcomes.models import Aggregate, AggregateDoor, DataDelivery
from outcomes.rules.aggregates.figures import GroupFigures
from outcomes.rules.aggregates.words import Group
from outcomes.services import DeliveryFacts, Figures
from sibportal.accounts.roles import PartyRole
from sibportal.portal.demo.metrics import PLACEMENT_DAYS
from sibportal.portal.demo.people import Town

HOLDER = "rekisterilampi"
OUTCOME = "placed"
LAG_DAYS = 25
TITLE = {
    "en": "Placed outside the home",
    "fi": "Sijoitettu kodin ulkopuolelle",
    "sv": "Placerad utanför hemmet",
}


def with_register(document: dict[str, Any]) -> dict[str, Any]:
    """The terms with an outcome of the whole group and what it is compared with."""
    outcome = {
        "key": OUTCOME,
        "title": TITLE,
        "metric": {"code": PLACEMENT_DAYS, "version": 1},
        "condition": {"kind": "at_least", "value": "1"},
        "source": "aggregate",
    }
    figure = {
        "key": "fewer_placed",
        "title": {
            "en": "Fewer placed than in the comparison group",
            "fi": "Sijoitettuja vähemmän kuin vertailuryhmässä",
            "sv": "Färre placerade än i jämförelsegruppen",
        },
        "measure": {"kind": "rate", "outcome": OUTCOME},
        "compare": {
            "kind": "comparison_group",
            "design": "matched",
            "effect": "reduction",
            "source": "Lastensuojelurekisteri",
        },
    }
    return document | {
        "outcomes": [*document["outcomes"], outcome],
        "figures": [*document.get("figures", []), figure],
    }


def agree(town: Town, payer: str, contract: Contract) -> DataDelivery:
    """The holder of the register joins the contract and delivers every other period."""
    preparer = town.person(payer, "preparer")
    town.clock.at(contract.starts_on + timedelta(days=40))
    numbers = contract.periods.order_by("number").values_list("number", flat=True)
    holder = add_party(
        actor=preparer,
        contract=contract,
        organisation=town[HOLDER],
        role=PartyRole.DATA_HOLDER,
        valid_from=contract.starts_on,
    )
    return services.agree_delivery(
        actor=preparer,
        contract=contract,
        holder=holder,
        facts=DeliveryFacts(
            outcomes=(OUTCOME,),
            periods=tuple(number for number in numbers if number % 2 == 0),
            lag_days=LAG_DAYS,
            permit_reference="RL/EX/118",
            permit_valid_from=contract.starts_on,
            legal_basis="Laki sosiaali- ja terveystietojen toissijaisesta käytöstä (552/2019)",
            method_en="Children of the cohort and three matched children for each, by age, sex and"
            " municipality; placed for at least one day.",
            method_fi="Kohortin lapset ja kullekin kolme iältään, sukupuoleltaan ja kunnaltaan"
            " vastaavaa lasta; sijoitettu vähintään päiväksi.",
            method_sv="Barnen i kohorten och tre barn för var och ett med samma ålder, kön och"
            " kommun; placerade minst en dag.",
        ),
    )


def deliver_past(town: Town, delivery: DataDelivery, periods: list[ReportingPeriod]) -> None:
    """Figures of the closed periods, each signed by a second person and verified."""
    for period in periods:
        if period.number in delivery.periods:
            row = _deliver(town, delivery, period, placed=7)
            town.clock.at(period.ends_on + timedelta(days=22))
            services.verify_aggregate(actor=town.person("mittakeppi", "verifier"), aggregate=row)


def correct_last(town: Town, delivery: DataDelivery, periods: list[ReportingPeriod]) -> None:
    """A correction of the last delivery after its closing, as coded rows; it waits for the
    verifier."""
    delivered = [one for one in periods if one.number in delivery.periods]
    reason = "Kaksi sijoitusta kirjattiin myöhässä."
    _deliver(town, delivery, delivered[-1], placed=9, reason=reason)


def _deliver(
    town: Town, delivery: DataDelivery, period: ReportingPeriod, *, placed: int, reason: str = ""
) -> Aggregate:
    contract = delivery.contract
    people = Participant.objects.filter(
        cohort__contract=contract, counts=True, enrolment__enrolled_on__lt=period.ends_on
    ).count()
    sizes = ((Group.PARTICIPANTS, people, placed), (Group.COMPARISON, 3 * people, 13))
    days = (contract.starts_on, period.ends_on)
    groups = tuple(
        GroupFigures(group, *days, people=size, reached=size * percent // 100)
        for group, size, percent in sizes
    )
    day = period.ends_on + timedelta(days=60 if reason else 12)
    town.clock.at(day)
    given = Figures(groups=groups, design="matched", correction_reason=reason)
    what: dict[str, Any] = {
        "actor": town.person(HOLDER, "preparer"),
        "delivery": delivery,
        "period": period,
        "outcome": OUTCOME,
    }
    if reason:
        row = _as_rows(what, given, days)
    else:
        row = services.deliver_aggregate(**what, given=given, door=AggregateDoor.FORM)
    town.clock.at(day + timedelta(days=3))
    services.sign_aggregate(actor=town.person(HOLDER, "approver"), aggregate=row, digest=row.digest)
    return row


def _as_rows(what: dict[str, Any], given: Figures, days: tuple[date, date]) -> Aggregate:
    """The same facts as a file with a row for each child, under codes of the register's own."""
    lines = ["group;code;reached"]
    for one in given.groups:
        letter = "K" if one.group is Group.PARTICIPANTS else "V"
        lines += [
            f"{one.group};RL-{letter}{number:04d};{int(number <= (one.reached or 0))}"
            for number in range(1, one.people + 1)
        ]
    file = services.read_extract(**what, content="\n".join(lines).encode()).kept
    if file is None:
        raise ValueError("A row of the story cannot be used.")
    given = replace(given, groups=(), days=dict.fromkeys(Group, days))
    return services.deliver_extract(actor=what["actor"], file=file, given=given)
