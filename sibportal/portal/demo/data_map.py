"""Where the data of the three contracts accumulates, as their payers have written it down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from contracts import selectors, services
from contracts.models import Contract
from contracts.services import DataItemFacts
from sibportal.accounts.roles import PartyRole
from sibportal.portal.demo import families, teams, young_adults
from sibportal.portal.demo.people import Town

WRITTEN_DOWN = timedelta(days=120)  # ago
Texts = tuple[str, str, str]  # English, Finnish, Swedish


@dataclass(frozen=True)
class _Line:
    item: Texts
    holder: PartyRole | str
    system: str
    basis: Texts
    users: Texts


_TASK = (
    "Task in the public interest: GDPR 6(1)(e) and 9(2)(h), {}",
    "Yleisen edun tehtävä: tietosuoja-asetus 6(1)(e) ja 9(2)(h), {}",
    "Uppgift av allmänt intresse: dataskyddsförordningen 6.1 e och 9.2 h, {}",
)
_CONSENT = (
    "Consent of the family to taking part and being measured: GDPR 6(1)(a)",
    "Perheen suostumus osallistumiseen ja mittaamiseen: tietosuoja-asetus 6(1)(a)",
    "Familjens samtycke till att delta och mätas: dataskyddsförordningen 6.1 a",
)
_COUNTED = (
    "The verifier, item by item; payers and investors see counts only",
    "Todentaja, tieto kerrallaan; maksajat ja sijoittajat näkevät vain lukumääriä",
    "Verifieraren, uppgift för uppgift; betalare och investerare ser bara antal",
)
_PORTAL = _Line(
    ("Codes, measurements, results and payments", "Koodit, mittaukset, tulokset ja maksut",
     "Koder, mätningar, resultat och betalningar"),
    PartyRole.PAYER,
    "SIB portal",
    ("The contract; the payer's archiving rules", "Sopimus; maksajan tiedonohjaussuunnitelma",
     "Avtalet; betalarens dokumenthanteringsplan"),
    ("Every party as far as its role goes", "Jokainen osapuoli roolinsa mukaan",
     "Varje part enligt sin roll"),
)  # fmt: skip


def _of_children(provider_system: str, schools: str) -> tuple[_Line, ...]:
    child_welfare = "417/2007"
    return (
        _Line(
            ("Days in care outside the home", "Sijoituspäivät kodin ulkopuolella",
             "Dygn i vård utanför hemmet"),
            PartyRole.PAYER,
            "Lastensuojelun asiakasrekisteri",
            _with(_TASK, f"lastensuojelulaki {child_welfare}"),
            _COUNTED,
        ),
        _Line(
            ("School attendance", "Läsnäolo koulussa", "Närvaro i skolan"),
            schools,
            "Koulujen läsnäolotiedot",
            _with(_TASK, "perusopetuslaki 628/1998"),
            _COUNTED,
        ),
        _Line(
            ("Names behind the codes, and filled-in forms",
             "Koodien takana olevat nimet ja täytetyt lomakkeet",
             "Namnen bakom koderna och ifyllda formulär"),
            PartyRole.LEAD_PROVIDER,
            provider_system,
            _CONSENT,
            ("Those who work with the child; the verifier sees forms without names",
             "Lapsen kanssa työskentelevät; todentaja näkee lomakkeet ilman nimiä",
             "De som arbetar med barnet; verifieraren ser formulären utan namn"),
        ),
        _PORTAL,
    )  # fmt: skip


def _with(texts: Texts, law: str) -> Texts:
    english, finnish, swedish = (text.format(law) for text in texts)
    return english, finnish, swedish


_LINES = {
    families.CODE: _of_children("Perhepolun asiakastiedot", "Kaislarannan koulut"),
    teams.CODE: _of_children("Joukkuekummien asiakastiedot", "Kaislarannan koulut"),
    young_adults.CODE: (
        _Line(
            ("Employment and its form", "Työsuhde ja sen muoto", "Anställning och dess form"),
            "Skattemyndigheten",
            "Arbetsgivarnas deklarationer",
            _with(_TASK, "lag (2001:454) om personuppgifter i socialtjänsten"),
            _COUNTED,
        ),
        _Line(
            ("Wellbeing forms", "Hyvinvointilomakkeet", "Formulär om välbefinnande"),
            PartyRole.LEAD_PROVIDER,
            "Språngbrädans klientakter",
            ("Consent of the person: GDPR 6(1)(a)", "Henkilön suostumus: tietosuoja-asetus 6(1)(a)",
             "Personens samtycke: dataskyddsförordningen 6.1 a"),
            _COUNTED,
        ),
        _Line(
            ("Names behind the codes", "Koodien takana olevat nimet", "Namnen bakom koderna"),
            PartyRole.LEAD_PROVIDER,
            "Språngbrädans kodnyckel",
            ("Consent of the person: GDPR 6(1)(a)", "Henkilön suostumus: tietosuoja-asetus 6(1)(a)",
             "Personens samtycke: dataskyddsförordningen 6.1 a"),
            ("Språngbrädan alone", "Vain Språngbrädan", "Bara Språngbrädan"),
        ),
        _PORTAL,
    ),
}  # fmt: skip


def write_down(town: Town, contract: Contract, today: date) -> None:
    """Let the preparer of whoever pays today write the data map of a contract."""
    town.clock.at(today - WRITTEN_DOWN)
    body = "almvattna" if contract.code == young_adults.CODE else families.PAYER
    actor = town.person(body, "preparer")
    for facts in _facts(contract):
        services.add_data_item(actor=actor, contract=contract, facts=facts)


def _facts(contract: Contract) -> Iterator[DataItemFacts]:
    parties = {row.role: row.pk for row in selectors.data_holders(contract).order_by("-valid_from")}
    for line in _LINES[contract.code]:
        said = {"item": line.item, "legal_basis": line.basis, "used_by": line.users}
        texts: dict[str, Any] = {
            f"{name}_{code}": text
            for name, in_three in said.items()
            for code, text in zip(("en", "fi", "sv"), in_three, strict=True)
        }
        is_party = isinstance(line.holder, PartyRole)
        yield DataItemFacts(
            system=line.system,
            valid_from=contract.starts_on,
            holder_party_id=parties[line.holder] if is_party else None,
            holder_name="" if is_party else str(line.holder),
            **texts,
        )
