"""What REST clients send and get about outcomes; values are text, as in every other door."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from outcomes.models import Measurement
from outcomes.rules.candidate import Candidate
from outcomes.selectors import ShownResult

MOST_ROWS = 5000
_SPAN = "Where days are counted: the first and the last of them, instead of their number."


class PlainText(serializers.CharField):
    """A text, or a number or yes/no that is read like one; what it means is for the rules."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"required": False, "allow_blank": True, "default": "", "max_length": 2000, **kwargs}
        )

    def to_internal_value(self, data: Any) -> str:
        if isinstance(data, bool):
            return "yes" if data else "no"
        return super().to_internal_value(data)


class MeasurementInputSerializer(serializers.Serializer[Candidate]):
    """One row; the names are the columns of the CSV file."""

    participant = PlainText()
    metric = PlainText()
    point = PlainText()
    measured_on = PlainText()
    value = PlainText()
    first_day = PlainText(help_text=_SPAN)
    last_day = PlainText(help_text=_SPAN)
    not_reached_reason = PlainText()
    contact_attempts = PlainText()
    evidence_source = PlainText()
    evidence_location = PlainText()
    note = PlainText()
    correction_reason = PlainText()


class SubmissionSerializer(serializers.Serializer[Any]):
    """One or more rows for one contract; saved together or not at all."""

    contract = serializers.UUIDField()
    rows = MeasurementInputSerializer(many=True, allow_empty=False, max_length=MOST_ROWS)  # type: ignore[call-arg]


class CorrectionSerializer(serializers.Serializer[Any]):
    """What replaces a measurement; participant, metric and point stay."""

    measured_on = PlainText()
    value = PlainText()
    first_day = PlainText(help_text=_SPAN)
    last_day = PlainText(help_text=_SPAN)
    not_reached_reason = PlainText()
    contact_attempts = PlainText()
    evidence_source = PlainText()
    evidence_location = PlainText()
    note = PlainText()
    correction_reason = PlainText()


class MeasurementSerializer(serializers.ModelSerializer[Measurement]):
    """A measurement under its public id; people only by code."""

    id = serializers.UUIDField(source="uuid", read_only=True)
    contract = serializers.UUIDField(source="contract_id", read_only=True)
    participant = serializers.CharField(source="participant.code", read_only=True)
    metric = serializers.CharField(source="metric.code", read_only=True)
    metric_version = serializers.IntegerField(source="metric.version", read_only=True)
    point = serializers.CharField(source="point_key", read_only=True)
    period = serializers.IntegerField(source="counted_in.number", read_only=True)
    supersedes = serializers.UUIDField(source="supersedes.uuid", read_only=True, default=None)

    class Meta:
        model = Measurement
        fields = (
            "id", "contract", "participant", "metric", "metric_version", "point", "measured_on",
            "value", "not_reached_reason", "contact_attempts", "evidence_source",
            "evidence_location", "note", "period", "supersedes", "correction_reason", "state",
            "door", "recorded_at",
        )  # fmt: skip
        read_only_fields = fields


class ResultSerializer(serializers.Serializer[ShownResult]):
    """A frozen result; figures that could tell about somebody are null."""

    id = serializers.UUIDField(source="result.pk")
    contract = serializers.UUIDField(source="result.closing.contract_id")
    period = serializers.IntegerField(source="result.closing.period.number")
    outcome = serializers.CharField(source="result.outcome_key")
    people_in_period = serializers.SerializerMethodField()
    people_to_date = serializers.IntegerField(source="numerator", allow_null=True)
    denominator = serializers.IntegerField(allow_null=True)
    measured = serializers.IntegerField(allow_null=True)
    total_in_period = serializers.SerializerMethodField()
    total_to_date = serializers.SerializerMethodField()
    estimate = serializers.SerializerMethodField()
    interval_low = serializers.SerializerMethodField()
    interval_high = serializers.SerializerMethodField()
    method = serializers.CharField(source="result.method")
    protected = serializers.BooleanField(source="hidden")

    def get_people_in_period(self, shown: ShownResult) -> int | None:
        return None if shown.hidden else shown.result.numerator

    def get_total_in_period(self, shown: ShownResult) -> str | None:
        return self._figure(shown, "total")

    def get_total_to_date(self, shown: ShownResult) -> str | None:
        return self._figure(shown, "cumulative_total")

    def get_estimate(self, shown: ShownResult) -> str | None:
        return self._figure(shown, "estimate")

    def get_interval_low(self, shown: ShownResult) -> str | None:
        return self._figure(shown, "interval_low")

    def get_interval_high(self, shown: ShownResult) -> str | None:
        return self._figure(shown, "interval_high")

    def _figure(self, shown: ShownResult, name: str) -> str | None:
        figure = getattr(shown.result, name)
        return None if shown.hidden or figure is None else str(figure)
