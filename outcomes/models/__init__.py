"""What happened and whether it is true: measurements, verification, closing, results."""

from outcomes.models.checks import Answer, Basis, Decision, Finding, FindingSeverity, Verification
from outcomes.models.closings import Closing, Result
from outcomes.models.imports import Import
from outcomes.models.measurements import Door, Measurement

__all__ = [
    "Answer",
    "Basis",
    "Closing",
    "Decision",
    "Door",
    "Finding",
    "FindingSeverity",
    "Import",
    "Measurement",
    "Result",
    "Verification",
]
