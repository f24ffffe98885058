"""Pages that anybody may read: accessibility statement, privacy notice, feedback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.core.ratelimit import consume
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sibportal.portal import services
from sibportal.portal.forms import FeedbackForm
from sibportal.web.http import UNPROCESSABLE, page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

TOO_MANY = 429


@login_not_required
@require_safe
def accessibility_statement(request: HttpRequest) -> HttpResponse:
    """How accessible the portal is, and where to complain."""
    return page(request, "portal/accessibility.html")


@login_not_required
@require_safe
def privacy_notice(request: HttpRequest) -> HttpResponse:
    """What data the portal holds about whom, why, and for how long."""
    return page(request, "portal/privacy.html")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    """Let anybody tell what is wrong."""
    form = FeedbackForm(request.POST or None)
    status = UNPROCESSABLE if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        if consume(request, action="feedback"):
            services.send_feedback(**form.cleaned_data)
            return redirect(reverse("portal:feedback") + "?sent=1")
        form.add_error(None, _("You have sent several messages. Try again in an hour."))
        status = TOO_MANY
    context = {"form": form, "sent": "sent" in request.GET}
    return page(request, "portal/feedback.html", context, status=status)
