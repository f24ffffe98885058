"""REST of rounds of verification: how far they are, the verifier's queue and decisions, and the
draw repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from outcomes import selectors, services
from outcomes.api.serializers import MeasurementSerializer
from outcomes.models import Measurement, VerificationRound
from outcomes.rules import sampling
from outcomes.selectors import samples
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import NotVisible

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

DECISIONS = ("confirm", "correct", "query", "reject")


class RoundSerializer(serializers.ModelSerializer[VerificationRound]):
    """A round of verification; the seed is told with the draw."""

    contract = serializers.UUIDField(source="contract_id", read_only=True)
    period = serializers.IntegerField(source="period.number", read_only=True)
    size = serializers.IntegerField(source="draw.size", read_only=True, default=None)
    acceptance_number = serializers.IntegerField(
        source="draw.acceptance_number", read_only=True, default=None, allow_null=True
    )
    verdict = serializers.CharField(source="conclusion.verdict", read_only=True, default=None)
    wrong = serializers.IntegerField(source="conclusion.errors", read_only=True, default=None)
    report_digest = serializers.CharField(source="report.digest", read_only=True, default=None)

    class Meta:
        model = VerificationRound
        fields = (
            "id", "contract", "period", "number", "kind", "population", "people", "digest",
            "measurement_cut_off", "locked_at", "size", "acceptance_number", "verdict", "wrong",
            "report_digest",
        )  # fmt: skip
        read_only_fields = fields


class RoundDecisionSerializer(serializers.Serializer[Any]):
    """A decision on one item of the sample; `found_value` is the number the evidence shows."""

    measurement = serializers.UUIDField()
    decision = serializers.ChoiceField(choices=DECISIONS)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)
    found_value = serializers.DecimalField(
        max_digits=14, decimal_places=4, required=False, allow_null=True, default=None
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["decision"] == "correct") != (attrs["found_value"] is not None):
            raise serializers.ValidationError(
                {"found_value": "Given with the decision correct, and with no other."}
            )
        return attrs


class DrawSerializer(serializers.Serializer[Any]):
    """Everything that a draw rests on, and what it gives when it is repeated now."""

    seed = serializers.CharField()
    size = serializers.IntegerField()
    digest = serializers.CharField()
    population = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))
    sample = serializers.ListField(child=serializers.UUIDField())
    same = serializers.BooleanField()


class RoundViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[VerificationRound]
):
    """Rounds of verification, for verifiers, officials and auditors; never for providers."""

    serializer_class = RoundSerializer
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[VerificationRound]:
        if getattr(self, "swagger_fake_view", False):
            return VerificationRound.objects.none()
        return samples.rounds(self.request.user)

    @extend_schema(responses=MeasurementSerializer(many=True), filters=False)
    @action(detail=True)
    def queue(self, request: Request, pk: UUID) -> Response:
        """What the verifier has still to look at in this round."""
        row = samples.round_seen(request.user, pk, Action.VERIFY_MEASUREMENT)
        ids = [one.measurement.pk for one in samples.standing(row).open]
        rows: Any = selectors.measurements(request.user).filter(pk__in=ids)
        page = self.paginate_queryset(rows.select_related("supersedes").order_by("pk"))
        return self.get_paginated_response(MeasurementSerializer(page or [], many=True).data)

    @extend_schema(request=RoundDecisionSerializer, responses={200: RoundSerializer})
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: UUID) -> Response:
        """Confirm, correct (with the value found), query or reject one item of the sample."""
        row = samples.round_seen(request.user, pk, Action.VERIFY_MEASUREMENT)
        given = RoundDecisionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        for one in samples.standing(row).items:
            if one.measurement.uuid == asked["measurement"]:
                self._decide(request, one.measurement, asked)
                return Response(RoundSerializer(samples.round_seen(request.user, pk)).data)
        raise NotVisible

    def _decide(self, request: Request, row: Measurement, asked: dict[str, Any]) -> None:
        actor: Any = request.user
        note = asked["note"]
        match asked["decision"]:
            case "confirm":
                services.verify_measurement(actor=actor, measurement=row, note=note)
            case "query":
                services.query_measurement(actor=actor, measurement=row, question=note)
            case _:
                services.reject_measurement(
                    actor=actor, measurement=row, reason=note, found_value=asked["found_value"]
                )

    @extend_schema(responses={200: DrawSerializer, 404: OpenApiTypes.OBJECT})
    @action(detail=True)
    def draw(self, request: Request, pk: UUID) -> Response:
        """The draw repeated from its seed: for the verifier, and once the report is signed for
        whoever sees the round."""
        row = samples.round_seen(request.user, pk)
        if not samples.sees_sample(request.user, row):
            raise NotVisible
        items = [item for _pk, item in samples.population(row)]
        again = sampling.draw(row.draw.seed, items, row.draw.size)
        found = {
            "seed": row.draw.seed,
            "size": row.draw.size,
            "digest": sampling.population_digest(items),
            "population": [{"id": item.id, "stratum": item.stratum} for item in items],
            "sample": [item.id for item in again],
            "same": {item.id for item in again} == samples.drawn_ids(row),
        }
        return Response(DrawSerializer(found).data)
