"""The rules a claim was calculated by, under the version that is stored with it.

A claim is only ever calculated again by its own version. CONTRIBUTING says how a version is kept
when the rules change: its stages move to `payments/rules/past` and stay in this table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from contracts.rules.terms.document import TermsDocument
from payments.rules.inputs import ClaimInputs
from payments.rules.pipeline import ClaimCalculation, calculate
from sibportal.kernel.errors import RuleViolation

Rules = Callable[[TermsDocument, ClaimInputs], ClaimCalculation]

VERSIONS: Mapping[str, Rules] = {"1": calculate}


def calculate_as(version: str, terms: TermsDocument, inputs: ClaimInputs) -> ClaimCalculation:
    """Calculate by the rules of a version. RuleViolation when it is not kept here, which is
    never the same as equal."""
    if version not in VERSIONS:
        raise RuleViolation("payments.rules_version_unknown", version=version)
    return VERSIONS[version](terms, inputs)
