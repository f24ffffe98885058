"""REST of rounds of verification: locked, drawn, decided item by item and concluded, the report
signed with a person's own token. A step asked for twice answers 409."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from outcomes import selectors, services
from outcomes.api.serializers import MeasurementSerializer
from outcomes.models import Measurement, VerificationRound
from outcomes.rules import sampling
from outcomes.rules.rounds import Finding, report_digest
from outcomes.selectors import reports, samples
from outcomes.states import MeasurementState
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import InvalidTransition, NotVisible, RuleViolation

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

DECISIONS = ("confirm", "correct", "query", "reject")
VERIFY = Action.VERIFY_MEASUREMENT
# What was done already: whoever sends a step once more after a lost answer hears it by the status.
DONE_ALREADY = frozenset(
    {
        "outcomes.round_open",
        "outcomes.sample_drawn_already",
        "outcomes.round_concluded_already",
        "outcomes.report_signed_already",
    }
)


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


class LockSerializer(serializers.Serializer[Any]):
    """Whose submission is locked, up to the end of which period."""

    contract = serializers.UUIDField()
    period = serializers.IntegerField(min_value=1, max_value=1000, help_text="Its number.")


class ConclusionSerializer(serializers.Serializer[Any]):
    """What follows beyond the acceptance number, where the plan leaves it to the verifier."""

    trust_rest = serializers.BooleanField(
        default=False, help_text="Verify the rest all the same; needs a reason."
    )
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)


class SignatureSerializer(serializers.Serializer[Any]):
    """The digest of the report that was read."""

    digest = serializers.RegexField(r"^[0-9a-f]{64}$")


class ReportSerializer(serializers.Serializer[Any]):
    """A report in full, people by their codes; not signed yet where `signed_at` is empty."""

    digest = serializers.CharField()
    signed_at = serializers.DateTimeField(allow_null=True)
    content = serializers.DictField()


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

    def handle_exception(self, exc: Exception) -> Response:
        """409 instead of 422 where the step was taken already."""
        response = super().handle_exception(exc)
        if isinstance(exc, RuleViolation) and exc.code in DONE_ALREADY:
            conflict = HTTPStatus.CONFLICT
            response.status_code = response.data["status"] = conflict
            response.data["title"] = conflict.phrase
        return response

    @extend_schema(request=LockSerializer, responses={201: RoundSerializer})
    def create(self, request: Request) -> Response:
        """Lock what waits for the verifier up to a period; 409 while another round is open."""
        given = LockSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        contract = selectors.contract_seen(request.user, given.validated_data["contract"], VERIFY)
        period = contract.periods.filter(number=given.validated_data["period"]).first()
        if period is None:
            raise NotVisible
        actor: Any = request.user
        row = services.lock_submission(actor=actor, period=period)
        return self._told(request, row.pk, status.HTTP_201_CREATED)

    def _told(self, request: Request, pk: UUID, code: int = status.HTTP_200_OK) -> Response:
        return Response(RoundSerializer(samples.round_seen(request.user, pk)).data, code)

    @extend_schema(responses=MeasurementSerializer(many=True), filters=False)
    @action(detail=True)
    def queue(self, request: Request, pk: UUID) -> Response:
        """What the verifier has still to look at in this round."""
        row = samples.round_seen(request.user, pk, VERIFY)
        ids = [one.measurement.pk for one in samples.standing(row).open]
        rows: Any = selectors.measurements(request.user).filter(pk__in=ids)
        page = self.paginate_queryset(rows.select_related("supersedes").order_by("pk"))
        return self.get_paginated_response(MeasurementSerializer(page or [], many=True).data)

    @extend_schema(request=RoundDecisionSerializer, responses={200: RoundSerializer})
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: UUID) -> Response:
        """Confirm, correct (with the value found), query or reject one item of the sample."""
        row = samples.round_seen(request.user, pk, VERIFY)
        given = RoundDecisionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        for one in samples.standing(row).items:
            if one.measurement.uuid != asked["measurement"]:
                continue
            if one.finding is Finding.RIGHT and asked["decision"] == "confirm":
                raise InvalidTransition(MeasurementState.VERIFIED, MeasurementState.VERIFIED)
            self._decide(request, one.measurement, asked)
            return self._told(request, pk)
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

    @extend_schema(request=None, responses={200: RoundSerializer})
    @draw.mapping.post
    def draw_sample(self, request: Request, pk: UUID) -> Response:
        """Draw the sample of a locked round, once; the seed comes from the database."""
        row = samples.round_seen(request.user, pk, VERIFY)
        actor: Any = request.user
        services.draw_sample(actor=actor, row=row)
        return self._told(request, pk)

    @extend_schema(request=ConclusionSerializer, responses={200: RoundSerializer})
    @action(detail=True, methods=["post"])
    def conclude(self, request: Request, pk: UUID) -> Response:
        """Conclude a round whose sample is decided; the rest follows from what was found."""
        row = samples.round_seen(request.user, pk, VERIFY)
        given = ConclusionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        actor: Any = request.user
        services.conclude_round(actor=actor, row=row, **given.validated_data)
        return self._told(request, pk)

    @extend_schema(responses={200: ReportSerializer})
    @action(detail=True)
    def report(self, request: Request, pk: UUID) -> Response:
        """The signed report; before the signature what would be signed, for whoever may sign."""
        row = samples.round_seen(request.user, pk)
        signed = getattr(row, "report", None)
        if signed is not None:
            found = {"digest": signed.digest, "signed_at": signed.signed_at}
            return Response(ReportSerializer(found | {"content": signed.content}).data)
        row = samples.round_seen(request.user, pk, Action.SIGN_CLOSING)
        services.require_signable(row)
        content = reports.report_content(row)
        found = {"digest": report_digest(content), "signed_at": None}
        return Response(ReportSerializer(found | {"content": content}).data)

    @extend_schema(request=SignatureSerializer, responses={200: RoundSerializer})
    @report.mapping.post
    def sign_report(self, request: Request, pk: UUID) -> Response:
        """Sign the report that was read; its digest proves that nothing changed since."""
        row = samples.round_seen(request.user, pk, Action.SIGN_CLOSING)
        given = SignatureSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        actor: Any = request.user
        services.sign_report(actor=actor, row=row, digest=given.validated_data["digest"])
        return self._told(request, pk)
