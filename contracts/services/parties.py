"""Who joins a contract, leaves it, and takes over from whom (decision 13)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import IntegrityError, transaction

from contracts import selectors
from contracts.models import Contract, Party
from contracts.rules import parties as rules
from contracts.rules.parties import PartyFact
from contracts.services.locking import lock_contract, party_record
from contracts.states import TermsState
from sibportal.accounts import access
from sibportal.accounts.models import Organisation
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import Issue, RuleViolation

if TYPE_CHECKING:
    from sibportal.accounts.models import User


@transaction.atomic
def add_party(
    *,
    actor: User,
    contract: Contract,
    organisation: Organisation,
    role: str,
    valid_from: date,
    valid_until: date | None = None,
    key: str = "",
) -> Party:
    """Let an organisation play a role in [valid_from, valid_until); without a key, the role names
    the party in the terms (co-payer, co-payer-2)."""
    access.require(actor, Action.EDIT_CONTRACT, contract)
    access.require(actor, Action.VIEW_ORGANISATION, organisation)
    locked = lock_contract(contract.pk)
    taken = {fact.key for fact in selectors.party_facts(locked)}
    party = insert_party(
        locked,
        organisation=organisation,
        role=role,
        key=key or rules.free_key(role, taken),
        valid_from=valid_from,
        valid_until=valid_until,
    )
    audit.record(
        actor=actor,
        action="party.added",
        target=party,
        contract_id=locked.pk,
        after=party_record(party),
    )
    return party


@transaction.atomic
def end_party(*, actor: User, party: Party, valid_until: date) -> Party:
    """Let a party's role end on a day, which is the first without it; nobody takes over."""
    access.require(actor, Action.EDIT_CONTRACT, party)
    contract = lock_contract(party.contract_id)
    locked = _reread(party)
    facts = selectors.party_facts(contract)
    _require_no_successor(locked, "valid_until")
    if contract.terms.filter(state=TermsState.PROPOSED).exists():
        raise RuleViolation("contracts.terms_wait", field="valid_until")
    named = selectors.keys_in_agreed_terms(contract, valid_until)
    _refuse(rules.check_end(_own(locked, facts), valid_until, facts, named))
    before = party_record(locked)
    locked.valid_until = valid_until
    locked.save(update_fields=["valid_until"])
    audit.record(
        actor=actor,
        action="party.ended",
        target=locked,
        contract_id=contract.pk,
        before=before,
        after=party_record(locked),
    )
    return locked


@transaction.atomic
def succeed_party(
    *, actor: User, party: Party, organisation: Organisation, on: date, document: str
) -> Party:
    """Let an organisation take over a party's role and key on a day, as a document says.

    Rights, tasks and data controllership follow from the parties' dates, so nothing else moves.
    """
    access.require(actor, Action.EDIT_CONTRACT, party)
    access.require(actor, Action.VIEW_ORGANISATION, organisation)
    contract = lock_contract(party.contract_id)
    locked = _reread(party)
    _require_no_successor(locked, "on")
    own = _own(locked, selectors.party_facts(contract))
    _refuse(rules.check_succession(own, organisation.pk, on, document))
    last_day, locked.valid_until = locked.valid_until, on
    locked.save(update_fields=["valid_until"])
    successor = insert_party(
        contract,
        organisation=organisation,
        role=locked.role,
        key=locked.key,
        valid_from=on,
        valid_until=last_day,
        predecessor=locked,
        document=document.strip(),
    )
    audit.record(
        actor=actor,
        action="party.succeeded",
        target=successor,
        contract_id=contract.pk,
        before={"organisation": locked.organisation.name},
        after={**party_record(successor), "document": successor.succession_document},
    )
    return successor


def insert_party(
    contract: Contract,
    *,
    organisation: Organisation,
    role: str,
    key: str,
    valid_from: date,
    valid_until: date | None,
    predecessor: Party | None = None,
    document: str = "",
) -> Party:
    """Judge and save a party of a contract that the caller has locked."""
    fact = PartyFact(
        id=uuid4(),
        organisation=organisation.pk,
        organisation_kind=organisation.kind,
        is_public_body=access.is_public_body(organisation),
        role=role,
        key=key,
        valid_from=valid_from,
        valid_until=valid_until,
        predecessor=predecessor.pk if predecessor else None,
    )
    frame = Period(contract.starts_on, contract.ends_on)
    _refuse(rules.check_party(fact, selectors.party_facts(contract), frame))
    party = Party(
        pk=fact.id,
        contract=contract,
        organisation=organisation,
        role=role,
        key=key,
        valid_from=valid_from,
        valid_until=valid_until,
        predecessor=predecessor,
        succession_document=document,
    )
    try:
        with transaction.atomic():
            party.save(force_insert=True)
    except IntegrityError:
        raise RuleViolation("contracts.party_twice", field="role") from None
    return party


def _own(party: Party, facts: list[PartyFact]) -> PartyFact:
    return next(fact for fact in facts if fact.id == party.pk)


def _reread(party: Party) -> Party:
    return Party.objects.select_related("organisation").get(pk=party.pk)


def _require_no_successor(party: Party, field: str) -> None:
    if Party.objects.filter(predecessor=party).exists():
        raise RuleViolation("contracts.succeeded_already", field=field)


def _refuse(issues: list[Issue]) -> None:
    if issues:
        raise RuleViolation(issues)
