"""REST: the main figures of the dashboards."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ViewSet

import contracts.selectors
import outcomes.selectors
from contracts.models import Contract
from outcomes.rules.points import PointStatus
from payments.selectors.claims import ClaimTaskKind
from sibportal.accounts import access
from sibportal.portal import selectors
from sibportal.portal.api.serializers import OverviewSerializer, WaitingSerializer
from sibportal.portal.selectors import Dashboard

if TYPE_CHECKING:
    from rest_framework.request import Request

    from sibportal.accounts.models import User

    _Base = GenericViewSet[Contract]
else:
    _Base = GenericViewSet


class OverviewViewSet(_Base):
    """How the caller's contracts stand: intake, outcomes, money."""

    serializer_class = OverviewSerializer
    queryset = Contract.objects.none()
    lookup_value_regex = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

    def get_queryset(self) -> QuerySet[Contract]:
        """The caller's contracts."""
        return contracts.selectors.contracts(_caller(self.request)).order_by("code")

    @extend_schema(responses=OverviewSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Every contract that the caller takes part in, a page at a time."""
        rows = self.paginate_queryset(self.get_queryset())
        found = selectors.overviews(_caller(request), rows or ())
        return self.get_paginated_response(OverviewSerializer(found, many=True).data)

    @extend_schema(responses=OverviewSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One contract."""
        viewer = _caller(request)
        (found,) = selectors.overviews(viewer, [contracts.selectors.contract(viewer, UUID(pk))])
        return Response(OverviewSerializer(found).data)


class WaitingViewSet(ViewSet):
    """What waits for the caller."""

    @extend_schema(responses=WaitingSerializer)
    def list(self, request: Request) -> Response:
        """How many decisions, signatures, answers and measurements wait for the caller."""
        viewer = _caller(request)
        roles = access.party_roles(viewer)
        waiting = selectors.waiting(viewer, roles)
        kinds = [task.kind for task in waiting.claims]
        provider = Dashboard.PROVIDER in selectors.dashboards(roles)
        due = outcomes.selectors.waiting_counts(viewer) if provider else {}
        found = {
            "terms_to_agree": len(waiting.terms),
            "claims_to_submit": kinds.count(ClaimTaskKind.SUBMIT),
            "claims_to_approve": kinds.count(ClaimTaskKind.APPROVE),
            "claims_to_pay": kinds.count(ClaimTaskKind.PAY),
            "periods_to_close": len(waiting.periods),
            "closings_to_sign": len(waiting.closings),
            "exits_to_confirm": len(waiting.exits),
            "consents_to_ask_again": len(waiting.consents),
            "disputes_to_decide": len(waiting.disputes) + len(waiting.rejections),
            "measurements_to_verify": waiting.to_verify,
            "measurements_due": due.get(PointStatus.DUE, 0),
            "measurements_late": due.get(PointStatus.OVERDUE, 0),
            "questions_to_answer": waiting.questions,
            "measurements_to_correct": waiting.stopped,
        }
        return Response(WaitingSerializer(found).data)


def _caller(request: Request) -> User:
    return cast("User", request.user)
