"""REST of evaluations: what the verified figures of a closing say, with method codes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from outcomes import selectors
from outcomes.models import Closing
from outcomes.rules.statistics import Estimate
from outcomes.selectors.evaluation import (
    CohortFigure,
    Evaluation,
    Figure,
    OutcomeEvaluation,
    evaluation,
)
from outcomes.states import ClosingState
from sibportal.kernel.errors import NotVisible


class IntervalSerializer(serializers.Serializer[Estimate]):
    """A figure, its 95 % interval and how it was worked out; shares are between 0 and 1."""

    method = serializers.CharField()
    value = serializers.CharField(allow_null=True)
    low = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)


class FigureSerializer(serializers.Serializer[Figure]):
    """How many of how many; null where it could tell about somebody."""

    reached = serializers.IntegerField(allow_null=True)
    people = serializers.IntegerField(allow_null=True)
    measured = serializers.IntegerField(allow_null=True)
    estimate = IntervalSerializer(allow_null=True)


class CohortFigureSerializer(serializers.Serializer[CohortFigure]):
    cohort = serializers.CharField(source="cohort.code_prefix")
    figure = FigureSerializer()


class EffectSerializer(serializers.Serializer[Any]):
    """One outcome, or a blend by the key of its payment term, against one thing."""

    outcome = serializers.CharField()
    against = serializers.CharField()
    agreed = serializers.BooleanField()
    reference_source = serializers.CharField(source="source")
    reference = serializers.CharField(allow_null=True)
    difference = IntervalSerializer()
    ratio = IntervalSerializer(allow_null=True)
    odds = IntervalSerializer(allow_null=True)
    reduction = IntervalSerializer(allow_null=True)


class ScenarioSerializer(serializers.Serializer[Any]):
    """A share under one assumption about the missing, and whether it reaches the threshold."""

    assumption = serializers.CharField()
    reached = serializers.IntegerField(allow_null=True)
    people = serializers.IntegerField(allow_null=True)
    estimate = IntervalSerializer(allow_null=True)
    passes = serializers.BooleanField(allow_null=True)


class OutcomeEvaluationSerializer(serializers.Serializer[OutcomeEvaluation]):
    outcome = serializers.CharField(source="outcome.key")
    figure = FigureSerializer()
    cohorts = CohortFigureSerializer(many=True)
    comparisons = EffectSerializer(many=True)
    scenarios = ScenarioSerializer(many=True)


class EvaluationSerializer(serializers.Serializer[Evaluation]):
    """The evaluation of one signed closing, as this reader may see it."""

    closing = serializers.UUIDField(source="closing.pk")
    contract = serializers.UUIDField(source="closing.contract_id")
    period = serializers.IntegerField(source="closing.period.number")
    last_day = serializers.DateField()
    protected = serializers.BooleanField()
    outcomes = OutcomeEvaluationSerializer(many=True)
    blends = EffectSerializer(many=True)


class EvaluationViewSet(GenericViewSet[Closing]):
    """Evaluations, by the id of the closing; small numbers protected as on the pages."""

    serializer_class = EvaluationSerializer  # type: ignore[assignment]
    queryset = Closing.objects.none()
    lookup_value_converter = "uuid"

    @extend_schema(responses={200: EvaluationSerializer, 404: OpenApiTypes.OBJECT})
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """Figures by cohort, comparisons, and what hangs on the missing."""
        closing = selectors.closing(request.user, pk)
        if closing.state != ClosingState.SIGNED:
            raise NotVisible
        found = evaluation(request.user, closing.contract, closing)
        return Response(EvaluationSerializer(found).data)
