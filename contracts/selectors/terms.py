"""Versions of the terms: which is in force, which is open, who agreed and who has not yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from contracts.models import Agreement, Contract, Party, Terms
from contracts.rules.parties import PAYERS
from contracts.rules.terms import TermsDocument, parse
from contracts.rules.terms.words import AmendmentScope
from contracts.selectors.frame import today
from contracts.selectors.parties import parties_today, required_parties
from contracts.states import ContractState, TermsState
from sibportal.accounts import access
from sibportal.accounts.roles import Action, MemberRole

OPEN = (TermsState.DRAFT, TermsState.PROPOSED)


@dataclass(frozen=True)
class AgreementRow:
    """One party whose yes is needed, and its yes to this wording once it is given."""

    party: Party
    agreement: Agreement | None
    is_mine: bool


@dataclass(frozen=True)
class TermsToAgree:
    """Terms that wait for the viewer's yes in the name of one party."""

    terms: Terms
    party: Party


def versions(viewer: access.Viewer, of: Contract) -> QuerySet[Terms]:
    """All versions of the terms of a contract, newest first, for those who see it."""
    rows = access.visible(Terms.objects.all(), viewer, Action.VIEW_CONTRACT)
    return rows.filter(contract=of).select_related("drafted_by").order_by("-version")


def terms_version(
    viewer: access.Viewer, terms_id: UUID, action: Action = Action.VIEW_CONTRACT
) -> Terms:
    """One version of terms that `viewer` may see and do `action` to; NotVisible, NotAllowed."""
    rows = Terms.objects.select_related("contract", "drafted_by")
    found = access.get(rows, viewer, Action.VIEW_CONTRACT, pk=terms_id)
    if action is not Action.VIEW_CONTRACT:
        access.require(viewer, action, found)
    return found


def terms_in_force(of: Contract, on: date) -> Terms | None:
    """The agreed version of an authorised contract that holds on a day: a later version replaces
    every earlier one from its day on, also where that day lies before theirs."""
    agreed = Terms.objects.filter(contract=of, state=TermsState.AGREED, valid_from__lte=on)
    return agreed.order_by("-version").first()


def terms_documents(seen: Iterable[Contract]) -> dict[UUID, TermsDocument]:
    """The terms in force today by authorised contract, in one query; those without are left out."""
    by_id = {contract.pk: contract for contract in seen}
    found: dict[UUID, TermsDocument] = {}
    agreed = Terms.objects.filter(contract__in=by_id, state=TermsState.AGREED)
    for terms in agreed.order_by("-version"):
        contract = by_id[terms.contract_id]
        if terms.contract_id not in found and terms.valid_from <= today(contract):
            found[terms.contract_id] = parse(terms.document)
    return found


def last_documents(seen: Iterable[Contract]) -> dict[UUID, TermsDocument]:
    """The newest agreed terms by authorised contract, also of a day to come, in one query."""
    agreed = Terms.objects.filter(contract__in=[row.pk for row in seen], state=TermsState.AGREED)
    newest = agreed.order_by("contract_id", "-version").distinct("contract_id")
    return {terms.contract_id: parse(terms.document) for terms in newest}


def payer_names_by_contract(seen: Iterable[Contract]) -> dict[UUID, dict[str, str]]:
    """What `payer_names` says of many authorised contracts, in one query."""
    days = {row.pk: today(row) for row in seen}
    found: dict[UUID, dict[str, str]] = {pk: {} for pk in days}
    rows = Party.objects.filter(contract__in=days, role__in=PAYERS).select_related("organisation")
    for row in rows:
        day = days[row.contract_id]
        has_begun = row.predecessor_id is None or row.valid_from <= day
        if has_begun and (row.valid_until is None or row.valid_until > day):
            found[row.contract_id][row.key] = row.organisation.name
    return found


def terms_document(terms: Terms) -> TermsDocument:
    """The terms as dataclasses; whatever is stored has been parsed before."""
    return parse(terms.document)


def open_terms(of: Contract) -> Terms | None:
    """The version of an authorised contract that is drafted, else the one that waits for
    agreement."""
    rows = Terms.objects.filter(contract=of, state__in=OPEN).select_related("base")
    return rows.order_by("-version").first()


