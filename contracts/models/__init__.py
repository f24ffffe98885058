"""What was agreed and between whom; one submodule per noun."""

from contracts.models.data_map import DataItem, DataItemWithdrawal
from contracts.models.frame import Contract, ContractDocument, Currency, DateRange, ReportingPeriod
from contracts.models.life import ContractTurn, MetricSuspicion, SuspicionCleared
from contracts.models.metrics import (
    EvidenceRequired,
    Metric,
    MetricDirection,
    MetricKind,
    MetricUse,
)
from contracts.models.parties import KeyCustodian, KeyCustody, Party
from contracts.models.terms import Agreement, Terms

__all__ = [
    "Agreement",
    "Contract",
    "ContractDocument",
    "ContractTurn",
    "Currency",
    "DataItem",
    "DataItemWithdrawal",
    "DateRange",
    "EvidenceRequired",
    "KeyCustodian",
    "KeyCustody",
    "Metric",
    "MetricDirection",
    "MetricKind",
    "MetricSuspicion",
    "MetricUse",
    "Party",
    "ReportingPeriod",
    "SuspicionCleared",
    "Terms",
]
