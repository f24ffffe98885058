"""What REST clients read about measuring: what each outcome rests on, and the data map."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from contracts.models import DataItem, Metric
from contracts.rules.metrics import LANGUAGES

_METRIC_TEXTS = (
    "title", "description", "excluded", "unit", "scale", "instrument", "owner", "source",
    "measured_by", "measured_when", "meaningful_change_source",
)  # fmt: skip


def _in_each_language(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{code}" for name in names for code in LANGUAGES)


class MetricSerializer(serializers.ModelSerializer[Metric]):
    """One version of a metric definition; texts per language, numbers as strings."""

    class Meta:
        model = Metric
        fields = (
            "id", "code", "version", "kind", "direction", "minimum", "maximum", "decimals",
            "register_source", "measured_by_role", "meaningful_change", "use", "evidence_required",
            "largest_change", "never_falls", "outlier_check", "library_version",
            *_in_each_language(*_METRIC_TEXTS),
        )  # fmt: skip
        read_only_fields = fields


class MeasuredSerializer(serializers.Serializer[Any]):
    """One outcome of the terms, or something followed only, with the metrics it rests on."""

    key = serializers.CharField(read_only=True)
    title = serializers.DictField(child=serializers.CharField(), read_only=True)
    is_followed_only = serializers.BooleanField(read_only=True)
    points = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField()), read_only=True
    )
    metrics = MetricSerializer(many=True, read_only=True)


class DataItemSerializer(serializers.ModelSerializer[DataItem]):
    """What one line of the data map says; texts per language."""

    class Meta:
        model = DataItem
        fields = (
            "id", "system", "valid_from", "valid_until",
            *_in_each_language("item", "legal_basis", "used_by"),
        )  # fmt: skip
        read_only_fields = fields


class HeldDataSerializer(serializers.Serializer[Any]):
    """A line of the data map, and who holds it today: after a succession the successor."""

    holder = serializers.CharField(read_only=True)
    is_current = serializers.BooleanField(read_only=True)
    item = DataItemSerializer(read_only=True)


class MeasuringSerializer(serializers.Serializer[Any]):
    """How success is measured by the terms in force, and where the data accumulates."""

    terms_version = serializers.IntegerField(read_only=True, allow_null=True)
    outcomes = MeasuredSerializer(many=True, read_only=True)
    data_map = HeldDataSerializer(many=True, read_only=True)
