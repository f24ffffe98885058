"""Addresses of the accounts app."""

from __future__ import annotations

from django.urls import path

from sibportal.accounts.views import members, organisations, tokens

app_name = "accounts"
_ONE = "organisations/<uuid:organisation_id>/"
_MEMBER = f"{_ONE}members/<uuid:user_id>/"

urlpatterns = [
    path("organisations/", organisations.organisation_list, name="organisation-list"),
    path("organisations/new/", organisations.organisation_create, name="organisation-create"),
    path(_ONE, organisations.organisation_detail, name="organisation-detail"),
    path(f"{_ONE}rename/", organisations.organisation_rename, name="organisation-rename"),
    path(f"{_ONE}members/invite/", members.member_invite, name="member-invite"),
    path(_MEMBER, members.member_detail, name="member-detail"),
    path(f"{_MEMBER}deactivate/", members.member_deactivate, name="member-deactivate"),
    path(f"{_MEMBER}send-link/", members.member_send_link, name="member-send-link"),
    path(
        f"{_MEMBER}remove-second-step/",
        members.member_remove_second_step,
        name="member-remove-second-step",
    ),
    path(
        f"{_ONE}service-accounts/new/", tokens.service_account_create, name="service-account-create"
    ),
    path(
        f"{_ONE}service-accounts/<uuid:user_id>/",
        tokens.service_account_detail,
        name="service-account-detail",
    ),
    path("profile/", tokens.profile, name="profile"),
    path("tokens/", tokens.token_list, name="token-list"),
    path("tokens/<uuid:token_id>/revoke/", tokens.token_revoke, name="token-revoke"),
]
