"""What a metric is, and whether terms rest on metrics that exist and can answer them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from contracts.rules.terms.document import Condition, MetricReference, TermsDocument
from contracts.rules.terms.words import ConditionKind
from sibportal.kernel.errors import Issue

YES_NO, NUMBER = "yes_no", "number"
MOST_DECIMALS = 4
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}", re.ASCII)


@dataclass(frozen=True, slots=True)
class MetricFacts:
    """The definition of something measured; the smallest and largest value are possible ones."""

    code: str
    title_en: str
    title_fi: str
    title_sv: str
    kind: str
    direction: str = "higher"
    description_en: str = ""
    description_fi: str = ""
    description_sv: str = ""
    unit_en: str = ""
    unit_fi: str = ""
    unit_sv: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    decimals: int = 0
    instrument: str = ""
    source: str = ""
    register_source: bool = False


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
    return issues


def _is_empty(least: Decimal | None, most: Decimal | None) -> bool:
    return least is not None and most is not None and least >= most


def references(terms: TermsDocument) -> Iterator[tuple[str, MetricReference]]:
    """Every metric that the terms name, with its path."""
    for position, outcome in enumerate(terms.outcomes):
        if outcome.metric:
            yield f"outcomes[{position}].metric", outcome.metric
    for position, follow_up in enumerate(terms.follow_up):
        yield f"follow_up[{position}].metric", follow_up.metric


def check_metrics(terms: TermsDocument, kinds: Mapping[MetricReference, str]) -> list[Issue]:
    """Metrics that nobody defined, and conditions that do not fit the metric's kind."""
    issues = [
        Issue("contracts.unknown_metric", at, metric.code, {"version": metric.version})
        for at, metric in references(terms)
        if metric not in kinds
    ]
    for position, outcome in enumerate(terms.outcomes):
        kind = kinds.get(outcome.metric) if outcome.metric else None
        if kind and outcome.condition:
            issues += _condition(f"outcomes[{position}].condition.kind", outcome.condition, kind)
    return issues


def _condition(at: str, condition: Condition, kind: str) -> list[Issue]:
    asks_yes = condition.kind is ConditionKind.IS_TRUE
    if asks_yes and kind != YES_NO:
        return [Issue("contracts.metric_is_a_number", at, condition.kind)]
    if not asks_yes and kind == YES_NO:
        return [Issue("contracts.metric_is_yes_no", at, condition.kind)]
    return []
