"""Checks of the value: its range, its change, and how odd it is among other values."""

from __future__ import annotations

from decimal import Decimal

from outcomes.rules.checks.base import Check, Found, Given, Parameter, count
from outcomes.rules.checks.robust import ODD_BEYOND, score, spread
from outcomes.rules.checks.subject import Reading, Subject
from outcomes.rules.words import MetricKind, Severity

_SCORE = Parameter("score", ODD_BEYOND, Decimal(2), Decimal(20), decimals=1)


def _out_of_range(subject: Subject, _given: Given) -> Found:
    value, metric = subject.value, subject.metric
    if value is None:
        return None
    too_low = metric.minimum is not None and value < metric.minimum
    too_high = metric.maximum is not None and value > metric.maximum
    return {"value": value} if too_low or too_high else None


def _at_end_of_range(subject: Subject, _given: Given) -> Found:
    value, metric = subject.value, subject.metric
    if value is None or metric.kind is MetricKind.YES_NO:
        return None
    return {"value": value} if value in (metric.minimum, metric.maximum) else None


def _impossible_change(subject: Subject, given: Given) -> Found:
    before = _latest_before(subject)
    if subject.value is None or before is None:
        return None
    if abs(subject.value - before.value) <= given["largest_change"]:
        return None
    return {"value": subject.value, "before": before.value, "on": before.measured_on}


def _falls_back(subject: Subject, _given: Given) -> Found:
    value = subject.value
    if value is None or not subject.definition.never_falls:
        return None
    for other in subject.history:
        earlier = other.measured_on < subject.measured_on and other.value > value
        later = other.measured_on > subject.measured_on and other.value < value
        if earlier or later:
            return {"other": other.value, "on": other.measured_on}
    return None


def _unlike_own_history(subject: Subject, given: Given) -> Found:
    if not _is_measured(subject) or len(subject.history) < given["fewest"]:
        return None
    own = spread(one.value for one in subject.history)
    return _odd(subject, own.median, abs(score(subject.value or Decimal(0), own)), given)


def _unlike_peers(subject: Subject, given: Given) -> Found:
    peers = subject.peers
    if not _is_measured(subject) or peers is None or peers.number < given["fewest"]:
        return None
    return _odd(subject, peers.median, abs(score(subject.value or Decimal(0), peers)), given)


def _odd(subject: Subject, median: Decimal, found: Decimal, given: Given) -> Found:
    if subject.value is None or found <= given["score"]:
        return None
    return {"value": subject.value, "median": median}


def _same_for_everybody(subject: Subject, given: Given) -> Found:
    same, value = subject.sameness, subject.value
    if same is None or value is None or value != same.commonest:
        return None
    kind = subject.metric.kind
    if kind in (MetricKind.COUNT, MetricKind.DAYS) and not value:
        return None  # that nothing happened is a common answer
    fewest = given["fewest_yes_no" if kind is MetricKind.YES_NO else "fewest"]
    if same.rows < fewest or 100 * same.of_commonest < given["share"] * same.rows:
        return None
    return {"same": same.of_commonest, "rows": same.rows}


def _is_measured(subject: Subject) -> bool:
    """Whether oddness means anything: yes or no is never far away."""
    measured = subject.value is not None and subject.metric.kind is not MetricKind.YES_NO
    return measured and subject.definition.outlier_check


def _latest_before(subject: Subject) -> Reading | None:
    earlier = [one for one in subject.history if one.measured_on < subject.measured_on]
    return max(earlier, key=lambda one: one.measured_on, default=None)


CHECKS = (
    Check("outcomes.out_of_range", Severity.BLOCKS, _out_of_range, fixed=True),
    Check("outcomes.at_end_of_range", Severity.INFORMATION, _at_end_of_range),
    Check(
        "outcomes.impossible_change",
        Severity.LOOK,
        _impossible_change,
        (
            Parameter(
                "largest_change", None, Decimal(0), Decimal(10**9), decimals=4,
                defined=lambda metric: metric.largest_change,
            ),
        ),
        by_others=True,
    ),
    Check("outcomes.falls_back", Severity.BLOCKS, _falls_back, by_others=True),
    Check(
        "outcomes.unlike_own_history",
        Severity.LOOK,
        _unlike_own_history,
        (count("fewest", 5, lowest=3), _SCORE),
        by_others=True,
    ),
    Check(
        "outcomes.unlike_peers",
        Severity.LOOK,
        _unlike_peers,
        (count("fewest", 10, lowest=5), _SCORE),
        by_others=True,
    ),
    Check(
        "outcomes.same_for_everybody",
        Severity.LOOK,
        _same_for_everybody,
        (
            count("fewest", 10, lowest=3),
            count("fewest_yes_no", 30, lowest=3),
            Parameter("share", Decimal(100), Decimal(50), Decimal(100)),
        ),
        by_others=True,
    ),
)  # fmt: skip
