"""What the pages of every app share: the signed-in person, and a form that a service may refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

from sibportal.kernel.errors import RuleViolation
from sibportal.web.forms import attach_issues

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpRequest

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


def carried_out(request: HttpRequest, form: Form, service: Callable[[], object]) -> bool:
    """Whether something was sent, shape and rules agreed, and the service did its work."""
    return request.method == "POST" and accepted(form, service) is not None


def status_of(form: Form) -> int:
    """422 where the page shows a refused form again."""
    return 422 if form.errors else 200
