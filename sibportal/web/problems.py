"""The two translators of errors: to a page for people, to RFC 9457 for REST clients.

RuleViolation is 422, InvalidTransition 409, NotAllowed 403, and what somebody may not see is 404
like what does not exist. Nothing of the inside of the portal is told.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ErrorDetail, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from sibportal.kernel.errors import (
    DomainError,
    InvalidTransition,
    NotAllowed,
    NotVisible,
    RuleViolation,
)
from sibportal.web.http import wants_fragment
from sibportal.web.messages import issue_sentence, sentence

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

log = logging.getLogger("sibportal.access")

API_PREFIX = "/api/"
PROBLEM_JSON = "application/problem+json"
LONGEST_VALUE = 200
STATUS: dict[type[DomainError], HTTPStatus] = {
    RuleViolation: HTTPStatus.UNPROCESSABLE_ENTITY,
    InvalidTransition: HTTPStatus.CONFLICT,
    NotAllowed: HTTPStatus.FORBIDDEN,
    NotVisible: HTTPStatus.NOT_FOUND,
}


def status_of(error: DomainError) -> HTTPStatus:
    """Give the status that an error of the domain answers with."""
    return next(
        (status for kind, status in STATUS.items() if isinstance(error, kind)),
        HTTPStatus.UNPROCESSABLE_ENTITY,
    )


def issues_of(error: DomainError) -> list[dict[str, str]]:
    """Give the issues of an error as field, value and message."""
    if not isinstance(error, RuleViolation):
        return []
    return [
        {
            "field": issue.field,
            "value": issue.value[:LONGEST_VALUE],
            "message": issue_sentence(issue),
        }
        for issue in error.issues
    ]


# --- Pages ----------------------------------------------------------------------------------------


class DomainErrors:
    """Turns an error of the domain that a view let through into its page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for domain errors only; everything else stays an error of the portal."""
        if not isinstance(error, DomainError):
            return None
        status = status_of(error)
        if status == HTTPStatus.FORBIDDEN:
            _log_refusal(request, error)
        if request.path.startswith(API_PREFIX):
            return _problem_json(status, error.code, _detail(error), issues_of(error))
        values = {"title": title_of(status), "detail": _detail(error), "errors": issues_of(error)}
        if len(values["errors"]) == 1:
            values["errors"] = []
        return problem_page(request, status, values)


def problem_page(request: HttpRequest, status: int, values: Mapping[str, Any]) -> HttpResponse:
    """Draw a problem as a page of its own, or into the live region of the page htmx is on."""
    if wants_fragment(request):
        response = render(request, "components/_problem.html", values, status=status)
        response["HX-Retarget"], response["HX-Reswap"] = "#messages", "innerHTML"
        return response
    template = f"{status}.html" if status in (400, 403, 404) else "problem.html"
    return render(request, template, values, status=status)


def title_of(status: int) -> str:
    """Name a problem for people."""
    return {
        400: _("The portal could not read this request"),
        403: _("You may not do this"),
        404: _("There is no such page"),
        409: _("This is no longer possible"),
        422: _("This could not be done"),
    }.get(status, _("Something went wrong"))


def _detail(error: DomainError) -> str:
    if isinstance(error, RuleViolation):
        return issue_sentence(error.issues[0])
    return sentence(error.code, **error.params)


def _log_refusal(request: HttpRequest, error: DomainError) -> None:
    """Leave a line that outlives the rollback; it names the route, not the object."""
    route = request.resolver_match.route if request.resolver_match else "?"
    user = getattr(request, "user", None)
    log.warning(
        "refused %s %s to user %s: %s", request.method, route, getattr(user, "pk", None), error.code
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400 of the url configuration."""
    return _plain(request, HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403 of the url configuration."""
    return _plain(request, HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404 of the url configuration."""
    return _plain(request, HTTPStatus.NOT_FOUND)


def _plain(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return _problem_json(status, status.phrase.lower().replace(" ", "_"), title_of(status), [])
    return problem_page(request, status, {"title": title_of(status)})


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: nothing here may fail, so no context, no query, no navigation."""
    if request.path.startswith(API_PREFIX):
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        return _problem_json(status, "server_error", title_of(status), [])
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose proof of origin is missing or old; says how to go on."""
    if request.path.startswith(API_PREFIX):
        return _problem_json(HTTPStatus.FORBIDDEN, "csrf_failed", _csrf_text(), [])
    if wants_fragment(request):
        return problem_page(request, 403, {"title": title_of(403), "detail": _csrf_text()})
    return render(request, "csrf.html", {"detail": _csrf_text()}, status=403)


def _csrf_text() -> str:
    return _(
        "This page was open too long, or cookies are switched off. "
        "Nothing was saved. Go back, load the page again and send it once more."
    )


# --- REST -----------------------------------------------------------------------------------------


def _document(
    status: HTTPStatus, code: str, detail: str, errors: list[dict[str, str]]
) -> dict[str, Any]:
    """Build a problem document: the code tells machines what the status leaves open."""
    return {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": detail,
        "code": code,
        "errors": errors,
    }


def _problem_json(
    status: HTTPStatus, code: str, detail: str, errors: list[dict[str, str]]
) -> JsonResponse:
    document = _document(status, code, detail, errors)
    return JsonResponse(document, status=status, content_type=PROBLEM_JSON)


def api_exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answer an error of a REST view with a problem document."""
    if isinstance(error, DomainError):
        status = status_of(error)
        if status == HTTPStatus.FORBIDDEN:
            _log_refusal(context["request"]._request, error)
        document = _document(status, error.code, _detail(error), issues_of(error))
        return Response(document, status=status, content_type=PROBLEM_JSON)
    response = exception_handler(error, dict(context))
    if response is None:
        return None
    if isinstance(error, ValidationError):
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    status = HTTPStatus(response.status_code)
    code, detail, errors = _of_framework(error)
    response.data = _document(status, code, detail, errors)
    response.content_type = PROBLEM_JSON
    return response


def _of_framework(error: Exception) -> tuple[str, str, list[dict[str, str]]]:
    if isinstance(error, ValidationError):
        return "invalid", _("Mend the fields that are named."), list(_flatten("", error.detail))
    if isinstance(error, APIException) and isinstance(error.detail, ErrorDetail):
        return str(error.detail.code), str(error.detail), []
    if isinstance(error, Http404):
        return "not_found", title_of(404), []
    return "permission_denied", title_of(403), []


def _flatten(path: str, detail: Any) -> list[dict[str, str]]:
    """Turn nested errors into a flat list whose fields are paths such as lines[0].amount."""
    if isinstance(detail, Mapping):
        children = [(_joined(path, name), inner) for name, inner in detail.items()]
    elif isinstance(detail, list):
        nested = any(isinstance(inner, Mapping | list) for inner in detail)
        children = [(f"{path}[{n}]" if nested else path, inner) for n, inner in enumerate(detail)]
    else:
        return [{"field": path, "value": "", "message": str(detail)}]
    return [error for field, inner in children for error in _flatten(field, inner)]


def _joined(path: str, name: str | int) -> str:
    if name == "non_field_errors":
        return path
    if isinstance(name, int):
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else name
