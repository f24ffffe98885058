"""Where identities are kept, who holds the key, who used a participant's data. No names here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from cohorts.models import Identity, Participant
from cohorts.rules.custody import require_holder
from contracts.models import Contract, KeyCustodian
from contracts.selectors import key_custody, today
from sibportal.accounts import access
from sibportal.accounts.models import User
from sibportal.accounts.roles import Action, PartyRole
from sibportal.audit.models import UseLog
from sibportal.kernel.errors import NotAllowed, NotVisible, RuleViolation


@dataclass(frozen=True)
class IdentityState:
    """What a reader may know of an identity without opening it."""

    custodian: str
    is_kept: bool
    is_erased: bool
    security_ban: bool
    refusal: str


@dataclass(frozen=True)
class Duplicates:
    """Whether the same personal id is under another code; never which one, or whose contract.

    Without a personal id nothing can be compared: `available` is False.
    """

    available: bool
    in_this_contract: bool = False
    in_another_contract: bool = False


def custodian(of: Contract) -> str:
    """Where the key to the codes of an authorised contract lies today; elsewhere if unsaid."""
    held = key_custody(of, today(of))
    return held.custodian if held is not None else KeyCustodian.ELSEWHERE


def acting_roles(viewer: access.Viewer, action: Action, of: Contract) -> frozenset[PartyRole]:
    """The party roles through which `viewer` holds `action` in a contract."""
    parties = access.acting_parties(viewer, action, of)
    return frozenset(PartyRole(role) for role in parties.values_list("role", flat=True))


def identity_state(viewer: access.Viewer, of: Participant) -> IdentityState:
    """Whether an identity is kept and whether `viewer` may open it; `refusal` is a code if not."""
    access.require(viewer, of.view_action, of)
    contract = of.cohort.contract
    held_by = custodian(contract)
    refusal = ""
    try:
        access.require(viewer, Action.VIEW_IDENTITY, of)
        require_holder(held_by, acting_roles(viewer, Action.VIEW_IDENTITY, contract))
    except (NotAllowed, NotVisible, RuleViolation) as error:
        refusal = error.code
    kept = Identity.objects.filter(participant=of).values_list("security_ban", flat=True).first()
    return IdentityState(
        custodian=held_by,
        is_kept=kept is not None,
        is_erased=hasattr(of, "erasure"),
        security_ban=bool(kept),
        refusal=refusal,
    )


def blind_index_matches(of: Participant) -> Duplicates:
    """Look for an authorised participant's personal id under other codes, without reading it."""
    index = Identity.objects.filter(participant=of).values_list("blind_index", flat=True).first()
    if not index:
        return Duplicates(available=False)
    others = Identity.objects.filter(blind_index=index).exclude(participant=of)
    contract = of.cohort.contract_id
    return Duplicates(
        available=True,
        in_this_contract=others.filter(participant__cohort__contract=contract).exists(),
        in_another_contract=others.exclude(participant__cohort__contract=contract).exists(),
    )


def same_people(participants: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """The other codes, in any contract, with the same personal id, of each participant that has
    one in the portal. For calculations inside an authorised service: which they are is for nobody
    to see."""
    kept = Identity.objects.exclude(blind_index="")
    own = dict(kept.filter(participant__in=participants).values_list("participant", "blind_index"))
    alike: dict[str, set[UUID]] = defaultdict(set)
    found = kept.filter(blind_index__in=set(own.values()))
    for index, participant in found.values_list("blind_index", "participant"):
        alike[index].add(participant)
    return {person: frozenset(alike[index] - {person}) for person, index in own.items()}


def use_log(viewer: access.Viewer, of: Participant) -> QuerySet[UseLog]:
    """Who used a participant's data, newest first, for those who may tell the participant."""
    access.require(viewer, Action.VIEW_USE_LOG, of)
    return UseLog.objects.filter(participant_id=of.pk)


def organisation_names(viewer: User, action: Action, of: Contract) -> str:
    """The organisations in whose name `viewer` acts in a contract, for the use log."""
    parties = access.acting_parties(viewer, action, of)
    names = parties.order_by("organisation__name").values_list("organisation__name", flat=True)
    return ", ".join(dict.fromkeys(names))[:500]
