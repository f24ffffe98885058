"""What the automatic checks are told about one measurement; read by the selectors in bulk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from cohorts.rules.consent import Entry
from outcomes.rules.points import PersonDates, Window
from outcomes.rules.validation import MetricFacts


class EvidenceRequired(StrEnum):
    """What a metric's definition asks for as evidence."""

    NONE = "none"
    REFERENCE = "reference"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class MetricChecks:
    """What a metric's definition says about checking its values."""

    largest_change: Decimal | None = None
    never_falls: bool = False
    outlier_check: bool = True
    evidence_required: EvidenceRequired = EvidenceRequired.NONE


@dataclass(frozen=True, slots=True)
class Reading:
    """Another standing row of the same person and metric; `due_on` is the day of its point."""

    point: str
    due_on: date | None
    measured_on: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Spread:
    """Median of `number` values, with the median and the mean of their distances from it."""

    number: int
    median: Decimal
    median_distance: Decimal
    mean_distance: Decimal


@dataclass(frozen=True, slots=True)
class Sameness:
    """Rows of one submitter at one point of one metric: how many, and of the commonest value."""

    rows: int
    commonest: Decimal
    of_commonest: int


@dataclass(frozen=True, slots=True)
class Twin:
    """The same metric reported under another code of the same person; never whose or where."""

    measured_on: date
    same_contract: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """One recorded measurement and what it is judged by.

    `other_dates` are those of other standing rows of the same metric and point, `history` those
    with a value at any point; what is `repeatable` may be reported for several days. `missing`
    counts the metrics due at the same point that have no entry. `shared_with` counts other people
    whose measurements rest on the same file. `counted_late` says that its own period was closed
    before it came.
    """

    metric: MetricFacts
    value: Decimal | None
    measured_on: date
    recorded_on: date
    person: PersonDates
    window: Window | None
    evidence_source: str
    evidence_location: str
    contact_attempts: int
    definition: MetricChecks = MetricChecks()
    as_of: date = date.min
    other_dates: frozenset[date] = frozenset()
    history: tuple[Reading, ...] = ()
    peers: Spread | None = None
    sameness: Sameness | None = None
    twins: tuple[Twin, ...] = ()
    missing: int = 0
    evidence_files: int = 0
    shared_with: int = 0
    consents: tuple[Entry, ...] = ()
    repeatable: bool = False
    from_register: bool = False
    counted_late: bool = False
    corrects: bool = False
