"""What happens around every view: one transaction, headers, second sign-in step.

Order matters and is set in settings.MIDDLEWARE; static files are answered before all of these.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.translation import gettext as _

from sibportal.web import problems

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    GetResponse = Callable[[HttpRequest], HttpResponseBase]

SIGN_IN = "allauth"
WITHOUT_TRANSACTION = frozenset({"healthz", "readyz"})
WITHOUT_SECOND_STEP = frozenset(
    {
        "set_language",
        "portal:accessibility-statement",
        "portal:privacy-notice",
        "portal:feedback",
    }
)
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
)


def _match(request: HttpRequest) -> ResolverMatch | None:
    try:
        return resolve(request.path_info)
    except Resolver404:
        return None


def _belongs_to(match: ResolverMatch, package: str) -> bool:
    return str(getattr(match.func, "__module__", "")).partition(".")[0] == package


class SecurityHeaders:
    """Names each request, and tells browsers what no page of the portal needs."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Made here and never taken from the client, so that it can be trusted in the logs.
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault("X-Request-ID", request.request_id)  # type: ignore[attr-defined]
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class NoStore:
    """Keeps every page out of every cache: a shared computer shows nothing after sign-out."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers["Cache-Control"] = "no-store"
        return response


class RequireMultiFactor:
    """Lets nobody past the set-up of the second sign-in step where the portal asks for it.

    Clients with a token never have a session, so they are not asked.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SIB_REQUIRE_MFA and self._is_missing(request):
            return self._send_to_set_up(request)
        return self.get_response(request)

    def _is_missing(self, request: HttpRequest) -> bool:
        if not request.user.is_authenticated:
            return False
        match = _match(request)
        if match is None or match.view_name in WITHOUT_SECOND_STEP or _belongs_to(match, SIGN_IN):
            return False
        return not is_mfa_enabled(request.user)

    def _send_to_set_up(self, request: HttpRequest) -> HttpResponse:
        target = reverse("mfa_activate_totp")
        if request.path.startswith(problems.API_PREFIX):
            text = _("Set up two-step sign-in first.")
            document = {"type": "about:blank", "status": 403, "detail": text, "code": "mfa_missing"}
            return JsonResponse(document, status=403, content_type=problems.PROBLEM_JSON)
        if getattr(request, "htmx", None):
            return HttpResponse(headers={"HX-Redirect": target})
        return redirect(target)


class RequestTransaction:
    """One database transaction per request; an answer of 400 and above leaves nothing behind.

    Services nest inside it. Sign-in stays outside, so that failed attempts are remembered, and so
    do the health pages. A stream is sent after the transaction has ended.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        match = _match(request)
        if match is None or match.view_name in WITHOUT_TRANSACTION or _belongs_to(match, SIGN_IN):
            return self.get_response(request)
        with transaction.atomic():
            response = self.get_response(request)
            if response.status_code >= HTTPStatus.BAD_REQUEST:
                transaction.set_rollback(True)
        return response
