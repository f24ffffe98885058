"""REST of register figures: a data holder's own system delivers them, others read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from outcomes import services
from outcomes.api.serializers import PlainText
from outcomes.models import Aggregate, AggregateDoor, AggregateGroup
from outcomes.rules.aggregates.extract import MOST_ROWS, Column, GivenRow
from outcomes.rules.aggregates.figures import GroupFigures, SignedEstimate
from outcomes.rules.aggregates.words import Group
from outcomes.selectors import aggregates as read
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import Issue, NotVisible, RuleViolation

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

MOST_PEOPLE = 2_000_000_000
FIGURES = ("people", "reached", "events", "total", "deviation")


class GroupSerializer(serializers.ModelSerializer[AggregateGroup]):
    """One group in [from_day, until); sums and spreads are text."""

    group = serializers.ChoiceField(choices=[str(one) for one in Group])
    people = serializers.IntegerField(min_value=0, max_value=MOST_PEOPLE)
    reached = serializers.IntegerField(
        min_value=0, max_value=MOST_PEOPLE, allow_null=True, default=None
    )
    events = serializers.IntegerField(
        min_value=0, max_value=MOST_PEOPLE, allow_null=True, default=None
    )

    class Meta:
        model = AggregateGroup
        fields = (
            "group", "from_day", "until", "people", "reached", "events", "total", "deviation",
            "rows_digest",
        )  # fmt: skip
        read_only_fields = ("rows_digest",)


class CodedRowSerializer(serializers.Serializer[Any]):
    """One person of a group under the data holder's own code, and the one thing that the outcome
    asks for."""

    code = PlainText()
    reached = PlainText(default=None)
    events = PlainText(default=None)
    value = PlainText(default=None)


class DeliveredGroupSerializer(GroupSerializer):
    """A group as it is delivered: its figures, or the coded rows from which they are counted."""

    people = serializers.IntegerField(
        min_value=0, max_value=MOST_PEOPLE, allow_null=True, default=None
    )
    rows = CodedRowSerializer(many=True, required=False, max_length=MOST_ROWS)  # type: ignore[call-arg]

    class Meta:
        model = AggregateGroup
        fields = (
            "group", "from_day", "until", "people", "reached", "events", "total", "deviation",
            "rows",
        )  # fmt: skip


class EstimateSerializer(serializers.Serializer[Any]):
    """An effect with its interval, which is given whole or not at all."""

    value = serializers.DecimalField(max_digits=20, decimal_places=6)
    low = serializers.DecimalField(max_digits=20, decimal_places=6, allow_null=True, default=None)
    high = serializers.DecimalField(max_digits=20, decimal_places=6, allow_null=True, default=None)


class DeliverySerializer(serializers.Serializer[Any]):
    """The figures of one outcome, from the contract's start to the end of a period."""

    delivery = serializers.UUIDField(help_text="The agreement on deliveries.")
    period = serializers.IntegerField(min_value=1, max_value=1000, help_text="Its number.")
    outcome = serializers.CharField(max_length=60)
    groups = DeliveredGroupSerializer(  # type: ignore[call-arg]
        many=True, allow_empty=False, max_length=len(Group)
    )
    estimate = EstimateSerializer(required=False, allow_null=True, default=None)
    design = serializers.CharField(max_length=12, required=False, allow_blank=True, default="")
    method = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    file_digest = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")
    correction_reason = serializers.CharField(
        max_length=300, required=False, allow_blank=True, default=""
    )


