"""What REST clients read about themselves."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class OrganisationBriefSerializer(serializers.Serializer[Any]):
    """An organisation by id and name."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(read_only=True)
    kind = serializers.CharField(read_only=True)
    country = serializers.CharField(read_only=True)
    business_id = serializers.CharField(read_only=True)


class OwnMembershipSerializer(serializers.Serializer[Any]):
    """One role that the caller holds today."""

    organisation = OrganisationBriefSerializer(read_only=True)
    role = serializers.CharField(read_only=True)
    valid_until = serializers.DateField(read_only=True, allow_null=True)


class MeSerializer(serializers.Serializer[Any]):
    """The caller, and through which organisations they act."""

    id = serializers.UUIDField(read_only=True)
    kind = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    email = serializers.EmailField(read_only=True)
    language = serializers.CharField(read_only=True)
    memberships = OwnMembershipSerializer(many=True, read_only=True)
