"""The shape of what people type about contracts; what it means is decided by the rules."""

from contracts.forms.clauses import DisruptionForm, ParallelMetricForm, PayersForm
from contracts.forms.data_map import DataItemForm
from contracts.forms.frame import (
    SCOPES,
    AgreeForm,
    AmendmentForm,
    ContractForm,
    CustodyForm,
    DocumentForm,
    PartyEndForm,
    PartyForm,
    ReasonForm,
    ResumptionForm,
    SuccessionForm,
    SuspensionForm,
    SuspicionForm,
)
from contracts.forms.metrics import MetricForm

__all__ = [
    "SCOPES",
    "AgreeForm",
    "AmendmentForm",
    "ContractForm",
    "CustodyForm",
    "DataItemForm",
    "DisruptionForm",
    "DocumentForm",
    "MetricForm",
    "ParallelMetricForm",
    "PartyEndForm",
    "PartyForm",
    "PayersForm",
    "ReasonForm",
    "ResumptionForm",
    "SuccessionForm",
    "SuspensionForm",
    "SuspicionForm",
]
