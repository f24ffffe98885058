"""REST of what is due: visits, as on the page of the provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from outcomes import selectors
from outcomes.models import Measurement
from outcomes.selectors import Visit
from sibportal.accounts.roles import Action

if TYPE_CHECKING:
    from rest_framework.request import Request


class DueVisitSerializer(serializers.Serializer[Visit]):
    """What is due of one participant at one measurement point; codes as in a submission."""

    participant = serializers.CharField(source="participant.code")
    point = serializers.CharField(source="point.key")
    status = serializers.CharField()
    due_on = serializers.DateField(source="window.due_on")
    opens_on = serializers.DateField(source="window.opens_on")
    closes_on = serializers.DateField(source="window.closes_on")
    metrics = serializers.SerializerMethodField()

    def get_metrics(self, visit: Visit) -> list[str]:
        return [item.metric.code for item in visit.items]


class DueViewSet(GenericViewSet[Measurement]):
    """What is to be measured now or soon in one contract."""

    serializer_class = DueVisitSerializer  # type: ignore[assignment]
    queryset = Measurement.objects.none()

    @extend_schema(
        parameters=[OpenApiParameter("contract_id", OpenApiTypes.UUID, OpenApiParameter.PATH)],
        responses=DueVisitSerializer(many=True),
        filters=False,
    )
    def list(self, request: Request, contract_id: UUID) -> Response:
        """Visits, late ones first; status is overdue, due or due_soon."""
        viewer: Any = request.user
        contract = selectors.contract_seen(viewer, contract_id, Action.VIEW_MEASUREMENT)
        page: Any = self.paginate_queryset(selectors.due_visits(viewer, contract))
        return self.get_paginated_response(DueVisitSerializer(page, many=True).data)
