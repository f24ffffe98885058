"""Which version of a period's closing holds: the latest that is signed.

A period that the parties opened again has a proposed version above a signed one: it is open, while
the figures of the signed one still stand.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from contracts.models import Contract, ReportingPeriod
from outcomes.models import Closing
from outcomes.states import ClosingState


def standing_closings() -> QuerySet[Closing]:
    """The latest signed version of every period's closing."""
    later = Closing.objects.filter(
        period=OuterRef("period"), version__gt=OuterRef("version"), state=ClosingState.SIGNED
    )
    return Closing.objects.filter(~Exists(later), state=ClosingState.SIGNED)


def is_closed() -> Q:
    """Of reporting periods: signed, and not opened again since."""
    own = Closing.objects.filter(period=OuterRef("pk"))
    signed = Exists(own.filter(state=ClosingState.SIGNED))
    return Q(signed) & ~Q(Exists(own.filter(state=ClosingState.PROPOSED)))


def with_closings(periods: QuerySet[ReportingPeriod]) -> QuerySet[ReportingPeriod]:
    """Periods with every version of their closing, read at once."""
    return periods.prefetch_related(
        Prefetch("closings", Closing.objects.select_related("terms").order_by("version"))
    )


def latest_closing(period: ReportingPeriod) -> Closing | None:
    """The latest version of a period's closing, whatever its state."""
    return max(period.closings.all(), key=lambda one: one.version, default=None)


def opened_again(contract: Contract) -> Closing | None:
    """The closing of a contract that waits to be signed anew, where the parties opened one."""
    return Closing.objects.filter(
        contract=contract, version__gt=1, state=ClosingState.PROPOSED
    ).first()
