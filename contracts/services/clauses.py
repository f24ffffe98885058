"""Drafts of amendments that say what follows when the plan meets life.

Each begins an amendment of the last agreed terms with one clause; it binds nobody until the parties
agree to it as to any other version.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from contracts import selectors
from contracts.rules import clauses
from contracts.rules.life import check_reason
from contracts.rules.terms import open_questions, parse, to_document
from contracts.rules.terms.document import Disruption, MetricReference, TermsDocument
from contracts.services.amendments import draft_amendment
from contracts.services.locking import lock_contract
from contracts.services.terms import misfits
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import Issue, RuleViolation

if TYPE_CHECKING:
    from contracts.models import Contract, Metric, Terms
    from sibportal.accounts.models import User


@transaction.atomic
def draft_disruption(
    *, actor: User, contract: Contract, disruption: Disruption, reason: str
) -> Terms:
    """Begin an amendment by which a disruption is treated as it says. RuleViolation naming each
    field of the disruption that is open or cannot be."""
    access.require(actor, Action.EDIT_TERMS, contract)
    base = _base(contract)
    at = f"disruptions[{len(base.disruptions)}]."
    changed = clauses.with_disruption(base, disruption)
    try:
        parsed = parse(to_document(changed))
        issues = [*misfits(contract, parsed), *open_questions(parsed)]
    except RuleViolation as violation:
        issues = list(violation.issues)
    issues = [one for one in issues if one.field.startswith(at)]
    return _draft(actor, contract, changed, clauses.at_fields(issues, at), disruption.from_day,
                  reason)  # fmt: skip


@transaction.atomic
def draft_payers_change(
    *, actor: User, contract: Contract, on: date, shares: Mapping[str, Decimal], document: str
) -> Terms:
    """Begin an amendment by which these parties pay these shares (per cent, by the party's key) of
    claims whose period ends after a day, as the named document says. RuleViolation at the share
    that makes them not sum to 100 %."""
    access.require(actor, Action.EDIT_TERMS, contract)
    known = sorted(selectors.payer_keys(contract))
    base, issues = _base(contract), []
    if not contract.starts_on <= on < contract.ends_on:
        issues.append(Issue("contracts.outside_frame", "on", on.isoformat()))
    changed = base
    try:
        changed = clauses.with_payers_from(base, on, shares, known)
    except RuleViolation as violation:
        issues += violation.issues
    if not document.strip():
        issues.append(Issue("contracts.succession_document_missing", "document"))
    return _draft(actor, contract, changed, issues, on, document, field="document")


@transaction.atomic
def draft_parallel_metric(
    *, actor: User, contract: Contract, metric: Metric, beside: str, reason: str
) -> Terms:
    """Begin an amendment by which a metric is measured alongside the metric `beside`, at the same
    points and without being paid for, until the parties agree on what it replaces."""
    access.require(actor, Action.EDIT_TERMS, contract)
    titles = {"en": metric.title_en, "fi": metric.title_fi, "sv": metric.title_sv}
    changed = clauses.with_parallel_metric(
        _base(contract), MetricReference(metric.code, metric.version), titles, beside
    )
    return _draft(actor, contract, changed, [], selectors.today(contract), reason)


def _base(contract: Contract) -> TermsDocument:
    """The last agreed wording, under the contract's lock."""
    locked = lock_contract(contract.pk)
    agreed = selectors.last_agreed(locked)
    if agreed is None:
        raise RuleViolation("contracts.nothing_to_amend")
    return selectors.terms_document(agreed)


def _draft(
    actor: User,
    contract: Contract,
    changed: TermsDocument,
    issues: list[Issue],
    day: date,
    reason: str,
    *,
    field: str = "reason",
) -> Terms:
    """The draft, as soon as nothing speaks against it."""
    if field == "reason":
        issues = [*issues, *check_reason(reason)]
    if issues:
        raise RuleViolation(issues)
    reached = clauses.reach(day, selectors.amendment_calendar(contract))
    agreed = selectors.last_agreed(contract)
    document = {name: value for name, value in to_document(changed).items() if name != "amendment"}
    return draft_amendment(
        actor=actor,
        contract=contract,
        document=document,
        mechanism=agreed.mechanism if agreed else "",
        valid_from=reached.day,
        scope=reached.scope,
        reason=reason,
    )
