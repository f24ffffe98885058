"""The schedule of one participant and of a cohort: years as folds, the current one open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cohorts.models import Participant
from contracts.models import Contract
from outcomes import selectors
from outcomes.rules.points import PointStatus
from outcomes.selectors.schedule import Year
from outcomes.views.common import metric_title
from outcomes.views.due import SHOWN, entry_url, standing_notes, status_tag, titles
from sibportal.accounts.roles import Action
from sibportal.web import formats
from sibportal.web.doors import signed_in
from sibportal.web.http import page
from sibportal.web.localised import choose, localised

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
@require_safe
def participant_schedule(request: HttpRequest, participant_id: UUID) -> HttpResponse:
    """Every measurement point of one participant and how it stands, year by year."""
    viewer = signed_in(request)
    participant = selectors.participant_seen(viewer, participant_id)
    contract = participant.cohort.contract
    may_submit = participant.counts and selectors.may(
        viewer, Action.SUBMIT_MEASUREMENT, participant
    )
    years = _years(selectors.participant_schedule(participant), contract)
    for year in years:
        year["rows"] = [
            {
                "metric": titles(one)[0],
                "point": titles(one)[1],
                "window": one.window,
                "status": status_tag(one.status),
                "url": entry_url(one) if may_submit and one.status in selectors.ENTERABLE else "",
            }
            for one in year["rows"]
        ]
    context = {
        "contract": contract,
        "participant": participant,
        "unit": selectors.unit_of(participant),
        "standing": _standing(participant),
        "notes": standing_notes(participant),
        "years": years,
    }
    return page(request, "outcomes/participant_schedule.html", context)


@login_required
@require_safe
def cohort_schedule(request: HttpRequest, cohort_id: UUID) -> HttpResponse:
    """Every measurement point of a cohort, year by year, with how many people stand how."""
    viewer = signed_in(request)
    cohort = selectors.cohort_seen(viewer, cohort_id)
    years = _years(selectors.cohort_schedule(viewer, cohort), cohort.contract)
    for year in years:
        shown = [status for status in SHOWN if year["statuses"].get(status)]
        year["columns"] = [SHOWN[status][1] for status in shown]
        year["rows"] = [
            {
                "metric": metric_title(one.metric),
                "point": str(choose(one.point.title)) or one.point.key,
                "cells": [
                    (SHOWN[status][1], formats.number(one.statuses.get(status, 0)))
                    for status in shown
                ],
            }
            for one in year["rows"]
        ]
    context = {
        "contract": cohort.contract,
        "cohort": cohort,
        "title": str(localised(cohort, "title")) or cohort.code_prefix,
        "years": years,
    }
    return page(request, "outcomes/cohort_schedule.html", context)


def _years(years: list[Year[Any]], contract: Contract) -> list[dict[str, Any]]:
    """The years as folds; open are the current one and every one with something late in it."""
    today = selectors.today(contract)
    return [
        {
            "year": one.year,
            "open": one.year == today.year,
            "statuses": one.statuses,
            "summary": _summary(one.statuses),
            "rows": one.rows,
        }
        for one in years
    ]


def _summary(statuses: Mapping[PointStatus, int]) -> str:
    """How a year stands, in words, such as: Late 2, Reported 14."""
    words = [
        f"{label}{formats.NBSP}{formats.number(statuses[status])}"
        for status, (_tone, label) in SHOWN.items()
        if statuses.get(status)
    ]
    return ", ".join(words)


def _standing(participant: Participant) -> str:
    """Since when somebody takes part, and until when."""
    enrolment = participant.enrolment
    if enrolment.exited_on is None:
        return _("Enrolled %(day)s.") % {"day": formats.day(enrolment.enrolled_on)}
    return _("Enrolled %(first)s, left %(last)s: %(reason)s.") % {
        "first": formats.day(enrolment.enrolled_on),
        "last": formats.day(enrolment.exited_on),
        "reason": str(enrolment.get_exit_reason_display()).lower(),
    }
