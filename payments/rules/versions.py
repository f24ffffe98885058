"""The rules a claim was calculated by, under the version that is stored with it.

A claim is only ever calculated again by its own version. CONTRIBUTING says how a version is kept
when the rules change: its stages move to `payments/rules/past` and stay in this table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from contracts.rules.terms.document import TermsDocument
from payments.rules.inputs import ClaimInputs
from payments.rules.pipeline import ClaimCalculation, calculate
from payments.rules.termination import settlement_claim
from sibportal.kernel.errors import RuleViolation

Rules = Callable[[TermsDocument, ClaimInputs], ClaimCalculation]


def _first(terms: TermsDocument, inputs: ClaimInputs) -> ClaimCalculation:
    """A claim of a period or of corrections, or the settlement at an early end."""
    return settlement_claim(terms, inputs) if inputs.ended_for else calculate(terms, inputs)


VERSIONS: Mapping[str, Rules] = {"1": _first}


def calculate_as(version: str, terms: TermsDocument, inputs: ClaimInputs) -> ClaimCalculation:
    """Calculate by the rules of a version. RuleViolation when it is not kept here, which is
    never the same as equal."""
    if version not in VERSIONS:
        raise RuleViolation("payments.rules_version_unknown", version=version)
    return VERSIONS[version](terms, inputs)
