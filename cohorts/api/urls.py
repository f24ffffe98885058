"""REST routes of cohorts, mounted by sibportal/urls.py."""

from typing import Any

from rest_framework.viewsets import GenericViewSet

from cohorts.api.viewsets import CohortViewSet, ParticipantViewSet

ROUTES: list[tuple[str, type[GenericViewSet[Any]], str]] = [
    ("cohorts", CohortViewSet, "cohort"),
    ("participants", ParticipantViewSet, "participant"),
]
