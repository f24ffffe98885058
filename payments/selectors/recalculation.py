"""Calculating a stored claim again from what it was calculated from, to the cent.

Nothing is written here, and money is never changed by it. Claims are read in portions with all
that belongs to them, so that the number of queries hardly grows with the number of claims.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from contracts.rules.terms import TermsDocument, parse
from payments.models import Claim, PayerShare
from payments.rules.inputs import ClaimInputs, Observation, read_inputs
from payments.rules.pipeline import ClaimCalculation
from payments.rules.recalculation import MISSING, Difference, first_difference
from payments.rules.versions import calculate_as
from payments.selectors.figures import observations_of
from payments.states import ClaimKind
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import Issue, RuleViolation
from sibportal.kernel.explain import Calculation, Step, Value, digest_of

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer

PORTION = 200
REFUSED = "refused"
UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Recalculated:
    """A claim and the first place where it does not come out again; equal where there is none.

    `issues` say why it could not be calculated at all: that is a difference too.
    """

    claim: Claim
    difference: Difference | None = None
    issues: tuple[Issue, ...] = ()

    @property
    def is_equal(self) -> bool:
        return self.difference is None


def claim_to_recalculate(viewer: Viewer, claim_id: UUID) -> Claim:
    """One claim that `viewer` may have calculated again.

    NotAllowed where the viewer sees it and may not do that, NotVisible where neither.
    """
    rows = _with_parts(Claim.objects.all())
    found = access.visible(rows, viewer, Action.RECALCULATE_CLAIM).filter(pk=claim_id).first()
    if found is None:
        seen = access.get(Claim.objects.all(), viewer, Action.VIEW_CLAIM, pk=claim_id)
        access.require(viewer, Action.RECALCULATE_CLAIM, seen)
    assert found is not None  # noqa: S101 - one of the two has raised
    return found


def recalculated(claims: QuerySet[Claim]) -> Iterator[Recalculated]:
    """Each of these claims calculated again; terms are read once for all their claims."""
    documents: dict[UUID, TermsDocument] = {}
    ordered = _with_parts(claims).order_by("contract_id", "number")
    for claim in ordered.iterator(chunk_size=PORTION):
        yield _recalculate(claim, documents)


def recalculate(claim: Claim) -> Recalculated:
    """Check an authorised claim: frozen results give its inputs, its inputs give its figures by
    the rules of its version, and its digest is theirs."""
    return _recalculate(claim, {})


def _with_parts(rows: QuerySet[Claim]) -> QuerySet[Claim]:
    shares = PayerShare.objects.select_related("payer")
    return rows.select_related("contract", "terms", "closing", "period").prefetch_related(
        "lines", Prefetch("payer_shares", shares), "closing__results"
    )


def _recalculate(claim: Claim, documents: dict[UUID, TermsDocument]) -> Recalculated:
    try:
        tree = Calculation.from_json(claim.calculation)
        lines = [Step.from_json(row.explanation) for row in claim.lines.all()]
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError):
        return Recalculated(claim, Difference("calculation", UNREADABLE))
    try:
        inputs = read_inputs(claim.inputs)
        if claim.terms_id not in documents:
            documents[claim.terms_id] = parse(claim.terms.document)
        again = calculate_as(claim.rules_version, documents[claim.terms_id], inputs)
    except RuleViolation as violation:
        refused = Difference(REFUSED, "", None, str(violation))
        return Recalculated(claim, refused, violation.issues)
    found = (
        _inputs(claim, inputs)
        or first_difference(tree.root, again.explanation.root)
        or _whole(tree, again.explanation)
        or _lines(claim, lines, again)
        or _shares(claim, again)
        or _differs("amount", "", claim.amount, again.total, again.explanation.root.unit)
        or _digests(claim)
    )
    return Recalculated(claim, found)


def _differs(
    path: str, what: str, stored: Value, again: Value, unit: str = ""
) -> Difference | None:
    return None if stored == again else Difference(path, what, stored, again, unit)


def _inputs(claim: Claim, stored: ClaimInputs) -> Difference | None:
    """Results are frozen, so they must still be those of the claim. Since amended terms count
    the rows of a closing anew, the figures stored with the claim are what is frozen. A claim
    after the last period holds none, that of an early end what was to date."""
    if claim.terms_id != claim.closing.terms_id or claim.kind != ClaimKind.PERIOD:
        return None
    now = observations_of(claim.closing)
    if len(stored.observations) != len(now):
        return Difference("inputs/observations", MISSING, len(stored.observations), len(now))
    for number, (one, other) in enumerate(zip(stored.observations, now, strict=True), start=1):
        for field in fields(Observation):
            kept, found = getattr(one, field.name), getattr(other, field.name)
            if kept != found:
                path = f"inputs/observations[{number}]"
                return Difference(path, field.name, _plain(kept), _plain(found))
    return None


def _plain(value: object) -> Value:
    return value if isinstance(value, int | str) else str(value)


def _whole(stored: Calculation, again: Calculation) -> Difference | None:
    """The trees are equal here, so what is left is the version and what surrounds them."""
    if found := _differs("rules_version", "", stored.rules_version, again.rules_version):
        return found
    return None if stored == again else Difference("calculation", "context")


def _lines(claim: Claim, trees: list[Step], again: ClaimCalculation) -> Difference | None:
    rows, unit = list(claim.lines.all()), again.explanation.root.unit
    if len(rows) != len(again.lines):
        return Difference("lines", MISSING, len(rows), len(again.lines))
    for number, (row, tree, line) in enumerate(zip(rows, trees, again.lines, strict=True), start=1):
        found = (
            _differs(f"lines[{number}]", "payment_term", row.payment_term_key, line.payment_term)
            or _differs(f"lines[{number}]", "amount", row.amount, line.amount, unit)
            or _differs(f"lines[{number}]", "quantity", row.quantity, line.quantity)
            or first_difference(tree, line.explanation, f"lines[{number}]/line")
        )
        if found:
            return found
    return None


def _shares(claim: Claim, again: ClaimCalculation) -> Difference | None:
    rows, unit = list(claim.payer_shares.all()), again.explanation.root.unit
    if len(rows) != len(again.payer_shares):
        return Difference("payer_shares", MISSING, len(rows), len(again.payer_shares))
    for number, (row, share) in enumerate(zip(rows, again.payer_shares, strict=True), start=1):
        path = f"payer_shares[{number}]"
        if found := (
            _differs(path, "party", row.payer.key, share.party)
            or _differs(path, "amount", row.amount, share.amount, unit)
        ):
            return found
    return None


def _digests(claim: Claim) -> Difference | None:
    whole = {
        "terms": claim.terms.digest, "inputs": claim.inputs, "calculation": claim.calculation,
    }  # fmt: skip
    return _differs("digest", "", claim.digest, digest_of(whole)) or _differs(
        "terms", "", claim.terms.digest, digest_of(claim.terms.document)
    )
