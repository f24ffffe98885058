"""What a claim is calculated from, read for an authorised service as frozen dataclasses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

import contracts.selectors
from contracts.models import Contract, Party, ReportingPeriod
from contracts.rules.terms import TermsDocument
from contracts.rules.terms.words import PayeeRole
from outcomes.models import Closing
from payments.models import CapitalPayment, Claim
from payments.rules.inputs import ClaimInputs, ClaimPeriod, Earlier
from payments.rules.net import carried
from payments.selectors.corrections import adjustments_of, standing_claims
from payments.selectors.figures import figures_of
from payments.selectors.governing import governing_terms
from payments.selectors.objections import fallen, positions
from payments.selectors.supplied import capital_flows, frozen_outcomes, supplied_until
from payments.states import ClaimKind, ClaimState
from sibportal.accounts.models import Organisation
from sibportal.accounts.roles import PartyRole
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import RuleViolation
from sibportal.kernel.explain import Calculation, Phrase

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class ClaimParties:
    """The parties a claim names: payers by their key in the terms, and the payee."""

    payers: Mapping[str, Party]
    payee: Party


def claim_inputs(closing: Closing) -> ClaimInputs:
    """Figures of a signed closing, earlier claims with what has to be corrected of them, and the
    period, for the rules."""
    last = ReportingPeriod.objects.filter(contract=closing.contract_id).order_by("-number").first()
    terms, figures = terms_of(closing), figures_of(closing)
    standing = standing_claims(closing.contract_id, before=closing.period.number)
    inputs = replace(
        _around(closing, terms, standing),
        observations=figures.observations,
        profiles=figures.profiles,
        period=ClaimPeriod(
            Period(closing.period.starts_on, closing.period.ends_on),
            is_last=last is not None and last.pk == closing.period_id,
        ),
    )
    return replace(inputs, adjustments=adjustments_of(terms, standing, closing, inputs))


def correction_inputs(closing: Closing) -> ClaimInputs:
    """What corrections change once the last period is claimed; `closing` is that of this period."""
    terms, standing = terms_of(closing), standing_claims(closing.contract_id)
    return replace(
        _around(closing, terms, standing),
        is_correction=True,
        adjustments=adjustments_of(terms, standing, closing, None),
    )


def _around(closing: Closing, terms: TermsDocument, standing: Sequence[Claim]) -> ClaimInputs:
    """Everything besides what was measured: earlier claims, costs, capital and suspicions."""
    until = closing.period.ends_on
    supplied = supplied_until(closing.contract_id, until)
    capital, paid = capital_flows(closing.contract, until) if terms.claim.return_cap else ((), ())
    return ClaimInputs(
        observations=(),
        earlier=earlier_of(standing),
        period=ClaimPeriod(Period(closing.period.starts_on, until), is_last=True),
        service_cost=supplied.service_cost,
        other_funding=supplied.other_funding,
        capital=capital,
        payments=paid,
        indexes=supplied.indexes,
        frozen=frozen_outcomes(closing.contract, terms, until),
    )


def terms_of(closing: Closing) -> TermsDocument:
    """The terms that govern the claim of a signed closing."""
    terms = governing_terms(closing)
    if terms is None:
        raise RuleViolation("payments.closing_not_signed")
    return contracts.selectors.terms_document(terms)


def earlier_of(standing: Sequence[Claim]) -> Earlier:
    """What earlier claims came to, less what decisions on disputes took off them, and what their
    limits leave to later ones."""
    gone = fallen(standing)
    by_term: dict[str, Decimal] = {}
    by_limit: dict[str, Decimal] = {}
    by_payer: dict[str, Decimal] = {}
    credit = NOTHING
    for claim in standing:
        left = carried(Calculation.from_json(claim.calculation).root)
        credit = left.credit
        _add(by_limit, left.by_limit.items())
        _add(by_term, ((line.payment_term_key, line.amount) for line in claim.lines.all()))
        _add(by_payer, ((one.payer.key, one.amount) for one in claim.payer_shares.all()))
        if gone.total:
            _add(by_payer, ((one.share.payer.key, -one.fallen_away) for one in positions(claim)))
    _add(by_term, ((key, -amount) for key, amount in gone.by_term.items()))
    total = sum((claim.amount for claim in standing), NOTHING)
    return Earlier(dict(sorted(by_term.items())), total - gone.total, by_limit, by_payer, credit)


def _add(sums: dict[str, Decimal], amounts: Iterable[tuple[str, Decimal]]) -> None:
    for key, amount in amounts:
        sums[key] = sums.get(key, NOTHING) + amount


def claim_parties(
    closing: Closing, payer_keys: tuple[str, ...], payee_role: PayeeRole
) -> ClaimParties:
    """The parties in force at the period's end; RuleViolation where one is missing."""
    in_force = Party.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=closing.period.ends_on),
        contract=closing.contract_id,
        valid_from__lte=closing.period.ends_on,
    ).order_by("valid_from", "created_at", "pk")
    payers = {
        party.key: party
        for party in in_force.filter(role__in=(PartyRole.PAYER, PartyRole.CO_PAYER))
    }
    if missing := [key for key in payer_keys if key not in payers]:
        raise RuleViolation("payments.payer_missing", party=", ".join(missing))
    payee = in_force.filter(role=payee_role.value).first()
    if payee is None:
        role = Phrase(f"accounts.party_role.{payee_role.value}")
        raise RuleViolation("payments.payee_missing", role=role)
    return ClaimParties({key: payers[key] for key in payer_keys}, payee)


def paid_in_by_investor(contract: Contract, until: date) -> dict[Organisation, Decimal]:
    """Capital paid in up to a day, in the order of the commitments, for allocation."""
    rows = (
        CapitalPayment.objects.filter(commitment__contract=contract, paid_on__lte=until)
        .select_related("commitment__investor")
        .order_by("commitment__committed_on", "commitment__recorded_at", "commitment_id")
    )
    paid_in: dict[Organisation, Decimal] = {}
    for row in rows:
        investor = row.commitment.investor
        paid_in[investor] = paid_in.get(investor, NOTHING) + row.amount
    return paid_in


def standing_claim(period_id: UUID, kind: ClaimKind = ClaimKind.PERIOD) -> Claim | None:
    """The claim of a period that has not been replaced, if it has been calculated; of corrections
    after the last period, the newest."""
    rows = Claim.objects.filter(period=period_id, kind=kind).exclude(state=ClaimState.REPLACED)
    return rows.order_by("-number").first()
