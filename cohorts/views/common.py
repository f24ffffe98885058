"""What the pages of this app share: the page of one step on a participant's way."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.http import HttpResponse

from sibportal.web.http import page

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpRequest

    from cohorts.models import Participant

T = TypeVar("T")


def step_page(
    request: HttpRequest,
    participant: Participant,
    form: Form,
    *,
    title: str,
    submit: str,
    intro: str = "",
) -> HttpResponse:
    """The page of one step on a participant's way; a refused form comes back with 422."""
    values = {
        "participant": participant,
        "cohort": participant.cohort,
        "contract": participant.cohort.contract,
        "form": form,
        "title": title,
        "submit": submit,
        "intro": intro,
    }
    status = 422 if form.errors else 200
    return page(request, "cohorts/participant_step.html", values, status=status)
