"""The side navigation and whom the reader acts for, on every page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from sibportal.accounts import access
from sibportal.accounts.roles import PUBLIC_BODIES
from sibportal.portal.selectors import Dashboard, dashboards
from sibportal.portal.views.home import NAMES
from sibportal.portal.views.tasks import roles_of, waiting_of
from sibportal.web.components import NavigationItem
from sibportal.web.templatetags.sib import optional_url

if TYPE_CHECKING:
    from django.http import HttpRequest

    from sibportal.accounts.models import Membership

_ICONS = {
    Dashboard.OFFICIAL: "layout-dashboard",
    Dashboard.PROVIDER: "list-checks",
    Dashboard.VERIFIER: "clipboard-check",
    Dashboard.INVESTOR: "coins",
    Dashboard.OBSERVER: "eye",
}


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Name the reader's organisation and roles, and list the pages open to them.

    The list is made only where a page draws it: fragments do not ask for it. A function and not a
    lazy object, because `{% if %}` takes an error in comparing for a no; `{% with %}` calls it.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": list[NavigationItem]()}
    held = list(access.memberships(user).select_related("organisation"))
    organisation = held[0].organisation if held else None
    roles = [m.get_role_display() for m in held if m.organisation == organisation]
    return {
        "navigation": partial(_items, request, held),
        "frame_organisation": organisation.name if organisation else "",
        "frame_role": ", ".join(roles),
    }


def _items(request: HttpRequest, held: list[Membership]) -> list[NavigationItem]:
    found = dashboards(roles_of(request))
    pages = _dashboards(request, found) + _work(request, found)
    groups = [(pages, ""), (_records(held), _("Records"))]
    return [
        NavigationItem(label, url, icon, count, _is_here(request, url), "" if place else group)
        for items, group in groups
        for place, (label, url, icon, count) in enumerate(items)
        if url
    ]


_Item = tuple[str, str, str, int]


def _dashboards(request: HttpRequest, found: list[Dashboard]) -> list[_Item]:
    """Each dashboard with how much waits there; one alone is simply the overview."""
    if not found:
        return [(_("Start"), reverse("portal:home"), "house", 0)]
    waiting = waiting_of(request)
    return [
        (
            _("Overview") if len(found) == 1 else str(NAMES[one]),
            reverse(f"portal:{one}"),
            _ICONS[one],
            waiting.count(one),
        )
        for one in found
    ]


def _work(request: HttpRequest, found: list[Dashboard]) -> list[_Item]:
    items = [(_("Contracts"), reverse("contracts:contract-list"), "scroll-text", 0)]
    if Dashboard.VERIFIER in found:
        count = waiting_of(request).to_verify
        url = reverse("outcomes:verification-queue")
        items.append((_("To verify"), url, "shield-check", count))
    if Dashboard.INVESTOR in found:
        items.append((_("Statements"), optional_url("payments:statement-list"), "wallet", 0))
    return items


def _records(held: list[Membership]) -> list[_Item]:
    items = [(_("Organisations"), reverse("accounts:organisation-list"), "building-2", 0)]
    if any(one.organisation.kind in PUBLIC_BODIES for one in held):
        items.append((_("Metrics"), reverse("contracts:metric-list"), "gauge", 0))
    items.append((_("REST interface"), reverse("api-documentation"), "file-text", 0))
    return items


def _is_here(request: HttpRequest, url: str) -> bool:
    return request.path == url or (url != "/" and request.path.startswith(url))
