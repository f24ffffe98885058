"""REST routes of outcomes, mounted by sibportal/urls.py."""

from typing import Any

from rest_framework.viewsets import GenericViewSet

from outcomes.api.aggregates import AggregateViewSet
from outcomes.api.evaluation import EvaluationViewSet
from outcomes.api.evidence import EvidenceViewSet
from outcomes.api.viewsets import MeasurementViewSet, ResultViewSet

ROUTES: list[tuple[str, type[GenericViewSet[Any]], str]] = [
    ("measurements", MeasurementViewSet, "measurement"),
    ("evidence", EvidenceViewSet, "evidence"),
    ("register-figures", AggregateViewSet, "aggregate"),
    ("results", ResultViewSet, "result"),
    ("evaluations", EvaluationViewSet, "evaluation"),
]
