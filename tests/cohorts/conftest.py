"""A contract of the town with a cohort, a service partner beside the lead provider, and custody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from cohorts.models import Cohort, Participant
from cohorts.states import ReferralState
from contracts.models import Contract, KeyCustodian, KeyCustody
from sibportal.accounts.models import Organisation, User
from sibportal.accounts.roles import MemberRole, OrganisationKind, PartyRole
from tests.factories.accounts import make_membership, make_organisation, make_user
from tests.factories.cohorts import make_cohort, make_participants
from tests.factories.contracts import example_document, make_contract, make_party
from tests.kept import kept
from tests.worlds import Town, build_people

REFERRED_ON, ENROLLED_ON = date(2025, 2, 3), date(2025, 3, 3)


@dataclass
class Scene:
    """Koivula's contract: Ben serves for the lead provider, Sam for the service partner."""

    town: Town
    contract: Contract
    cohort: Cohort
    partner: Organisation
    sam: User

    def referred(self, **values: Any) -> Participant:
        """One person who was referred and nothing more."""
        made = make_participants(
            self.cohort, 1, state=ReferralState.REFERRED, referred_on=REFERRED_ON, **values
        )
        return self.fresh(made[0])

    def enrolled(self, **values: Any) -> Participant:
        """One enrolled person."""
        made = make_participants(
            self.cohort, 1, referred_on=REFERRED_ON, enrolled_on=ENROLLED_ON, **values
        )
        return self.fresh(made[0])

    def fresh(self, participant: Participant) -> Participant:
        """The person as a page would load them."""
        rows = Participant.objects.select_related("cohort__contract")
        return rows.get(pk=participant.pk)

    def custody(self, custodian: KeyCustodian) -> None:
        """Let the key to the codes lie with somebody from the contract's start on."""
        KeyCustody.objects.create(
            contract=self.contract,
            custodian=custodian,
            valid_from=self.contract.starts_on,
            recorded_by=self.town.pia,
        )


def build_scene(*, neutral: str = "") -> Scene:
    """`neutral` is a reason of leaving that is neutral once confirmed; all others fail."""
    town = build_people()
    counting = example_document()["counting"]
    if neutral:
        counting["exits"][neutral] = "neutral"
        counting["neutral_exit_cap_percent"] = "10"
    contract = make_contract(town, document={"counting": counting})
    partner = make_organisation(name="Apu ry", kind=OrganisationKind.SERVICE_PARTNER)
    sam = make_user(name="Sam Example")
    make_membership(user=sam, organisation=partner, role=MemberRole.CASE_WORKER)
    make_party(contract=contract, town=town, organisation=partner, role=PartyRole.SERVICE_PARTNER)
    return Scene(town, contract, make_cohort(contract), partner, sam)


served = kept("served", build_scene)


@pytest.fixture
def scene(served: Scene) -> Scene:
    return served
