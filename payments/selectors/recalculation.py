"""Calculating a stored claim again from what it was calculated from, to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.rules.terms import parse
from payments.models import Claim
from payments.rules.inputs import ClaimInputs, read_inputs
from payments.rules.pipeline import ClaimCalculation, calculate
from payments.rules.recalculation import first_difference
from payments.selectors.calculation import claim_inputs
from sibportal.kernel.errors import RuleViolation
from sibportal.kernel.explain import Calculation, digest_of


@dataclass(frozen=True)
class Recalculated:
    """A claim and the first place where it does not come out again; equal where there is none."""

    claim: Claim
    difference: str = ""

    @property
    def is_equal(self) -> bool:
        return not self.difference


def recalculate(claim: Claim) -> Recalculated:
    """Check an authorised claim: frozen results give its inputs, its inputs give its figures, and
    its digest is theirs. Nothing is written."""
    try:
        inputs = read_inputs(claim.inputs)
        again = calculate(parse(claim.terms.document), inputs)
    except RuleViolation as violation:
        return Recalculated(claim, f"refused: {violation}")
    found = _inputs(claim, inputs) or _figures(claim, again) or _digest(claim)
    return Recalculated(claim, found)


def recalculate_all() -> Iterator[Recalculated]:
    """Every claim ever calculated, also those that no longer stand."""
    claims = Claim.objects.select_related("contract", "terms", "closing__period", "period")
    for claim in claims.order_by("contract_id", "number").iterator(chunk_size=200):
        yield recalculate(claim)


def _inputs(claim: Claim, stored: ClaimInputs) -> str:
    """Results are frozen, so they must still be those of the claim."""
    now = claim_inputs(claim.closing)
    return "" if stored.observations == now.observations else "inputs/observations"


def _figures(claim: Claim, again: ClaimCalculation) -> str:
    tree = Calculation.from_json(claim.calculation)
    if found := first_difference(tree.root, again.explanation.root):
        return found
    if tree != again.explanation:
        return "rules_version"
    lines = [(row.payment_term_key, row.amount) for row in claim.lines.order_by("position")]
    if lines != [(line.payment_term, line.amount) for line in again.lines]:
        return "lines"
    shares = claim.payer_shares.order_by("position").values_list("payer__key", "amount")
    if list(shares) != [(share.party, share.amount) for share in again.payer_shares]:
        return "payer_shares"
    return "" if claim.amount == again.total else "amount"


def _digest(claim: Claim) -> str:
    whole = {
        "terms": claim.terms.digest, "inputs": claim.inputs, "calculation": claim.calculation,
    }  # fmt: skip
    return "" if digest_of(whole) == claim.digest else "digest"
