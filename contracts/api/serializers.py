"""What REST clients read about contracts: frame, parties, terms documents, calendar."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from contracts.rules.terms.reader import LONGEST_TEXT
from contracts.rules.terms.words import AmendmentScope


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
    """One version of the terms; `document` has the format of docs/terms-format.md.

    After the first a version amends `base_id` from `valid_from` on: what it concerns (`scope`) and
    why (`reason`).
    """

    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    state = serializers.CharField(read_only=True)
    base_id = serializers.UUIDField(read_only=True, allow_null=True)
    scope = serializers.CharField(source="amendment.scope", read_only=True, default="")
    reason = serializers.CharField(source="amendment.reason", read_only=True, default="")
    valid_from = serializers.DateField(read_only=True)
    agreed_at = serializers.DateTimeField(read_only=True, allow_null=True)
    digest = serializers.CharField(read_only=True)
    document = serializers.JSONField(read_only=True)


class AmendmentSerializer(serializers.Serializer[Any]):
    """What a client posts to draft an amendment: the whole new wording, or nothing to copy the
    agreed one; `base_digest` is that of the wording it was made from."""

    document = serializers.JSONField(required=False, allow_null=True, default=None)
    base_digest = serializers.CharField(max_length=64)
    scope = serializers.ChoiceField(choices=list(AmendmentScope), required=False, default="")
    valid_from = serializers.DateField(required=False, allow_null=True, default=None)
    reason = serializers.CharField(
        required=False, allow_blank=True, max_length=LONGEST_TEXT, default=""
    )


class FieldSerializer(serializers.Serializer[Any]):
    """One field of two wordings; null where it is not said."""

    path = serializers.ListField(child=serializers.CharField(), read_only=True)
    before = serializers.JSONField(read_only=True, allow_null=True)
    after = serializers.JSONField(read_only=True, allow_null=True)
    difference = serializers.CharField(read_only=True)


class ComparisonSerializer(serializers.Serializer[Any]):
    """A version beside the one it amends, field by field; fields that are the same left out."""

    before = serializers.UUIDField(source="base_id", read_only=True)
    after = serializers.UUIDField(source="id", read_only=True)
    fields_changed = FieldSerializer(many=True, read_only=True)


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
