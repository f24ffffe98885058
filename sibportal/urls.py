"""Mounts the addresses of every application and the one REST router."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

import cohorts.api.urls
import contracts.api.urls
import outcomes.api.urls
import payments.api.urls
import sibportal.accounts.api.urls
import sibportal.portal.api.urls
from sibportal.portal import health
from sibportal.portal.views.documentation import api_documentation

router = SimpleRouter()
for module in (
    sibportal.accounts.api.urls,
    contracts.api.urls,
    cohorts.api.urls,
    outcomes.api.urls,
    payments.api.urls,
    sibportal.portal.api.urls,
):
    for prefix, viewset, basename in module.ROUTES:
        router.register(prefix, viewset, basename=basename)

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/docs/", api_documentation, name="api-documentation"),
    path("api/v1/", include((router.urls, "api"))),
    path("language/", login_not_required(set_language), name="set_language"),
    path("sign-in/", include("sibportal.accounts.sign_in_urls")),
    path("", include("sibportal.accounts.urls")),
    path("", include("contracts.urls")),
    path("", include("cohorts.urls")),
    path("", include("outcomes.urls")),
    path("", include("payments.urls")),
    path("", include("sibportal.portal.urls")),
]

# Technical support reads rows here; only where the operator opens it, never by default.
if settings.SIB_ADMIN:
    urlpatterns.append(path("admin/", admin.site.urls))

handler400 = "sibportal.web.problems.bad_request"
handler403 = "sibportal.web.problems.forbidden"
handler404 = "sibportal.web.problems.not_found"
handler500 = "sibportal.web.problems.server_error"
