"""Who can be enrolled: the cohort's criteria, frozen by its first enrolment (abuse case 2).

Only the month of birth is stored, so a person is inside an age limit if any day of that month is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sibportal.kernel.errors import Issue, RuleViolation

MONTHS_IN_YEAR = 12
LANGUAGES = ("en", "fi", "sv")


class AgeUnit(StrEnum):
    """Babies are counted in months, everyone else in years."""

    YEARS = "years"
    MONTHS = "months"


@dataclass(frozen=True)
class Question:
    """A risk factor or a free criterion: a key and its wording per language."""

    key: str
    title: Mapping[str, str]
    expected: bool = True

    def wording(self, language: str) -> str:
        """The text in a language, else in the first language that has one."""
        return self.title.get(language) or next(filter(None, self.title.values()), self.key)


@dataclass(frozen=True)
class Criteria:
    """Ages are completed years or months, both limits included."""

    minimum_age: int | None = None
    maximum_age: int | None = None
    age_unit: AgeUnit = AgeUnit.YEARS
    risk_factors: tuple[Question, ...] = ()
    minimum_risk_factors: int = 0
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Answers:
    """What the case worker answered for one person."""

    birth_month: date | None = None
    risk_factors: frozenset[str] = frozenset()
    questions: Mapping[str, bool] = field(default_factory=dict)


def parse_criteria(document: Mapping[str, Any]) -> Criteria:
    """Read stored criteria; raises RuleViolation with one issue per wrong entry."""
    issues: list[Issue] = []
    criteria = Criteria(
        minimum_age=_whole(document, "minimum_age", issues),
        maximum_age=_whole(document, "maximum_age", issues),
        age_unit=_unit(document, issues),
        risk_factors=_questions(document, "risk_factors", issues),
        minimum_risk_factors=_whole(document, "minimum_risk_factors", issues) or 0,
        questions=_questions(document, "questions", issues),
    )
    issues += _consistent(criteria)
    if issues:
        raise RuleViolation(issues)
    return criteria


def to_document(criteria: Criteria) -> dict[str, Any]:
    """The form in which criteria are stored with the cohort."""
    return {
        "minimum_age": criteria.minimum_age,
        "maximum_age": criteria.maximum_age,
        "age_unit": criteria.age_unit.value,
        "risk_factors": [_question_document(one) for one in criteria.risk_factors],
        "minimum_risk_factors": criteria.minimum_risk_factors,
        "questions": [_question_document(one) for one in criteria.questions],
    }


def check(answers: Answers, criteria: Criteria, *, as_of: date) -> list[Issue]:
    """What speaks against enrolling on `as_of`; nothing if the person is eligible."""
    issues = _check_age(answers.birth_month, criteria, as_of)
    known = {one.key for one in criteria.risk_factors}
    found = len(answers.risk_factors & known)
    if found < criteria.minimum_risk_factors:
        issues.append(
            Issue(
                "cohorts.too_few_risk_factors",
                field="risk_factors",
                value=str(found),
                params={"found": found, "needed": criteria.minimum_risk_factors},
            )
        )
    for question in criteria.questions:
        answer = answers.questions.get(question.key)
        if answer is None:
            issues.append(Issue("cohorts.criterion_unanswered", field=question.key))
        elif answer != question.expected:
            issues.append(Issue("cohorts.criterion_not_met", field=question.key))
    return issues


def check_change(enrolled: int) -> list[Issue]:
    """Criteria may change only while nobody is enrolled by them."""
    if enrolled == 0:
        return []
    return [Issue("cohorts.criteria_frozen", field="criteria", params={"enrolled": enrolled})]


def _check_age(birth_month: date | None, criteria: Criteria, as_of: date) -> list[Issue]:
    low, high = criteria.minimum_age, criteria.maximum_age
    if low is None and high is None:
        return []
    if birth_month is None:
        return [Issue("cohorts.birth_month_needed", field="birth_month")]
    size = MONTHS_IN_YEAR if criteria.age_unit is AgeUnit.YEARS else 1
    months = (as_of.year - birth_month.year) * MONTHS_IN_YEAR + as_of.month - birth_month.month
    # Born on the first the person has completed `months`; on the last day still one fewer.
    if low is not None and months < low * size:
        code = "cohorts.too_young_years" if size > 1 else "cohorts.too_young_months"
        return [Issue(code, field="birth_month", params={"limit": low})]
    if high is not None and months - 1 >= (high + 1) * size:
        code = "cohorts.too_old_years" if size > 1 else "cohorts.too_old_months"
        return [Issue(code, field="birth_month", params={"limit": high})]
    return []


def _whole(document: Mapping[str, Any], key: str, issues: list[Issue]) -> int | None:
    value = document.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        issues.append(Issue("cohorts.whole_number_needed", field=key, value=str(value)))
        return None
    return value


def _unit(document: Mapping[str, Any], issues: list[Issue]) -> AgeUnit:
    value = document.get("age_unit", AgeUnit.YEARS.value)
    try:
        return AgeUnit(value)
    except ValueError:
        issues.append(Issue("cohorts.age_unit_unknown", field="age_unit", value=str(value)))
        return AgeUnit.YEARS


def _questions(document: Mapping[str, Any], key: str, issues: list[Issue]) -> tuple[Question, ...]:
    found: list[Question] = []
    entries = document.get(key, [])
    for number, entry in enumerate(entries if isinstance(entries, list) else [None]):
        try:
            question = Question(
                key=str(entry["key"]),
                title={name: str(entry["title"].get(name, "")) for name in LANGUAGES},
                expected=bool(entry.get("expected", True)),
            )
        except (AttributeError, KeyError, TypeError):
            issues.append(Issue("cohorts.criterion_malformed", field=f"{key}[{number}]"))
            continue
        if question.key in {one.key for one in found}:
            issues.append(
                Issue("cohorts.criterion_twice", field=f"{key}[{number}]", value=question.key)
            )
        found.append(question)
    return tuple(found)


def _consistent(criteria: Criteria) -> list[Issue]:
    issues = []
    low, high = criteria.minimum_age, criteria.maximum_age
    if low is not None and high is not None and high < low:
        issues.append(Issue("cohorts.age_limits_reversed", field="maximum_age", value=str(high)))
    if criteria.minimum_risk_factors > len(criteria.risk_factors):
        issues.append(
            Issue(
                "cohorts.more_risk_factors_than_listed",
                field="minimum_risk_factors",
                value=str(criteria.minimum_risk_factors),
                params={"listed": len(criteria.risk_factors)},
            )
        )
    return issues


def _question_document(question: Question) -> dict[str, Any]:
    return {"key": question.key, "title": dict(question.title), "expected": question.expected}
