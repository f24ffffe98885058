"""REST: cohorts with their intake, participants under codes, referrals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from cohorts import selectors, services
from cohorts.api.serializers import (
    CohortSerializer,
    ParticipantSerializer,
    ReferralInputSerializer,
)
from cohorts.models import Cohort, Participant
from cohorts.states import UseKind

if TYPE_CHECKING:
    from sibportal.accounts.models import User

_CONTRACT = OpenApiParameter("contract", OpenApiTypes.UUID, description="Of this contract only.")
_COHORT = OpenApiParameter("cohort", OpenApiTypes.UUID, description="Of this cohort only.")
_STATE = OpenApiParameter("state", str, description="A state of referral, or `left`.")
_CODE = OpenApiParameter("code", str, description="Part of the code.")


class CohortViewSet(GenericViewSet[Cohort]):
    """The cohorts that the caller may see."""

    serializer_class = CohortSerializer
    queryset = Cohort.objects.none()
    filter_backends = ()
    lookup_value_regex = "[0-9a-f-]{36}"

    def get_queryset(self) -> QuerySet[Cohort]:
        """Cohorts through the selector, of one contract where asked."""
        rows = selectors.cohorts(caller(self.request))
        if contract := _uuid(self.request, "contract"):
            rows = rows.filter(contract=contract)
        return rows.order_by("contract__code", "code_prefix", "pk")

    @extend_schema(parameters=[_CONTRACT])
    def list(self, request: Request) -> Response:
        """List cohorts with their intake."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(self._data(rows))

    def retrieve(self, request: Request, pk: str) -> Response:
        """Show one cohort with its intake."""
        return Response(self._data([selectors.cohort(caller(request), _as_uuid("id", pk))])[0])

    def _data(self, rows: Sequence[Cohort]) -> Sequence[dict[str, Any]]:
        intake: dict[UUID, selectors.IntakeSummary] = {}
        for contract in {row.contract for row in rows}:
            intake |= selectors.cohort_summaries(caller(self.request), contract, rows)
        serializer = CohortSerializer(rows, many=True, context={"intake": intake})
        return cast("Sequence[dict[str, Any]]", serializer.data)


class ParticipantViewSet(GenericViewSet[Participant]):
    """Participants under their codes; reading them leaves rows in the use log."""

    serializer_class = ParticipantSerializer
    queryset = Participant.objects.none()
    filter_backends = ()
    lookup_value_regex = "[0-9a-f-]{36}"

    def get_queryset(self) -> QuerySet[Participant]:
        """Participants through the selector, narrowed by the parameters."""
        query = self.request.query_params
        rows = selectors.participants(
            caller(self.request), search=query.get("code", ""), state=query.get("state", "")
        )
        if contract := _uuid(self.request, "contract"):
            rows = rows.filter(cohort__contract=contract)
        if cohort := _uuid(self.request, "cohort"):
            rows = rows.filter(cohort=cohort)
        return rows.order_by("cohort__contract__code", "code", "pk")

    @extend_schema(parameters=[_CONTRACT, _COHORT, _STATE, _CODE])
    def list(self, request: Request) -> Response:
        """List participants."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        shown = services.read_participants(actor=caller(request), rows=rows, what=UseKind.INTERFACE)
        return self.get_paginated_response(ParticipantSerializer(shown, many=True).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        """Show one participant."""
        found = selectors.participant(caller(request), _as_uuid("id", pk))
        services.read_participants(actor=caller(request), rows=[found], what=UseKind.INTERFACE)
        return Response(ParticipantSerializer(found).data)

    @extend_schema(request=ReferralInputSerializer, responses={201: ParticipantSerializer})
    def create(self, request: Request) -> Response:
        """Take a referral in and give the person a code."""
        sent = ReferralInputSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        cohort = selectors.cohort(caller(request), values.pop("cohort"))
        made = services.refer_participant(
            actor=caller(request), cohort=cohort, facts=services.ReferralFacts(**values)
        )
        return Response(ParticipantSerializer(made).data, status=201)


def caller(request: Request) -> User:
    """The person or service account behind the request."""
    return cast("User", request.user)


def _uuid(request: Request, name: str) -> UUID | None:
    value = request.query_params.get(name)
    return _as_uuid(name, value) if value else None


def _as_uuid(name: str, value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise ValidationError({name: ["Write a UUID."]}) from None
