"""The verifier's independence, and what findings and decisions lead to.

Only the verifier says whether a measurement is true. A clean pass of the automatic checks gives
`checked`, which is paid only where the terms trust the register (decision 10).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from outcomes.rules.checks import Finding
from outcomes.rules.words import Decision, Severity, State
from sibportal.kernel.errors import NotAllowed
from sibportal.kernel.explain import Phrase

TARGETS: dict[Decision, State] = {
    Decision.VERIFIED: State.VERIFIED,
    Decision.QUERIED: State.QUERIED,
    Decision.REJECTED: State.REJECTED,
}


def after_checks(found: Iterable[Finding], *, verified_automatically: bool) -> State:
    """The state that the checks lead to.

    Something that blocks leaves the row submitted, for a correction, a question or a rejection;
    automatic verification needs a pass without anything to look at.
    """
    severities = {finding.severity for finding in found}
    if Severity.BLOCKS in severities:
        return State.SUBMITTED
    if verified_automatically and Severity.LOOK not in severities:
        return State.VERIFIED
    return State.CHECKED


def after_answer(found: Iterable[Finding]) -> State:
    """Where a question goes once answered: back to the verifier's list, never past it."""
    return after_checks(found, verified_automatically=False)


def require_independent(
    *, submitter: object, verifier: object, other_roles: Collection[str] = ()
) -> None:
    """Raise NotAllowed unless the verifier is someone else and plays no other part.

    `other_roles` are the roles that the verifier's organisation holds in this contract besides
    verifier (decision 11).
    """
    if submitter == verifier:
        raise NotAllowed("outcomes.verifier_is_submitter")
    if other_roles:
        roles = tuple(Phrase(f"accounts.party_role.{role}") for role in sorted(other_roles))
        raise NotAllowed("outcomes.verifier_has_another_role", roles=roles)
