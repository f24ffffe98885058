"""A county that delivers figures of its register for a contract, and terms that rest on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.models import Contract, Metric, MetricDirection, MetricKind, Party, ReportingPeriod
from contracts.rules.terms.parse import parse, to_document
from outcomes import selectors, services
from outcomes.models import Aggregate, AggregateDoor, Closing, DataDelivery, ExtractFile
from outcomes.rules.aggregates.extract import GivenRow
from outcomes.rules.aggregates.figures import GroupFigures
from outcomes.rules.aggregates.words import Group
from outcomes.services import DeliveryFacts, Figures
from sibportal.accounts.models import User
from sibportal.accounts.roles import MemberRole, OrganisationKind, PartyRole
from tests.factories.accounts import make_membership, make_organisation, make_user
from tests.factories.outcomes import TITLE, Scene, make_scene, terms_document

CODED_ROWS = b"group;code;reached\nparticipants;A1;yes\nparticipants;A2;no\n"


@dataclass
class Register:
    """A contract in force whose outcome comes from the register of a county."""

    scene: Scene
    holder: Party
    delivery: DataDelivery
    rita: User  # prepares figures at the county
    saga: User  # signs them
    outcome: str = "days"

    @property
    def contract(self) -> Contract:
        return self.scene.contract

    @property
    def first(self) -> ReportingPeriod:
        return self.scene.periods[0]

    def span(self, period: ReportingPeriod) -> tuple[date, date]:
        return self.contract.starts_on, period.ends_on

    def group(self, group: Group = Group.PARTICIPANTS, **values: Any) -> GroupFigures:
        """Figures of a group in the contract's time, or in the two years before it."""
        starts, ends = self.span(self.first)
        if group in {Group.BEFORE, Group.COMPARISON_BEFORE}:
            starts, ends = starts.replace(year=starts.year - 2), starts
        known = {"from_day": starts, "until": ends, "people": 100}
        if self.outcome == "days":
            known |= {"total": Decimal(1000)}
            if group is Group.PARTICIPANTS:
                known |= {"deviation": Decimal(8)}
        return GroupFigures(**{"group": group, **known, **values})

    def deliver(self, *groups: GroupFigures, actor: User | None = None, **values: Any) -> Aggregate:
        period = values.pop("period", self.first)
        return self.give(Figures(groups=groups, **values), period=period, actor=actor)

    def give(
        self, given: Figures, *, period: ReportingPeriod | None = None, actor: User | None = None
    ) -> Aggregate:
        """Deliver figures of any kind for a period, the first one unless said."""
        return services.deliver_aggregate(
            actor=actor or self.rita,
            delivery=self.delivery,
            period=period or self.first,
            outcome=self.outcome,
            given=given,
            door=AggregateDoor.FORM,
        )

    def counted(self, of: Mapping[Group, Mapping[str, str]], **values: Any) -> Figures:
        """Coded rows of groups in the contract's time: by group, what each code has."""
        rows = (
            GivenRow(str(group), code, result)
            for group, found in of.items()
            for code, result in found.items()
        )
        days = dict.fromkeys(of, self.span(self.first))
        return Figures(groups=(), rows=tuple(rows), days=days, **values)

    def sign(self, row: Aggregate) -> None:
        services.sign_aggregate(actor=self.saga, aggregate=row, digest=row.digest)

    def accept(self, row: Aggregate) -> Aggregate:
        """Signed by the second person and accepted by the verifier."""
        self.sign(row)
        services.verify_aggregate(actor=self.scene.cleo, aggregate=row)
        return row

    def close(self, period: ReportingPeriod | None = None) -> Closing:
        """An official closes a period with a reason, and the verifier signs it."""
        period = period or self.first
        closing = services.force_closing(actor=self.scene.pia, period=period, reason="As agreed.")
        digest = selectors.draft(period).pinned.digest
        return services.sign_closing(actor=self.scene.cleo, closing=closing, digest=digest)


