"""The side navigation and whom the reader acts for, on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sibportal.web.components import NavigationItem

if TYPE_CHECKING:
    from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Name the reader's organisation and roles, and list the pages open to them."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": list[NavigationItem]()}
    memberships = list(user.memberships.filter(active=True).select_related("organisation"))
    organisation = memberships[0].organisation if memberships else None
    roles = [m.get_role_display() for m in memberships if m.organisation == organisation]
    return {
        "navigation": list[NavigationItem](),
        "frame_organisation": organisation.name if organisation else "",
        "frame_role": ", ".join(roles),
    }
