"""How outcomes stand against the agreed path and the threshold, for dashboards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from contracts.models import Contract, Metric, ReportingPeriod
from contracts.rules.terms.document import (
    Disruption,
    MetricReference,
    PathPoint,
    TermsDocument,
)
from contracts.rules.terms.words import GateKind, MeasureKind
from contracts.selectors import suspected_since, terms_documents
from outcomes.models import Result
from outcomes.rules.evaluation.missing import Threshold
from outcomes.selectors.measurements import ShownResult, results, shown_results
from outcomes.selectors.submission import metrics_of
from sibportal.accounts import access
from sibportal.accounts.roles import Action

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer

HUNDRED = Decimal(100)


class Standing(StrEnum):
    """An outcome against its threshold, by its 95 % interval."""

    ON_TRACK = "on_track"
    NEAR = "near"
    BELOW = "below"


@dataclass(frozen=True)
class Measured:
    """The verified figure of one closing; a share between 0 and 1. None where it is protected."""

    period: ReportingPeriod
    numerator: int | None
    denominator: int | None
    estimate: Decimal | None
    low: Decimal | None
    high: Decimal | None
    measured: int | None
    total: Decimal | None = None


class Drawn(StrEnum):
    """What the figure of an outcome is: a share of people, a number of them, or of a quantity its
    sum or its mean per person."""

    SHARE = "share"
    PEOPLE = "people"
    SUM = "sum"
    MEAN = "mean"


@dataclass(frozen=True)
class Progress:
    """One outcome of one contract: the agreed path, the measured series, where it stands.

    `path` is as agreed, in the unit of the measure (per cent of a rate, a number of people).
    `threshold` is a share between 0 and 1, or None where no rate is asked for. `disruptions` are
    those agreed about it; its metric, or that of a part, is in doubt since `suspect_from`. `unit`
    is that of a quantity, by language.
    """

    contract_id: UUID
    outcome_key: str
    titles: Mapping[str, str]
    is_rate: bool
    path: tuple[PathPoint, ...]
    series: tuple[Measured, ...]
    threshold: Decimal | None
    threshold_count: Decimal | None
    standing: Standing | None
    disruptions: tuple[Disruption, ...] = ()
    suspect_from: date | None = None
    quantity: Drawn | None = None
    unit: Mapping[str, str] = field(default_factory=dict)

    @property
    def drawn(self) -> Drawn:
        """What its figures are."""
        return self.quantity or (Drawn.SHARE if self.is_rate else Drawn.PEOPLE)

    def value(self, one: Measured) -> Decimal | None:
        """The figure of one closing; None where it is protected."""
        if self.drawn is Drawn.PEOPLE:
            return None if one.numerator is None else Decimal(one.numerator)
        return one.total if self.drawn is Drawn.SUM else one.estimate

    @property
    def current(self) -> Measured | None:
        """The latest verified figure."""
        return self.series[-1] if self.series else None


def outcome_progress(
    viewer: Viewer, contract_ids: Iterable[UUID]
) -> dict[UUID, tuple[Progress, ...]]:
    """The outcomes that are paid for, per contract that `viewer` may see."""
    contracts = list(
        access.visible(
            Contract.objects.filter(pk__in=list(contract_ids)), viewer, Action.VIEW_RESULT
        )
    )
    documents = terms_documents(contracts)
    rows: dict[UUID, list[Result]] = defaultdict(list)
    for row in results(viewer).filter(closing__contract__in=contracts):
        rows[row.closing.contract_id].append(row)
    counted = access.visible(Contract.objects.filter(pk__in=documents), viewer, Action.VIEW_COUNTS)
    suspected = suspected_since(contracts)
    units = _units(documents.values())
    open_ones = set(counted.values_list("pk", flat=True))
    found = {}
    for contract in contracts:
        if contract.pk not in documents:
            continue
        shown = shown_results(rows[contract.pk], contract, small_numbers=contract.pk in open_ones)
        terms, doubted = documents[contract.pk], suspected.get(contract.pk, {})
        found[contract.pk] = _of_contract(contract, terms, shown, doubted, units)
    return found


def standing_of(
    threshold: Threshold | None, low: Decimal | None, high: Decimal | None
) -> Standing | None:
    """On track if the whole interval of a share is beyond the threshold, below if none of it is;
    where less is wanted, the other way round."""
    if threshold is None or not threshold.is_share or low is None or high is None:
        return None
    if threshold.wants_less:
        low, high, bound = -high, -low, -threshold.value
    else:
        bound = threshold.value
    if low >= bound:
        return Standing.ON_TRACK
    return Standing.NEAR if high >= bound else Standing.BELOW


def _of_contract(
    contract: Contract,
    terms: TermsDocument,
    shown: list[ShownResult],
    suspected: Mapping[str, date],
    units: Mapping[MetricReference, Metric],
) -> tuple[Progress, ...]:
    paths = {one.outcome: one.points for one in terms.expected_path}
    found = []
    for key in dict.fromkeys(term.measure.outcome for term in terms.payment_terms):
        # A closing before anybody was measured says nothing about the outcome yet.
        series = tuple(
            _measured(one)
            for one in reversed(shown)
            if one.result.outcome_key == key and one.result.measured
        )
        threshold = threshold_of(terms, key)
        share = threshold.value if threshold and threshold.is_share else None
        found.append(
            Progress(
                contract_id=contract.pk,
                outcome_key=key,
                titles=terms.outcome(key).title,
                is_rate=_is_rate(terms, key),
                path=paths.get(key, ()),
                series=series,
                threshold=share,
                threshold_count=threshold.value if threshold and not threshold.is_share else None,
                standing=standing_of(threshold, *_interval(series)),
                disruptions=tuple(
                    one
                    for one in terms.disruptions
                    if not _resting(terms, key).isdisjoint(one.outcomes)
                ),
                suspect_from=_suspect_from(terms, key, suspected),
                quantity=_quantity(terms, key),
                unit=_unit(terms, key, units),
            )
        )
    return tuple(found)


def _interval(series: tuple[Measured, ...]) -> tuple[Decimal | None, Decimal | None]:
    return (series[-1].low, series[-1].high) if series else (None, None)


def _resting(terms: TermsDocument, key: str) -> set[str]:
    """The outcome and, where it is a composite, its parts."""
    composite = terms.outcome(key).composite
    return {key, *(composite.parts if composite else ())}


def _suspect_from(terms: TermsDocument, key: str, suspected: Mapping[str, date]) -> date | None:
    days = [
        suspected[one.metric.code]
        for one in terms.outcomes
        if one.key in _resting(terms, key) and one.metric and one.metric.code in suspected
    ]
    return min(days, default=None)


def _measured(one: ShownResult) -> Measured:
    row = one.result
    return Measured(
        period=row.closing.period,
        numerator=one.numerator,
        denominator=one.denominator,
        estimate=None if one.hidden else row.estimate,
        low=None if one.hidden else row.interval_low,
        high=None if one.hidden else row.interval_high,
        measured=one.measured,
        total=None if one.hidden else row.cumulative_total,
    )


def _quantity(terms: TermsDocument, key: str) -> Drawn | None:
    if terms.outcome(key).quantity is None:
        return None
    means = any(
        one.measure.kind is MeasureKind.MEAN
        for one in terms.payment_terms
        if one.measure.outcome == key
    )
    return Drawn.MEAN if means else Drawn.SUM


def _units(documents: Iterable[TermsDocument]) -> dict[MetricReference, Metric]:
    """The metrics of everything that is summed, whose unit the figures have."""
    named = {
        one.metric
        for terms in documents
        for one in terms.outcomes
        if one.quantity is not None and one.metric is not None
    }
    return metrics_of(named) if named else {}


def _unit(
    terms: TermsDocument, key: str, units: Mapping[MetricReference, Metric]
) -> Mapping[str, str]:
    reference = terms.outcome(key).metric
    metric = units.get(reference) if reference is not None else None
    if metric is None:
        return {}
    return {"en": metric.unit_en, "fi": metric.unit_fi, "sv": metric.unit_sv}


def _is_rate(terms: TermsDocument, key: str) -> bool:
    return any(
        one.measure.kind is MeasureKind.RATE
        for one in terms.payment_terms
        if one.measure.outcome == key
    )


def threshold_of(terms: TermsDocument, key: str) -> Threshold | None:
    """The gate on an outcome, as a share for a rate and as a number for a count."""
    for term in terms.payment_terms:
        gate = term.gate
        if term.measure.outcome != key or gate is None or gate.kind is not GateKind.THRESHOLD:
            continue
        if gate.value is None or gate.operator is None:
            return None
        is_share = term.measure.kind is MeasureKind.RATE
        return Threshold(gate.value / HUNDRED if is_share else gate.value, gate.operator, is_share)
    return None
