"""One outcome against everything that it can be compared with: what the terms name (a baseline, a
forecast, an earlier cohort) and the groups that were delivered (before, a comparison group).

Shares are between 0 and 1, also where the terms write per cent. Which comparison is paid on is for
the terms; here each is worked out with its interval.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

import scipy  # its large parts load when first used, not when the portal starts

from contracts.rules.terms.document import Compare, Figure, Measure, PaymentTerm, TermsDocument
from contracts.rules.terms.words import CompareKind, Effect, MeasureKind
from outcomes.rules.asked import REDUCES
from outcomes.rules.evaluation import effects
from outcomes.rules.evaluation.effects import TAIL, Group, Part, Sample
from outcomes.rules.statistics import PLACES, Estimate, Method

HUNDRED = Decimal(100)
IN_TERMS = frozenset(
    {CompareKind.FIXED_BASELINE, CompareKind.HISTORICAL_COHORT, CompareKind.FORECAST}
)
# A difference says the same whichever form the terms pay on; a ratio is told beside it.
BLENDED = frozenset({Effect.INCREASE, Effect.REDUCTION})


class Against(StrEnum):
    """What a figure is held against."""

    FIXED_BASELINE = "fixed_baseline"
    HISTORICAL_COHORT = "historical_cohort"
    FORECAST = "forecast"
    OWN_HISTORY = "own_history"
    COMPARISON_GROUP = "comparison_group"
    DIFFERENCE_IN_DIFFERENCES = "difference_in_differences"
    BLEND = "blend"


@dataclass(frozen=True, slots=True)
class Others:
    """The groups delivered for one outcome: the participants before, others now and before."""

    before: Group | Sample | None = None
    comparison: Group | Sample | None = None
    comparison_before: Group | Sample | None = None


@dataclass(frozen=True, slots=True)
class Figured:
    """The verified figure of one outcome: how many of how many, or a mean, with its interval."""

    outcome: str
    estimate: Estimate
    ours: Group | Sample
    others: Others = Others()


@dataclass(frozen=True, slots=True)
class Comparison:
    """One outcome (or a blend, by the key of its payment term) against one thing.

    `reference` is the figure of that thing, None where it is several. `agreed`: the terms pay on
    this comparison. Ratios are known between groups only.
    """

    outcome: str
    against: Against
    difference: Estimate
    reference: Decimal | None = None
    ratio: Estimate | None = None
    odds: Estimate | None = None
    reduction: Estimate | None = None
    source: str = ""
    agreed: bool = False


def compared(
    terms: TermsDocument, figures: Mapping[str, Figured], *, last_day: date
) -> tuple[Comparison, ...]:
    """Every comparison of the outcomes of which there are figures, in the order of the terms."""
    found: list[Comparison] = []
    for outcome in terms.outcomes:
        figured = figures.get(outcome.key)
        if figured is None or figured.estimate.value is None:
            continue
        agreed = list(_agreed(terms, outcome.key))
        for measure, compare in agreed:
            one = _in_terms(figured, measure, compare, last_day)
            if one is not None and one not in found:
                found.append(one)
        kinds = {compare.kind: compare.source for _measure, compare in agreed}
        found += _among_groups(figured, kinds)
    return (*found, *_blends(terms, figures, last_day))


def sample_of(estimate: Estimate) -> Sample | None:
    """The mean and the spread behind a Student interval; None without one."""
    if estimate.value is None or estimate.high is None or estimate.n < 2:
        return None
    width = float(estimate.high - estimate.value)
    quantile = float(scipy.special.stdtrit(estimate.n - 1, TAIL))
    deviation = Decimal(repr(width / quantile * math.sqrt(estimate.n)))
    return Sample(estimate.n, estimate.value, deviation.quantize(PLACES))


def _agreed(terms: TermsDocument, key: str) -> Iterator[tuple[Measure, Compare]]:
    entries: tuple[PaymentTerm | Figure, ...] = (*terms.payment_terms, *terms.figures)
    for one in entries:
        if one.compare is not None and one.measure.outcome == key:
            yield one.measure, one.compare


def _in_terms(
    figured: Figured, measure: Measure, compare: Compare, last_day: date
) -> Comparison | None:
    """Against a figure that the terms name; None for what is no share and no mean."""
    value = _value(compare, last_day)
    if compare.kind not in IN_TERMS or value is None:
        return None
    if measure.kind not in {MeasureKind.RATE, MeasureKind.MEAN}:
        return None
    reference = value / HUNDRED if measure.kind is MeasureKind.RATE else value
    difference = effects.against_figure(figured.estimate, reference)
    ratio = _over_figure(figured.estimate, reference)
    return Comparison(
        outcome=figured.outcome,
        against=Against(compare.kind.value),
        difference=difference,
        reference=reference,
        ratio=ratio,
        reduction=effects.relative_reduction(ratio) if ratio else None,
        source=compare.source,
        agreed=True,
    )


def _value(compare: Compare, last_day: date) -> Decimal | None:
    """The forecast of the first day that is not before the last one, else the figure itself."""
    for point in compare.forecast:
        if last_day <= point.until:
            return point.value
    return None if compare.forecast else compare.value


def _over_figure(estimate: Estimate, reference: Decimal) -> Estimate | None:
    if estimate.value is None or reference <= 0:
        return None

    def scaled(one: Decimal | None) -> Decimal | None:
        return None if one is None else (one / reference).quantize(PLACES)

    return Estimate(
        Method.AGAINST_FIGURE,
        estimate.n,
        scaled(estimate.value),
        scaled(estimate.low),
        scaled(estimate.high),
    )


def _among_groups(figured: Figured, agreed: Mapping[CompareKind, str]) -> Iterator[Comparison]:
    others = figured.others
    for against, other in (
        (Against.OWN_HISTORY, others.before),
        (Against.COMPARISON_GROUP, others.comparison),
    ):
        if other is not None:
            kind = CompareKind(against.value)
            yield _against_group(figured, against, other, agreed.get(kind))
    if others.before is None or others.comparison is None or others.comparison_before is None:
        return
    source = agreed.get(CompareKind.DIFFERENCE_IN_DIFFERENCES)
    yield Comparison(
        outcome=figured.outcome,
        against=Against.DIFFERENCE_IN_DIFFERENCES,
        difference=effects.difference_in_differences(
            figured.ours, others.before, others.comparison, others.comparison_before
        ),
        source=source or "",
        agreed=source is not None,
    )


def _against_group(
    figured: Figured, against: Against, other: Group | Sample, source: str | None
) -> Comparison:
    ours, said = figured.ours, source or ""
    if isinstance(ours, Sample) and isinstance(other, Sample):
        return Comparison(
            figured.outcome,
            against,
            effects.difference_of_means(ours, other),
            reference=other.mean,
            source=said,
            agreed=source is not None,
        )
    if isinstance(ours, Sample) or isinstance(other, Sample):
        return Comparison(figured.outcome, against, effects.NOTHING, source=said)
    ratio = effects.risk_ratio(ours, other)
    return Comparison(
        outcome=figured.outcome,
        against=against,
        difference=effects.difference(ours, other),
        reference=(Decimal(other.reached) / other.people).quantize(PLACES)
        if other.people
        else None,
        ratio=ratio,
        odds=effects.odds_ratio(ours, other),
        reduction=effects.relative_reduction(ratio),
        source=said,
        agreed=source is not None,
    )


def _blends(
    terms: TermsDocument, figures: Mapping[str, Figured], last_day: date
) -> Iterator[Comparison]:
    """Payment terms that weigh several comparisons, each an effect of its own."""
    for term in terms.payment_terms:
        parts = []
        for part in term.measure.parts:
            effect = _effect(terms.figure(part.figure), figures, last_day)
            if effect is not None:
                parts.append(Part(part.weight_percent / HUNDRED, effect))
        if parts and len(parts) == len(term.measure.parts):
            yield Comparison(term.key, Against.BLEND, effects.blend(parts), agreed=True)


def _effect(figure: Figure, figures: Mapping[str, Figured], last_day: date) -> Estimate | None:
    """The effect of a named figure in the direction that the terms want; None where unknown."""
    compare, figured = figure.compare, figures.get(figure.measure.outcome)
    if compare is None or figured is None or compare.effect not in BLENDED:
        return None
    if compare.kind in IN_TERMS:
        found = _in_terms(figured, figure.measure, compare, last_day)
        difference = found.difference if found else effects.NOTHING
    else:
        against = Against(compare.kind.value)
        every = _among_groups(figured, {})
        difference = next(
            (one.difference for one in every if one.against is against), effects.NOTHING
        )
    if difference.value is None:
        return None
    return effects.turned(difference) if compare.effect in REDUCES else difference
