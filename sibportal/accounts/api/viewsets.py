"""REST: who the caller is."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from sibportal.accounts import selectors
from sibportal.accounts.api.serializers import MeSerializer

if TYPE_CHECKING:
    from rest_framework.request import Request

    from sibportal.accounts.models import User


class MeViewSet(ViewSet):
    """The person or service account behind the token or the session."""

    @extend_schema(
        operation_id="me",
        responses=forced_singular_serializer(MeSerializer),  # type: ignore[no-untyped-call]
        filters=False,
    )
    def list(self, request: Request) -> Response:
        """Tell who calls, and the roles held today."""
        user = cast("User", request.user)
        fields = ("id", "kind", "name", "email", "language")
        me = {field: getattr(user, field) for field in fields}
        me["memberships"] = selectors.own_memberships(user)
        return Response(MeSerializer(me).data)
