"""Who may be what in a contract, from when to when, and whose yes the terms need.

Dates make a party act; a successor takes over role and key on the day of the succession.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sibportal.kernel.dates import Period
from sibportal.kernel.errors import Issue

PAYER, CO_PAYER = "payer", "co_payer"
INVESTOR, FUND_MANAGER = "investor", "fund_manager"
LEAD_PROVIDER, VERIFIER = "lead_provider", "verifier"

PAYERS = frozenset({PAYER, CO_PAYER})
# Nobody works under a contract without these three (decisions 11 and 12).
NEEDED_FOR_TERMS = (PAYER, LEAD_PROVIDER, VERIFIER)
WITH_A_STAKE = frozenset({INVESTOR, FUND_MANAGER, "service_partner", "data_holder"})
# Outside eyes look in for a time only (decision 18).
ROLES_WITH_END = frozenset({"steering_member", "auditor"})
# A co-payer may also be a fund that tops outcomes up; the payer itself is a public body.
CO_PAYER_KINDS = frozenset({"fund"})
LONGEST_KEY = 40
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PartyFact:
    """One organisation in one role of one contract, in force in [valid_from, valid_until)."""

    id: UUID
    organisation: UUID
    organisation_kind: str
    is_public_body: bool
    role: str
    key: str
    valid_from: date
    valid_until: date | None = None
    predecessor: UUID | None = None

    @property
    def period(self) -> Period:
        """When the party is in force; ValueError when it ends before it starts."""
        return Period(self.valid_from, self.valid_until)

    def is_acting(self, day: date) -> bool:
        """Whether the party speaks for its role on a day.

        A first party may act before its role starts, since it prepares the contract; a successor
        may not, since its predecessor still acts.
        """
        started = self.predecessor is None or self.valid_from <= day
        return started and (self.valid_until is None or self.valid_until > day)


def check_party(party: PartyFact, others: Iterable[PartyFact], contract: Period) -> list[Issue]:
    """Why this party cannot join the others of its contract; empty when it can."""
    if party.valid_until is not None and party.valid_until <= party.valid_from:
        return [Issue("contracts.party_ends_before_start", "valid_until")]
    others = [other for other in others if other.id != party.id]
    issues = [*_kind(party), *_independence(party, others), *_repeated(party, others)]
    if party.role in ROLES_WITH_END and party.valid_until is None:
        issues.append(Issue("contracts.role_needs_end", "valid_until"))
    if contract.end is not None and party.valid_from >= contract.end:
        issues.append(
            Issue("contracts.party_after_contract", "valid_from", params={"end": contract.end})
        )
    if not _KEY.fullmatch(party.key):
        issues.append(Issue("contracts.key_form", "key", party.key))
    return issues


def _kind(party: PartyFact) -> list[Issue]:
    if party.is_public_body or party.role not in PAYERS:
        return []
    if party.role == CO_PAYER:
        if party.organisation_kind in CO_PAYER_KINDS:
            return []
        return [Issue("contracts.co_payer_kind", "organisation")]
    return [Issue("contracts.payer_is_public", "organisation")]


def _independence(party: PartyFact, others: Collection[PartyFact]) -> list[Issue]:
    """Decision 11: a verifier's organisation holds no other role in the contract, at any time."""
    roles = {other.role for other in others if other.organisation == party.organisation}
    if party.role == VERIFIER and roles - {VERIFIER}:
        return [Issue("contracts.verifier_has_other_role", "organisation")]
    if party.role != VERIFIER and VERIFIER in roles:
        return [Issue("contracts.organisation_is_verifier", "organisation")]
    return []


def _repeated(party: PartyFact, others: Collection[PartyFact]) -> list[Issue]:
    for other in others:
        if not party.period.overlaps(other.period):
            continue
        if (other.organisation, other.role) == (party.organisation, party.role):
            return [Issue("contracts.party_twice", "role")]
        if other.key == party.key:
            return [Issue("contracts.key_taken", "key", party.key, {"key": party.key})]
    return []


def free_key(role: str, taken: Collection[str]) -> str:
    """A key nobody has in the contract: co-payer, co-payer-2, ..."""
    stem = role.replace("_", "-")
    candidates = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 2)))
    return next(key for key in candidates if key not in taken)


def check_end(
    party: PartyFact, on: date, others: Iterable[PartyFact], payer_keys: Collection[str]
) -> list[Issue]:
    """Why this party cannot end on a day without a successor; `payer_keys` are those that the
    agreed terms name."""
    if on <= party.valid_from:
        return [Issue("contracts.party_ends_before_start", "valid_until")]
    if party.valid_until is not None and on > party.valid_until:
        ended = {"day": party.valid_until}
        return [Issue("contracts.party_ended_already", "valid_until", params=ended)]
    if party.role in PAYERS and party.key in payer_keys:
        return [Issue("contracts.payer_in_terms", "valid_until", params={"key": party.key})]
    remaining = [o for o in others if o.id != party.id and o.role == party.role and o.is_acting(on)]
    if party.role in NEEDED_FOR_TERMS and not remaining:
        return [Issue("contracts.last_of_role", "valid_until")]
    return []


def check_succession(party: PartyFact, organisation: UUID, on: date, document: str) -> list[Issue]:
    """Why the party cannot be succeeded by the organisation on a day; the joining of the new
    party is judged by `check_party`."""
    issues = []
    if not document.strip():
        issues.append(Issue("contracts.succession_document_missing", "document"))
    if organisation == party.organisation:
        issues.append(Issue("contracts.succeeds_itself", "organisation"))
    if on <= party.valid_from:
        issues.append(
            Issue("contracts.succession_before_start", "on", params={"day": party.valid_from})
        )
    elif party.valid_until is not None and on > party.valid_until:
        ended = {"day": party.valid_until}
        issues.append(Issue("contracts.party_ended_already", "on", params=ended))
    return issues


def required_parties(
    parties: Iterable[PartyFact], day: date, *, everyone: bool = False
) -> tuple[PartyFact, ...]:
    """Whose agreement terms need (decision 12): payer, co-payers, lead provider, and the fund
    manager, or else the investors where there are any. With `everyone` each party that has money
    or data at stake: every investor, service partner and data holder too."""
    acting = [party for party in parties if party.is_acting(day)]
    roles = {party.role for party in acting}
    capital = FUND_MANAGER if FUND_MANAGER in roles else INVESTOR
    wanted = {PAYER, CO_PAYER, LEAD_PROVIDER, capital}
    wanted |= WITH_A_STAKE if everyone else frozenset()
    return tuple(
        party
        for party in sorted(acting, key=lambda one: (one.valid_from, one.key))
        if party.role in wanted
    )


def missing_roles(parties: Iterable[PartyFact], day: date, payee: str | None) -> list[Issue]:
    """Roles that nobody plays although the terms need them: payer, lead provider, verifier and
    whoever is paid."""
    roles = {party.role for party in parties if party.is_acting(day)}
    issues = [Issue(f"contracts.no_{role}") for role in NEEDED_FOR_TERMS if role not in roles]
    if payee and payee not in roles and payee not in NEEDED_FOR_TERMS:
        issues.append(Issue(f"contracts.no_{payee}", "claim.payee", payee))
    return issues