def payer_keys(of: Contract) -> frozenset[str]:
    """The keys of the payers that act today; terms share the payment among them."""
    return frozenset(payer_names(of))


def payer_names(of: Contract) -> dict[str, str]:
    """The organisations that pay today, by the key that terms of an authorised contract use."""
    rows = parties_today(of).filter(role__in=PAYERS)
    return {row.key: row.organisation.name for row in rows}


def keys_in_agreed_terms(of: Contract, on: date) -> frozenset[str]:
    """The payers that agreed terms of an authorised contract name on a day or later."""
    current = terms_in_force(of, on)
    later = Terms.objects.filter(contract=of, state=TermsState.AGREED, valid_from__gt=on)
    named = [*later, *([current] if current else [])]
    return frozenset(payer.party for terms in named for payer in terms_document(terms).claim.payers)


def last_agreed(of: Contract) -> Terms | None:
    """The newest agreed version of an authorised contract."""
    return Terms.objects.filter(contract=of, state=TermsState.AGREED).order_by("-version").first()


def proposed_terms(of: Contract) -> Terms | None:
    """The version of an authorised contract that waits for agreement."""
    return Terms.objects.filter(contract=of, state=TermsState.PROPOSED).first()


def standing_agreements(terms: Terms) -> QuerySet[Agreement]:
    """The agreements to the very wording that authorised terms have now."""
    return Agreement.objects.filter(terms=terms, digest=terms.digest)


def frame_is_fixed(of: Contract) -> bool:
    """Whether the frame of an authorised contract is fixed: agreements hold the digest of the
    terms only, so dates and currency must not move under them."""
    if of.state != ContractState.DRAFT:
        return True
    return any(
        terms.state == TermsState.PROPOSED or standing_agreements(terms).exists()
        for terms in Terms.objects.filter(contract=of, state__in=OPEN)
    )


def missing_agreements(terms: Terms) -> list[Party]:
    """The parties whose yes to this very wording is still needed; none once it is agreed."""
    if terms.state == TermsState.AGREED:
        return []
    agreed = set(standing_agreements(terms).values_list("party_id", flat=True))
    everyone = terms.amendment.get("scope") == AmendmentScope.ALL_OPEN
    wanted = required_parties(terms.contract, everyone=everyone)
    return [party for party in wanted if party.pk not in agreed]


def agreement_rows(viewer: access.Viewer, terms: Terms) -> list[AgreementRow]:
    """Who agreed to this wording and who is missing, for those who see the terms.

    A party that agreed and was succeeded since stays in the list of agreed terms.
    """
    given = access.visible(Agreement.objects.all(), viewer, Action.VIEW_CONTRACT)
    given = given.filter(terms=terms, digest=terms.digest)
    rows = list(given.select_related("party__organisation", "person"))
    agreed = {row.party_id for row in rows}
    own = may_agree_for(viewer, missing_agreements(terms))
    missing = [party for party in missing_agreements(terms) if party.pk not in agreed]
    return [
        *(AgreementRow(row.party, row, False) for row in rows),
        *(AgreementRow(party, None, party in own) for party in missing),
    ]


def may_agree_for(viewer: access.Viewer, wanted: Iterable[Party]) -> list[Party]:
    """Those of the parties in whose organisation `viewer` is an approver today."""
    own = access.memberships(viewer).filter(role=MemberRole.APPROVER)
    organisations = set(own.values_list("organisation_id", flat=True))
    return [party for party in wanted if party.organisation_id in organisations]


def terms_to_agree(viewer: access.Viewer) -> list[TermsToAgree]:
    """Terms that wait for the yes of `viewer`, oldest first; two queries and one per contract
    that waits."""
    rows = access.visible(Terms.objects.all(), viewer, Action.AGREE_TERMS)
    waiting = rows.filter(state=TermsState.PROPOSED).select_related("contract")
    return [
        TermsToAgree(terms, party)
        for terms in waiting.order_by("drafted_at")
        for party in may_agree_for(viewer, missing_agreements(terms))
    ]
