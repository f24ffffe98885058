"""Two sport teams of pre-schoolers with a mentor each for twelve years: small numbers are normal.

The first assessment has been made and missed its threshold by little, so the claim came to zero.
The town that wrote the contract has since been succeeded by the wellbeing services county.
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
from cohorts.services import CohortFacts
from cohorts.states import ExitReason, UsePurpose
from contracts.models import Contract, KeyCustodian
from contracts.rules.terms.templates import COST_PLUS_PREMIUM
from contracts.services import ContractFacts, succeed_party
from outcomes.selectors import DueItem
from sibportal.accounts.roles import PartyRole
from sibportal.kernel.dates import add_months
from sibportal.portal.demo import agreeing, measuring, paying, serving
from sibportal.portal.demo.agreeing import Capital
from sibportal.portal.demo.calendar import LAST_SAFE_DAY, Calendar
from sibportal.portal.demo.measuring import Answer, Desk
from sibportal.portal.demo.metrics import ATTENDANCE, COPING, PLACEMENT_DAYS, STRENGTHS
from sibportal.portal.demo.people import Town
from sibportal.portal.demo.serving import Newcomer
from sibportal.portal.demo.team_terms import team_terms
from sibportal.portal.demo.wording import FINNISH

CODE = "KAISLA-JOUKKUEET"
AGE, LENGTH, OPEN_FROM = 52, 144, 48
SUCCESSION = 42
PAYER, SUCCESSOR, PROVIDER = "kaislaranta", "kaislamaa", "joukkuekummit"
TEAMS = (
    ("KK", 25, ("Kaisla Bears", "Kaislan Karhut", "Kaislas Björnar")),
    ("RL", 23, ("Ranta Terns", "Rannan Tiirat", "Strandens Tärnor")),
)
PLACES = 25
EARLY, SETTLED, ONLY_COPING, ONLY_ATTENDANCE = 4, 27, 10, 5
NAMES = tuple(
    f"{name} Esimerkki"
    for name in ("Aapo", "Aura", "Eino", "Elsa", "Hugo", "Inka", "Joel", "Kiia", "Luka", "Minea")
)


def load(town: Town, today: date) -> Contract:
    """Build the whole contract; its figures are the same whenever it is loaded."""
    chance, calendar = Random(CODE), Calendar(today, AGE)  # noqa: S311 - an example, no secret
    contract = _found(town, calendar)
    children = [
        child
        for prefix, size, titles in TEAMS
        for child in _team(town, calendar, contract, chance, prefix, size, titles)
    ]
    staying = _leave(town, children)
    _identities(town, calendar, children)
    desk = Desk(
        clock=town.clock,
        words=FINNISH,
        contract=contract,
        calendar=calendar,
        provider=town.person(PROVIDER, "case.worker"),
        verifier=town.person("mittakeppi", "verifier"),
        open_from=calendar.on(OPEN_FROM),
        held_in="Joukkuekummien asiakastiedot",
        signed_late={OPEN_FROM // 12: today - timedelta(days=4)},
    )
    measuring.report(desk, _Reporter(children, staying, chance))
    measuring.verify_past(desk)
    *closed, latest = contract.periods.filter(ends_on__lte=desk.open_from).order_by("number")
    paying.settle(town, town.person(PAYER, "preparer"), measuring.close(desk, closed))
    measuring.propose(desk, latest)
    measuring.verify_recent(desk, waiting=8)
    _succeed(town, calendar, contract)
    return contract


def _found(town: Town, calendar: Calendar) -> Contract:
    facts = ContractFacts(
        code=CODE,
        title_en="A team and a mentor",
        title_fi="Joukkue ja kummi",
        title_sv="Ett lag och en fadder",
        programme_en="Two sport teams; one mentor each, the same adult for twelve years.",
        programme_fi="Kaksi urheilujoukkuetta; kummallakin sama aikuinen kaksitoista vuotta.",
        programme_sv="Två idrottslag; en och samma vuxen för vart och ett i tolv år.",
        target_group_en="Pre-schoolers who need a safe adult beside school and home.",
        target_group_fi="Esikoululaiset, jotka tarvitsevat turvallisen aikuisen rinnalleen.",
        target_group_sv="Förskolebarn som behöver en trygg vuxen vid sidan av skola och hem.",
        social_problem_en="Children are left alone between services.",
        social_problem_fi="Lapset jäävät yksin palvelujen väliin.",
        social_problem_sv="Barn lämnas ensamma mellan tjänsterna.",
        place="Kaislaranta",
        starts_on=calendar.starts_on,
        ends_on=calendar.on(LENGTH),
        currency="EUR",
        case_number="KR/EX/0087",
        decided_on=calendar.on(-4, 18),
        period_months=12,
    )
    parties = (
        (PROVIDER, PartyRole.LEAD_PROVIDER),
        ("mittakeppi", PartyRole.VERIFIER),
        ("lumme", PartyRole.FUND_MANAGER),
        ("klovergl", PartyRole.INVESTOR),
        ("kuusenjuuri", PartyRole.INVESTOR),
    )
    contract = agreeing.found(town, PAYER, facts, parties, KeyCustodian.CONTROLLER, FINNISH)
    preparer = town.person(PAYER, "preparer")
    agreeing.agree(town, preparer, contract, team_terms(calendar), COST_PLUS_PREMIUM)
    agreeing.raise_capital(
        town,
        town.person("lumme", "preparer"),
        contract,
        [
            Capital(
                key,
                Decimal(630_000),
                calendar.on(-2, 10),
                {calendar.on(year * 12, 15): Decimal(70_000) for year in range(5)},
            )
            for key in ("klovergl", "kuusenjuuri")
        ],
    )
    return contract


def _team(
    town: Town,
    calendar: Calendar,
    contract: Contract,
    chance: Random,
    prefix: str,
    size: int,
    titles: tuple[str, str, str],
) -> list[Participant]:
    """One team: a cohort of its own whose children share one household."""
    cohort = _cohort(town, calendar, contract, prefix, titles)
    provider = town.person(PROVIDER, "case.worker")
    newcomers = []
    for number in range(size):
        day = calendar.on(number % 3, 1 + number * 7 % LAST_SAFE_DAY)
        one = Newcomer(
            referred_on=add_months(day, -1),
            unit_kind=ReferringUnitKind.EARLY_EDUCATION,
            unit_name="Kaislan päiväkoti",
            birth_month=add_months(day.replace(day=1), -chance.randrange(66, 78)),
            enrolled_on=day,
            contacted=number % 5 == 0,
        )
        newcomers.append(one)
    children = serving.take_in(town, provider, cohort, newcomers, consents_by="guardian")
    household: Household | None = None
    for child in children:
        town.clock.at(child.enrolment.enrolled_on + timedelta(days=6))
        household = cohorts.join_household(
            actor=provider,
            participant=child,
            household=household,
            role=HouseholdRole.TEAM_MEMBER,
            valid_from=child.enrolment.enrolled_on,
        ).household
    return children


def _cohort(
    town: Town, calendar: Calendar, contract: Contract, prefix: str, titles: tuple[str, str, str]
) -> Cohort:
    preparer = town.person(PAYER, "preparer")
    town.clock.at(calendar.on(-1, 12))
    cohort = cohorts.create_cohort(
        actor=preparer,
        contract=contract,
        facts=CohortFacts(
            code_prefix=prefix,
            unit=CohortUnit.TEAM,
            places=PLACES,
            enrolment_starts_on=calendar.on(0),
            enrolment_ends_on=calendar.on(6),
            title_en=titles[0],
            title_fi=titles[1],
            title_sv=titles[2],
            who_counts_en="Every child of the team.",
            who_counts_fi="Jokainen joukkueen lapsi.",
            who_counts_sv="Varje barn i laget.",
            criteria={"minimum_age": 5, "maximum_age": 6},
        ),
    )
    steps = [PlanStep(calendar.on(1), 15), PlanStep(calendar.on(3), PLACES)]
    cohorts.set_intake_plan(actor=preparer, cohort=cohort, steps=steps)
    return cohort


def _leave(town: Town, children: list[Participant]) -> list[Participant]:
    """Three children leave; those who stay are returned."""
    provider = town.person(PROVIDER, "case.worker")
    leavers = {
        7: (20, ExitReason.MOVED_AWAY),
        19: (15, ExitReason.GUARDIAN_WITHDREW),
        33: (30, ExitReason.TAKEN_INTO_CARE),
    }
    for number, (months, reason) in leavers.items():
        child = children[number]
        day = add_months(child.enrolment.enrolled_on, months)
        serving.leave(town, provider, child, day, reason)
    town.clock.at(add_months(children[7].enrolment.enrolled_on, leavers[7][0] + 1))
    cohorts.confirm_exit(actor=town.person("mittakeppi", "verifier"), participant=children[7])
    return [child for number, child in enumerate(children) if number not in leavers]


def _identities(town: Town, calendar: Calendar, children: list[Participant]) -> None:
    """The town holds the key to the codes, and looked a child up once."""
    case_worker = town.person(PAYER, "case.worker")
    town.clock.at(calendar.on(4, 6))
    serving.name(case_worker, children, NAMES, FINNISH)
    town.clock.at(calendar.on(11, 14))
    cohorts.show_identity(actor=case_worker, participant=children[1], purpose=UsePurpose.SERVICE)


def _succeed(town: Town, calendar: Calendar, contract: Contract) -> None:
    """The wellbeing services county took over what the town had agreed."""
    payer = contract.parties.get(role=PartyRole.PAYER)
    town.clock.at(calendar.on(SUCCESSION, 2))
    succeed_party(
        actor=town.person(PAYER, "preparer"),
        party=payer,
        organisation=town[SUCCESSOR],
        on=calendar.on(SUCCESSION),
        document="Sosiaalipalvelujen siirto, päätös KR/EX/0341",
    )


class _Reporter:
    """What is found of each child in the years up to now: fixed counts, spread over the teams."""

    def __init__(
        self, children: list[Participant], staying: list[Participant], chance: Random
    ) -> None:
        self.start = {one.code: chance.randrange(35, 56) for one in children}
        codes = [one.code for one in staying]
        chance.shuffle(codes)
        ends = (EARLY, SETTLED, SETTLED + ONLY_COPING)
        self.early = set(codes[: ends[0]])
        self.coping = set(codes[: ends[2]])
        self.attendance = set(codes[: ends[1]]) | set(codes[ends[2] : ends[2] + ONLY_ATTENDANCE])

    def __call__(self, item: DueItem, chance: Random) -> Answer | None:
        code, point, metric = item.participant.code, item.point.key, item.metric.code
        if metric == PLACEMENT_DAYS:
            return Answer("0", "Lastensuojelun asiakasrekisteri")
        if point == "year_4" and chance.randrange(5) == 0:
            return None
        if metric == STRENGTHS:
            years = 0 if point == "start" else int(point.removeprefix("year_"))
            return Answer(str(26 - self.start[code] // 5 - years), "Vanhempien kysely")
        if metric == COPING:
            well = self._did(point, code, self.coping)
            value = chance.randrange(70, 92) if well else self.start[code]
            return Answer(f"{value // 10}.{value % 10}", "Kummin ja opettajan lomake")
        if metric == ATTENDANCE:
            well = self._did(point, code, self.attendance)
            value = chance.randrange(925, 990) if well else chance.randrange(780, 915)
            return Answer(f"{value // 10}.{value % 10}", "Koulun läsnäolotiedot")
        raise AssertionError(f"Nobody reports {metric} here.")

    def _did(self, point: str, code: str, ever: set[str]) -> bool:
        """In the first year few, in the second all who ever do; later they keep it up."""
        if point == "start":
            return False
        return code in (self.early & ever if point == "year_1" else ever)
