"""Checks of what a row rests on: evidence named, held and shown, and the whole visit recorded."""

from __future__ import annotations

from outcomes.rules.checks.base import Check, Found, Given, days
from outcomes.rules.checks.subject import EvidenceRequired, Subject
from outcomes.rules.words import Severity


def _no_evidence_source(subject: Subject, _given: Given) -> Found:
    return {} if subject.value is not None and not subject.evidence_source else None


def _no_evidence_location(subject: Subject, _given: Given) -> Found:
    asked = subject.definition.evidence_required
    if asked is not EvidenceRequired.NONE or not subject.evidence_source:
        return None
    return {} if _is_nowhere(subject) else None


def _evidence_place_required(subject: Subject, _given: Given) -> Found:
    asked = subject.definition.evidence_required
    return {} if asked is EvidenceRequired.REFERENCE and _is_nowhere(subject) else None


def _evidence_file_required(subject: Subject, _given: Given) -> Found:
    asked = subject.definition.evidence_required is EvidenceRequired.FILE
    return {} if asked and subject.value is not None and not subject.evidence_files else None


def _same_evidence(subject: Subject, _given: Given) -> Found:
    """A register's extract is about many people; a form or a contract of employment is not."""
    if subject.from_register or not subject.shared_with:
        return None
    return {"people": subject.shared_with}


def _incomplete(subject: Subject, given: Given) -> Found:
    waited = (subject.as_of - subject.recorded_on).days
    return {"missing": subject.missing} if subject.missing and waited > given["days"] else None


def _is_nowhere(subject: Subject) -> bool:
    """Whether nothing says where the evidence is: neither a place nor a file."""
    shown = subject.evidence_location or subject.evidence_files
    return subject.value is not None and not shown


CHECKS = (
    Check("outcomes.no_evidence_source", Severity.BLOCKS, _no_evidence_source),
    Check("outcomes.no_evidence_location", Severity.LOOK, _no_evidence_location),
    Check("outcomes.evidence_place_required", Severity.BLOCKS, _evidence_place_required),
    Check("outcomes.evidence_file_required", Severity.BLOCKS, _evidence_file_required),
    Check("outcomes.same_evidence", Severity.LOOK, _same_evidence, by_others=True),
    Check("outcomes.incomplete", Severity.LOOK, _incomplete, (days("days", 14),), by_others=True),
)
