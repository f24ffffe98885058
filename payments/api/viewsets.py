"""REST of payments: claims with lines and explanations, and the investors' statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from uuid import UUID

import django_filters
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from payments import services
from payments.api.explaining import (
    ExplanationSerializer,
    RecalculationSerializer,
    explanation_of,
    recalculation_of,
)
from payments.api.serializers import (
    ClaimDetailSerializer,
    ClaimSerializer,
    InvestorSerializer,
    StatementSerializer,
)
from payments.models import Claim
from payments.selectors import claims, disclosure, recalculation, statements
from sibportal.accounts.models import Organisation
from sibportal.accounts.roles import Action

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

    from sibportal.accounts.models import User

    _Claims = GenericViewSet[Claim]
    _Investors = GenericViewSet[Organisation]
else:
    _Claims = _Investors = GenericViewSet

_AS_OF = OpenApiParameter("as_of", str, description="The day, yyyy-mm-dd; today if left out.")


class ClaimFilter(django_filters.FilterSet):  # type: ignore[misc]
    """?contract= &state= &period= (number)"""

    contract = django_filters.UUIDFilter(field_name="contract")
    state = django_filters.CharFilter(field_name="state")
    period = django_filters.NumberFilter(field_name="period__number")


class ClaimViewSet(ListModelMixin, _Claims):
    """Claims, newest first."""

    serializer_class = ClaimSerializer
    filterset_class = ClaimFilter
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Claim]:
        if getattr(self, "swagger_fake_view", False):
            return Claim.objects.none()
        return claims.claims(_caller(self.request))

    @extend_schema(responses=ClaimDetailSerializer)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One claim with payer shares, lines and the tree that explains it."""
        viewer = _caller(request)
        claim = claims.claim(viewer, pk)
        found = dict(ClaimDetailSerializer(claim).data)
        if not disclosure.reasoning_shown(viewer, claim):
            found |= {"lines": None, "calculation": None, "digest": None}
            for payer in found["payers"]:
                payer |= dict.fromkeys(("held_back", "fallen_away", "payable"))
        elif not disclosure.sees_counts(viewer, claim):
            found["lines"] = None
        return Response(found)

    @extend_schema(responses=ExplanationSerializer, filters=False)
    @action(detail=True)
    def explanation(self, request: Request, pk: UUID) -> Response:
        """Why the claim comes to its amount: sentences, and every step down to its sources."""
        return Response(explanation_of(request, pk))

    @extend_schema(request=None, responses=RecalculationSerializer)
    @action(detail=True, methods=["post"])
    def recalculate(self, request: Request, pk: UUID) -> Response:
        """Calculate the claim again by its own rules and compare; nothing changes."""
        claim = recalculation.claim_to_recalculate(_caller(request), pk)
        found = services.recalculate_claim(actor=_caller(request), claim=claim)
        sees_money = claims.may(_caller(request), Action.VIEW_CLAIM, claim)
        return Response(recalculation_of(claim, found, sees_money=sees_money))


class _StatementQuery(serializers.Serializer[object]):
    as_of = serializers.DateField(required=False)


class StatementViewSet(ListModelMixin, _Investors):
    """The statements that the caller may read, by investor."""

    serializer_class = InvestorSerializer
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Organisation]:
        if getattr(self, "swagger_fake_view", False):
            return Organisation.objects.none()
        return statements.statement_organisations(_caller(self.request))

    @extend_schema(responses=StatementSerializer, parameters=[_AS_OF])
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """The statement of one investor on a day."""
        query = _StatementQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        day = query.validated_data.get("as_of", timezone.localdate())
        viewer = _caller(request)
        organisation = statements.statement_organisation(viewer, pk)
        found = statements.investor_statement(viewer, organisation, day)
        return Response(StatementSerializer(found).data)


def _caller(request: Request) -> User:
    return cast("User", request.user)
