"""An evaluation in words: sentences, cells and the methods behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from outcomes.rules.evaluation.compared import Against, Comparison
from outcomes.rules.evaluation.missing import Assumption, Scenario, depends_on_missing
from outcomes.rules.statistics import Estimate, Method
from outcomes.selectors.evaluation import Evaluation, Figure, OutcomeEvaluation
from outcomes.selectors.progress import Standing, standing_of
from outcomes.views.common import outcome_title
from outcomes.views.shown_aggregates import from_rows
from sibportal.web import formats
from sibportal.web.charts import Bullet
from sibportal.web.components import Status
from sibportal.web.localised import choose, localised

MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Row:
    """One line of a table: a heading, what stands under it, and cells as text."""

    title: str
    cells: list[str]
    sub: str = ""
    bar: Bullet | None = None
    status: Status | None = None


@dataclass(frozen=True)
class Panel:
    """Everything about one outcome."""

    key: str
    title: str
    sentence: str
    detail: str
    groups: list[Row]
    comparisons: list[Row]
    scenarios: list[Row]
    scenario_sentence: str
    has_threshold: bool
    tag: Status | None


def panels(found: Evaluation) -> list[Panel]:
    """The outcomes of an evaluation as the page shows them."""
    return [
        Panel(
            key=one.outcome.key,
            title=outcome_title(found.terms, one.outcome.key),
            sentence=_sentence(one),
            detail=" ".join(filter(None, (_detail(one), _source(one)))),
            groups=list(_groups(one)),
            comparisons=[_comparison(row, is_share=one.is_share) for row in one.comparisons],
            scenarios=[_scenario(row) for row in one.scenarios] if _tells(one) else [],
            scenario_sentence=_scenario_sentence(one),
            has_threshold=one.threshold is not None,
            tag=_tag(one),
        )
        for one in found.outcomes
    ]


def blends(found: Evaluation) -> list[Row]:
    """Effects that the terms put together from several comparisons."""
    titles = {term.key: term.title for term in found.terms.payment_terms}
    return [
        Row(
            str(choose(titles[one.outcome])) or one.outcome,
            _comparison(one, is_share=True).cells,
            status=_told_from_chance(one.difference),
        )
        for one in found.blends
    ]


def methods(found: Evaluation) -> list[str]:
    """How the figures of an evaluation were worked out, each with its source."""
    used = {method for one in found.outcomes for method in _used(one)}
    used |= {one.difference.method for one in found.blends}
    said = _method_sentences()
    sentences = [said[method] for method in Method if method in used and method in said]
    if any(one.scenarios for one in found.outcomes):
        sentences.append(
            _(
                "Missing are those who were due at a measurement point and measured at none. The"
                " last value stands in for them, or all of them fail or succeed (Little and Rubin"
                " 2002; Horowitz and Manski 2000)."
            )
        )
    return sentences


def _used(one: OutcomeEvaluation) -> Iterator[Method]:
    for figure in (one.figure, *(cohort.figure for cohort in one.cohorts)):
        if figure.estimate is not None:
            yield figure.estimate.method
    for row in one.comparisons:
        for estimate in (row.difference, row.ratio, row.reduction):
            if estimate is not None:
                yield estimate.method


def _method_sentences() -> dict[Method, str]:
    return {
        Method.WILSON: _("Shares: Wilson's score interval (Wilson 1927; Newcombe 1998)."),
        Method.T_INTERVAL: _("Means: Student's t interval (Student 1908)."),
        Method.AGAINST_FIGURE: _(
            "Against an agreed figure: the interval of our own figure, moved. How uncertain the"
            " agreed figure itself is, is not in it."
        ),
        Method.NEWCOMBE: _(
            "Difference of two shares: hybrid score interval, method 10 of Newcombe (1998)."
        ),
        Method.WELCH: _("Difference of two means: Welch's interval (Welch 1947)."),
        Method.RISK_RATIO: _(
            "Ratio of two shares: interval of the logarithm (Katz and others 1978)."
        ),
        Method.RELATIVE_REDUCTION: _("Relative reduction: one less the ratio, with its interval."),
        Method.DIFFERENCE_IN_DIFFERENCES: _(
            "Difference in differences: the four figures are taken as independent, so the"
            " interval is wide rather than narrow (delta method; Angrist and Pischke 2009)."
        ),
        Method.BLEND: _(
            "Several comparisons weighed together: taken as independent (Zou and Donner 2008)."
        ),
    }


def _sentence(one: OutcomeEvaluation) -> str:
    figure = one.figure
    if figure.estimate is None:
        return _("Too few people to show: the figure could tell about somebody.")
    if figure.estimate.value is None:
        return _("Nobody is in the denominator yet.")
    if figure.measured == 0:
        return _("Nobody has been measured yet.")
    if not one.is_share:
        return _("On average %(mean)s per person.") % {"mean": _plain(figure.estimate.value)}
    words = {"share": formats.percent(figure.estimate.value), "count": _of(figure)}
    if one.threshold is None or not one.threshold.is_share:
        return _("%(share)s: %(count)s.") % words
    words["threshold"] = formats.percent(one.threshold.value)
    return _("%(share)s: %(count)s; the threshold is %(threshold)s.") % words


def _detail(one: OutcomeEvaluation) -> str:
    estimate = one.figure.estimate
    if estimate is None or estimate.low is None or estimate.high is None:
        return ""
    if one.figure.measured == 0:
        return ""
    said = [
        _("The true figure may lie anywhere from %(low)s to %(high)s (95%% interval).")
        % {
            "low": _value(estimate.low, is_share=one.is_share),
            "high": _value(estimate.high, is_share=one.is_share),
        }
    ]
    if one.missing is not None and one.missing.people:
        said.append(
            ngettext(
                "%(count)s person was due and is not measured.",
                "%(count)s people were due and are not measured.",
                one.missing.people,
            )
            % {"count": formats.number(one.missing.people)}
        )
    return " ".join(said)


def _source(one: OutcomeEvaluation) -> str:
    """That figures of a register were counted by the portal, and from how many rows."""
    if one.coded_rows is None:
        return _("Counted from coded rows of a register.")
    return f"{from_rows(one.coded_rows)}." if one.coded_rows else ""


def _groups(one: OutcomeEvaluation) -> Iterator[Row]:
    """Everybody, and each cohort where there are several."""
    yield _group(one, _("Everybody"), one.figure)
    for cohort in one.cohorts:
        yield _group(one, str(localised(cohort.cohort, "title")), cohort.figure)


def _group(one: OutcomeEvaluation, title: str, figure: Figure) -> Row:
    estimate = figure.estimate
    if estimate is None:
        return Row(title, [_("Hidden: too few people"), "–", "–"])
    if figure.measured == 0:
        return Row(title, [_of(figure), "–", _count(figure.measured)])
    cells = [_of(figure), _with_interval(estimate, is_share=one.is_share), _count(figure.measured)]
    return Row(title, cells, bar=_bar(one, title, estimate))


def _of(one: Figure | Scenario) -> str:
    """So many of so many."""
    words = {"reached": _count(one.reached), "people": _count(one.people)}
    return _("%(reached)s of %(people)s") % words


def _bar(one: OutcomeEvaluation, title: str, estimate: Estimate) -> Bullet | None:
    if not one.is_share or estimate.value is None:
        return None
    threshold = one.threshold if one.threshold and one.threshold.is_share else None
    return Bullet(
        estimate=float(estimate.value),
        threshold=None if threshold is None else float(threshold.value),
        label=f"{title}: {_with_interval(estimate, is_share=True)}",
        low=None if estimate.low is None else float(estimate.low),
        high=None if estimate.high is None else float(estimate.high),
    )


def _comparison(one: Comparison, *, is_share: bool) -> Row:
    difference = one.difference
    reference = "–" if one.reference is None else _value(one.reference, is_share=is_share)
    cells = [reference, _difference(difference, is_share=is_share), _ratio(one)]
    title = _against(one.against)
    if one.agreed:
        title = _("%(comparison)s (agreed in the terms)") % {"comparison": title}
    return Row(title, cells, sub=one.source, status=_told_from_chance(difference))


def _against(against: Against) -> str:
    return {
        Against.FIXED_BASELINE: _("Baseline"),
        Against.HISTORICAL_COHORT: _("Earlier cohort"),
        Against.FORECAST: _("Forecast without the service"),
        Against.OWN_HISTORY: _("The participants before"),
        Against.COMPARISON_GROUP: _("Comparison group"),
        Against.DIFFERENCE_IN_DIFFERENCES: _("Change beside that of the comparison group"),
        Against.BLEND: _("Several comparisons together"),
    }[against]


def _told_from_chance(difference: Estimate) -> Status:
    if difference.low is None or difference.high is None:
        return Status("neutral", _("Not known"))
    if difference.low > 0:
        return Status("success", _("Higher, not by chance alone"))
    if difference.high < 0:
        return Status("info", _("Lower, not by chance alone"))
    return Status("warning", _("Cannot be told from chance"))


def _difference(one: Estimate, *, is_share: bool) -> str:
    if one.value is None:
        return "–"

    def said(value: Decimal) -> str:
        return _signed(value * 100 if is_share else value, places=1 if is_share else 2)

    text = said(one.value)
    if is_share:
        text = _("%(value)s percentage points") % {"value": text}
    if one.low is None or one.high is None:
        return text
    return _between(text, said(one.low), said(one.high))


def _between(text: str, low: str, high: str) -> str:
    return _("%(value)s (%(low)s to %(high)s)") % {"value": text, "low": low, "high": high}


def _ratio(one: Comparison) -> str:
    if one.ratio is None or one.ratio.value is None:
        return "–"
    text = _plain(one.ratio.value)
    if one.ratio.low is not None and one.ratio.high is not None:
        text = _between(text, _plain(one.ratio.low), _plain(one.ratio.high))
    if one.reduction is None or not one.reduction.value:
        return text
    part = formats.percent(abs(one.reduction.value), places=0)
    less = (
        _("%(ratio)s; %(part)s less") if one.reduction.value > 0 else _("%(ratio)s; %(part)s more")
    )
    return less % {"ratio": text, "part": part}


def _tells(one: OutcomeEvaluation) -> bool:
    """Whether anybody is missing, so that the assumptions differ."""
    if one.missing is None:
        return bool(one.scenarios) and one.threshold is not None
    return bool(one.scenarios) and one.missing.people > 0


def _scenario(one: Scenario) -> Row:
    title = {
        Assumption.AS_AGREED: _("As the contract counts"),
        Assumption.ALL_FAIL: _("Nobody missing has reached it"),
        Assumption.LAST_VALUE: _("The missing are as last measured"),
        Assumption.ALL_SUCCEED: _("Everybody missing has reached it"),
    }[one.assumption]
    cells = ["–", "–"]
    if one.estimate is not None:
        cells = [_of(one), _with_interval(one.estimate, is_share=True)]
    if one.passes is None:
        return Row(title, [*cells, "–"])
    tag = Status("success", _("Reached")) if one.passes else Status("neutral", _("Not reached"))
    return Row(title, cells, status=tag)


def _scenario_sentence(one: OutcomeEvaluation) -> str:
    if not _tells(one):
        return ""
    if one.threshold is None:
        return _("What hangs on the missing")
    if depends_on_missing(one.scenarios):
        return _("It depends on the missing whether the threshold is reached.")
    if one.scenarios[0].passes:
        return _("The threshold is reached whatever the missing have done.")
    return _("The threshold is not reached whatever the missing have done.")


def _tag(one: OutcomeEvaluation) -> Status | None:
    estimate, threshold = one.figure.estimate, one.threshold
    if estimate is None or threshold is None or one.figure.measured == 0:
        return None
    found = standing_of(threshold, estimate.low, estimate.high)
    return {
        Standing.ON_TRACK: Status("success", _("On track")),
        Standing.NEAR: Status("warning", _("Near threshold")),
        Standing.BELOW: Status("danger", _("Below threshold")),
        None: None,
    }[found]


def _with_interval(one: Estimate, *, is_share: bool) -> str:
    if one.value is None:
        return "–"
    text = _value(one.value, is_share=is_share)
    if one.low is None or one.high is None:
        return text
    low, high = (_value(bound, is_share=is_share) for bound in (one.low, one.high))
    return _between(text, low, high)


def _value(value: Decimal, *, is_share: bool) -> str:
    return formats.percent(value) if is_share else _plain(value)


def _plain(value: Decimal) -> str:
    return formats.number(value, places=2)


def _signed(value: Decimal, *, places: int) -> str:
    text = formats.number(abs(value), places=places)
    return f"+{text}" if value > 0 else f"{MINUS}{text}" if value < 0 else text


def _count(value: int | None) -> str:
    return "–" if value is None else formats.number(value)


def export_rows(found: Evaluation) -> Iterable[list[object]]:
    """The evaluation as a table for a spreadsheet: one line per figure, comparison, assumption."""
    yield ["outcome", "kind", "of", "reached", "people", "estimate", "low", "high", "method"]
    for one in found.outcomes:
        figures = [("everybody", one.figure)]
        figures += [(cohort.cohort.code_prefix, cohort.figure) for cohort in one.cohorts]
        for name, figure in figures:
            counts = [figure.reached, figure.people]
            yield [one.outcome.key, "figure", name, *counts, *_plain_cells(figure.estimate)]
        for row in one.comparisons:
            yield _exported(row, "difference", row.difference)
            if row.ratio is not None:
                yield _exported(row, "ratio", row.ratio)
        for case in one.scenarios:
            counts = [case.reached, case.people]
            yield [
                one.outcome.key, "missing", str(case.assumption), *counts,
                *_plain_cells(case.estimate),
            ]  # fmt: skip
    for row in found.blends:
        yield _exported(row, "difference", row.difference)


def _exported(row: Comparison, kind: str, estimate: Estimate) -> list[object]:
    return [row.outcome, kind, str(row.against), None, None, *_plain_cells(estimate)]


def _plain_cells(one: Estimate | None) -> list[object]:
    return [None] * 4 if one is None else [one.value, one.low, one.high, str(one.method)]
