"""What happened and whether it is true: measurements, verification, closing, results."""

from outcomes.models.aggregates import (
    Aggregate,
    AggregateAnswer,
    AggregateDoor,
    AggregateFinding,
    AggregateGroup,
    AggregateSignature,
    AggregateVerification,
    DataDelivery,
)
from outcomes.models.check_settings import CheckLevel, CheckSetting
from outcomes.models.checks import Answer, Basis, Decision, Finding, FindingSeverity, Verification
from outcomes.models.closings import Closing, ClosingReopening, ReopeningConsent, Result
from outcomes.models.disputes import DisputeRuling, Ruling, VerificationDispute
from outcomes.models.entry import ContactAttempt, ContactResult, ContactWay, EntryDraft
from outcomes.models.evidence import EvidenceFile, EvidenceLink, EvidenceRemoval
from outcomes.models.extracts import AggregateRow, ExtractFile
from outcomes.models.imports import FileKind, Import
from outcomes.models.measurements import Door, Measurement
from outcomes.models.samples import (
    Beyond,
    PlanAgreement,
    PlanKind,
    PopulationItem,
    RoundConclusion,
    SampleConfirmation,
    SampleDraw,
    SampleItem,
    Verdict,
    VerificationPlan,
    VerificationReport,
    VerificationRound,
)

__all__ = [
    "Aggregate",
    "AggregateAnswer",
    "AggregateDoor",
    "AggregateFinding",
    "AggregateGroup",
    "AggregateRow",
    "AggregateSignature",
    "AggregateVerification",
    "Answer",
    "Basis",
    "Beyond",
    "CheckLevel",
    "CheckSetting",
    "Closing",
    "ClosingReopening",
    "ContactAttempt",
    "ContactResult",
    "ContactWay",
    "DataDelivery",
    "Decision",
    "DisputeRuling",
    "Door",
    "EntryDraft",
    "EvidenceFile",
    "EvidenceLink",
    "EvidenceRemoval",
    "ExtractFile",
    "FileKind",
    "Finding",
    "FindingSeverity",
    "Import",
    "Measurement",
    "PlanAgreement",
    "PlanKind",
    "PopulationItem",
    "ReopeningConsent",
    "Result",
    "RoundConclusion",
    "Ruling",
    "SampleConfirmation",
    "SampleDraw",
    "SampleItem",
    "Verdict",
    "Verification",
    "VerificationDispute",
    "VerificationPlan",
    "VerificationReport",
    "VerificationRound",
]
