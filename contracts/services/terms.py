"""The terms on their way to agreement: drafted, proposed, taken back, withdrawn.

An edit changes the digest, so a yes given to an earlier wording no longer counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from contracts import selectors
from contracts.models import Contract, Terms
from contracts.rules import metrics as metric_rules
from contracts.rules import parties as party_rules
from contracts.rules.amendments import check_day, questions
from contracts.rules.terms import (
    TermsDocument,
    against_contract,
    digest,
    open_questions,
    parse,
    to_document,
)
from contracts.rules.terms.document import Amendment
from contracts.rules.terms.reader import LONGEST_TEXT
from contracts.rules.terms.words import AmendmentScope
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
    scope: str | None = None,
    reason: str | None = None,
    base_digest: str = "",
    seen_digest: str | None = None,
) -> Terms:
    """Write the open version of the terms, or begin the next one.

    The document may leave questions open; what it says must be right and fit the contract, else
    RuleViolation with the path of each issue. Proposed terms become a draft again. The first
    version holds from the contract's start; a later one amends the last that was agreed, and what
    is not given of day, scope and reason stays as it was. RuleViolation (contracts.base_changed)
    where `base_digest` is given and another wording was agreed meanwhile; (contracts.draft_changed)
    where `seen_digest`, "" for no draft, is not that of the draft that would be written over.
    """
    access.require(actor, Action.EDIT_TERMS, contract)
    locked = lock_contract(contract.pk)
    terms = selectors.open_terms(locked) or next_version(locked)
    wording = Wording(document, mechanism, valid_from, scope, reason, base_digest, seen_digest)
    return write(actor, locked, terms, wording)


@dataclass(frozen=True)
class Wording:
    """What is written into a draft; what is None stays as it was."""

    document: Mapping[str, Any]
    mechanism: str = ""
    valid_from: date | None = None
    scope: str | None = None
    reason: str | None = None
    base_digest: str = ""
    seen_digest: str | None = None


def write(actor: User, contract: Contract, terms: Terms, wording: Wording) -> Terms:
    """Write a version that is open, or begins now, under the contract's lock."""
    if contract.state == ContractState.CLOSED:
        raise RuleViolation("contracts.closed")
    if wording.seen_digest is not None and wording.seen_digest != terms.digest:
        raise RuleViolation("contracts.draft_changed")
    parsed = parse(dict(wording.document))
    refuse(misfits(contract, parsed))
    before = _record(terms) if terms.digest else None
    parsed = replace(parsed, amendment=_amendment(contract, terms, parsed, wording))
    if terms.state == TermsState.PROPOSED:
        terms.state, terms.drafted = advance(TERMS, terms.state, TermsState.DRAFT), None
    terms.document, terms.digest = to_document(parsed), digest(parsed)
    terms.mechanism, terms.drafted_by = wording.mechanism, actor
    day = parsed.amendment.effective_on if parsed.amendment else contract.starts_on
    terms.valid_from = day or contract.starts_on
    terms.save()
    record(actor, "terms.edited" if before else "terms.drafted", terms, before=before)
    return terms


def _amendment(
    contract: Contract, terms: Terms, parsed: TermsDocument, wording: Wording
) -> Amendment | None:
    """What the version says about itself: given, else posted with the document, else as it was."""
    if terms.base is None:
        return None
    if wording.base_digest and wording.base_digest != terms.base.digest:
        raise RuleViolation("contracts.base_changed", version=terms.base.version)
    former = parse(terms.document).amendment if terms.document else None
    # What a document says of another base is the history of where it was copied from.
    known = [
        one for one in (parsed.amendment, former)
        if one is not None and (one is former or one.base_digest == terms.base.digest)
    ]  # fmt: skip
    scope = next((one.scope for one in known if one.scope), None)
    if wording.scope is not None:
        scope = _scope(wording.scope)
    reason = next((one.reason for one in known if one.reason), "")
    if wording.reason is not None:
        reason = _reason(wording.reason)
    day = wording.valid_from or next((one.effective_on for one in known if one.effective_on), None)
    calendar = selectors.amendment_calendar(contract)
    amendment = Amendment(
        base_version=terms.base.version,
        base_digest=terms.base.digest,
        scope=scope,
        effective_on=day or calendar.proposal(selectors.today(contract), scope),
        reason=reason,
    )
    refuse(check_day(amendment, calendar) if wording.valid_from else [])
    return amendment


def _scope(given: str) -> AmendmentScope | None:
    try:
        return AmendmentScope(given) if given else None
    except ValueError:
        raise RuleViolation("contracts.amendment_scope_open", field="scope") from None


def _reason(given: str) -> str:
    reason = " ".join(given.split())
    if len(reason) > LONGEST_TEXT:
        raise RuleViolation("contracts.amendment_reason_long", field="reason", most=LONGEST_TEXT)
    return reason


