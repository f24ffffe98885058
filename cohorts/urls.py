"""Addresses of the cohorts pages."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from cohorts.views import cohorts, identity, participants, steps

app_name = "cohorts"


def _step(noun: str, view: Callable[..., Any], name: str) -> URLPattern:
    return path(f"participants/<uuid:participant_id>/{noun}", view, name=name)


urlpatterns: list[URLPattern] = [
    path("contracts/<uuid:contract_id>/cohorts/", cohorts.cohort_list, name="cohort-list"),
    path("contracts/<uuid:contract_id>/cohorts/new/", cohorts.cohort_create, name="cohort-create"),
    path("cohorts/<uuid:cohort_id>/", cohorts.cohort_detail, name="cohort-detail"),
    path("cohorts/<uuid:cohort_id>/edit/", cohorts.cohort_edit, name="cohort-edit"),
    path("cohorts/<uuid:cohort_id>/refer/", cohorts.referral_create, name="referral-create"),
    path(
        "participants/<uuid:participant_id>/",
        participants.participant_detail,
        name="participant-detail",
    ),
    _step("contact/", steps.referral_contact, "referral-contact"),
    _step("decline/", steps.referral_decline, "referral-decline"),
    _step("enrol/", steps.participant_enrol, "participant-enrol"),
    _step("start/", steps.participant_start, "participant-start"),
    _step("exit/", steps.participant_exit, "participant-exit"),
    _step("exit/confirm/", steps.exit_confirm, "exit-confirm"),
    _step("consents/new/", steps.consent_record, "consent-record"),
    _step("household/join/", steps.household_join, "household-join"),
    _step("household/leave/", steps.household_leave, "household-leave"),
    _step("provider/", steps.participant_provider, "participant-provider"),
    _step("identity/edit/", identity.identity_edit, "identity-edit"),
    _step("identity/show/", identity.identity_show, "identity-show"),
    _step("identity/erase/", identity.identity_erase, "identity-erase"),
    _step("use-log/", participants.use_log, "use-log"),
    _step("use-log/export.csv", participants.use_log_export, "use-log-export"),
]
