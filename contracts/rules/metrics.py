"""What a metric is, and whether terms rest on metrics that exist and can answer them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from contracts.rules.terms.document import Condition, MetricReference, TermsDocument
from contracts.rules.terms.words import ConditionKind
from sibportal.kernel.errors import Issue

YES_NO, NUMBER = "yes_no", "number"
PAYMENT, FOLLOW_UP = "payment", "follow_up"
MOST_DECIMALS = 4
LANGUAGES = ("en", "fi", "sv")
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}", re.ASCII)


@dataclass(frozen=True, slots=True)
class MetricFacts:
    """The definition of something measured; the smallest and largest value are possible ones.

    `largest_change`, `never_falls` and `outlier_check` are what automatic checks of its values
    ask; `library_version` is the entry of the shipped library that the definition is.
    """

    code: str
    title_en: str
    title_fi: str
    title_sv: str
    kind: str
    direction: str = "higher"
    description_en: str = ""
    description_fi: str = ""
    description_sv: str = ""
    excluded_en: str = ""
    excluded_fi: str = ""
    excluded_sv: str = ""
    unit_en: str = ""
    unit_fi: str = ""
    unit_sv: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    decimals: int = 0
    scale_en: str = ""
    scale_fi: str = ""
    scale_sv: str = ""
    instrument_en: str = ""
    instrument_fi: str = ""
    instrument_sv: str = ""
    owner_en: str = ""
    owner_fi: str = ""
    owner_sv: str = ""
    source_en: str = ""
    source_fi: str = ""
    source_sv: str = ""
    register_source: bool = False
    measured_by_role: str = ""
    measured_by_en: str = ""
    measured_by_fi: str = ""
    measured_by_sv: str = ""
    measured_when_en: str = ""
    measured_when_fi: str = ""
    measured_when_sv: str = ""
    meaningful_change: Decimal | None = None
    meaningful_change_source_en: str = ""
    meaningful_change_source_fi: str = ""
    meaningful_change_source_sv: str = ""
    use: str = PAYMENT
    evidence_required: str = "none"
    largest_change: Decimal | None = None
    never_falls: bool = False
    outlier_check: bool = True
    library_version: int | None = None


@dataclass(frozen=True, slots=True)
class Defined:
    """What terms ask of a metric that they name."""

    kind: str
    use: str = PAYMENT


def check_definition(facts: MetricFacts) -> list[Issue]:
    """Everything wrong with a definition, each at its field."""
    issues = []
    if not _CODE.fullmatch(facts.code):
        issues.append(Issue("contracts.metric_code", "code", facts.code))
    for name in ("title_en", "title_fi", "title_sv"):
        if not getattr(facts, name).strip():
            issues.append(Issue("contracts.metric_title", name))
    if facts.kind == YES_NO and (facts.minimum, facts.maximum) != (None, None):
        issues.append(Issue("contracts.metric_range_unused", "minimum"))
    elif _is_empty(facts.minimum, facts.maximum):
        issues.append(Issue("contracts.metric_range", "maximum"))
    if not 0 <= facts.decimals <= (MOST_DECIMALS if facts.kind == NUMBER else 0):
        issues.append(Issue("contracts.metric_decimals", "decimals", str(facts.decimals)))
    return [*issues, *_changes(facts)]


def _changes(facts: MetricFacts) -> Iterator[Issue]:
    """What the definition says about changes of its values."""
    for name in ("meaningful_change", "largest_change"):
        change = getattr(facts, name)
        if change is None:
            continue
        if facts.kind == YES_NO:
            yield Issue("contracts.metric_change_unused", name)
        elif change <= 0:
            yield Issue("contracts.metric_change", name)
    sources = [getattr(facts, f"meaningful_change_source_{code}").strip() for code in LANGUAGES]
    if facts.meaningful_change is not None and not any(sources):
        yield Issue("contracts.metric_change_source", "meaningful_change_source_en")


def differences(before: MetricFacts, after: MetricFacts) -> tuple[str, ...]:
    """The names of the fields in which two versions of a metric differ."""
    names = (field.name for field in fields(MetricFacts) if field.name != "library_version")
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))


def _is_empty(least: Decimal | None, most: Decimal | None) -> bool:
    return least is not None and most is not None and least >= most


def references(terms: TermsDocument) -> Iterator[tuple[str, MetricReference]]:
    """Every metric that the terms name, with its path."""
    yield from _paid_on(terms)
    for position, follow_up in enumerate(terms.follow_up):
        yield f"follow_up[{position}].metric", follow_up.metric


def _paid_on(terms: TermsDocument) -> Iterator[tuple[str, MetricReference]]:
    """The metrics on which payment can rest: those of the outcomes."""
    for position, outcome in enumerate(terms.outcomes):
        if outcome.metric:
            yield f"outcomes[{position}].metric", outcome.metric
        if outcome.quantity and outcome.quantity.less_metric:
            yield f"outcomes[{position}].quantity.less_metric", outcome.quantity.less_metric


def check_metrics(terms: TermsDocument, defined: Mapping[MetricReference, Defined]) -> list[Issue]:
    """Metrics that nobody defined, those that are followed only and would be paid on, and
    conditions that do not fit the metric's kind."""
    issues = [
        Issue("contracts.unknown_metric", at, metric.code, {"version": metric.version})
        for at, metric in references(terms)
        if metric not in defined
    ]
    issues += [
        Issue("contracts.metric_follow_up_only", at, metric.code)
        for at, metric in _paid_on(terms)
        if metric in defined and defined[metric].use == FOLLOW_UP
    ]
    for position, outcome in enumerate(terms.outcomes):
        found = defined.get(outcome.metric) if outcome.metric else None
        if found and outcome.condition:
            at = f"outcomes[{position}].condition.kind"
            issues += _condition(at, outcome.condition, found.kind)
    return issues


def _condition(at: str, condition: Condition, kind: str) -> list[Issue]:
    asks_yes = condition.kind is ConditionKind.IS_TRUE
    if asks_yes and kind != YES_NO:
        return [Issue("contracts.metric_is_a_number", at, condition.kind)]
    if not asks_yes and kind == YES_NO:
        return [Issue("contracts.metric_is_yes_no", at, condition.kind)]
    return []
