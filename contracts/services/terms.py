"""The terms on their way to agreement: drafted, proposed, taken back, withdrawn.

An edit changes the digest, so a yes given to an earlier wording no longer counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from contracts import selectors
from contracts.models import Contract, Terms
from contracts.rules import metrics as metric_rules
from contracts.rules import parties as party_rules
from contracts.rules.terms import (
    TermsDocument,
    against_contract,
    digest,
    open_questions,
    parse,
    to_document,
)
from contracts.services.freezing import freeze
from contracts.services.locking import lock_contract
from contracts.states import TERMS, ContractState, TermsState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import Issue, RuleViolation
from sibportal.kernel.transitions import advance

if TYPE_CHECKING:
    from sibportal.accounts.models import User


@transaction.atomic
def save_terms(
    *,
    actor: User,
    contract: Contract,
    document: Mapping[str, Any],
    mechanism: str = "",
    valid_from: date | None = None,
) -> Terms:
    """Write the open version of the terms, or begin the next one.

    The document may leave questions open; what it says must be right and fit the contract, else
    RuleViolation with the path of each issue. Proposed terms become a draft again. The first
    version holds from the contract's start, a later one from `valid_from` or today.
    """
    access.require(actor, Action.EDIT_TERMS, contract)
    locked = lock_contract(contract.pk)
    if locked.state == ContractState.CLOSED:
        raise RuleViolation("contracts.closed")
    parsed = parse(dict(document))
    _refuse(_misfits(locked, parsed))
    terms = selectors.open_terms(locked) or _next_version(locked)
    before = _record(terms) if terms.digest else None
    if terms.state == TermsState.PROPOSED:
        terms.state = advance(TERMS, terms.state, TermsState.DRAFT)
    wording = digest(parsed)
    start = _start(locked, valid_from or (terms.valid_from if before else None))
    _require_same_start(terms, wording, start)
    terms.document, terms.digest = to_document(parsed), wording
    terms.mechanism, terms.valid_from, terms.drafted_by = mechanism, start, actor
    terms.save()
    _audit(actor, "terms.edited" if before else "terms.drafted", terms, before=before)
    return terms


@transaction.atomic
def propose_terms(*, actor: User, terms: Terms) -> Terms:
    """Lay the draft before the parties; RuleViolation with every question still open."""
    access.require(actor, Action.EDIT_TERMS, terms)
    contract, locked = _lock(terms)
    target = advance(TERMS, locked.state, TermsState.PROPOSED)
    parsed = selectors.terms_document(locked)
    facts, today = selectors.party_facts(contract), selectors.today(contract)
    _refuse(
        [
            *open_questions(parsed),
            *_misfits(contract, parsed),
            *party_rules.missing_roles(facts, today, parsed.claim.payee),
        ]
    )
    locked.state, locked.valid_from = target, _start(contract, locked.valid_from)
    locked.save(update_fields=["state", "valid_from"])
    _audit(actor, "terms.proposed", locked)
    if not selectors.missing_agreements(locked):
        # Everybody still asked had agreed to this wording before it was taken back.
        freeze(actor, contract, locked)
    return locked


@transaction.atomic
def reopen_terms(*, actor: User, terms: Terms) -> Terms:
    """Take proposed terms back to draft; agreements to this very wording keep counting."""
    return _move(actor, terms, TermsState.DRAFT, "terms.reopened")


@transaction.atomic
def withdraw_terms(*, actor: User, terms: Terms) -> Terms:
    """Give this version up for good; the next draft gets a new number."""
    return _move(actor, terms, TermsState.WITHDRAWN, "terms.withdrawn")


def _move(actor: User, terms: Terms, target: TermsState, action: str) -> Terms:
    access.require(actor, Action.EDIT_TERMS, terms)
    _contract, locked = _lock(terms)
    locked.state = advance(TERMS, locked.state, target)
    locked.save(update_fields=["state"])
    _audit(actor, action, locked)
    return locked


def _lock(terms: Terms) -> tuple[Contract, Terms]:
    contract = lock_contract(terms.contract_id)
    locked = Terms.objects.get(pk=terms.pk)
    locked.contract = contract
    return contract, locked


def _next_version(contract: Contract) -> Terms:
    newest = Terms.objects.filter(contract=contract).order_by("-version").first()
    return Terms(contract=contract, version=newest.version + 1 if newest else 1)


def _misfits(contract: Contract, parsed: TermsDocument) -> list[Issue]:
    named = [metric for _path, metric in metric_rules.references(parsed)]
    return [
        *against_contract(
            parsed,
            period=Period(contract.starts_on, contract.ends_on),
            currency=contract.currency,
            party_keys=selectors.payer_keys(contract),
        ),
        *metric_rules.check_metrics(parsed, selectors.metric_kinds(named)),
    ]


def _start(contract: Contract, wanted: date | None) -> date:
    """When this version takes effect; the first with the contract, none before an earlier one."""
    agreed = selectors.last_agreed(contract)
    if agreed is None:
        return contract.starts_on
    start = wanted or max(selectors.today(contract), agreed.valid_from)
    if not agreed.valid_from <= start < contract.ends_on:
        day = {"first": agreed.valid_from, "end": contract.ends_on}
        raise RuleViolation(Issue("contracts.terms_start", "valid_from", params=day))
    return start


def _require_same_start(terms: Terms, wording: str, start: date) -> None:
    """The digest does not hold the day, so the day must not move under a yes that counts."""
    if terms._state.adding or terms.valid_from == start:
        return
    if terms.agreements.filter(digest=wording).exists():
        raise RuleViolation("contracts.agreed_from", field="valid_from", day=terms.valid_from)


def _record(terms: Terms) -> dict[str, Any]:
    return {
        "version": terms.version,
        "digest": terms.digest,
        "valid_from": terms.valid_from.isoformat(),
    }


def _audit(actor: User, action: str, terms: Terms, *, before: dict[str, Any] | None = None) -> None:
    audit.record(
        actor=actor,
        action=action,
        target=terms,
        contract_id=terms.contract_id,
        before=before,
        after=_record(terms),
    )


def _refuse(issues: list[Issue]) -> None:
    if issues:
        raise RuleViolation(issues)
