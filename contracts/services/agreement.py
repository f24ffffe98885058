"""One party's yes to one exact wording of the terms (decision 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from contracts import selectors
from contracts.models import Agreement, Contract, Party, Terms
from contracts.rules.amendments import check_day
from contracts.services.freezing import freeze
from contracts.services.locking import lock_contract
from contracts.states import TermsState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import InvalidTransition, NotAllowed, NotVisible, RuleViolation

if TYPE_CHECKING:
    from sibportal.accounts.models import User


@transaction.atomic
def agree_terms(*, actor: User, terms: Terms, party: Party, digest: str) -> Agreement:
    """Agree to the wording with this digest in the name of a party; the last party's yes freezes
    the terms. Saying it twice is saying it once.

    RuleViolation when the wording changed since it was read, InvalidTransition when the terms do
    not wait for agreement, NotAllowed when the actor is no approver of the party's organisation.
    """
    access.require(actor, Action.AGREE_TERMS, terms)
    if party.contract_id != terms.contract_id:
        raise NotVisible
    if not selectors.may_agree_for(actor, [party]):
        raise NotAllowed("contracts.not_your_party")
    contract = lock_contract(terms.contract_id)
    locked = Terms.objects.get(pk=terms.pk)
    locked.contract = contract
    given = Agreement.objects.filter(terms=locked, party=party, digest=digest).first()
    if given and locked.digest == digest:
        return given
    if locked.state != TermsState.PROPOSED:
        raise InvalidTransition(locked.state, TermsState.AGREED)
    if locked.digest != digest:
        raise RuleViolation("contracts.terms_changed")
    if party not in selectors.missing_agreements(locked):
        raise RuleViolation("contracts.agreement_not_needed")
    _require_still_ahead(contract, locked)
    agreement = Agreement.objects.create(terms=locked, party=party, person=actor, digest=digest)
    audit.record(
        actor=actor,
        action="agreement.given",
        target=agreement,
        contract_id=contract.pk,
        after={
            "version": locked.version,
            "digest": digest,
            "organisation": party.organisation.name,
            "role": party.role,
        },
    )
    if not selectors.missing_agreements(locked):
        freeze(actor, contract, locked)
    return agreement


def _require_still_ahead(contract: Contract, terms: Terms) -> None:
    """An amendment of what comes later is not agreed once periods it concerns may be closed."""
    amendment = selectors.terms_document(terms).amendment
    if amendment and check_day(amendment, selectors.amendment_calendar(contract)):
        raise RuleViolation("contracts.amendment_day_passed", day=terms.valid_from)
