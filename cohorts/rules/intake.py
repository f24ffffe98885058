"""The intake plan: how many should be enrolled, in all, by the end of which day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sibportal.kernel.dates import Period
from sibportal.kernel.errors import Issue


@dataclass(frozen=True, order=True)
class PlanStep:
    """`planned` people enrolled in all by the end of `by_on`."""

    by_on: date
    planned: int


def check_plan(steps: Sequence[PlanStep], *, window: Period, places: int) -> list[Issue]:
    """Dates lie in the enrolment window and rise; numbers never fall and fit the places."""
    issues: list[Issue] = []
    for before, step in zip((None, *steps), steps, strict=False):
        value = step.by_on.isoformat()
        if not window.contains(step.by_on):
            params = {"by_on": step.by_on}
            issues.append(Issue("cohorts.plan_outside_window", "plan", value, params))
        if before is not None and step.by_on <= before.by_on:
            params = {"by_on": step.by_on}
            issues.append(Issue("cohorts.plan_dates_not_rising", "plan", value, params))
        elif before is not None and step.planned < before.planned:
            params = {"by_on": step.by_on}
            issues.append(Issue("cohorts.plan_falls", "plan", str(step.planned), params))
        if step.planned > places:
            plan: dict[str, object] = {"by_on": step.by_on, "places": places}
            issues.append(Issue("cohorts.plan_above_places", "plan", str(step.planned), plan))
    return issues


def planned_by(steps: Iterable[PlanStep], day: date) -> int:
    """How many should be enrolled on a day: the last step that has passed."""
    return max((step.planned for step in steps if step.by_on <= day), default=0)


def check_window(starts_on: date, ends_on: date) -> list[Issue]:
    """Enrolment ends, with the day after its last, later than it starts."""
    if ends_on > starts_on:
        return []
    params = {"on": starts_on}
    return [Issue("cohorts.ends_before_start", "enrolment_ends_on", ends_on.isoformat(), params)]


def check_places(places: int, *, enrolled: int) -> list[Issue]:
    """There is at least one place, and never fewer than people enrolled."""
    if places < 1:
        return [Issue("cohorts.no_places", "places", str(places))]
    if places < enrolled:
        return [Issue("cohorts.fewer_places", "places", str(places), {"enrolled": enrolled})]
    return []
