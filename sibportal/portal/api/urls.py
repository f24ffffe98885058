"""What the router of /api/v1/ mounts for the portal: prefix, viewset, base name."""

from __future__ import annotations

from rest_framework.viewsets import ViewSetMixin

from sibportal.portal.api.viewsets import OverviewViewSet, WaitingViewSet

ROUTES: list[tuple[str, type[ViewSetMixin], str]] = [
    ("overview", OverviewViewSet, "overview"),
    ("waiting", WaitingViewSet, "waiting"),
]
