"""The invented town that tests arrange themselves in: who is who, and in which organisation.

Later stages of the road extend it: each builder takes the town of the stage before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sibportal.accounts.models import Country, Organisation, User
from sibportal.accounts.roles import MemberRole, OrganisationKind
from tests.factories.accounts import make_membership, make_organisation, make_user


@dataclass(frozen=True)
class Town:
    """Organisations and people; Eve is the outsider, who may do everything, elsewhere."""

    koivula: Organisation
    lahde: Organisation
    tarkka: Organisation
    vaahtera: Organisation
    muu: Organisation

    pia: User  # Koivula: preparer
    ada: User  # Koivula: approver
    ari: User  # Koivula: approver
    casper: User  # Koivula: case worker
    adam: User  # Koivula: administrator
    ben: User  # Lähde: case worker
    bea: User  # Lähde: approver
    cleo: User  # Tarkka: verifier
    dag: User  # Vaahtera: reader
    disa: User  # Vaahtera: approver
    eve: User  # Muu: every role a person can have


_ORGANISATIONS = {
    "koivula": ("Koivula", OrganisationKind.MUNICIPALITY, "9999990-9"),
    "lahde": ("Lähde ry", OrganisationKind.PROVIDER, "9999991-7"),
    "tarkka": ("Tarkka Oy", OrganisationKind.EVALUATOR, "9999992-5"),
    "vaahtera": ("Vaahtera Rahasto", OrganisationKind.FUND, "9999993-3"),
    "muu": ("Muu", OrganisationKind.MUNICIPALITY, "9999994-1"),
}
_PEOPLE = {
    "pia": ("koivula", MemberRole.PREPARER),
    "ada": ("koivula", MemberRole.APPROVER),
    "ari": ("koivula", MemberRole.APPROVER),
    "casper": ("koivula", MemberRole.CASE_WORKER),
    "adam": ("koivula", MemberRole.ADMINISTRATOR),
    "ben": ("lahde", MemberRole.CASE_WORKER),
    "bea": ("lahde", MemberRole.APPROVER),
    "cleo": ("tarkka", MemberRole.VERIFIER),
    "dag": ("vaahtera", MemberRole.READER),
    "disa": ("vaahtera", MemberRole.APPROVER),
}
_NOT_FOR_PEOPLE = {MemberRole.INTEGRATION}


def build_people() -> Town:
    """The organisations and people of the town, without any contract."""
    organisations = {
        key: make_organisation(name=name, kind=kind, country=Country.FINLAND, business_id=number)
        for key, (name, kind, number) in _ORGANISATIONS.items()
    }
    people = {key: _person(key) for key in (*_PEOPLE, "eve")}
    for key, (home, role) in _PEOPLE.items():
        make_membership(user=people[key], organisation=organisations[home], role=role)
    for role in set(MemberRole) - _NOT_FOR_PEOPLE:
        make_membership(user=people["eve"], organisation=organisations["muu"], role=role)
    everything: dict[str, Any] = {**organisations, **people}
    return Town(**everything)


def _person(key: str) -> User:
    return make_user(name=f"{key.capitalize()} Example", email=f"{key}@example.org")
