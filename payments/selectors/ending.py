"""What is still open when a contract is to end; for an authorised service."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from contracts.models import Contract, ReportingPeriod
from payments.models import Claim
from payments.states import ClaimState

DONE = (ClaimState.SETTLED, ClaimState.REPLACED)


def unsettled_claims(contract: Contract) -> QuerySet[Claim]:
    """The claims of a contract that are neither settled nor replaced, in their order."""
    return Claim.objects.filter(contract=contract).exclude(state__in=DONE).order_by("number")


def unclaimed_periods(contract: Contract, *, before: date) -> int:
    """How many periods that ended on or before a day have no claim that stands."""
    ended = ReportingPeriod.objects.filter(contract=contract, ends_on__lte=before)
    claimed = Claim.objects.filter(contract=contract).exclude(state=ClaimState.REPLACED)
    return ended.exclude(pk__in=claimed.values("period")).count()