def register_terms(
    measure: str = "mean",
    compare: dict[str, Any] | None = None,
    *,
    timing: str = "cumulative",
    assessment_on: date | None = None,
    **price: Any,
) -> dict[str, Any]:
    """Terms that pay for fewer days outside the home, or for a share of people."""
    outcome: dict[str, Any] = {
        "key": "days", "title": TITLE, "metric": {"code": "placement-days", "version": 1},
        "source": "aggregate",
    }  # fmt: skip
    if measure in {"mean", "sum", "days"}:
        outcome["quantity"] = {"kind": "total"}
    else:
        outcome["condition"] = {"kind": "is_true"}
    line: dict[str, Any] = {
        "key": "fewer_days", "title": TITLE, "measure": {"kind": measure, "outcome": "days"},
        "price": {"kind": "unit_price", "amount": "1000.00"} | price, "timing": timing,
    }  # fmt: skip
    if assessment_on:
        line["assessment_on"] = assessment_on.isoformat()
    if compare:
        line["compare"] = {"source": "Register of the county"} | compare
    payee = {"payee": "investor", "payment_days": 30, "cap": "1000000.00"}
    document = terms_document(
        outcomes=[outcome],
        payment_terms=[line],
        claim=payee | {"payers": [{"party": "payer", "share_percent": "100"}]},
    )
    # As services store them, so that the digest is that of the stored document.
    return to_document(parse(document))


def unpaid_terms() -> dict[str, Any]:
    """Terms that pay for work and follow days outside the home."""
    outcome = {
        "key": "days", "title": TITLE, "metric": {"code": "placement-days", "version": 1},
        "quantity": {"kind": "total"}, "source": "aggregate",
    }  # fmt: skip
    document = terms_document()
    outcomes = [*document["outcomes"], outcome]
    return to_document(parse(document | {"outcomes": outcomes}))


def make_register(*, document: dict[str, Any] | None = None, **changes: Any) -> Register:
    """The county, its two people and the agreement on what it delivers."""
    _metric()
    scene = make_scene(document=document or register_terms())
    holder, rita, saga = _county(scene.contract)
    delivery = _agreed(scene.contract, scene.pia, holder, **changes)
    return Register(scene, holder, delivery, rita, saga)


def group_outcome(key: str) -> dict[str, Any]:
    """An outcome whose figures come for the whole group, as the terms write it."""
    _metric()
    return {
        "key": key, "title": TITLE, "metric": {"code": "placement-days", "version": 1},
        "condition": {"kind": "at_least", "value": "1"}, "source": "aggregate",
    }  # fmt: skip


def make_signed_figures(contract: Contract, pia: User) -> Aggregate:
    """Figures of the first period, counted from rows, that the county's second person signed."""
    holder, rita, saga = _county(contract)
    delivery = _agreed(contract, pia, holder)
    period = contract.periods.get(number=1)
    rows = [GivenRow("participants", f"A{n}", "yes" if n < 10 else "no") for n in range(40)]
    days = {Group.PARTICIPANTS: (contract.starts_on, period.ends_on)}
    row = services.deliver_aggregate(
        actor=rita, delivery=delivery, period=period, outcome="days",
        given=Figures(groups=(), rows=tuple(rows), days=days), door=AggregateDoor.API,
    )  # fmt: skip
    services.sign_aggregate(actor=saga, aggregate=row, digest=row.digest)
    return row


def make_extract(row: Aggregate) -> ExtractFile:
    """A file of coded rows that waits to take the place of delivered figures."""
    kept = services.read_extract(
        actor=row.delivered_by, delivery=row.delivery, period=row.period,
        outcome=row.outcome_key, content=CODED_ROWS,
    ).kept  # fmt: skip
    assert kept is not None
    return kept


def _county(contract: Contract) -> tuple[Party, User, User]:
    county = make_organisation(kind=OrganisationKind.DATA_HOLDER)
    holder = Party.objects.create(
        contract=contract, organisation=county, role=PartyRole.DATA_HOLDER, key="county",
        valid_from=contract.starts_on,
    )  # fmt: skip
    rita, saga = (make_user(name=f"{name} Example") for name in ("Rita", "Saga"))
    make_membership(user=rita, organisation=county, role=MemberRole.PREPARER)
    make_membership(user=saga, organisation=county, role=MemberRole.APPROVER)
    return holder, rita, saga


def _agreed(contract: Contract, pia: User, holder: Party, **changes: Any) -> DataDelivery:
    facts: dict[str, Any] = {
        "outcomes": ("days",), "lag_days": 60, "permit_reference": "LUPA/1",
        "permit_valid_from": contract.starts_on, "legal_basis": "Act on secondary use",
        "method_en": "Days of all placements, from the child welfare register.",
    }  # fmt: skip
    return services.agree_delivery(
        actor=pia, contract=contract, holder=holder, facts=DeliveryFacts(**(facts | changes))
    )


def _metric() -> None:
    Metric.objects.get_or_create(
        code="placement-days", version=1,
        defaults={
            "title_en": "Placement days", "title_fi": "Sijoitusvuorokaudet",
            "title_sv": "Placeringsdygn", "kind": MetricKind.NUMBER, "minimum": 0,
            "direction": MetricDirection.LOWER,
        },
    )  # fmt: skip
