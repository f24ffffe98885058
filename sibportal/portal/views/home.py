"""The start page: straight to the dashboard of one's role, or the choice of several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.portal import selectors
from sibportal.portal.selectors import Dashboard
from sibportal.portal.views.tasks import roles_of, waiting_of
from sibportal.web.doors import signed_in
from sibportal.web.http import page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

NAMES = {
    Dashboard.OFFICIAL: gettext_lazy("As payer"),
    Dashboard.PROVIDER: gettext_lazy("As service provider"),
    Dashboard.VERIFIER: gettext_lazy("As verifier"),
    Dashboard.INVESTOR: gettext_lazy("As investor"),
    Dashboard.OBSERVER: gettext_lazy("As follower"),
}
ABOUT = {
    Dashboard.OFFICIAL: gettext_lazy("Terms to agree, claims to approve, outcomes and money."),
    Dashboard.PROVIDER: gettext_lazy("Measurements to enter, the verifier's questions, results."),
    Dashboard.VERIFIER: gettext_lazy("Measurements to verify, results to sign."),
    Dashboard.INVESTOR: gettext_lazy("Capital, what came back, outcomes against expectations."),
    Dashboard.OBSERVER: gettext_lazy("How the contracts stand that you follow."),
}


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the one dashboard, offer several, or tell what happens before the first contract."""
    viewer = signed_in(request)
    found = selectors.dashboards(roles_of(request))
    if len(found) == 1:
        return redirect(f"portal:{found[0]}")
    waiting = waiting_of(request)
    context = {
        "choices": [
            {
                "title": NAMES[one],
                "about": ABOUT[one],
                "url": reverse(f"portal:{one}"),
                "count": waiting.count(one),
            }
            for one in found
        ],
        "may_create": access.organisations_for(viewer, Action.CREATE_CONTRACT).exists(),
        "managed": access.organisations_for(viewer, Action.MANAGE_MEMBERS),
    }
    return page(request, "portal/home.html", context)
