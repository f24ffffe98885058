"""The command that lets the first person into an empty portal."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from sibportal.accounts.models import Membership, Organisation, User
from sibportal.audit.models import Event


def add(**values: str) -> str:
    options = {
        "organisation": "Koivula",
        "business_id": "9999990-9",
        "name": "Adam Example",
        "email": "adam@example.org",
    }
    out = StringIO()
    call_command("add_first_administrator", stdout=out, **(options | values))
    return out.getvalue()


def test_the_first_administrator_gets_a_link(db: None) -> None:
    output = add()
    membership = Membership.objects.get()
    assert membership.role == "administrator"
    assert membership.organisation.name == "Koivula"
    assert membership.user.is_active
    assert "/sign-in/password/reset/key/" in output
    assert Event.objects.get(action="member.invited").actor_name == "SIB portal"


def test_an_organisation_without_administrators_gets_one_again(db: None) -> None:
    add()
    add(name="Aino Example", email="aino@example.org", business_id="99999909")
    assert Organisation.objects.count() == 1
    assert Membership.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("business_id", "123", "is not a Finnish business id"),
        ("email", "adam", "valid email"),
        ("name", " ", "Write a name"),
    ],
)
def test_bad_input_is_one_clear_sentence(db: None, field: str, value: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        add(**{field: value})
    assert Organisation.objects.count() == 0
    assert not User.objects.filter(kind="person").exists()
