"""Who is in the demo town: invented organisations with synthetic business ids, and their people.

Everybody's surname says that they are an example. The address of a person is their task at the
name of their organisation, under the top-level domain `.example`, which reaches nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from sibportal.accounts import services
from sibportal.accounts.models import Country, Language, Organisation, User
from sibportal.accounts.roles import MemberRole, OrganisationKind
from sibportal.accounts.services.membership import Invitee
from sibportal.portal.demo import DEMO_PASSWORD
from sibportal.portal.demo.clock import StoryClock

ADMINISTRATOR = "administrator"
TASKS: Mapping[str, MemberRole] = {
    "preparer": MemberRole.PREPARER,
    "approver": MemberRole.APPROVER,
    "second.approver": MemberRole.APPROVER,
    "case.worker": MemberRole.CASE_WORKER,
    "verifier": MemberRole.VERIFIER,
    "reader": MemberRole.READER,
}
FIRST = "kaislamaa"  # the organisation that lets all others in


@dataclass(frozen=True)
class _Body:
    """One organisation; `staff` says who works there, by task (first names only)."""

    name: str
    kind: str
    business_id: str
    staff: Mapping[str, str]
    country: str = Country.FINLAND
    surname: str = "Esimerkki"


_BODIES: Mapping[str, _Body] = {
    FIRST: _Body(
        "Kaislamaan hyvinvointialue",
        OrganisationKind.WELLBEING_COUNTY,
        "9999990-9",
        {
            ADMINISTRATOR: "Aila",
            "preparer": "Paula",
            "approver": "Arto",
            "second.approver": "Anneli",
            "case.worker": "Kirsi",
        },
    ),
    "kaislaranta": _Body(
        "Kaislarannan kaupunki",
        OrganisationKind.MUNICIPALITY,
        "9999989-6",
        {
            ADMINISTRATOR: "Aaro",
            "preparer": "Pirkko",
            "approver": "Antti",
            "second.approver": "Asta",
            "case.worker": "Kimmo",
        },
    ),
    "almvattna": _Body(
        "Älmvattna kommun",
        OrganisationKind.MUNICIPALITY,
        "999900-0012",
        {
            ADMINISTRATOR: "Agneta",
            "preparer": "Pernilla",
            "approver": "Anders",
            "second.approver": "Astrid",
            "case.worker": "Karin",
        },
        Country.SWEDEN,
        "Exempel",
    ),
    "lumme": _Body(
        "Lumme Varainhoito Oy",
        OrganisationKind.FUND,
        "9999988-8",
        {ADMINISTRATOR: "Auli", "preparer": "Petri", "approver": "Arja"},
    ),
    "klovergl": _Body(
        "Stiftelsen Klövergläntan",
        OrganisationKind.INVESTOR,
        "999900-0020",
        {ADMINISTRATOR: "Alva", "reader": "Rolf", "approver": "Axel"},
        Country.SWEDEN,
        "Exempel",
    ),
    "norrskata": _Body(
        "Pensionskassan Norrskata",
        OrganisationKind.INVESTOR,
        "999900-0038",
        {ADMINISTRATOR: "Arvid", "reader": "Ragnhild", "approver": "Annika"},
        Country.SWEDEN,
        "Exempel",
    ),
    "kuusenjuuri": _Body(
        "Kuusenjuuren säätiö",
        OrganisationKind.INVESTOR,
        "9999986-1",
        {ADMINISTRATOR: "Aino", "reader": "Raimo", "approver": "Alpo"},
    ),
    "perhepolku": _Body(
        "Perhepolku Kaislaranta ry",
        OrganisationKind.PROVIDER,
        "9999985-3",
        {ADMINISTRATOR: "Anja", "case.worker": "Kaisa", "approver": "Armi"},
    ),
    "nepsytuki": _Body(
        "Nepsytuki Kaisla Oy",
        OrganisationKind.SERVICE_PARTNER,
        "9999984-5",
        {ADMINISTRATOR: "Ahti", "case.worker": "Katri"},
    ),
    "rantakoti": _Body(
        "Rantakotiyhdistys ry",
        OrganisationKind.SERVICE_PARTNER,
        "9999983-7",
        {ADMINISTRATOR: "Alina", "case.worker": "Kalle"},
    ),
    "sprangbradan": _Body(
        "Språngbrädan Älmvattna ek. för.",
        OrganisationKind.PROVIDER,
        "999900-0046",
        {ADMINISTRATOR: "Asta", "case.worker": "Klara", "approver": "Albin"},
        Country.SWEDEN,
        "Exempel",
    ),
    "joukkuekummit": _Body(
        "Joukkuekummit Kaislaranta ry",
        OrganisationKind.PROVIDER,
        "9999982-9",
        {ADMINISTRATOR: "Aku", "case.worker": "Kari", "approver": "Anu"},
    ),
    "mittakeppi": _Body(
        "Mittakeppi Arviointi Oy",
        OrganisationKind.EVALUATOR,
        "9999981-0",
        {ADMINISTRATOR: "Aatos", "verifier": "Vera"},
    ),
    "sovintola": _Body(
        "Sovintola Asiantuntijat Oy",
        OrganisationKind.EVALUATOR,
        "9999978-1",
        {ADMINISTRATOR: "Annukka", "approver": "Esko"},
    ),
    "rekisterilampi": _Body(
        "Rekisterilampi Tietopalvelu",
        OrganisationKind.DATA_HOLDER,
        "9999977-3",
        {ADMINISTRATOR: "Alpo", "preparer": "Raija", "approver": "Sampo"},
    ),
    "ulkosaari": _Body(
        "Ulkosaaren kunta",
        OrganisationKind.MUNICIPALITY,
        "9999980-2",
        {ADMINISTRATOR: "Amanda", "preparer": "Oskari"},
    ),
}


@dataclass(frozen=True)
class Town:
    """Organisations by key, people by organisation and task, and the clock of what they do."""

    clock: StoryClock
    organisations: Mapping[str, Organisation]
    people: Mapping[tuple[str, str], User]

    def __getitem__(self, key: str) -> Organisation:
        return self.organisations[key]

    def person(self, key: str, task: str) -> User:
        """Who does a task in an organisation."""
        return self.people[key, task]

    def key_of(self, organisation: Organisation) -> str:
        """The key of an organisation of the town."""
        return next(key for key, one in self.organisations.items() if one.pk == organisation.pk)


def is_there() -> bool:
    """Whether this database already holds a town, or anything else."""
    return Organisation.objects.exists()


def settle(clock: StoryClock) -> Town:
    """Create every organisation with its administrator, who invites the others."""
    organisations: dict[str, Organisation] = {}
    people: dict[tuple[str, str], User] = {}
    for key, body in _BODIES.items():
        organisations[key] = _organisation(key, body, people)
        people[key, ADMINISTRATOR] = User.objects.get(email=_email(key, ADMINISTRATOR))
        for task in body.staff.keys() - {ADMINISTRATOR}:
            people[key, task] = services.invite_member(
                actor=people[key, ADMINISTRATOR],
                organisation=organisations[key],
                name=_name(body, task),
                email=_email(key, task),
                language=Language.ENGLISH,
                roles=(TASKS[task],),
            )
    _choose_password(people)
    return Town(clock, organisations, people)


def _organisation(key: str, body: _Body, people: Mapping[tuple[str, str], User]) -> Organisation:
    invitee = Invitee(_name(body, ADMINISTRATOR), _email(key, ADMINISTRATOR), Language.ENGLISH)
    if key == FIRST:
        organisation, _administrator = services.add_first_administrator(
            name=body.name,
            kind=body.kind,
            country=body.country,
            business_id=body.business_id,
            administrator=invitee,
        )
        return organisation
    return services.create_organisation(
        actor=people[FIRST, ADMINISTRATOR],
        name=body.name,
        kind=body.kind,
        country=body.country,
        business_id=body.business_id,
        administrator=invitee,
    )


def _choose_password(people: Mapping[tuple[str, str], User]) -> None:
    """One password for all, hashed once: a slow hash for each would take half a minute."""
    password = make_password(DEMO_PASSWORD)
    User.objects.filter(pk__in=[user.pk for user in people.values()]).update(password=password)
    for user in people.values():
        user.refresh_from_db()


def _name(body: _Body, task: str) -> str:
    return f"{body.staff[task]} {body.surname}"


def _email(key: str, task: str) -> str:
    return f"{task}@{key}.example"
