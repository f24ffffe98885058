"""What the pages of this app share: the signed-in person, and a form that a service may refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

from django.http import HttpResponse

from sibportal.kernel.errors import RuleViolation
from sibportal.web.forms import attach_issues
from sibportal.web.http import page

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpRequest

    from cohorts.models import Participant
    from sibportal.accounts.models import User

T = TypeVar("T")


def signed_in(request: HttpRequest) -> User:
    """The person behind a request that has passed login_required."""
    return cast("User", request.user)


def accepted(form: Form, service: Callable[[], T]) -> T | None:
    """The service's answer where shape and rules agree; else None, and the form says why."""
    if not form.is_valid():
        return None
    try:
        return service()
    except RuleViolation as violation:
        attach_issues(form, violation)
        return None


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
        "form": form,
        "title": title,
        "submit": submit,
        "intro": intro,
    }
    status = 422 if form.errors else 200
    return page(request, "cohorts/participant_step.html", values, status=status)
