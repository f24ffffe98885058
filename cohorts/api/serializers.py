"""What REST clients read and send about cohorts; pseudonymous, field by field."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cohorts.models import Cohort, Participant, ReferringUnitKind


class IntakeSerializer(serializers.Serializer[Any]):
    """Intake of a cohort; null is a count too small to be shown to the caller."""

    places = serializers.IntegerField()
    planned_by_today = serializers.IntegerField()
    referred = serializers.IntegerField(allow_null=True)
    contacted = serializers.IntegerField(allow_null=True)
    enrolled = serializers.IntegerField(allow_null=True)
    declined = serializers.IntegerField(allow_null=True)
    unsuitable = serializers.IntegerField(allow_null=True)
    left = serializers.IntegerField(allow_null=True)


class CohortSerializer(serializers.ModelSerializer[Cohort]):
    """A cohort with its intake."""

    intake = serializers.SerializerMethodField()

    class Meta:
        model = Cohort
        fields = (
            "id", "contract", "code_prefix", "title_en", "title_fi", "title_sv", "unit", "places",
            "enrolment_starts_on", "enrolment_ends_on", "criteria", "who_counts_en",
            "who_counts_fi", "who_counts_sv", "intake",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(IntakeSerializer)
    def get_intake(self, cohort: Cohort) -> dict[str, Any]:
        """Counts are made by the view for all cohorts of the page at once."""
        return IntakeSerializer(self.context["intake"][cohort.pk]).data


class ParticipantSerializer(serializers.ModelSerializer[Participant]):
    """A participant under a code. Under a security ban the referring unit is empty."""

    contract = serializers.UUIDField(source="cohort.contract_id")
    state = serializers.CharField(source="referral.state")
    referring_unit_kind = serializers.SerializerMethodField()
    referring_unit = serializers.SerializerMethodField()
    referred_on = serializers.DateField(source="referral.referred_on")
    contacted_on = serializers.DateField(source="referral.contacted_on", allow_null=True)
    enrolled_on = serializers.DateField(source="enrolment.enrolled_on", default=None)
    started_on = serializers.DateField(source="enrolment.started_on", default=None)
    exited_on = serializers.DateField(source="enrolment.exited_on", default=None)
    exit_reason = serializers.CharField(source="enrolment.exit_reason", default="")
    served_by = serializers.UUIDField(source="served_by_id", allow_null=True)

    class Meta:
        model = Participant
        fields = (
            "id", "code", "cohort", "contract", "served_by", "counts", "birth_month",
            "school_started_year", "state", "referring_unit_kind", "referring_unit",
            "referred_on", "contacted_on", "enrolled_on", "started_on", "exited_on",
            "exit_reason",
        )  # fmt: skip
        read_only_fields = fields

    def get_referring_unit_kind(self, participant: Participant) -> str:
        """The kind of unit, hidden under a security ban."""
        return "" if _banned(participant) else participant.referral.unit_kind

    def get_referring_unit(self, participant: Participant) -> str:
        """The unit's name, hidden under a security ban."""
        return "" if _banned(participant) else participant.referral.unit_name


def _banned(participant: Participant) -> bool:
    identity = getattr(participant, "identity", None)
    return identity is not None and identity.security_ban


class ReferralInputSerializer(serializers.Serializer[Any]):
    """A referral as a client sends it: no name, no personal id."""

    cohort = serializers.UUIDField()
    unit_kind = serializers.ChoiceField(choices=ReferringUnitKind.choices)
    unit_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    referred_on = serializers.DateField()
    birth_month = serializers.DateField(
        required=False, allow_null=True, help_text="Any day of the month; the first is kept."
    )
    school_started_year = serializers.IntegerField(
        required=False, allow_null=True, min_value=1900, max_value=2199
    )
    counts = serializers.BooleanField(required=False, default=True)
