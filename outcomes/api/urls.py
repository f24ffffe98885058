"""REST routes of outcomes, mounted by sibportal/urls.py."""

from rest_framework.viewsets import GenericViewSet

ROUTES: list[tuple[str, type[GenericViewSet], str]] = []
