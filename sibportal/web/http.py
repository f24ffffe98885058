"""How a view answers: the whole page, or only its fragment to an htmx request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils.cache import patch_vary_headers

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

UNPROCESSABLE = 422


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    fragment: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render `template`, or `fragment` where htmx asked to swap a part of the page.

    The server picks, never a parameter. Boosted links and restored history get the whole page.
    Status 422 means that the person's own input is shown again with its errors.
    """
    wanted = fragment if fragment and wants_fragment(request) else template
    values = {**(context or {}), "page_has_errors": status == UNPROCESSABLE}
    response = render(request, wanted, values, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def wants_fragment(request: HttpRequest) -> bool:
    """Say whether htmx swaps a part of the page with the answer."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx and not htmx.boosted and not htmx.history_restore_request)
