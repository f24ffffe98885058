"""Reads that join the stages: which dashboards a person has, what they show, what waits."""

from sibportal.portal.selectors.overview import (
    AgainstPath,
    Overview,
    against_path,
    contracts_as,
    expected_by,
    overviews,
    verified_until,
)
from sibportal.portal.selectors.pages import (
    CapitalOfInvestor,
    CheckingState,
    capital_by_investor,
    checking_states,
    claims_in_progress,
    imports_lately,
    rejected,
)
from sibportal.portal.selectors.roles import DASHBOARDS, Dashboard, dashboards, require_dashboard
from sibportal.portal.selectors.waiting import Waiting, waiting

__all__ = [
    "DASHBOARDS",
    "AgainstPath",
    "CapitalOfInvestor",
    "CheckingState",
    "Dashboard",
    "Overview",
    "Waiting",
    "against_path",
    "capital_by_investor",
    "checking_states",
    "claims_in_progress",
    "contracts_as",
    "dashboards",
    "expected_by",
    "imports_lately",
    "overviews",
    "rejected",
    "require_dashboard",
    "verified_until",
    "waiting",
]
