"""The one place that decides who may see and do what, and the door before it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, path, reverse
from rest_framework.permissions import IsAuthenticated

from sibportal.accounts import access
from sibportal.accounts.models import Membership
from sibportal.accounts.roles import Action, MemberRole, PartyRole
from tests.factories.accounts import make_membership, make_organisation, make_user
from tests.factories.contracts import make_draft_contract, make_party
from tests.worlds import Town

# Everything that answers somebody who has not signed in, apart from signing in itself.
PUBLIC = {
    "healthz", "readyz", "schema", "set_language", "portal:accessibility-statement",
    "portal:privacy-notice", "portal:feedback",
}  # fmt: skip


def plain(_request: HttpRequest) -> HttpResponse:
    """A view that says nothing about sign-in."""
    return HttpResponse("inside")


urlpatterns = [path("plain/", plain), *get_resolver(settings.ROOT_URLCONF).url_patterns]


def _walk(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{entry.namespace}:" if entry.namespace else ""
            yield from _walk(entry, namespace + inner)
        else:
            yield f"{namespace}{entry.name}", entry.callback


def test_roles_in_two_organisations_do_not_add_up(people: Town) -> None:
    contract = make_draft_contract(people)
    person = make_user()
    make_membership(user=person, organisation=people.koivula, role=MemberRole.READER)
    make_membership(user=person, organisation=make_organisation(), role=MemberRole.PREPARER)
    assert access.allowed(person, Action.VIEW_CONTRACT, contract)
    assert not access.allowed(person, Action.EDIT_TERMS, contract)
    assert Action.EDIT_TERMS not in access.actions_on(person, contract)


def test_roles_in_two_contracts_do_not_add_up(people: Town) -> None:
    read, edited = make_draft_contract(people), make_draft_contract(people)
    other = make_organisation()
    make_party(contract=read, town=people, organisation=other, role=PartyRole.EXPERT)
    person = make_user()
    make_membership(user=person, organisation=other, role=MemberRole.READER)
    assert access.allowed(person, Action.VIEW_CONTRACT, read)
    assert not access.allowed(person, Action.VIEW_CONTRACT, edited)
    assert access.actions_on(person, edited) == frozenset()


@pytest.mark.parametrize("ended", [{"active": False}, {"valid_until": date(2020, 1, 1)}])
def test_who_is_no_longer_a_member_sees_the_contract_no_more(
    people: Town, ended: dict[str, Any]
) -> None:
    contract = make_draft_contract(people)
    person = make_user()
    membership = make_membership(user=person, organisation=people.koivula, role=MemberRole.PREPARER)
    assert access.allowed(person, Action.EDIT_TERMS, contract)
    assert Action.EDIT_TERMS in access.actions_on(person, contract)
    Membership.objects.filter(pk=membership.pk).update(**ended)
    assert not access.allowed(person, Action.VIEW_CONTRACT, contract)
    assert access.actions_on(person, contract) == frozenset()
    assert access.party_roles(person) == frozenset()


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_page_that_says_nothing_asks_for_sign_in(client: Client) -> None:
    answer = client.get("/plain/")
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse(settings.LOGIN_URL))
    client.force_login(make_user())
    assert client.get("/plain/").content == b"inside"


def test_only_what_is_listed_is_public() -> None:
    public = set()
    for name, view in _walk(get_resolver()):
        if view.__module__.startswith("allauth."):
            continue
        rest = getattr(view, "cls", None)
        if rest is not None:
            is_open = IsAuthenticated not in rest.permission_classes
        else:
            is_open = not getattr(view, "login_required", True)
        if is_open:
            public.add(name)
    assert public == PUBLIC
