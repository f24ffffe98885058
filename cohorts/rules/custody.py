"""Who may read or write identities: those on whose side the key to the codes lies (decision 19)."""

from __future__ import annotations

from collections.abc import Collection

from sibportal.kernel.errors import NotAllowed, RuleViolation

CONTROLLER, PROVIDER = "controller", "provider"
HOLDERS: dict[str, frozenset[str]] = {
    CONTROLLER: frozenset({"payer"}),
    PROVIDER: frozenset({"lead_provider", "service_partner"}),
}


def require_holder(custodian: str, roles: Collection[str]) -> None:
    """Raise unless one of the actor's party roles holds the key.

    RuleViolation where the portal holds no identities at all, NotAllowed where others hold them.
    """
    if custodian not in HOLDERS:
        raise RuleViolation("cohorts.identity_kept_elsewhere")
    if not HOLDERS[custodian] & set(roles):
        raise NotAllowed(f"cohorts.identity_held_by_{custodian}")
