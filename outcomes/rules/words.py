"""The words that the rules of outcomes share with the tables: states, decisions, severities."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """States of a measurement (decision 10); only `verified` counts."""

    SUBMITTED = "submitted"
    CHECKED = "checked"
    QUERIED = "queried"
    VERIFIED = "verified"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


class Decision(StrEnum):
    """What a verifier can say about a measurement."""

    VERIFIED = "verified"
    QUERIED = "queried"
    REJECTED = "rejected"


class Severity(StrEnum):
    """What an automatic finding means for the measurement."""

    BLOCKS = "blocks"
    LOOK = "look"
    INFORMATION = "information"


class MetricKind(StrEnum):
    """What a metric's value is."""

    YES_NO = "yes_no"
    NUMBER = "number"
    COUNT = "count"
    DAYS = "days"
