"""The shape of what people send about outcomes, by noun; what it means is decided by the rules."""

from outcomes.forms.check_settings import CheckForm
from outcomes.forms.closings import AskReopeningForm, ConsentForm, ForceClosingForm, SignForm
from outcomes.forms.entry import AttemptForm, VisitForm
from outcomes.forms.evidence_files import EvidenceForm, VisitFileForm
from outcomes.forms.fields import AskedChoice, AskedField
from outcomes.forms.imports import LARGEST_FILE, ImportForm, MatchForm
from outcomes.forms.measurements import (
    YES_NO,
    CorrectionForm,
    MeasurementForm,
    prefilled,
    value_hint,
)
from outcomes.forms.verification import AnswerForm, DecisionForm, TickedForm

__all__ = [
    "LARGEST_FILE",
    "YES_NO",
    "AnswerForm",
    "AskReopeningForm",
    "AskedChoice",
    "AskedField",
    "AttemptForm",
    "CheckForm",
    "ConsentForm",
    "CorrectionForm",
    "DecisionForm",
    "EvidenceForm",
    "ForceClosingForm",
    "ImportForm",
    "MatchForm",
    "MeasurementForm",
    "SignForm",
    "TickedForm",
    "VisitFileForm",
    "VisitForm",
    "prefilled",
    "value_hint",
]