class AggregateSerializer(serializers.ModelSerializer[Aggregate]):
    """Delivered figures under their public id, and how far they have come."""

    id = serializers.UUIDField(source="uuid", read_only=True)
    contract = serializers.UUIDField(source="contract_id", read_only=True)
    delivery = serializers.UUIDField(source="delivery_id", read_only=True)
    period = serializers.IntegerField(source="period.number", read_only=True)
    outcome = serializers.CharField(source="outcome_key", read_only=True)
    groups = GroupSerializer(many=True, read_only=True)
    state = serializers.SerializerMethodField()
    supersedes = serializers.UUIDField(source="supersedes.uuid", read_only=True, default=None)
    estimate = serializers.DecimalField(
        max_digits=20, decimal_places=6, read_only=True, allow_null=True
    )

    class Meta:
        model = Aggregate
        fields = (
            "id", "contract", "delivery", "period", "outcome", "groups", "estimate",
            "estimate_low", "estimate_high", "design", "method", "note", "file_digest", "digest",
            "state", "supersedes", "correction_reason", "delivered_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_state(self, row: Aggregate) -> str:
        return str(read.state(row))


class AggregateFilter(django_filters.FilterSet):  # type: ignore[misc]
    """?contract= &period= (number) &outcome= (key)"""

    contract = django_filters.UUIDFilter(field_name="contract")
    period = django_filters.NumberFilter(field_name="period__number")
    outcome = django_filters.CharFilter(field_name="outcome_key")


class AggregateViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Aggregate]):
    """Figures of whole groups as registers delivered them; a correction is a new row."""

    serializer_class = AggregateSerializer
    filterset_class = AggregateFilter
    lookup_field = "uuid"
    lookup_url_kwarg = "pk"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Aggregate]:
        if getattr(self, "swagger_fake_view", False):
            return Aggregate.objects.none()
        return read.aggregates(self.request.user)

    @extend_schema(request=DeliverySerializer, responses={201: AggregateSerializer})
    def create(self, request: Request) -> Response:
        """Deliver the figures of one outcome and period; somebody else signs them in the portal."""
        given = DeliverySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        told = given.validated_data
        delivery = read.delivery(request.user, told["delivery"], Action.DELIVER_AGGREGATE)
        period = delivery.contract.periods.filter(number=told["period"]).first()
        if period is None:
            raise NotVisible
        row = services.deliver_aggregate(
            actor=request.user,  # type: ignore[arg-type]
            delivery=delivery,
            period=period,
            outcome=told["outcome"],
            given=_figures(told),
            door=AggregateDoor.API,
        )
        saved: UUID = row.uuid
        return Response(
            AggregateSerializer(read.aggregate(request.user, saved)).data, status.HTTP_201_CREATED
        )


def _figures(told: dict[str, Any]) -> services.Figures:
    given = told["groups"]
    names = [one["group"] for one in given]
    if len(set(names)) < len(names):
        raise RuleViolation("outcomes.group_twice", field="groups")
    if issues := [issue for place, one in enumerate(given) for issue in _unclear(one, place)]:
        raise RuleViolation(issues)
    estimate = told["estimate"]
    texts = ("design", "method", "note", "file_digest", "correction_reason")
    return services.Figures(
        groups=tuple(_typed(one) for one in given if not one.get("rows")),
        rows=tuple(
            _row(one["group"], row, f"groups[{place}].rows[{line}]")
            for place, one in enumerate(given)
            for line, row in enumerate(one.get("rows", ()))
        ),
        days={Group(one["group"]): (one["from_day"], one["until"]) for one in given},
        estimate=SignedEstimate(**estimate) if estimate else None,
        **{name: told[name] for name in texts},
    )


def _unclear(one: dict[str, Any], place: int) -> list[Issue]:
    """A group is given by its figures or by its rows."""
    typed = [name for name in FIGURES if one.get(name) is not None]
    if one.get("rows"):
        return [Issue("outcomes.rows_or_figures", f"groups[{place}].{name}") for name in typed]
    if one["people"] is None:
        return [Issue("outcomes.figure_missing", f"groups[{place}].people")]
    return []


def _typed(one: dict[str, Any]) -> GroupFigures:
    figures: dict[str, Any] = {name: one.get(name) for name in (*FIGURES, "from_day", "until")}
    return GroupFigures(**figures, group=Group(one["group"]))


def _row(group: str, row: dict[str, Any], path: str) -> GivenRow:
    """What a row says, under the name that it says it by."""
    told = [str(name) for name in Column if row[name] is not None]
    result = row[told[0]] if told else ""
    return GivenRow(group, row["code"], result, path=path, column=", ".join(told))
