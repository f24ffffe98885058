"""Calculating what is owed for a closed period, exactly once, with its explanation."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from contracts.models import Contract, Terms
from contracts.rules.terms import parse
from outcomes.models import Closing
from outcomes.selectors.versions import opened_again
from outcomes.states import ClosingState
from payments.models import Claim, Line, PayerShare
from payments.rules.pipeline import RULES_VERSION, ClaimCalculation
from payments.rules.versions import calculate_as
from payments.selectors.calculation import (
    claim_inputs,
    claim_parties,
    correction_inputs,
    standing_claim,
)
from payments.selectors.governing import (
    DECIDED,
    UNDECIDED,
    fully_claimed,
    governing_terms,
    unclaimed_closings,
)
from payments.states import CLAIM, ClaimKind, ClaimState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.accounts.services import system_user
from sibportal.audit import services as audit
from sibportal.jobs import services as jobs
from sibportal.jobs.models import Job
from sibportal.kernel.errors import RuleViolation
from sibportal.kernel.explain import digest_of
from sibportal.kernel.transitions import advance

if TYPE_CHECKING:
    from payments.rules.inputs import ClaimInputs
    from payments.selectors.calculation import ClaimParties
    from sibportal.accounts.models import User

CALCULATE = "payments.calculate_claim"
CORRECT = "payments.calculate_correction"


@transaction.atomic
def calculate_claim(*, actor: User, closing: Closing) -> Claim:
    """Calculate the claim of a signed closing; the one that stands is given back as it is.

    A returned claim is replaced by the new calculation, on the latest version of its closing.
    RuleViolation when the closing is not signed or is open again, an earlier period has no claim
    yet, or a later one already has.
    """
    access.require(actor, Action.CALCULATE_CLAIM, closing)
    Contract.objects.select_for_update(of=("self",)).get(pk=closing.contract_id)
    closing = _latest(closing.period_id)
    standing = standing_claim(closing.period_id)
    if standing is not None and standing.state != ClaimState.RETURNED:
        return standing
    terms = _require_calculable(closing)
    inputs = claim_inputs(closing)
    return _calculate(actor, closing, terms, inputs, standing)


@transaction.atomic
def calculate_correction(*, actor: User, contract: Contract) -> Claim:
    """Calculate what late and corrected facts change once every period is claimed: a claim of
    adjustments alone. The one that is open is given back; a returned one is replaced.

    RuleViolation when the last period has no decided claim, or nothing is to be corrected.
    """
    access.require(actor, Action.CALCULATE_CLAIM, contract)
    Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    closing = _last_closing(contract)
    standing = standing_claim(closing.period_id, ClaimKind.CORRECTION)
    if standing is not None and standing.state not in {ClaimState.RETURNED, *DECIDED}:
        return standing
    is_returned = standing is not None and standing.state == ClaimState.RETURNED
    if standing is not None and is_returned:
        _replace(standing)
    inputs = correction_inputs(closing)
    if not inputs.adjustments:
        raise RuleViolation("payments.nothing_to_correct")
    terms = governing_terms(closing)
    assert terms is not None  # noqa: S101 - its claim has been calculated
    return _calculate(actor, closing, terms, inputs, None)


def claim_settlement(closing: Closing, terms: Terms, inputs: ClaimInputs) -> Claim:
    """The contract's last claim: what its early end comes to, calculated by the portal itself. For
    a service that has just ended the contract; the ordinary approvals follow."""
    return _calculate(system_user(), closing, terms, inputs, None)


def _last_closing(contract: Contract) -> Closing:
    """The closing of the last period, once all that is owed for it is decided."""
    last = contract.periods.order_by("-number").first()
    claims = Claim.objects.filter(contract=contract, kind=ClaimKind.PERIOD)
    is_claimed = claims.filter(period=last, state__in=DECIDED).exists()
    if last is None or not is_claimed or claims.filter(state__in=UNDECIDED).exists():
        raise RuleViolation("payments.last_claim_undecided")
    closing = _latest(last.pk)
    _require_signed(closing)
    return closing


def _latest(period_id: UUID) -> Closing:
    """The latest version of a period's closing."""
    rows = Closing.objects.filter(period=period_id).select_related("contract", "period", "terms")
    return rows.order_by("-version")[:1].get()


def _require_signed(closing: Closing) -> None:
    if closing.state != ClosingState.SIGNED:
        again = closing.version > 1
        raise RuleViolation(f"payments.closing_{'opened_again' if again else 'not_signed'}")


def _calculate(
    actor: User, closing: Closing, terms: Terms, inputs: ClaimInputs, standing: Claim | None
) -> Claim:
    """Calculate and store a claim in the place of a returned one."""
    calculation = calculate_as(RULES_VERSION, parse(terms.document), inputs)
    payers = tuple(share.party for share in calculation.payer_shares)
    parties = claim_parties(closing, payers, calculation.payee)
    if standing is not None:
        _replace(standing)
    claim = _insert(actor, closing, terms, inputs, calculation, parties)
    audit.record(
        actor=actor,
        action="claim.calculated",
        target=claim,
        contract_id=claim.contract_id,
        after={"amount": str(claim.amount), "digest": claim.digest, "number": claim.number},
    )
    return claim


