"""The terms as frozen dataclasses; docs/terms-format.md describes the same as a file.

A field that may be None although terms need it is an open question: a draft may leave it open,
agreed terms may not (`open_questions`). Amounts are Decimal in the contract's currency,
percentages are numbers such as 8 for 8 %. A default never changes: what equals it is not written,
so that a digest stays the same when the format grows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from contracts.rules.terms.fields import Titles
from contracts.rules.terms.outcomes import (
    Composite,
    Condition,
    Count,
    Counting,
    ExpectedPath,
    FollowUp,
    MeasurementPoint,
    MetricReference,
    Outcome,
    PathPoint,
    Quantity,
    Restriction,
    Weight,
    Window,
)
from contracts.rules.terms.pricing import (
    Band,
    Compare,
    CurvePoint,
    DatedPrice,
    FallbackStep,
    Figure,
    FigurePart,
    ForecastPoint,
    Gate,
    Limit,
    Measure,
    Multiplier,
    PayerPart,
    PaymentTerm,
    Price,
    ShareStep,
    Tier,
    Valuation,
)
from contracts.rules.terms.settlement import (
    Amendment,
    ClaimTerms,
    Disruption,
    Guarantee,
    IndexClause,
    PayersFrom,
    PersonCap,
    ReturnCap,
    SurplusPart,
    Termination,
    Tranche,
    Waterfall,
)
from contracts.rules.terms.words import LateFacts, RoundingTo, VerificationScope
from sibportal.kernel.money import Rounding

SCHEMA_VERSION = 1

__all__ = [
    "SCHEMA_VERSION",
    "Amendment",
    "Band",
    "ClaimTerms",
    "Compare",
    "Composite",
    "Condition",
    "Count",
    "Counting",
    "CurvePoint",
    "DatedPrice",
    "Disruption",
    "ExpectedPath",
    "FallbackStep",
    "Figure",
    "FigurePart",
    "FollowUp",
    "ForecastPoint",
    "Gate",
    "Guarantee",
    "IndexClause",
    "Limit",
    "Measure",
    "MeasurementPoint",
    "MetricReference",
    "Multiplier",
    "Outcome",
    "PathPoint",
    "PayerPart",
    "PayersFrom",
    "PaymentTerm",
    "PersonCap",
    "Price",
    "Quantity",
    "Restriction",
    "ReturnCap",
    "ShareStep",
    "SurplusPart",
    "Termination",
    "TermsDocument",
    "Tier",
    "Titles",
    "Tranche",
    "Valuation",
    "Waterfall",
    "Weight",
    "Window",
]


@dataclass(frozen=True, slots=True)
class TermsDocument:
    """The whole agreement on outcomes and payment."""

    currency: str
    rounding: Rounding | None
    counting: Counting
    late_facts: LateFacts | None
    points: tuple[MeasurementPoint, ...]
    outcomes: tuple[Outcome, ...]
    follow_up: tuple[FollowUp, ...]
    payment_terms: tuple[PaymentTerm, ...]
    claim: ClaimTerms
    expected_path: tuple[ExpectedPath, ...]
    verification: VerificationScope = VerificationScope.EVERYONE
    rounding_to: RoundingTo = RoundingTo.COIN
    figures: tuple[Figure, ...] = ()
    indexes: tuple[IndexClause, ...] = ()
    waterfall: Waterfall | None = None
    disruptions: tuple[Disruption, ...] = ()
    terminations: tuple[Termination, ...] = ()
    amendment: Amendment | None = None

    def outcome(self, key: str) -> Outcome:
        """The outcome with this key; KeyError when there is none."""
        return _by_key(self.outcomes, key)

    def point(self, key: str) -> MeasurementPoint:
        """The measurement point with this key; KeyError when there is none."""
        return _by_key(self.points, key)

    def payment_term(self, key: str) -> PaymentTerm:
        """The payment term with this key; KeyError when there is none."""
        return _by_key(self.payment_terms, key)

    def figure(self, key: str) -> Figure:
        """The named figure with this key; KeyError when there is none."""
        return _by_key(self.figures, key)

    def index(self, key: str) -> IndexClause:
        """The index clause with this key; KeyError when there is none."""
        return _by_key(self.indexes, key)


Keyed = TypeVar("Keyed", Outcome, MeasurementPoint, PaymentTerm, Figure, IndexClause)


def _by_key(entries: tuple[Keyed, ...], key: str) -> Keyed:
    for entry in entries:
        if entry.key == key:
            return entry
    raise KeyError(key)
