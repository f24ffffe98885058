"""Young adults to work, a Swedish municipality: 200 people, one threshold, all or nothing.

The assessment has been made: 103 of 200 reached permanent work and better wellbeing, which is at
least half, so cost and premium are paid and have reached the investors. A follow-up goes on.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from cohorts import services as cohorts
from cohorts.models import Cohort, Participant, ReferringUnitKind
from cohorts.rules.intake import PlanStep
from cohorts.services import CohortFacts
from cohorts.states import ExitReason, ReferralState
from contracts.models import Contract, KeyCustodian
from contracts.rules.terms.templates import (
    COST_PLUS_PREMIUM,
    Frame,
    OutcomeAnswer,
    cost_plus_premium_template,
)
from contracts.rules.terms.words import PayeeRole
from contracts.services import ContractFacts
from outcomes.rules.rounds import PlanTerms
from outcomes.rules.sampling import PlanKind, StratumField
from outcomes.selectors import DueItem
from outcomes.services import set_verification_plan
from sibportal.accounts.roles import PartyRole
from sibportal.kernel.dates import add_months
from sibportal.portal.demo import agreeing, measuring, paying, serving
from sibportal.portal.demo.agreeing import FAILURES, Capital
from sibportal.portal.demo.calendar import LAST_SAFE_DAY, Calendar
from sibportal.portal.demo.measuring import Answer, Desk
from sibportal.portal.demo.metrics import PERMANENT_WORK, WELLBEING
from sibportal.portal.demo.people import Town
from sibportal.portal.demo.serving import Newcomer
from sibportal.portal.demo.wording import SWEDISH

CODE = "ALMVATTNA-UNGA"
AGE, LENGTH, CLOSED_MONTHS = 46, 48, 42
PLACES, INTAKE_MONTHS = 200, 21
SAMPLED = 5  # the period in which most people are measured
PAYER, PROVIDER = "almvattna", "sprangbradan"
LEAVERS = (
    (ExitReason.DROPPED_OUT, 15),
    (ExitReason.MOVED_AWAY, 4),
    (ExitReason.TRANSFERRED, 2),
    (ExitReason.DEATH, 1),
)
BOTH, ONLY_WORK, ONLY_WELLBEING, NOT_REACHED = 103, 27, 24, 10
COMPLETED = 30  # those of whom it is recorded
ANSWERS = {"outside": True}


def load(town: Town, today: date) -> Contract:
    """Build the whole contract; its figures are the same whenever it is loaded."""
    chance, calendar = Random(CODE), Calendar(today, AGE)  # noqa: S311 - an example, no secret
    contract = _found(town, calendar)
    cohort = _cohort(town, calendar, contract)
    people = _bring_in(town, calendar, cohort, chance)
    staying = _leave(town, people, chance)
    desk = Desk(
        clock=town.clock,
        words=SWEDISH,
        contract=contract,
        calendar=calendar,
        provider=town.person(PROVIDER, "case.worker"),
        verifier=town.person("mittakeppi", "verifier"),
        open_from=calendar.on(CLOSED_MONTHS),
        held_in="Språngbrädans klientakter",
        sampled=frozenset({SAMPLED}),
    )
    _plan_samples(town, contract)
    measuring.report(desk, _Reporter(people, staying, chance))
    measuring.verify_past(desk)
    closed = contract.periods.filter(ends_on__lte=desk.open_from).order_by("number")
    closings = measuring.close(desk, closed)
    paying.settle(town, town.person(PAYER, "preparer"), closings)
    measuring.verify_recent(desk)
    return contract


def _plan_samples(town: Town, contract: Contract) -> None:
    """Before the period in which most people are measured begins, a sample is agreed for it."""
    period = contract.periods.get(number=SAMPLED)
    town.clock.at(period.starts_on - timedelta(days=45))
    set_verification_plan(
        actor=town.person(PAYER, "preparer"),
        contract=contract,
        from_period=period,
        terms=PlanTerms(
            kind=PlanKind.SAMPLE,
            everybody_below=40,
            margin_percent=Decimal(10),
            tolerable_percent=Decimal(8),
            strata=(StratumField.METRIC,),
        ),
        reason="Många mäts under samma halvår; ett stickprov räcker för att lita på resten.",
    )


def _found(town: Town, calendar: Calendar) -> Contract:
    facts = ContractFacts(
        code=CODE,
        title_en="Young adults to work",
        title_fi="Nuoret aikuiset työhön",
        title_sv="Unga vuxna i arbete",
        programme_en="A coach of one's own for eighteen months, and a way into work with support.",
        programme_fi="Oma valmentaja puolentoista vuoden ajan ja tuettu tie työhön.",
        programme_sv="En egen coach i arton månader och en väg till arbete med stöd.",
        target_group_en="People aged 18 to 29 who neither work nor study.",
        target_group_fi="18–29-vuotiaat, jotka eivät ole työssä eivätkä opiskele.",
        target_group_sv="Personer i åldern 18–29 år som varken arbetar eller studerar.",
        social_problem_en="Young adults stay outside work and study for years.",
        social_problem_fi="Nuoret aikuiset jäävät vuosiksi työn ja opiskelun ulkopuolelle.",
        social_problem_sv="Unga vuxna står i åratal utanför arbete och studier.",
        place="Älmvattna",
        starts_on=calendar.starts_on,
        ends_on=calendar.on(LENGTH),
        currency="SEK",
        time_zone="Europe/Stockholm",
        case_number="KS/EX-0147",
        decided_on=calendar.on(-2, 12),
        period_months=6,
    )
    parties = (
        (PROVIDER, PartyRole.LEAD_PROVIDER),
        ("mittakeppi", PartyRole.VERIFIER),
        ("klovergl", PartyRole.INVESTOR),
        ("norrskata", PartyRole.INVESTOR),
        ("kuusenjuuri", PartyRole.INVESTOR),
    )
    contract = agreeing.found(town, PAYER, facts, parties, KeyCustodian.ELSEWHERE, SWEDISH)
    preparer = town.person(PAYER, "preparer")
    contract_terms = _terms(calendar)
    agreeing.agree(town, preparer, contract, contract_terms, COST_PLUS_PREMIUM)
    first, second = calendar.on(0, 15), calendar.on(12, 15)
    agreeing.raise_capital(
        town,
        preparer,
        contract,
        [
            Capital(key, amount, calendar.on(-1, 10), {first: amount / 2, second: amount / 2})
            for key, amount in (
                ("klovergl", Decimal(3_250_000)),
                ("norrskata", Decimal(1_750_000)),
                ("kuusenjuuri", Decimal(1_000_000)),
            )
        ],
    )
    return contract


def _terms(calendar: Calendar) -> dict[str, Any]:
    frame = Frame(
        currency="SEK",
        minimum_cohort=0,
        exits=FAILURES,
        points=[
            _point("start", ("At the start", "Alussa", "Vid starten"), 0),
            _point("after", ("After the service", "Palvelun jälkeen", "Efter insatsen"), 18),
            _point("later", ("Nine months later", "Yhdeksän kk myöhemmin", "Nio mån. senare"), 27),
        ],
        follow_up=[
            {
                "key": "lasting_wellbeing",
                "title": {
                    "en": "Wellbeing that lasts",
                    "fi": "Kestävä hyvinvointi",
                    "sv": "Bestående välbefinnande",
                },
                "metric": {"code": WELLBEING, "version": 1},
                "points": ["later"],
            }
        ],
        expected_path=[
            {
                "outcome": "together",
                "points": [
                    {"day": calendar.end_of(month).isoformat(), "value": value}
                    for month, value in ((18, "5"), (24, "18"), (30, "32"), (36, "46"), (42, "55"))
                ],
            }
        ],
        cap=Decimal("6480000.00"),
        payers=(("payer", Decimal(100)),),
        payee=PayeeRole.INVESTOR,
        payment_days=30,
    )
    work = OutcomeAnswer(
        key="work",
        title={"en": "Permanent work", "fi": "Vakituinen työ", "sv": "Tillsvidareanställning"},
        metric=PERMANENT_WORK,
        points=("after",),
        condition={"kind": "is_true"},
    )
    wellbeing = OutcomeAnswer(
        key="wellbeing",
        title={
            "en": "Better wellbeing",
            "fi": "Parempi hyvinvointi",
            "sv": "Bättre välbefinnande",
        },
        metric=WELLBEING,
        points=("after",),
        condition={"kind": "change_at_least", "value": "10", "baseline_point": "start"},
    )
    return cost_plus_premium_template(
        frame,
        title={
            "en": "Permanent work and better wellbeing",
            "fi": "Vakituinen työ ja parempi hyvinvointi",
            "sv": "Tillsvidareanställning och bättre välbefinnande",
        },
        outcomes=(work, wellbeing),
        threshold_percent=Decimal(50),
        cost=Decimal("6000000.00"),
        premium_percent=Decimal(8),
        assessment_on=calendar.on(CLOSED_MONTHS - 1, 28),
    )


def _point(key: str, titles: tuple[str, str, str], months: int) -> dict[str, Any]:
    return {
        "key": key,
        "title": dict(zip(("en", "fi", "sv"), titles, strict=True)),
        "anchor": "enrolment",
        "offset_months": months,
        "tolerance_before_days": 30 if months else 0,
        "tolerance_after_days": 60 if months else 30,
    }


def _cohort(town: Town, calendar: Calendar, contract: Contract) -> Cohort:
    preparer = town.person(PAYER, "preparer")
    town.clock.at(calendar.on(-1, 20))
    question = {
        "key": "outside",
        "title": {
            "en": "Has been without work and studies for three months",
            "fi": "On ollut kolme kuukautta ilman työtä ja opiskelua",
            "sv": "Har varit utan arbete och studier i tre månader",
        },
    }
    cohort = cohorts.create_cohort(
        actor=preparer,
        contract=contract,
        facts=CohortFacts(
            code_prefix="UV",
            places=PLACES,
            enrolment_starts_on=calendar.on(0),
            enrolment_ends_on=calendar.on(INTAKE_MONTHS),
            title_en="Young adults of Älmvattna",
            title_fi="Älmvattnan nuoret aikuiset",
            title_sv="Unga vuxna i Älmvattna",
            who_counts_en="Everybody who was enrolled, also those who left.",
            who_counts_fi="Kaikki mukaan otetut, myös lähteneet.",
            who_counts_sv="Alla som togs in, även de som har lämnat.",
            criteria={"minimum_age": 18, "maximum_age": 29, "questions": [question]},
        ),
    )
    steps = [PlanStep(calendar.on(month), 50 * month // 4) for month in (4, 8, 12, 16)]
    cohorts.set_intake_plan(actor=preparer, cohort=cohort, steps=steps)
    return cohort


def _bring_in(town: Town, calendar: Calendar, cohort: Cohort, chance: Random) -> list[Participant]:
    """Everybody who was referred, in order; those who were enrolled are returned."""
    newcomers = []
    for number in range(PLACES):
        month = number * INTAKE_MONTHS // PLACES
        day = calendar.on(month, 1 + number * 7 % LAST_SAFE_DAY)
        born = add_months(day, -12 * chance.randrange(19, 29) - chance.randrange(6))
        one = Newcomer(
            referred_on=add_months(day, -1),
            unit_kind=ReferringUnitKind.EMPLOYMENT_OFFICE,
            unit_name="Arbetsförmedlingen i Älmvattna" if number % 3 else "",
            birth_month=born.replace(day=1),
            enrolled_on=day,
            contacted=number % 4 == 0,
            questions=ANSWERS,
        )
        newcomers.append(one)
        if number % 7 == 3:
            newcomers.append(_turned_away(day, number))
    provider = town.person(PROVIDER, "case.worker")
    return serving.take_in(town, provider, cohort, newcomers, consents_by="self")


def _turned_away(day: date, number: int) -> Newcomer:
    """Every seventh referral led to nothing, for one of two reasons."""
    declined = number % 3 != 0
    return Newcomer(
        referred_on=add_months(day, -1),
        unit_kind=ReferringUnitKind.SOCIAL_SERVICES,
        decision=ReferralState.DECLINED if declined else ReferralState.UNSUITABLE,
        reason="Valde en annan insats" if declined else "Hade hunnit börja studera",
    )


def _leave(town: Town, people: list[Participant], chance: Random) -> list[Participant]:
    """Let some leave early; the others are returned, the first of them with the service done."""
    provider = town.person(PROVIDER, "case.worker")
    reasons = [reason for reason, count in LEAVERS for _number in range(count)]
    leavers = dict(zip(chance.sample(range(PLACES), len(reasons)), reasons, strict=True))
    staying = []
    for number, participant in enumerate(people):
        enrolled_on = participant.enrolment.enrolled_on
        if number in leavers:
            day = add_months(enrolled_on, chance.randrange(3, 12))
            serving.leave(town, provider, participant, day, leavers[number])
        else:
            staying.append(participant)
            if number < COMPLETED:
                day = add_months(enrolled_on, 17)
                serving.leave(town, provider, participant, day, ExitReason.COMPLETED)
    return staying


class _Reporter:
    """What is found of each person: fixed counts of each kind, spread over the months."""

    def __init__(
        self,
        people: list[Participant],
        staying: list[Participant],
        chance: Random,
    ) -> None:
        self.start = {one.code: chance.randrange(28, 49) for one in people}
        codes = [one.code for one in staying]
        chance.shuffle(codes)
        ends = (BOTH, BOTH + ONLY_WORK, BOTH + ONLY_WORK + ONLY_WELLBEING)
        self.work = set(codes[: ends[1]])
        self.wellbeing = set(codes[: ends[0]]) | set(codes[ends[1] : ends[2]])
        self.unreached = set(codes[ends[2] : ends[2] + NOT_REACHED])

    def __call__(self, item: DueItem, chance: Random) -> Answer | None:
        code, point = item.participant.code, item.point.key
        if item.metric.code == PERMANENT_WORK:
            if code in self.unreached:
                return Answer()
            return Answer("yes" if code in self.work else "no", "Utdrag ur inkomstregistret")
        return self._wellbeing(code, point, chance)

    def _wellbeing(self, code: str, point: str, chance: Random) -> Answer | None:
        start = self.start[code]
        if point == "after":
            if code in self.unreached:
                return Answer()
            change = chance.randrange(12, 31) if code in self.wellbeing else 4
        elif point == "later":
            if chance.randrange(6) == 0:
                return None
            change = chance.randrange(2, 26)
        else:
            change = 0
        return Answer(str(start + change), "Enkät som personen själv har besvarat")
