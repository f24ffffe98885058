"""Organisations, people and tokens with plain defaults; everybody is invented.

One function per model: `make_user(name="Pia")` saves a row and returns it.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from sibportal.accounts.models import ApiToken, Country, Language, Membership, Organisation, User
from sibportal.accounts.roles import MemberRole, OrganisationKind, UserKind
from sibportal.accounts.rules import digest_of

PASSWORD = "example-password-1"  # of everybody in the tests
_numbers = count(1)


def synthetic_business_id(number: int) -> str:
    """The n-th Finnish business id below 9999999, a range from which none is issued."""
    weights = (7, 9, 10, 5, 8, 4, 2)
    found = 0
    for candidate in range(9_999_999, 9_000_000, -1):
        digits = str(candidate)
        rest = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11
        found += rest != 1
        if rest != 1 and found > number:
            return f"{digits}-{0 if rest == 0 else 11 - rest}"
    raise AssertionError("no business id left")


def make_organisation(**values: Any) -> Organisation:
    number = next(_numbers)
    defaults = {
        "name": f"Organisation {number}",
        "kind": OrganisationKind.MUNICIPALITY,
        "country": Country.FINLAND,
        "business_id": values.get("business_id") or synthetic_business_id(number),
    }
    return Organisation.objects.create(**(defaults | values))


def make_user(**values: Any) -> User:
    number = next(_numbers)
    defaults = {
        "name": f"Person {number}",
        "email": f"person{number}@example.org",
        "language": Language.ENGLISH,
        "password": make_password(PASSWORD),
    }
    return User.objects.create(**(defaults | values))


def make_service_account(**values: Any) -> User:
    number = next(_numbers)
    defaults = {
        "name": f"Integration {number}",
        "email": f"service-{number}@portal.invalid",
        "kind": UserKind.SERVICE,
        "password": make_password(None),
    }
    return make_user(**(defaults | values))


def make_membership(**values: Any) -> Membership:
    values.setdefault("role", MemberRole.READER)
    values["user"] = values.get("user") or make_user()
    values["organisation"] = values.get("organisation") or make_organisation()
    return Membership.objects.create(**values)


def make_token(secret: str = "sib_example-secret", **values: Any) -> ApiToken:
    """A token whose client sends `secret`."""
    values["user"] = values.get("user") or make_user()
    defaults = {
        "name": "Example client",
        "prefix": secret[:12],
        "digest": digest_of(secret),
        "expires_at": timezone.now() + timedelta(days=30),
    }
    return ApiToken.objects.create(**(defaults | values))
