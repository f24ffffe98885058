"""Whether an amendment can take effect on its day, for those whom it concerns."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.rules.terms.document import Amendment
from contracts.rules.terms.words import AmendmentScope
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import Issue


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the day of an amendment is held against: the contract, the first days of its reporting
    periods, the first of them that cannot be closed yet, and the day of the version amended."""

    contract: Period
    starts: Collection[date]
    first_open: date
    base_from: date

    def earliest(self, scope: AmendmentScope | None) -> date:
        """The first day that an amendment may have. What is open and unpaid may begin anywhere;
        the later scopes leave alone what may be closed already."""
        if scope is AmendmentScope.ALL_OPEN:
            return self.contract.start
        return max(self.first_open, self.base_from)

    def proposal(self, today: date, scope: AmendmentScope | None) -> date:
        """The day that is proposed where none was chosen: the next period's first day."""
        least = max(self.earliest(scope), today)
        later = [day for day in self.starts if day >= least]
        return min(later, default=max(self.earliest(scope), self.base_from))


def first_open_period(
    periods: Iterable[Period], *, grace_days: int, today: date, contract: Period
) -> date:
    """The first day of the first period that nobody can have closed: its end and the days of
    grace have not passed."""
    still = [
        period.start
        for period in periods
        if period.end is None or period.end + timedelta(days=grace_days) > today
    ]
    return min(still, default=contract.end or contract.start)


def check_day(amendment: Amendment, calendar: Calendar) -> list[Issue]:
    """Why the amendment cannot take effect on its day; empty when it can."""
    day, scope = amendment.effective_on, amendment.scope
    if day is None:
        return [Issue("contracts.amendment_day_open", "valid_from")]
    if not calendar.contract.contains(day):
        params = {"first": calendar.contract.start, "end": calendar.contract.end}
        return [Issue("contracts.terms_start", "valid_from", params=params)]
    if day < calendar.earliest(scope):
        params = {"first": calendar.earliest(scope)}
        return [Issue("contracts.amendment_too_early", "valid_from", params=params)]
    if scope is not AmendmentScope.LATER_ENROLMENTS and day not in calendar.starts:
        after = [start for start in calendar.starts if start > day]
        params = {"day": min(after, default=calendar.contract.start)}
        return [Issue("contracts.amendment_mid_period", "valid_from", params=params)]
    return []


def questions(amendment: Amendment) -> list[Issue]:
    """What the parties would not know: whom it concerns, and why."""
    issues = []
    if amendment.scope is None:
        issues.append(Issue("contracts.amendment_scope_open", "scope"))
    if not amendment.reason.strip():
        issues.append(Issue("contracts.amendment_reason_open", "reason"))
    return issues
