"""What was asked about opening a closing again, and whose consent is still missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import contracts.selectors
from contracts.models import Party
from contracts.states import ContractState
from outcomes.models import Closing, ClosingReopening
from outcomes.selectors.versions import opened_again, standing_closings
from outcomes.states import ClosingState
from sibportal.accounts import access
from sibportal.accounts.roles import Action

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer


def reopening_of(closing: Closing) -> ClosingReopening | None:
    """What was last asked about an authorised closing: an earlier request no longer holds."""
    rows = ClosingReopening.objects.filter(closing=closing).select_related(
        "closing__contract", "closing__period", "asked_by"
    )
    return rows.order_by("-asked_at", "-pk").first()


def parties_to_consent(closing: Closing) -> list[Party]:
    """Whose consent opening an authorised closing again needs (decision 12)."""
    return contracts.selectors.required_parties(closing.contract)


def missing_consents(reopening: ClosingReopening) -> list[Party]:
    """The parties that have yet to consent: those whose agreement terms need (decision 12)."""
    given = set(reopening.consents.values_list("party", flat=True))
    wanted = parties_to_consent(reopening.closing)
    return [party for party in wanted if party.pk not in given]


def may_consent_for(viewer: Viewer, reopening: ClosingReopening) -> list[Party]:
    """The parties that have to consent, in whose name `viewer` may."""
    contract = reopening.closing.contract
    own = access.acting_parties(viewer, Action.AGREE_TERMS, contract)
    acting = set(own.values_list("pk", flat=True))
    wanted = parties_to_consent(reopening.closing)
    return [party for party in wanted if party.pk in acting]


def reopenings_to_consent(viewer: Viewer) -> list[ClosingReopening]:
    """What parties are asked to open again and `viewer` may consent to."""
    rows = access.visible(ClosingReopening.objects.all(), viewer, Action.AGREE_TERMS)
    asked = rows.filter(opened=None, closing__contract__state=ContractState.ACTIVE)
    latest = asked.order_by("closing_id", "-asked_at", "-pk").distinct("closing_id")
    return [
        one
        for one in latest.select_related("closing__contract", "closing__period")
        if not kept_closed_by(one.closing) and may_consent_now(viewer, one)
    ]


def may_consent_now(viewer: Viewer, reopening: ClosingReopening) -> bool:
    """Whether a party that `viewer` may consent for has not consented yet."""
    missing = missing_consents(reopening)
    return any(party in missing for party in may_consent_for(viewer, reopening))


def kept_closed_by(closing: Closing) -> str:
    """Why an authorised closing cannot be opened again now, as a code; empty where it can."""
    if closing.state != ClosingState.SIGNED:
        return "outcomes.reopening_needs_signature"
    if closing.contract.state != ContractState.ACTIVE:
        return "outcomes.reopening_contract_over"
    if opened_again(closing.contract) is not None:
        return "outcomes.reopening_under_way"
    last = standing_closings().filter(contract=closing.contract_id)
    if last.order_by("-period__number").values_list("pk", flat=True).first() != closing.pk:
        return "outcomes.reopening_not_last"
    return ""


def versions(closing: Closing) -> list[Closing]:
    """Every version of the closing of an authorised period, newest first."""
    rows = Closing.objects.filter(period=closing.period_id)
    return list(rows.select_related("reopening", "signed_by").order_by("-version"))
