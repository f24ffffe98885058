"""REST of outcomes: measurements in and out, results out."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

import django_filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from cohorts.states import UseKind
from outcomes import selectors, services
from outcomes.api.serializers import (
    CorrectionSerializer,
    MeasurementSerializer,
    ResultSerializer,
    SubmissionSerializer,
)
from outcomes.models import Door, Measurement, Result
from outcomes.rules.candidate import Candidate
from outcomes.selectors import evidence
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import Issue, NotVisible
from sibportal.web.problems import api_exception_handler

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from rest_framework.request import Request


class MeasurementFilter(django_filters.FilterSet):  # type: ignore[misc]
    """?contract= &period= (number) &state= &metric= (code) &participant= (code)"""

    contract = django_filters.UUIDFilter(field_name="contract")
    period = django_filters.NumberFilter(field_name="counted_in__number")
    state = django_filters.CharFilter(field_name="state")
    metric = django_filters.CharFilter(field_name="metric__code")
    participant = django_filters.CharFilter(field_name="participant__code")


class MeasurementViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Measurement]
):
    """Measurements; created singly or as a list, corrected by a new row."""

    serializer_class = MeasurementSerializer
    filterset_class = MeasurementFilter
    lookup_field = "uuid"
    lookup_url_kwarg = "pk"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Measurement]:
        if getattr(self, "swagger_fake_view", False):
            return Measurement.objects.none()
        return selectors.measurements(self.request.user).select_related("supersedes")

    @extend_schema(request=SubmissionSerializer, responses={201: MeasurementSerializer(many=True)})
    def create(self, request: Request) -> Response:
        """Save rows together or not at all; 409 where every fault is that a row exists already."""
        given = SubmissionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        contract = selectors.contract_seen(
            request.user, given.validated_data["contract"], Action.SUBMIT_MEASUREMENT
        )
        rows = [Candidate(**row) for row in given.validated_data["rows"]]
        try:
            outcome = services.submit_measurements(
                actor=request.user,  # type: ignore[arg-type]
                contract=contract,
                rows=rows,
                door=Door.API,
            )
        except services.RowsRefused as refused:
            return self._refused(refused)
        saved = self._as_read(outcome.measurements)
        return Response(MeasurementSerializer(saved, many=True).data, status.HTTP_201_CREATED)

    @extend_schema(request=CorrectionSerializer, responses={201: MeasurementSerializer})
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: UUID) -> Response:
        """Replace one measurement by a new row, with the reason."""
        row = selectors.measurement(request.user, pk)
        given = CorrectionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            new = services.correct_measurement(
                actor=request.user,  # type: ignore[arg-type]
                measurement=row,
                row=Candidate(**given.validated_data),
                door=Door.API,
            )
        except services.RowsRefused as refused:
            return self._refused(refused)
        (saved,) = self._as_read([new])
        return Response(MeasurementSerializer(saved).data, status.HTTP_201_CREATED)

    def _refused(self, refused: services.RowsRefused) -> Response:
        """The problem document, with each issue's field under its row, as rows[3].value."""
        placed = [
            Issue(one.code, f"rows[{place}].{one.field}", one.value, one.params)
            for place, issues in refused.rows.items()
            for one in issues
        ]
        exists = all(one.code == "outcomes.already_reported" for one in placed)
        refused.issues = tuple(placed)
        response = api_exception_handler(refused, self.get_exception_handler_context())
        if response is None:
            raise refused
        if exists:
            response.status_code = response.data["status"] = status.HTTP_409_CONFLICT
            response.data["title"] = "Conflict"
        return response

    def _as_read(self, rows: Sequence[Measurement]) -> list[Measurement]:
        """The rows as the database has them, in the order they were given."""
        found = self.get_queryset().filter(pk__in=[row.pk for row in rows])
        return list(found.order_by("id"))


class ResultFilter(django_filters.FilterSet):  # type: ignore[misc]
    """?contract= &period= (number) &outcome= (key)"""

    contract = django_filters.UUIDFilter(field_name="closing__contract")
    period = django_filters.NumberFilter(field_name="closing__period__number")
    outcome = django_filters.CharFilter(field_name="outcome_key")


@extend_schema(responses=ResultSerializer(many=True))
class ResultViewSet(GenericViewSet[Result]):
    """Frozen results of closed periods; small numbers protected as on the pages."""

    serializer_class = ResultSerializer  # type: ignore[assignment]
    filterset_class = ResultFilter
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Result]:
        if getattr(self, "swagger_fake_view", False):
            return Result.objects.none()
        return selectors.results(self.request.user)

    def list(self, request: Request) -> Response:
        """Results, latest period first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(
            ResultSerializer(self._shown(page), many=True).data  # type: ignore[arg-type]
        )

    @extend_schema(responses={200: ResultSerializer, 404: OpenApiTypes.OBJECT})
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One result."""
        row = self.get_queryset().filter(pk=pk).first()
        if row is None:
            raise NotVisible
        return Response(ResultSerializer(next(iter(self._shown([row])))).data)

    @extend_schema(responses=MeasurementSerializer(many=True), filters=False)
    @action(detail=True)
    def measurements(self, request: Request, pk: UUID) -> Response:
        """The verified measurements that counted in a result, for whoever may see measurements;
        reading them is written to the participants' use log."""
        found = evidence.behind(request.user, pk)
        rows: Any = self.paginate_queryset(found.rows.select_related("supersedes"))  # type: ignore[arg-type]
        actor: Any = request.user
        read: Any = services.read_counted(
            actor=actor, result=found.result, rows=rows or [], what=UseKind.INTERFACE
        )
        return self.get_paginated_response(MeasurementSerializer(read, many=True).data)

    def _shown(self, rows: Sequence[Result]) -> Sequence[Any]:
        """Protection looks at every release of a contract, not at this page of rows alone."""
        wanted = {row.pk for row in rows}
        shown: dict[UUID, Any] = {}
        by_contract = sorted(rows, key=lambda row: str(row.closing.contract_id))
        for _contract_id, group in groupby(by_contract, key=lambda row: row.closing.contract_id):
            contract = next(group).closing.contract
            every = list(selectors.results(self.request.user, contract))
            small = selectors.sees_small_numbers(self.request.user, contract)
            for one in selectors.shown_results(every, contract, small_numbers=small):
                if one.result.pk in wanted:
                    shown[one.result.pk] = one
        return [shown[row.pk] for row in rows]
