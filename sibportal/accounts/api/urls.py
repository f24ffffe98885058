"""REST routes of accounts, mounted by sibportal/urls.py."""

from rest_framework.viewsets import GenericViewSet

ROUTES: list[tuple[str, type[GenericViewSet], str]] = []
