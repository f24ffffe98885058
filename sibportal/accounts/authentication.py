"""REST clients send `Authorization: Bearer sib_…`; the person or account of the token acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from sibportal.accounts import selectors, services
from sibportal.accounts.models import ApiToken, User

if TYPE_CHECKING:
    from rest_framework.request import Request

SCHEME = "Bearer"


class ApiTokenAuthentication(BaseAuthentication):
    """A token that is unknown, expired, revoked or whose holder is shut out: 401, all the same."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != SCHEME.lower().encode():
            return None
        token = selectors.valid_token(secret.strip().decode("ascii", "replace"))
        if token is None:
            raise AuthenticationFailed(_("The token is unknown, has expired or was revoked."))
        services.note_use_of_token(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return f'{SCHEME} realm="SIB portal"'


class ApiTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document describes it."""

    target_class = ApiTokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": SCHEME.lower(), "bearerFormat": "sib_…"}