@transaction.atomic
def propose_terms(*, actor: User, terms: Terms) -> Terms:
    """Lay the draft before the parties, an amendment worked into its base by its scope.

    RuleViolation with every question still open, and where another version was agreed since the
    draft was begun or another one waits for agreement.
    """
    access.require(actor, Action.EDIT_TERMS, terms)
    contract, locked = lock(terms)
    target = advance(TERMS, locked.state, TermsState.PROPOSED)
    waiting = Terms.objects.filter(contract=contract, state=TermsState.PROPOSED).first()
    if waiting is not None:
        raise RuleViolation("contracts.another_proposed", version=waiting.version)
    if selectors.base_has_changed(locked):
        raise RuleViolation("contracts.base_changed", version=_last_version(contract))
    draft = selectors.terms_document(locked)
    refuse([*_amendment_questions(contract, draft), *open_questions(draft)])
    agreed = selectors.combined_document(locked)
    facts, today = selectors.party_facts(contract), selectors.today(contract)
    missing = party_rules.missing_roles(facts, today, agreed.claim.payee)
    refuse([*open_questions(agreed), *misfits(contract, agreed), *missing])
    locked.state = target
    locked.drafted = locked.document if locked.base_id else None
    locked.document, locked.digest = to_document(agreed), digest(agreed)
    locked.save(update_fields=["state", "drafted", "document", "digest"])
    record(actor, "terms.proposed", locked)
    if not selectors.missing_agreements(locked):
        # Everybody still asked had agreed to this wording before it was taken back.
        freeze(actor, contract, locked)
    return locked


def _last_version(contract: Contract) -> int:
    agreed = selectors.last_agreed(contract)
    return agreed.version if agreed else 0


def _amendment_questions(contract: Contract, draft: TermsDocument) -> list[Issue]:
    if draft.amendment is None:
        return []
    calendar = selectors.amendment_calendar(contract)
    return [*questions(draft.amendment), *check_day(draft.amendment, calendar)]


@transaction.atomic
def reopen_terms(*, actor: User, terms: Terms) -> Terms:
    """Take proposed terms back to draft; agreements to this very wording keep counting."""
    access.require(actor, Action.EDIT_TERMS, terms)
    contract, locked = lock(terms)
    locked.state = advance(TERMS, locked.state, TermsState.DRAFT)
    if Terms.objects.filter(contract=contract, state=TermsState.DRAFT).exists():
        raise RuleViolation("contracts.draft_exists")
    if locked.drafted is not None:
        locked.document, locked.drafted = locked.drafted, None
        locked.digest = digest(locked.document)
    locked.save(update_fields=["state", "document", "drafted", "digest"])
    record(actor, "terms.reopened", locked)
    return locked


@transaction.atomic
def withdraw_terms(*, actor: User, terms: Terms) -> Terms:
    """Give this version up for good; the next draft gets a new number."""
    access.require(actor, Action.EDIT_TERMS, terms)
    _contract, locked = lock(terms)
    locked.state = advance(TERMS, locked.state, TermsState.WITHDRAWN)
    locked.save(update_fields=["state"])
    record(actor, "terms.withdrawn", locked)
    return locked


def lock(terms: Terms) -> tuple[Contract, Terms]:
    """The contract, locked, and the version as it is now."""
    contract = lock_contract(terms.contract_id)
    locked = Terms.objects.select_related("base").get(pk=terms.pk)
    locked.contract = contract
    return contract, locked


def next_version(contract: Contract) -> Terms:
    """A version that begins now and amends the last that was agreed."""
    newest = Terms.objects.filter(contract=contract).order_by("-version").first()
    agreed = selectors.last_agreed(contract)
    return Terms(contract=contract, version=newest.version + 1 if newest else 1, base=agreed)


def misfits(contract: Contract, parsed: TermsDocument) -> list[Issue]:
    """What in the wording does not fit the contract, its parties and the metrics."""
    named = [metric for _path, metric in metric_rules.references(parsed)]
    return [
        *against_contract(
            parsed,
            period=Period(contract.starts_on, contract.ends_on),
            currency=contract.currency,
            party_keys=selectors.payer_keys(contract),
        ),
        *metric_rules.check_metrics(parsed, selectors.defined_metrics(named)),
    ]


def _record(terms: Terms) -> dict[str, Any]:
    return {
        "version": terms.version,
        "digest": terms.digest,
        "valid_from": terms.valid_from.isoformat(),
    }


def record(actor: User, action: str, terms: Terms, *, before: dict[str, Any] | None = None) -> None:
    """Write what happened to a version into the history."""
    audit.record(
        actor=actor,
        action=action,
        target=terms,
        contract_id=terms.contract_id,
        before=before,
        after=_record(terms),
    )


def refuse(issues: list[Issue]) -> None:
    """RuleViolation with all of the issues, where there are any."""
    if issues:
        raise RuleViolation(issues)
