"""What every page's frame needs besides its own context."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import get_language_info as language_info

if TYPE_CHECKING:
    from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give the language switch, the mark of a demonstration and the reader's initials."""
    user = getattr(request, "user", None)
    name = user.get_full_name() if user is not None and user.is_authenticated else ""
    return {
        "frame_is_demo": settings.SIB_DEMO,
        "frame_languages": [_language(code) for code, _label in settings.LANGUAGES],
        "frame_initials": "".join(word[0] for word in name.split()[:2]).upper(),
        # A page that answers a post has no address of its own to come back to.
        "frame_here": request.get_full_path() if request.method == "GET" else request.path,
    }


def _language(code: str) -> dict[str, Any]:
    name = str(language_info(code)["name_local"]).capitalize()
    return {"code": code, "name": name, "current": code == (get_language() or "").split("-")[0]}
