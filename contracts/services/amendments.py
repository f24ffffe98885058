"""Amendments: the draft of the next version beside one that waits, and its new base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from contracts import selectors
from contracts.models import Contract, Terms
from contracts.rules.terms.comparing import Field, carry_over
from contracts.services.locking import lock_contract
from contracts.services.terms import Wording, lock, next_version, write
from contracts.states import TermsState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import InvalidTransition, RuleViolation

if TYPE_CHECKING:
    from sibportal.accounts.models import User


@dataclass(frozen=True)
class CarriedTerms:
    """A draft on its new base, and the fields in which it overrides what was agreed meanwhile."""

    terms: Terms
    conflicts: tuple[Field, ...]


@transaction.atomic
def draft_amendment(
    *,
    actor: User,
    contract: Contract,
    document: Mapping[str, Any] | None = None,
    mechanism: str = "",
    valid_from: date | None = None,
    scope: str | None = None,
    reason: str | None = None,
    base_digest: str = "",
) -> Terms:
    """Begin the draft of an amendment, as a copy of the last agreed terms or with `document`.

    A version that waits for agreement stays as it is. RuleViolation while nothing is agreed, while
    there is a draft already, and where `base_digest` is not that of the last agreed wording.
    """
    access.require(actor, Action.EDIT_TERMS, contract)
    locked = lock_contract(contract.pk)
    terms = next_version(locked)
    if terms.base is None:
        raise RuleViolation("contracts.nothing_to_amend")
    if Terms.objects.filter(contract=locked, state=TermsState.DRAFT).exists():
        raise RuleViolation("contracts.draft_exists")
    base = {name: value for name, value in terms.base.document.items() if name != "amendment"}
    wording = Wording(
        base if document is None else document,
        mechanism or (terms.base.mechanism if document is None else ""),
        valid_from,
        scope,
        reason,
        base_digest,
    )
    return write(actor, locked, terms, wording)


@transaction.atomic
def carry_over_terms(*, actor: User, terms: Terms) -> CarriedTerms:
    """Put a draft onto the wording that was agreed since it was begun. Where both changed a field
    the draft's wording is kept and the field named; RuleViolation, and nothing changed, where the
    two together contradict each other."""
    access.require(actor, Action.EDIT_TERMS, terms)
    contract, locked = lock(terms)
    if locked.state != TermsState.DRAFT:
        raise InvalidTransition(locked.state, TermsState.DRAFT)
    agreed = selectors.last_agreed(contract)
    if agreed is None or locked.base is None or not selectors.base_has_changed(locked):
        raise RuleViolation("contracts.base_is_current")
    carried = carry_over(
        selectors.terms_document(locked.base),
        selectors.terms_document(locked),
        selectors.terms_document(agreed),
    )
    locked.base = agreed
    wording = Wording(carried.document, locked.mechanism)
    return CarriedTerms(write(actor, contract, locked, wording), carried.conflicts)
