"""Addresses of the pages that join the stages, and of the public ones."""

from django.urls import path

from sibportal.portal.views import public

app_name = "portal"
urlpatterns = [
    path("accessibility/", public.accessibility_statement, name="accessibility-statement"),
    path("privacy/", public.privacy_notice, name="privacy-notice"),
    path("feedback/", public.feedback, name="feedback"),
]
