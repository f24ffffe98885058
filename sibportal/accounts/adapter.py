"""How allauth behaves here: nobody signs up by themselves, only people sign in."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from sibportal.accounts.models import User
from sibportal.accounts.roles import UserKind

A_YEAR = 365 * 24 * 60 * 60


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in without public sign-up, in the person's own language."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: User, **arguments: Any) -> HttpResponse | None:
        """Service accounts and the portal itself have no way in, whatever password they hold."""
        if user.kind != UserKind.PERSON:
            return self.respond_user_inactive(request, user)  # type: ignore[no-any-return]
        return super().pre_login(request, user, **arguments)  # type: ignore[no-any-return]

    def post_login(self, request: HttpRequest, user: User, **arguments: Any) -> HttpResponse:
        """Go on to the page that was asked for, in the language of the person's profile."""
        response: HttpResponse = super().post_login(request, user, **arguments)
        set_language_cookie(response, user.language)
        return response


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
