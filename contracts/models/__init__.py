"""What was agreed and between whom; one submodule per noun."""

from contracts.models.frame import Contract, ContractDocument, Currency, DateRange, ReportingPeriod
from contracts.models.life import ContractTurn, MetricSuspicion, SuspicionCleared
from contracts.models.metrics import Metric, MetricDirection, MetricKind
from contracts.models.parties import KeyCustodian, KeyCustody, Party
from contracts.models.terms import Agreement, Terms

__all__ = [
    "Agreement",
    "Contract",
    "ContractDocument",
    "ContractTurn",
    "Currency",
    "DateRange",
    "KeyCustodian",
    "KeyCustody",
    "Metric",
    "MetricDirection",
    "MetricKind",
    "MetricSuspicion",
    "Party",
    "ReportingPeriod",
    "SuspicionCleared",
    "Terms",
]
