"""Addresses of the pages that join the stages, and of the public ones."""

from django.urls import path

from sibportal.portal.views import contract, dashboards, home, public

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("official/", dashboards.official, name="official"),
    path("provider/", dashboards.provider, name="provider"),
    path("verifier/", dashboards.verifier, name="verifier"),
    path("investor/", dashboards.investor, name="investor"),
    path("observer/", dashboards.observer, name="observer"),
    path("contracts/export.csv", contract.contract_export, name="contract-export"),
    path("contracts/<uuid:contract_id>/", contract.contract_detail, name="contract-detail"),
    path("accessibility/", public.accessibility_statement, name="accessibility-statement"),
    path("privacy/", public.privacy_notice, name="privacy-notice"),
    path("feedback/", public.feedback, name="feedback"),
]
