"""How allauth behaves here: nobody signs up by themselves, only people sign in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from axes.utils import reset as forget_failures
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse

from sibportal.accounts.models import User
from sibportal.accounts.roles import UserKind

A_YEAR = 365 * 24 * 60 * 60


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in without public sign-up, in the person's own language."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Too many attempts: allauth counts minutes, axes the quarter of an hour; one page."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            request.axes_locked_out = True  # type: ignore[attr-defined]
            raise

    def set_password(self, user: User, password: str) -> None:
        """Whoever chose a new password need not wait for the failures with the old one."""
        super().set_password(user, password)
        forget_failures(username=user.email.lower())

    def pre_login(self, request: HttpRequest, user: User, **arguments: Any) -> HttpResponse | None:
        """Service accounts and the portal itself have no way in, whatever password they hold."""
        if user.kind != UserKind.PERSON:
            return self.respond_user_inactive(request, user)  # type: ignore[no-any-return]
        return super().pre_login(request, user, **arguments)  # type: ignore[no-any-return]

    def post_login(self, request: HttpRequest, user: User, **arguments: Any) -> HttpResponse:
        """Go on to the page that was asked for, in the language of the person's profile; one that
        was chosen in this browser stays."""
        response: HttpResponse = super().post_login(request, user, **arguments)
        if request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) not in dict(settings.LANGUAGES):
            set_language_cookie(response, user.language)
        return response


def address_typed(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """Under which name failures are counted: one address in whatever letter case."""
    values = request.POST if credentials is None else credentials
    return str(values.get("email") or "").lower()


def client_ip(request: HttpRequest) -> str | None:
    """The address of the browser, behind as many proxies as the settings trust; None if unknown."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return None


def set_language_cookie(response: HttpResponse, language: str) -> None:
    """Show the next pages in `language`; the same cookie as the language switch sets."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE or A_YEAR,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
