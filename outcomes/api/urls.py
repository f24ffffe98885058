"""REST routes of outcomes, mounted by sibportal/urls.py."""

from typing import Any

from rest_framework.viewsets import GenericViewSet

from outcomes.api.aggregates import AggregateViewSet
from outcomes.api.due import DueViewSet
from outcomes.api.evaluation import EvaluationViewSet
from outcomes.api.evidence import EvidenceViewSet
from outcomes.api.rounds import RoundViewSet
from outcomes.api.viewsets import MeasurementViewSet, ResultViewSet

UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
ROUTES: list[tuple[str, type[GenericViewSet[Any]], str]] = [
    ("measurements", MeasurementViewSet, "measurement"),
    ("evidence", EvidenceViewSet, "evidence"),
    ("register-figures", AggregateViewSet, "aggregate"),
    (f"contracts/(?P<contract_id>{UUID})/due", DueViewSet, "due"),
    ("rounds", RoundViewSet, "round"),
    ("results", ResultViewSet, "result"),
    ("evaluations", EvaluationViewSet, "evaluation"),
]