def _replace(claim: Claim) -> None:
    claim.state = advance(CLAIM, claim.state, ClaimState.REPLACED)
    claim.save(update_fields=["state"])


def _require_calculable(closing: Closing) -> Terms:
    """The terms the claim rests on; RuleViolation while this is not its turn."""
    _require_signed(closing)
    assert closing.terms is not None  # noqa: S101 - a signed closing has them
    number = closing.period.number
    claims = Claim.objects.filter(contract=closing.contract_id).exclude(state=ClaimState.REPLACED)
    later = Q(period__number__gt=number) | Q(kind=ClaimKind.CORRECTION)
    if claims.filter(later).exists():
        raise RuleViolation("payments.later_claim_exists")
    earlier = Closing.objects.filter(
        contract=closing.contract_id, state=ClosingState.SIGNED, period__number__lt=number
    )
    if earlier.exclude(period__in=claims.values("period")).exists():
        raise RuleViolation("payments.earlier_claim_missing")
    return governing_terms(closing) or closing.terms


def _insert(
    actor: User,
    closing: Closing,
    terms: Terms,
    inputs: ClaimInputs,
    calculation: ClaimCalculation,
    parties: ClaimParties,
) -> Claim:
    tree, given = calculation.explanation.to_json(), inputs.to_json()
    days = parse(terms.document).claim.payment_days or 0
    numbers = Claim.objects.filter(contract=closing.contract_id).aggregate(last=Max("number"))
    claim = Claim.objects.create(
        contract=closing.contract,
        number=(numbers["last"] or 0) + 1,
        kind=_kind(inputs),
        period=closing.period,
        closing=closing,
        terms=terms,
        payee=parties.payee,
        amount=calculation.total,
        calculation=tree,
        inputs=given,
        digest=digest_of({"terms": terms.digest, "inputs": given, "calculation": tree}),
        rules_version=RULES_VERSION,
        due_on=_from_day(closing, inputs) + timedelta(days=days),
        calculated_by=actor,
    )
    Line.objects.bulk_create(
        Line(
            claim=claim,
            position=position,
            payment_term_key=line.payment_term,
            quantity=line.quantity,
            amount=line.amount,
            explanation=line.explanation.to_json(),
        )
        for position, line in enumerate(calculation.lines, start=1)
    )
    PayerShare.objects.bulk_create(
        PayerShare(
            claim=claim, payer=parties.payers[share.party], position=position, amount=share.amount
        )
        for position, share in enumerate(calculation.payer_shares, start=1)
    )
    return claim


def _kind(inputs: ClaimInputs) -> ClaimKind:
    if inputs.ended_for:
        return ClaimKind.SETTLEMENT
    return ClaimKind.CORRECTION if inputs.is_correction else ClaimKind.PERIOD


def _from_day(closing: Closing, inputs: ClaimInputs) -> date:
    """The day from which the payment days count: that of signing, for any other claim today."""
    assert closing.signed_at is not None  # noqa: S101 - _require_calculable has asked
    at = closing.signed_at if _kind(inputs) == ClaimKind.PERIOD else timezone.now()
    return timezone.localdate(at, ZoneInfo(closing.contract.time_zone))


# --- By itself --------------------------------------------------------------------------------


def enqueue_due_claims() -> None:
    """Put the oldest signed closing without a claim of every contract into the queue; a second
    call changes nothing. Claims build on earlier ones, so only one of a contract is due at once."""
    first = unclaimed_closings().order_by("contract_id", "period__number").distinct("contract_id")
    for closing_id in first.values_list("pk", flat=True):
        jobs.enqueue(CALCULATE, closing_id)


def calculate_due_claim(job: Job) -> None:
    """Calculate the claim that a job is about, as the portal itself, and ask for the next one; a
    closing that was opened again waits for its new version."""
    closing = Closing.objects.select_related("contract").get(pk=job.subject_id)
    if opened_again(closing.contract) is None:
        calculate_claim(actor=system_user(), closing=closing)
    enqueue_due_claims()


def enqueue_corrections() -> None:
    """Soon after midnight, for each contract whose every period is claimed and decided, a job that
    looks for what late and corrected facts change. One that was returned waits for a person."""
    day = timezone.localdate().isoformat()
    done = Job.objects.filter(kind=CORRECT, digest=day).values("subject_id")
    for contract in fully_claimed().exclude(pk__in=done):
        jobs.enqueue(CORRECT, contract.pk, day)


def propose_correction(job: Job) -> None:
    """Calculate a correction as the portal itself, for the officials to look at and submit."""
    contract = fully_claimed().filter(pk=job.subject_id).first()
    if contract is None:
        return
    try:
        calculate_correction(actor=system_user(), contract=contract)
    except RuleViolation as violation:
        if violation.code != "payments.nothing_to_correct":
            raise
