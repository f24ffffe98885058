"""The form of a cohort: places, criteria and intake plan, one in a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from cohorts.models import (
    Cohort,
    CohortUnit,
)
from cohorts.rules.eligibility import LANGUAGES, Question, parse_criteria
from cohorts.rules.intake import PlanStep
from cohorts.services import CohortFacts
from sibportal.web.forms import DateField, WholeNumberField
from sibportal.web.messages import sentence

if TYPE_CHECKING:
    pass
from cohorts.forms.fields import LinesField


class CohortForm(forms.Form):
    """A cohort with its criteria and intake plan."""

    title_fi = forms.CharField(label=_("Title in Finnish"), max_length=200, required=False)
    title_sv = forms.CharField(label=_("Title in Swedish"), max_length=200, required=False)
    title_en = forms.CharField(label=_("Title in English"), max_length=200, required=False)
    code_prefix = forms.CharField(
        label=_("Prefix of participant codes"),
        max_length=4,
        help_text=_("Two to four letters, for example TP. The first code is then TP-0001."),
        widget=forms.TextInput(attrs={"class": "w-s", "autocomplete": "off"}),
    )
    unit = forms.ChoiceField(label=_("What is served"), choices=CohortUnit)
    places = WholeNumberField(label=_("Places"), min_value=1)
    enrolment_starts_on = DateField(label=_("Enrolment starts on"))
    enrolment_ends_on = DateField(
        label=_("Enrolment ends on"), help_text=_("The first day on which nobody is enrolled.")
    )
    plan = LinesField(
        label=_("Intake plan"),
        help_text=_("One line for each date: the date and how many are enrolled in all by then."),
    )
    minimum_age = WholeNumberField(label=_("Lowest age"), required=False)
    maximum_age = WholeNumberField(label=_("Highest age"), required=False)
    age_unit = forms.ChoiceField(
        label=_("Age is counted in"), choices=(("years", _("Years")), ("months", _("Months")))
    )
    risk_factors = LinesField(
        label=_("Risk factors"),
        help_text=_("One in a line, as English | Finnish | Swedish. One language is enough."),
    )
    minimum_risk_factors = WholeNumberField(
        label=_("How many risk factors are needed"), required=False
    )
    questions = LinesField(
        label=_("Other criteria"),
        help_text=_("One question in a line, answered with yes by everybody who is eligible."),
    )
    who_counts_fi = LinesField(label=_("Who counts, in Finnish"))
    who_counts_sv = LinesField(label=_("Who counts, in Swedish"))
    who_counts_en = LinesField(label=_("Who counts, in English"))

    def clean_code_prefix(self) -> str:
        return str(self.cleaned_data["code_prefix"]).strip().upper()

    def clean_plan(self) -> list[PlanStep]:
        steps, errors = [], []
        for number, line in enumerate(self.cleaned_data["plan"].splitlines(), start=1):
            if not line.strip():
                continue
            try:
                day, planned = line.replace("\t", " ").strip().rsplit(" ", 1)
                by_on = DateField().clean(day.rstrip(" :;,"))
                steps.append(PlanStep(by_on, int(planned)))
            except (ValueError, ValidationError):
                errors.append(sentence("cohorts.plan_line_malformed", line=number))
        if errors:
            raise ValidationError(errors)
        return steps

    def facts(self, known: Mapping[str, Any] | None = None) -> CohortFacts:
        """What the service takes; criteria already stored keep their keys."""
        values = {name: self.cleaned_data[name] for name in CohortFacts.__dataclass_fields__
                  if name != "criteria"}  # fmt: skip
        old = parse_criteria(known or {})
        criteria = {
            "minimum_age": self.cleaned_data["minimum_age"],
            "maximum_age": self.cleaned_data["maximum_age"],
            "age_unit": self.cleaned_data["age_unit"],
            "risk_factors": _read_lines(self.cleaned_data["risk_factors"], old.risk_factors),
            "minimum_risk_factors": self.cleaned_data["minimum_risk_factors"] or 0,
            "questions": _read_lines(self.cleaned_data["questions"], old.questions),
        }
        return CohortFacts(**values, criteria=criteria)

    @staticmethod
    def initial_of(cohort: Cohort, steps: Sequence[PlanStep]) -> dict[str, Any]:
        """What the form shows of a stored cohort."""
        criteria = parse_criteria(cohort.criteria)
        names = CohortFacts.__dataclass_fields__
        values = {name: getattr(cohort, name) for name in names if name != "criteria"}
        show = DateField().prepare_value
        return values | {
            "plan": "\n".join(f"{show(step.by_on)} {step.planned}" for step in steps),
            "minimum_age": criteria.minimum_age,
            "maximum_age": criteria.maximum_age,
            "age_unit": criteria.age_unit.value,
            "minimum_risk_factors": criteria.minimum_risk_factors,
            "risk_factors": _written_lines(criteria.risk_factors),
            "questions": _written_lines(criteria.questions),
        }


def _read_lines(text: str, known: Iterable[Question]) -> list[dict[str, Any]]:
    found = []
    kept = {_written_lines([one]): one for one in known}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if line in kept:
            old = kept[line]
            found.append({"key": old.key, "title": dict(old.title), "expected": old.expected})
            continue
        titles = [part.strip() for part in line.split("|")]
        key = slugify(next(filter(None, titles), "")).replace("-", "_")[:40]
        title = dict(zip(LANGUAGES, titles, strict=False))
        found.append({"key": key or "criterion", "title": title})
    return found


def _written_lines(questions: Iterable[Question]) -> str:
    lines = (" | ".join(one.title.get(name, "") for name in LANGUAGES) for one in questions)
    return "\n".join(line.rstrip(" |") for line in lines)
