"""Which dashboards a person has: what their organisations are in contracts decides."""

from __future__ import annotations

from enum import StrEnum

from sibportal.accounts import access
from sibportal.accounts.roles import PartyRole
from sibportal.kernel.errors import NotVisible


class Dashboard(StrEnum):
    """The dashboards, the one with most to decide first; the value is the name of its page."""

    OFFICIAL = "official"
    PROVIDER = "provider"
    VERIFIER = "verifier"
    INVESTOR = "investor"
    OBSERVER = "observer"


DASHBOARDS: dict[Dashboard, frozenset[PartyRole]] = {
    Dashboard.OFFICIAL: frozenset({PartyRole.PAYER, PartyRole.CO_PAYER}),
    Dashboard.PROVIDER: frozenset({PartyRole.LEAD_PROVIDER, PartyRole.SERVICE_PARTNER}),
    Dashboard.VERIFIER: frozenset({PartyRole.VERIFIER}),
    Dashboard.INVESTOR: frozenset({PartyRole.INVESTOR, PartyRole.FUND_MANAGER}),
}
DASHBOARDS[Dashboard.OBSERVER] = frozenset(PartyRole).difference(*DASHBOARDS.values())


def dashboards(roles: frozenset[PartyRole]) -> list[Dashboard]:
    """The dashboards of somebody with these party roles."""
    return [one for one, for_roles in DASHBOARDS.items() if roles & for_roles]


def require_dashboard(viewer: access.Viewer, dashboard: Dashboard) -> None:
    """Raise NotVisible where none of the viewer's roles has this dashboard."""
    if dashboard not in dashboards(access.party_roles(viewer)):
        raise NotVisible()
