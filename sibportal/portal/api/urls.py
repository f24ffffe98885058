"""REST routes of the portal: what joins the stages."""

from rest_framework.viewsets import GenericViewSet

ROUTES: list[tuple[str, type[GenericViewSet], str]] = []
