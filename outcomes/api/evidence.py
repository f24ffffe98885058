"""REST of evidence: a file for one or many measurements in, what shows a measurement out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import django_filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from outcomes import selectors, services
from outcomes.models import EvidenceLink
from sibportal.kernel.errors import NotVisible
from sibportal.web.exports import attachment

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import FileResponse
    from rest_framework.request import Request

MOST_MEASUREMENTS = 1000


class EvidenceInputSerializer(serializers.Serializer[Any]):
    """A file, sent as multipart/form-data, and the ids of what it shows."""

    file = serializers.FileField(help_text="PDF, JPEG, PNG, ODT or DOCX, at most 20 MB.")
    measurements = serializers.ListField(
        child=serializers.UUIDField(), allow_empty=False, max_length=MOST_MEASUREMENTS
    )


class EvidenceSerializer(serializers.ModelSerializer[EvidenceLink]):
    """That a file shows a measurement; `removed` says that its content is gone."""

    measurement = serializers.UUIDField(source="measurement.uuid", read_only=True)
    name = serializers.CharField(source="evidence.file_name", read_only=True)
    content_type = serializers.CharField(source="evidence.content_type", read_only=True)
    size = serializers.IntegerField(source="evidence.size", read_only=True)
    sha256 = serializers.CharField(source="evidence.digest", read_only=True)
    removed = serializers.BooleanField(source="erased", read_only=True)

    class Meta:
        model = EvidenceLink
        fields = (
            "id", "measurement", "name", "content_type", "size", "sha256", "removed", "linked_at",
        )  # fmt: skip
        read_only_fields = fields


class EvidenceFilter(django_filters.FilterSet):  # type: ignore[misc]
    """?contract= &measurement="""

    contract = django_filters.UUIDFilter(field_name="evidence__contract")
    measurement = django_filters.UUIDFilter(field_name="measurement__uuid")


class EvidenceViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[EvidenceLink]
):
    """Files of evidence; opening one is written to the participant's use log."""

    serializer_class = EvidenceSerializer
    filterset_class = EvidenceFilter
    parser_classes = (MultiPartParser,)
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[EvidenceLink]:
        if getattr(self, "swagger_fake_view", False):
            return EvidenceLink.objects.none()
        return selectors.evidence_links(self.request.user)

    @extend_schema(
        request={"multipart/form-data": EvidenceInputSerializer},
        responses={201: EvidenceSerializer(many=True)},
    )
    def create(self, request: Request) -> Response:
        """Keep a file and bind it to every measurement named; all of them or none."""
        given = EvidenceInputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = set(given.validated_data["measurements"])
        found = selectors.measurements_to_show(request.user, wanted)
        if len(found) != len(wanted):
            raise NotVisible
        evidence = services.add_evidence(
            actor=request.user,  # type: ignore[arg-type]
            measurements=found,
            content=given.validated_data["file"].read(),
        )
        links = self.get_queryset().filter(evidence=evidence, measurement__in=found)
        return Response(EvidenceSerializer(links, many=True).data, status.HTTP_201_CREATED)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True)
    def content(self, request: Request, pk: UUID) -> FileResponse:
        """The file itself, as an attachment."""
        link = selectors.evidence_link(request.user, pk)
        content = services.open_evidence(actor=request.user, link=link)  # type: ignore[arg-type]
        return attachment(link.evidence.file_name, link.evidence.content_type, content)
