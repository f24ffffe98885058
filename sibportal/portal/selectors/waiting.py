"""What waits for one person: decisions, answers, signatures; asked only where a role can have any.

The number of queries does not depend on how much waits, except one per contract whose terms wait.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import cohorts.selectors
import contracts.selectors
import outcomes.selectors
from contracts.models import ReportingPeriod
from contracts.selectors.terms import TermsToAgree
from contracts.states import ContractState
from outcomes.selectors import aggregates, disputes
from outcomes.selectors.versions import is_closed, latest_closing, with_closings
from payments.selectors import objections
from payments.selectors.claims import ClaimTask, claims_waiting
from payments.selectors.differences import Differing, differing_claims
from sibportal.accounts import access
from sibportal.accounts.roles import Action, PartyRole
from sibportal.portal.selectors.roles import DASHBOARDS, Dashboard

if TYPE_CHECKING:
    from cohorts.models import Enrolment, Participant
    from cohorts.rules.consent import AskAgain
    from outcomes.models import Aggregate, Closing, ClosingReopening, VerificationDispute
    from outcomes.selectors.aggregates import Expected
    from payments.models import Objection
    from sibportal.accounts.models import User

_AGREEING = frozenset(
    {
        PartyRole.PAYER,
        PartyRole.CO_PAYER,
        PartyRole.LEAD_PROVIDER,
        PartyRole.FUND_MANAGER,
        PartyRole.INVESTOR,
    }
)
_JUDGING = frozenset({PartyRole.EXPERT, PartyRole.STEERING_MEMBER})


@dataclass(frozen=True)
class Waiting:
    """Everything that waits for one person, over all their contracts."""

    terms: list[TermsToAgree] = field(default_factory=list)
    reopenings: list[ClosingReopening] = field(default_factory=list)
    claims: list[ClaimTask] = field(default_factory=list)
    differing: list[Differing] = field(default_factory=list)
    periods: list[ReportingPeriod] = field(default_factory=list)
    closings: list[Closing] = field(default_factory=list)
    exits: list[Enrolment] = field(default_factory=list)
    consents: list[tuple[Participant, AskAgain]] = field(default_factory=list)
    deliveries: list[Expected] = field(default_factory=list)
    figures_to_sign: list[Aggregate] = field(default_factory=list)
    figures_to_verify: list[Aggregate] = field(default_factory=list)
    disputes: list[Objection] = field(default_factory=list)
    rejections: list[VerificationDispute] = field(default_factory=list)
    to_verify: int = 0
    questions: int = 0
    stopped: int = 0

    def count(self, dashboard: Dashboard) -> int:
        """How much of it a dashboard shows."""
        match dashboard:
            case Dashboard.OFFICIAL:
                decisions = self._to_agree + len(self.claims) + len(self.periods)
                return decisions + len(self.consents) + len(self.differing)
            case Dashboard.PROVIDER:
                return self._to_agree + len(self.consents) + self.questions + self.stopped
            case Dashboard.VERIFIER:
                figures = len(self.figures_to_verify)
                return self.to_verify + len(self.closings) + len(self.exits) + figures
            case Dashboard.INVESTOR:
                return self._to_agree
            case Dashboard.OBSERVER:
                figures = len(self.deliveries) + len(self.figures_to_sign)
                return figures + len(self.disputes) + len(self.rejections)

    @property
    def _to_agree(self) -> int:
        return len(self.terms) + len(self.reopenings)


def waiting(viewer: User, roles: frozenset[PartyRole]) -> Waiting:
    """What waits for `viewer`, whose party roles are `roles`."""
    official = bool(roles & DASHBOARDS[Dashboard.OFFICIAL])
    provider = bool(roles & DASHBOARDS[Dashboard.PROVIDER])
    verifier = PartyRole.VERIFIER in roles
    holder = PartyRole.DATA_HOLDER in roles
    read = outcomes.selectors
    return Waiting(
        terms=contracts.selectors.terms_to_agree(viewer) if roles & _AGREEING else [],
        reopenings=read.reopenings_to_consent(viewer) if roles & _AGREEING else [],
        claims=claims_waiting(viewer) if official else [],
        differing=differing_claims(viewer) if official else [],
        periods=_periods_to_force(viewer) if PartyRole.PAYER in roles else [],
        closings=list(read.closings_to_sign(viewer)) if verifier else [],
        exits=list(cohorts.selectors.exits_to_confirm(viewer)) if verifier else [],
        consents=cohorts.selectors.consents_to_ask_again(viewer) if official or provider else [],
        deliveries=aggregates.to_deliver(viewer) if holder else [],
        figures_to_sign=aggregates.to_sign(viewer) if holder else [],
        figures_to_verify=aggregates.to_verify(viewer) if verifier else [],
        disputes=objections.to_decide(viewer) if roles & _JUDGING else [],
        rejections=disputes.to_decide(viewer) if roles & _JUDGING else [],
        to_verify=read.awaiting_verification(viewer).count() if verifier else 0,
        questions=read.questions(viewer).count() if provider else 0,
        stopped=read.stopped(viewer).count() if provider else 0,
    )


def _periods_to_force(viewer: User) -> list[ReportingPeriod]:
    """Periods past their days of grace that nothing proposed to close: an official may, with a
    reason. Only the earliest open one of a contract can be closed."""
    rows = access.visible(ReportingPeriod.objects.all(), viewer, Action.FORCE_CLOSING)
    unsigned = rows.filter(~is_closed(), contract__state=ContractState.ACTIVE)
    first = unsigned.order_by("contract_id", "number").distinct("contract_id")
    late = [
        period
        for period in with_closings(first.select_related("contract"))
        if latest_closing(period) is None
        and period.ends_on + timedelta(days=period.contract.grace_days)
        <= contracts.selectors.today(period.contract)
    ]
    return sorted(late, key=lambda period: period.ends_on)
