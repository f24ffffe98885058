"""What a contract's verified figures say about the service: by period and by cohort, against what
they can be compared with, and how much hangs on the missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from cohorts.models import Cohort
from contracts.models import Contract
from contracts.rules.terms.document import Outcome, TermsDocument
from outcomes.models import Aggregate, Closing, Result
from outcomes.rules import disclosure
from outcomes.rules.aggregates.figures import GroupFigures
from outcomes.rules.aggregates.words import Group as Whose
from outcomes.rules.evaluation import cohorts as by_cohort
from outcomes.rules.evaluation.cohorts import Reached, key_of
from outcomes.rules.evaluation.compared import (
    Comparison,
    Figured,
    Others,
    compared,
    sample_of,
)
from outcomes.rules.evaluation.effects import Group, Sample
from outcomes.rules.evaluation.missing import (
    Missing,
    Scenario,
    Threshold,
    scenarios,
    without_counts,
)
from outcomes.rules.figures import Figures
from outcomes.rules.results import ResultFigures, result
from outcomes.rules.scopes import cohort_key
from outcomes.rules.statistics import Estimate, Method
from outcomes.selectors import aggregated, counted
from outcomes.selectors.closings import cut_off_of, previous_cut_off
from outcomes.selectors.evidence import terms_of
from outcomes.selectors.measurements import ShownResult, results, sees_small_numbers, shown_results
from outcomes.selectors.missing import missing
from outcomes.selectors.pinned import Scene
from outcomes.selectors.progress import threshold_of
from outcomes.states import ClosingState

if TYPE_CHECKING:
    from sibportal.accounts.access import Viewer


@dataclass(frozen=True)
class Figure:
    """A figure of one closing or one cohort; None where it is protected. A share, or a mean."""

    reached: int | None
    people: int | None
    measured: int | None
    estimate: Estimate | None


HIDDEN = Figure(None, None, None, None)


@dataclass(frozen=True)
class CohortFigure:
    """The figure of one cohort."""

    cohort: Cohort
    figure: Figure


@dataclass(frozen=True)
class OutcomeEvaluation:
    """One outcome at one closing. `missing` and the scenarios are known of shares that people
    reach one by one; of protected figures only whether each scenario passes. `coded_rows` are those
    of a register that figures were counted from; None where their number is protected."""

    outcome: Outcome
    figure: Figure
    threshold: Threshold | None
    cohorts: tuple[CohortFigure, ...]
    comparisons: tuple[Comparison, ...]
    missing: Missing | None
    scenarios: tuple[Scenario, ...]
    coded_rows: int | None = 0

    @property
    def is_share(self) -> bool:
        """Whether its figure is a share of people, not a mean."""
        return self.outcome.quantity is None


@dataclass(frozen=True)
class Evaluation:
    """Everything about one closing. `adds_up`: the cohorts come to what was frozen; otherwise
    something about the participants was recorded later."""

    closing: Closing
    terms: TermsDocument
    outcomes: tuple[OutcomeEvaluation, ...]
    blends: tuple[Comparison, ...]
    protected: bool
    adds_up: bool

    @property
    def last_day(self) -> date:
        """The last day that the figures cover."""
        return _last_day(self.closing)


def closings_to_evaluate(viewer: Viewer, contract: Contract) -> list[Closing]:
    """The signed closings of a contract that `viewer` may see, latest first."""
    return list(dict.fromkeys(row.closing for row in results(viewer, contract)))


def evaluation(viewer: Viewer, contract: Contract, closing: Closing) -> Evaluation:
    """The evaluation of a contract at one of its signed closings, as `viewer` may see it."""
    protected = not sees_small_numbers(viewer, contract)
    every = shown_results(
        list(results(viewer, contract, also=closing)), contract, small_numbers=not protected
    )
    here = {one.result.outcome_key: one for one in every if one.result.closing_id == closing.pk}
    terms = terms_of(closing)
    split = _split(contract, closing, terms, protected=protected)
    limit = contract.small_number_limit if protected else 0
    delivered = _delivered(here.values())
    figured = _figured(terms, here, _others(terms, delivered, limit))
    against = compared(terms, figured, last_day=_last_day(closing))
    missed = missing(scene_of(closing))
    return Evaluation(
        closing=closing,
        terms=terms,
        outcomes=tuple(
            OutcomeEvaluation(
                outcome=one,
                figure=_figure_of(here[one.key], limit),
                threshold=threshold_of(terms, one.key),
                cohorts=tuple(_of_cohorts(one, here[one.key], split, limit)),
                comparisons=tuple(found for found in against if found.outcome == one.key),
                missing=None if protected else missed.get(one.key),
                scenarios=_scenarios(terms, here[one.key], missed, protected=protected),
                coded_rows=_coded(delivered.get(one.key, ()), protected=protected),
            )
            for one in terms.outcomes
            if one.key in here
        ),
        blends=tuple(one for one in against if one.outcome not in here),
        protected=protected,
        adds_up=all(split.holds(one.result) for one in here.values()),
    )


def scene_of(closing: Closing) -> Scene:
    """What a signed closing counted."""
    return Scene(
        closing.period, terms_of(closing), cut_off_of(closing), previous_cut_off(closing.period)
    )


@dataclass(frozen=True)
class _Split:
    """The figures of every outcome and cohort, at a closing and at the one before."""

    cohorts: list[Cohort]
    now: Mapping[str, Figures]
    before: Mapping[str, Figures]

    def holds(self, row: Result) -> bool:
        """Whether counting again gives what was frozen."""
        found = self.now.get(row.outcome_key)
        return found is None or (found.cumulative_numerator, found.denominator) == (
            row.cumulative_numerator,
            row.denominator,
        )


def _split(
    contract: Contract, closing: Closing, terms: TermsDocument, *, protected: bool
) -> _Split:
    cohorts = list(Cohort.objects.filter(contract=contract).order_by("code_prefix"))
    if len(cohorts) < 2:
        return _Split([], {}, {})
    keys = [cohort_key(one.code_prefix) for one in cohorts]

    def figures(row: Closing) -> Mapping[str, Figures]:
        scene = scene_of(row)
        return counted.count(replace(scene, terms=by_cohort.split(scene.terms, keys))).figures

    earlier = None
    if protected:
        # A change of few since the closing before would tell about somebody.
        earlier = (
            Closing.objects.filter(
                contract=contract,
                state=ClosingState.SIGNED,
                period__number__lt=closing.period.number,
            )
            .select_related("period", "terms")
            .order_by("-period__number", "-version")
            .first()
        )
    return _Split(cohorts, figures(closing), figures(earlier) if earlier else {})


def _of_cohorts(
    outcome: Outcome, shown: ShownResult, split: _Split, limit: int
) -> Iterator[CohortFigure]:
    """The cohorts that the outcome counts; under a limit only those that may be shown."""
    found = {
        cohort_key(one.code_prefix): split.now[key]
        for one in split.cohorts
        if (key := key_of(outcome.key, cohort_key(one.code_prefix))) in split.now
    }
    groups = [
        Reached(
            cohort,
            figures.cumulative_numerator,
            figures.denominator,
            _before(split, key_of(outcome.key, cohort)),
        )
        for cohort, figures in found.items()
    ]
    open_ones = frozenset(found)
    if limit:
        open_ones = frozenset() if shown.hidden else by_cohort.shown(groups, limit)
    for one in split.cohorts:
        cohort = cohort_key(one.code_prefix)
        if cohort in found:
            figure = _of_figures(found[cohort], limit) if cohort in open_ones else HIDDEN
            yield CohortFigure(one, figure)


def _before(split: _Split, key: str) -> int | None:
    found = split.before.get(key)
    return None if found is None else found.cumulative_numerator


def _figure_of(shown: ShownResult, limit: int) -> Figure:
    if shown.hidden:
        return HIDDEN
    row = shown.result
    measured = _measured(row.measured, row.denominator, limit)
    return Figure(shown.numerator, shown.denominator, measured, _estimate(row))


def _of_figures(figures: Figures, limit: int) -> Figure:
    found = result(figures)
    measured = _measured(found.measured, found.denominator, limit)
    return Figure(found.cumulative_numerator, found.denominator, measured, _estimate(found))


def _measured(measured: int, people: int, limit: int) -> int | None:
    """How many were measured, unless that tells of few who were not, or who left."""
    telling = disclosure.is_small(abs(people - measured), limit)
    return None if limit and (telling or disclosure.is_small(measured, limit)) else measured


def _estimate(row: Result | ResultFigures) -> Estimate:
    people = row.denominator if row.cumulative_total is None else row.cumulative_numerator
    return Estimate(Method(row.method), people, row.estimate, row.interval_low, row.interval_high)


def _figured(
    terms: TermsDocument, here: Mapping[str, ShownResult], others: Mapping[str, Others]
) -> dict[str, Figured]:
    """The figures that may be compared: nothing of those that are protected."""
    found = {}
    for key, shown in here.items():
        row = shown.result
        estimate = _estimate(row)
        ours: Group | Sample | None = Group(row.cumulative_numerator, row.denominator)
        if terms.outcome(key).quantity is not None:
            ours = sample_of(estimate)
        if not shown.hidden and ours is not None:
            found[key] = Figured(key, estimate, ours, others.get(key, Others()))
    return found


def _delivered(rows: Iterable[ShownResult]) -> dict[str, tuple[GroupFigures, ...]]:
    """The groups that registers delivered, by outcome."""
    keys = {one.result.aggregate_id: one.result.outcome_key for one in rows}
    found = Aggregate.objects.filter(pk__in=[pk for pk in keys if pk]).select_related("period")
    return {
        keys[row.pk]: aggregated.delivered(row).groups for row in found.prefetch_related("groups")
    }


def _coded(groups: Iterable[GroupFigures], *, protected: bool) -> int | None:
    people = sum(one.people for one in groups if one.rows_digest)
    return None if people and protected else people


def _others(
    terms: TermsDocument, delivered: Mapping[str, tuple[GroupFigures, ...]], limit: int
) -> dict[str, Others]:
    """The groups that registers delivered beside each outcome; none of few people under a limit."""
    found = {}
    for key, given in delivered.items():
        is_quantity = terms.outcome(key).quantity is not None
        groups = {
            one.group: _group(one, is_quantity=is_quantity)
            for one in given
            if not _is_telling(one, limit)
        }
        found[key] = Others(
            groups.get(Whose.BEFORE),
            groups.get(Whose.COMPARISON),
            groups.get(Whose.COMPARISON_BEFORE),
        )
    return found


def _group(one: GroupFigures, *, is_quantity: bool) -> Group | Sample | None:
    if not is_quantity:
        return None if one.reached is None else Group(one.reached, one.people)
    if one.mean is None or one.deviation is None:
        return None
    return Sample(one.people, one.mean, one.deviation)


def _is_telling(one: GroupFigures, limit: int) -> bool:
    if not limit:
        return False
    if disclosure.is_small(one.people, limit):
        return True
    return one.reached is not None and not disclosure.protect(one.reached, one.people, limit).shown


def _scenarios(
    terms: TermsDocument,
    shown: ShownResult,
    missed: Mapping[str, Missing],
    *,
    protected: bool,
) -> tuple[Scenario, ...]:
    row = shown.result
    if row.outcome_key not in missed or (protected and shown.hidden):
        return ()
    found = scenarios(
        row.cumulative_numerator,
        row.denominator,
        missed[row.outcome_key],
        threshold_of(terms, row.outcome_key),
    )
    return tuple(without_counts(one) for one in found) if protected else found


def _last_day(closing: Closing) -> date:
    return closing.period.ends_on - timedelta(days=1)
