"""What REST clients read about contracts: frame, parties, terms documents, calendar."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class PartySerializer(serializers.Serializer[Any]):
    """One organisation in one role, in force in [valid_from, valid_until)."""

    id = serializers.UUIDField(read_only=True)
    organisation_id = serializers.UUIDField(read_only=True)
    organisation = serializers.CharField(source="organisation.name", read_only=True)
    role = serializers.CharField(read_only=True)
    key = serializers.CharField(read_only=True)
    valid_from = serializers.DateField(read_only=True)
    valid_until = serializers.DateField(read_only=True, allow_null=True)
    predecessor_id = serializers.UUIDField(read_only=True, allow_null=True)


class TermsSerializer(serializers.Serializer[Any]):
    """One version of the terms; `document` has the format of docs/terms-format.md."""

    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    state = serializers.CharField(read_only=True)
    valid_from = serializers.DateField(read_only=True)
    agreed_at = serializers.DateTimeField(read_only=True, allow_null=True)
    digest = serializers.CharField(read_only=True)
    document = serializers.JSONField(read_only=True)


class PeriodSerializer(serializers.Serializer[Any]):
    """One reporting period, [starts_on, ends_on)."""

    id = serializers.UUIDField(read_only=True)
    number = serializers.IntegerField(read_only=True)
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True)


class ContractSerializer(serializers.Serializer[Any]):
    """The frame of a contract; texts per language, empty where not written."""

    id = serializers.UUIDField(read_only=True)
    code = serializers.CharField(read_only=True)
    state = serializers.CharField(read_only=True)
    title_en = serializers.CharField(read_only=True)
    title_fi = serializers.CharField(read_only=True)
    title_sv = serializers.CharField(read_only=True)
    place = serializers.CharField(read_only=True)
    starts_on = serializers.DateField(read_only=True)
    ends_on = serializers.DateField(read_only=True)
    currency = serializers.CharField(read_only=True)
    time_zone = serializers.CharField(read_only=True)
    case_number = serializers.CharField(read_only=True)
    decided_on = serializers.DateField(read_only=True, allow_null=True)
    period_months = serializers.IntegerField(read_only=True)
    grace_days = serializers.IntegerField(read_only=True)


class ContractDetailSerializer(ContractSerializer):
    """A contract with its parties, the versions of its terms and its reporting periods."""

    parties = PartySerializer(many=True, read_only=True)
    terms = TermsSerializer(many=True, read_only=True)
    periods = PeriodSerializer(many=True, read_only=True)
