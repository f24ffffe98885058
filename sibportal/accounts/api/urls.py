"""What the router of /api/v1/ mounts for this app: prefix, viewset, base name."""

from __future__ import annotations

from rest_framework.viewsets import ViewSetMixin

from sibportal.accounts.api.viewsets import MeViewSet

ROUTES: list[tuple[str, type[ViewSetMixin], str]] = [("me", MeViewSet, "me")]
