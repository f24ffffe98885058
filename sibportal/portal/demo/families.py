"""A family programme of six years: children with neuropsychiatric symptoms and their families.

A wellbeing services county pays 60 % and the town 40 % by a rate card. Fewer families came than
planned; claims were paid, one was returned and calculated anew, one waits for approval; and new
terms wait for agreement.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from cohorts import services as cohorts
from cohorts.models import (
    Cohort,
    CohortUnit,
    Household,
    HouseholdRole,
    Participant,
    ReferringUnitKind,
)
from cohorts.rules.intake import PlanStep
from cohorts.services import CohortFacts, EnrolmentFacts, ReferralFacts
from cohorts.states import ExitReason, ReferralState, UsePurpose
from contracts.models import Contract, KeyCustodian
from contracts.rules.terms.templates import RATE_CARD
from contracts.rules.terms.words import AmendmentScope
from contracts.services import ContractFacts
from outcomes.models import Closing
from outcomes.selectors import DueItem
from sibportal.accounts.models import Organisation
from sibportal.accounts.roles import PartyRole
from sibportal.kernel.dates import add_months
from sibportal.portal.demo import agreeing, governing, measuring, paying, registers, serving
from sibportal.portal.demo.agreeing import Capital
from sibportal.portal.demo.calendar import LAST_SAFE_DAY, Calendar
from sibportal.portal.demo.family_terms import family_terms
from sibportal.portal.demo.measuring import Answer, Desk
from sibportal.portal.demo.metrics import ATTENDANCE, COPING, PLACEMENT_DAYS
from sibportal.portal.demo.people import Town
from sibportal.portal.demo.serving import Newcomer
from sibportal.portal.demo.wording import FINNISH

CODE = "KAISLA-PERHEPOLKU"
AGE, LENGTH, CLOSED_MONTHS = 44, 72, 42
PLACES, FAMILIES, INTAKE_MONTHS = 120, 84, 42
CAP, NEW_CAP = Decimal("800000.00"), Decimal("900000.00")
PAYER, CO_PAYER, PROVIDER = "kaislamaa", "kaislaranta", "perhepolku"
HOUSEHOLDS, SIBLINGS = 12, 4
RISKS = frozenset({"attention", "sleep"})
ANSWERS = {"guardian_agrees": True}
UNITS = (
    (ReferringUnitKind.CHILD_HEALTH_CLINIC, "Kaislarannan neuvola"),
    (ReferringUnitKind.SCHOOL, "Rantakoulu"),
    (ReferringUnitKind.EARLY_EDUCATION, "Kaislan päiväkoti"),
    (ReferringUnitKind.SOCIAL_SERVICES, ""),
)
LEAVERS = (
    ExitReason.MOVED_AWAY,
    ExitReason.DROPPED_OUT,
    ExitReason.GUARDIAN_WITHDREW,
    ExitReason.MOVED_AWAY,
    ExitReason.DROPPED_OUT,
    ExitReason.TAKEN_INTO_CARE,
    ExitReason.TRANSFERRED,
    ExitReason.DROPPED_OUT,
    ExitReason.MOVED_AWAY,
)
NAMES = tuple(
    f"{name} Esimerkki"
    for name in (
        "Eemeli", "Ella", "Onni", "Aada", "Leo", "Lumi", "Oiva", "Helmi", "Elias", "Venla", "Noel",
        "Seela", "Otso", "Iida", "Väinö", "Kerttu", "Toivo", "Saimi", "Urho", "Martta",
    )
)  # fmt: skip


def load(town: Town, today: date) -> Contract:
    """Build the whole contract; its figures are the same whenever it is loaded."""
    chance, calendar = Random(CODE), Calendar(today, AGE)  # noqa: S311 - an example, no secret
    contract = _found(town, calendar)
    governing.verify_costs(town, PAYER, contract, calendar)
    cohort = _cohort(town, calendar, contract)
    children = _bring_in(town, calendar, cohort, chance)
    _families(town, children)
    _leave(town, calendar, children, chance)
    _identities(town, calendar, children)
    desk = Desk(
        clock=town.clock,
        words=FINNISH,
        contract=contract,
        calendar=calendar,
        provider=town.person(PROVIDER, "case.worker"),
        verifier=town.person("mittakeppi", "verifier"),
        open_from=calendar.on(CLOSED_MONTHS),
        held_in="Perhepolun asiakastiedot",
        signed_late={CLOSED_MONTHS // 6: today - timedelta(days=16)},
    )
    measuring.report(desk, _Reporter(children, chance))
    measuring.verify_past(desk)
    closed = contract.periods.filter(ends_on__lte=desk.open_from).order_by("number")
    delivery = registers.agree(town, PAYER, contract)
    registers.deliver_past(town, delivery, list(closed))
    _pay(town, measuring.close(desk, closed), today)
    registers.correct_last(town, delivery, list(closed))
    measuring.verify_recent(desk)
    _change_terms(town, calendar, contract, today)
    governing.rule_approvals(town, PAYER, today)
    return contract


def _found(town: Town, calendar: Calendar) -> Contract:
    facts = ContractFacts(
        code=CODE,
        title_en="Family path",
        title_fi="Perhepolku",
        title_sv="Familjestigen",
        programme_en="A family companion who stays for years, and services around the family.",
        programme_fi="Perheen rinnallakulkija vuosien ajan ja palvelut perheen ympärillä.",
        programme_sv="En följeslagare åt familjen i flera år och tjänster kring familjen.",
        target_group_en="Families of children aged 4 to 14 with neuropsychiatric symptoms.",
        target_group_fi="4–14-vuotiaiden neuropsykiatrisesti oireilevien lasten perheet.",
        target_group_sv="Familjer med barn i åldern 4–14 år med neuropsykiatriska symtom.",
        social_problem_en="Help comes late and in pieces, and child welfare needs grow.",
        social_problem_fi="Apu tulee myöhään ja pirstaleina, ja lastensuojelun tarve kasvaa.",
        social_problem_sv="Hjälpen kommer sent och i bitar, och behovet av barnskydd växer.",
        place="Kaislaranta",
        starts_on=calendar.starts_on,
        ends_on=calendar.on(LENGTH),
        currency="EUR",
        case_number="KMHVA/EX/0221",
        decided_on=calendar.on(-3, 8),
        period_months=6,
    )
    parties = (
        (CO_PAYER, PartyRole.CO_PAYER),
        (PROVIDER, PartyRole.LEAD_PROVIDER),
        ("nepsytuki", PartyRole.SERVICE_PARTNER),
        ("rantakoti", PartyRole.SERVICE_PARTNER),
        ("mittakeppi", PartyRole.VERIFIER),
        ("sovintola", PartyRole.EXPERT),
        ("lumme", PartyRole.FUND_MANAGER),
        ("klovergl", PartyRole.INVESTOR),
        ("kuusenjuuri", PartyRole.INVESTOR),
    )
    contract = agreeing.found(town, PAYER, facts, parties, KeyCustodian.PROVIDER, FINNISH)
    preparer = town.person(PAYER, "preparer")
    terms = registers.with_register(family_terms(calendar, CAP))
    agreeing.agree(town, preparer, contract, terms, RATE_CARD)
    agreeing.raise_capital(
        town,
        town.person("lumme", "preparer"),
        contract,
        [
            Capital(
                "klovergl",
                Decimal(300_000),
                calendar.on(-1, 20),
                {calendar.on(0, 20): Decimal(125_000), calendar.on(18, 20): Decimal(100_000)},
            ),
            Capital(
                "kuusenjuuri",
                Decimal(200_000),
                calendar.on(-1, 20),
                {calendar.on(0, 20): Decimal(100_000), calendar.on(18, 20): Decimal(50_000)},
            ),
        ],
    )
    return contract


def _cohort(town: Town, calendar: Calendar, contract: Contract) -> Cohort:
    preparer = town.person(PAYER, "preparer")
    town.clock.at(calendar.on(-1, 24))
    risks = (
        ("attention", "Trouble with attention", "Tarkkaavuuden vaikeus", "Svårt med uppmärksamhet"),
        ("sleep", "Lasting trouble with sleep", "Pitkään huono uni", "Långvariga sömnsvårigheter"),
        ("school", "Absences from school", "Poissaoloja koulusta", "Frånvaro från skolan"),
        ("strain", "A parent is worn out", "Vanhempi on uupunut", "En förälder är utmattad"),
    )
    agrees = ("guardian_agrees", "A guardian agrees", "Huoltaja suostuu", "En vårdnadshavare")
    cohort = cohorts.create_cohort(
        actor=preparer,
        contract=contract,
        facts=CohortFacts(
            code_prefix="PP",
            unit=CohortUnit.FAMILY,
            places=PLACES,
            enrolment_starts_on=calendar.on(0),
            enrolment_ends_on=calendar.on(48),
            title_en="Families of Kaislaranta",
            title_fi="Kaislarannan perheet",
            title_sv="Familjer i Kaislaranta",
            who_counts_en="The child counts; guardians and siblings take part and do not count.",
            who_counts_fi="Lapsi lasketaan; huoltajia ja sisaruksia ei lasketa.",
            who_counts_sv="Barnet räknas; vårdnadshavare och syskon deltar men räknas inte.",
            criteria={
                "minimum_age": 4,
                "maximum_age": 14,
                "risk_factors": [_question(*risk) for risk in risks],
                "minimum_risk_factors": 2,
                "questions": [_question(*agrees[:3], f"{agrees[3]} samtycker")],
            },
        ),
    )
    planned = ((6, 15), (12, 32), (18, 50), (24, 68), (30, 84), (36, 98), (42, 110))
    steps = [PlanStep(calendar.on(month), count) for month, count in planned]
    cohorts.set_intake_plan(actor=preparer, cohort=cohort, steps=steps)
    return cohort


def _question(key: str, english: str, finnish: str, swedish: str) -> dict[str, object]:
    return {"key": key, "title": {"en": english, "fi": finnish, "sv": swedish}}


def _bring_in(town: Town, calendar: Calendar, cohort: Cohort, chance: Random) -> list[Participant]:
    """Every referral in order; the children who were enrolled are returned."""
    newcomers = []
    for number in range(FAMILIES):
        month = 1 + number * INTAKE_MONTHS // FAMILIES
        day = calendar.on(month, 1 + number * 7 % LAST_SAFE_DAY)
        newcomers.append(_child(town, number, day, chance))
        if number % 4 == 1:
            newcomers.append(_turned_away(day, number, chance))
    for number in range(9):
        unit_kind, unit_name = UNITS[number % len(UNITS)]
        waiting = Newcomer(
            referred_on=calendar.on(43, 2 + number),
            unit_kind=unit_kind,
            unit_name=unit_name,
            contacted=number % 2 == 0,
        )
        newcomers.append(waiting)
    provider = town.person(PROVIDER, "case.worker")
    return serving.take_in(town, provider, cohort, newcomers, consents_by="guardian")


def _child(town: Town, number: int, day: date, chance: Random) -> Newcomer:
    unit_kind, unit_name = UNITS[number % len(UNITS)]
    return Newcomer(
        referred_on=add_months(day, -1),
        unit_kind=unit_kind,
        unit_name=unit_name,
        birth_month=add_months(day.replace(day=1), -chance.randrange(60, 130)),
        enrolled_on=day,
        contacted=number % 3 == 0,
        served_by=_served_by(town, number),
        risk_factors=RISKS,
        questions=ANSWERS,
    )


def _served_by(town: Town, number: int) -> Organisation | None:
    if number % 3 == 0:
        return town["nepsytuki"]
    return town["rantakoti"] if number % 5 == 0 else None


def _turned_away(day: date, number: int, chance: Random) -> Newcomer:
    declined = number % 8 == 1
    return Newcomer(
        referred_on=add_months(day, -1),
        unit_kind=ReferringUnitKind.SCHOOL,
        unit_name="Rantakoulu",
        birth_month=add_months(day.replace(day=1), -chance.randrange(60, 150)),
        decision=ReferralState.DECLINED if declined else ReferralState.UNSUITABLE,
        reason="Perhe saa jo apua muualta" if declined else "Tarvitsee ensin sairaalahoitoa",
    )


def _families(town: Town, children: list[Participant]) -> None:
    """Households of the first families: a child, a guardian, and in some a sibling too."""
    provider = town.person(PROVIDER, "case.worker")
    for number, child in enumerate(children[:HOUSEHOLDS]):
        town.clock.at(child.enrolment.enrolled_on + timedelta(days=6))
        household = cohorts.join_household(
            actor=provider,
            participant=child,
            household=None,
            role=HouseholdRole.CHILD,
            valid_from=child.enrolment.enrolled_on,
        ).household
        _relative(town, household, child, HouseholdRole.GUARDIAN)
        if number < SIBLINGS:
            _relative(town, household, child, HouseholdRole.SIBLING)


def _relative(town: Town, household: Household, child: Participant, role: HouseholdRole) -> None:
    """Somebody of the family who takes part and does not count."""
    provider, day = town.person(PROVIDER, "case.worker"), child.enrolment.enrolled_on
    relative = cohorts.refer_participant(
        actor=provider,
        cohort=child.cohort,
        facts=ReferralFacts(unit_kind=ReferringUnitKind.SELF, referred_on=day, counts=False),
        served_by=child.served_by,
    )
    cohorts.enrol_participant(
        actor=provider, participant=relative, facts=EnrolmentFacts(enrolled_on=day)
    )
    cohorts.join_household(
        actor=provider, participant=relative, household=household, role=role, valid_from=day
    )


def _leave(town: Town, calendar: Calendar, children: list[Participant], chance: Random) -> None:
    """Some leave early; the first families have completed the service."""
    provider, verifier = town.person(PROVIDER, "case.worker"), town.person("mittakeppi", "verifier")
    completed = [child for child in children if child.enrolment.enrolled_on < calendar.on(5)]
    leavers = children[len(completed) + 4 : 66 : 6]
    for child in completed:
        day = add_months(child.enrolment.enrolled_on, 36)
        serving.leave(town, provider, child, day, ExitReason.COMPLETED)
    for number, (child, reason) in enumerate(zip(leavers, LEAVERS, strict=False)):
        day = add_months(child.enrolment.enrolled_on, chance.randrange(4, 10))
        serving.leave(town, provider, child, day, reason, "Sovittu perheen kanssa")
        if reason == ExitReason.MOVED_AWAY and number < len(LEAVERS) - 1:
            town.clock.at(day + timedelta(days=18))
            cohorts.confirm_exit(actor=verifier, participant=child)


def _identities(town: Town, calendar: Calendar, children: list[Participant]) -> None:
    """The provider holds the key: some names, one looked at, one erased."""
    provider = town.person(PROVIDER, "case.worker")
    town.clock.at(calendar.on(13, 4))
    serving.name(provider, children, NAMES, FINNISH)
    town.clock.at(calendar.on(14, 12))
    cohorts.show_identity(actor=provider, participant=children[3], purpose=UsePurpose.CONTACT)
    town.clock.at(calendar.on(26, 9))
    cohorts.show_identity(actor=provider, participant=children[3], purpose=UsePurpose.CHECK)
    town.clock.at(calendar.on(30, 3))
    cohorts.erase_identity(actor=provider, participant=children[5], reason="Huoltaja pyysi poistoa")


class _Reporter:
    """What is found of each child: most get better, some stay as they are."""

    def __init__(self, children: list[Participant], chance: Random) -> None:
        self.better = {one.code: chance.randrange(10) < 6 for one in children}
        self.start = {one.code: chance.randrange(30, 56) for one in children}

    def __call__(self, item: DueItem, chance: Random) -> Answer | None:
        code, begins = item.participant.code, item.point.key == "start"
        if not begins and chance.randrange(9) == 0:
            return None
        better = self.better[code] and not begins
        metric = item.metric.code
        if metric == PLACEMENT_DAYS:
            days = chance.randrange(20, 180) if chance.randrange(14) == 0 else 0
            return Answer(str(days), "Lastensuojelun asiakasrekisteri")
        if metric == COPING:
            value = self.start[code] + (chance.randrange(15, 32) if better else 4 - 4 * begins)
            return Answer(_tenths(value), "Perheen kanssa täytetty lomake")
        if metric == ATTENDANCE:
            value = chance.randrange(880, 985) if better else chance.randrange(700, 930)
            return Answer(_tenths(value), "Koulun läsnäolotiedot")
        value = 30 - self.start[code] // 5 - (chance.randrange(4, 9) if better else 0)
        return Answer(str(value), "Vanhemman täyttämä kysely")


def _tenths(value: int) -> str:
    return f"{value // 10}.{value % 10}"


def _pay(town: Town, closings: list[Closing], today: date) -> None:
    """All but the last two claims are paid at once; one was returned first, one waits."""
    preparer = town.person(PAYER, "preparer")
    paying.settle(town, preparer, closings[:-2])
    returned = paying.return_and_recalculate(
        town,
        preparer,
        paying.calculate(town, closings[-2]),
        "Asiakirjoista puuttuu lautakunnan päätöksen päivämäärä.",
    )
    paying.submit(town, preparer, returned, after=8)
    paying.approve(town, returned, after=11)
    paying.pay(town, returned)
    waiting = paying.calculate(town, closings[-1])
    paying.submit(town, preparer, waiting)
    asked_on = today - timedelta(days=7)
    paying.approve_share(town, waiting, CO_PAYER, paying.APPROVERS[:1], asked_on)
    town.clock.at(today - timedelta(days=2))
    governing.dispute(town, PROVIDER, waiting)


def _change_terms(town: Town, calendar: Calendar, contract: Contract, today: date) -> None:
    """A higher cap is proposed; two parties have agreed, two are asked."""
    preparer = town.person(PAYER, "preparer")
    town.clock.at(today - timedelta(days=26))
    terms = agreeing.propose(
        preparer,
        contract,
        registers.with_register(family_terms(calendar, NEW_CAP)),
        RATE_CARD,
        scope=AmendmentScope.LATER_MEASUREMENTS,
        reason="Perheitä on tullut mukaan enemmän kuin sovittiin; enimmäismäärä ei riitä loppuun.",
    )
    for days, key in ((19, CO_PAYER), (12, PROVIDER)):
        town.clock.at(today - timedelta(days=days))
        agreeing.say_yes(town, terms, key)
