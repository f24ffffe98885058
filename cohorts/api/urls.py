"""REST routes of cohorts, mounted by sibportal/urls.py."""

from typing import Any

from rest_framework.viewsets import GenericViewSet

ROUTES: list[tuple[str, type[GenericViewSet[Any]], str]] = []
