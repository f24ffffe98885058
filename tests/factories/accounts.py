"""Organisations, people and tokens with plain defaults; everybody is invented."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import factory
from django.utils import timezone

from sibportal.accounts.models import ApiToken, Country, Language, Membership, Organisation, User
from sibportal.accounts.roles import MemberRole, OrganisationKind, UserKind

PASSWORD = "example-password-1"  # of everybody in the tests


def synthetic_business_id(number: int) -> str:
    """A Finnish business id with a right check digit from the range that is never issued."""
    weights = (7, 9, 10, 5, 8, 4, 2)
    for candidate in range(9_999_000 + 1_000 * number % 900_000, 9_999_999):
        digits = str(candidate)
        rest = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11
        if rest != 1:
            return f"{digits}-{0 if rest == 0 else 11 - rest}"
    raise AssertionError("no business id left")


class OrganisationFactory(factory.django.DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisation {n}")
    kind = OrganisationKind.MUNICIPALITY
    country = Country.FINLAND
    business_id = factory.Sequence(synthetic_business_id)


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@example.org")
    language = Language.ENGLISH
    password = factory.django.Password(PASSWORD)


class ServiceAccountFactory(UserFactory):
    name = factory.Sequence(lambda n: f"Integration {n}")
    email = factory.Sequence(lambda n: f"service-{n}@portal.invalid")
    kind = UserKind.SERVICE
    password = factory.django.Password(None)


class MembershipFactory(factory.django.DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = MemberRole.READER


class ApiTokenFactory(factory.django.DjangoModelFactory[ApiToken]):
    """A token whose secret is `secret_of(token)`: the digest is of its name."""

    class Meta:
        model = ApiToken

    user = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Token {n}")
    prefix = "sib_example"
    digest = factory.LazyAttribute(
        lambda token: hashlib.sha256(f"sib_{token.name}".encode()).hexdigest()
    )
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=30))


def secret_of(token: ApiToken) -> str:
    """What the client of a token from ApiTokenFactory sends."""
    return f"sib_{token.name}"
