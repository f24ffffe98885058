"""Mounts the urls of every application and the one REST router."""

from django.urls import path

from sibportal.portal import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
]
