"""What is measured in the demo town, described in three languages."""

from __future__ import annotations

from decimal import Decimal

from contracts import services
from contracts.services import MetricFacts
from sibportal.accounts.models import User

PERMANENT_WORK = "permanent_employment"
WELLBEING = "wellbeing_scale"
ATTENDANCE = "school_attendance"
COPING = "everyday_coping"
PLACEMENT_DAYS = "child_welfare_days"
STRENGTHS = "sdq_total"

_METRICS = (
    MetricFacts(
        code=PERMANENT_WORK,
        title_en="Permanent work",
        title_fi="Vakituinen työ",
        title_sv="Tillsvidareanställning",
        description_en="Employed until further notice, at least 20 hours a week, for 3 months.",
        description_fi="Toistaiseksi voimassa oleva työ, vähintään 20 h viikossa, 3 kuukautta.",
        description_sv="Anställd tills vidare, minst 20 timmar i veckan, i 3 månader.",
        kind="yes_no",
        source_en="Extract from the income register",
        register_source=True,
    ),
    MetricFacts(
        code=WELLBEING,
        title_en="Wellbeing",
        title_fi="Hyvinvointi",
        title_sv="Välbefinnande",
        description_en="Five questions answered by the person; 0 is worst and 100 is best.",
        description_fi="Viisi kysymystä, joihin henkilö vastaa itse; 0 on heikoin ja 100 paras.",
        description_sv="Fem frågor som personen själv besvarar; 0 är sämst och 100 bäst.",
        kind="number",
        unit_en="points",
        unit_fi="pistettä",
        unit_sv="poäng",
        minimum=Decimal(0),
        maximum=Decimal(100),
        instrument_en="Five-question wellbeing scale",
    ),
    MetricFacts(
        code=ATTENDANCE,
        title_en="School attendance",
        title_fi="Läsnäolo koulussa",
        title_sv="Närvaro i skolan",
        description_en="Share of the term's lessons at which the child was present.",
        description_fi="Osuus lukukauden tunneista, joilla lapsi oli läsnä.",
        description_sv="Andel av terminens lektioner där barnet var närvarande.",
        kind="number",
        unit_en="%",
        unit_fi="%",
        unit_sv="%",
        minimum=Decimal(0),
        maximum=Decimal(100),
        decimals=1,
        source_en="School's attendance records",
    ),
    MetricFacts(
        code=COPING,
        title_en="Everyday coping",
        title_fi="Arjessa pärjääminen",
        title_sv="Att klara vardagen",
        description_en="How the child manages everyday life, from 1 to 10, by adults around it.",
        description_fi="Miten lapsi pärjää arjessa, 1–10, lähiaikuisten arvio.",
        description_sv="Hur barnet klarar vardagen, 1–10, enligt vuxna omkring det.",
        kind="number",
        unit_en="points",
        unit_fi="pistettä",
        unit_sv="poäng",
        minimum=Decimal(1),
        maximum=Decimal(10),
        decimals=1,
        instrument_en="Everyday coping form",
    ),
    MetricFacts(
        code=PLACEMENT_DAYS,
        title_en="Days in care outside the home",
        title_fi="Sijoituspäivät kodin ulkopuolella",
        title_sv="Dygn i vård utanför hemmet",
        description_en="Days of child welfare placement during the last twelve months.",
        description_fi="Lastensuojelun sijoituspäivät viimeisten 12 kuukauden aikana.",
        description_sv="Dygn i barnskyddets placering under de senaste tolv månaderna.",
        kind="days",
        direction="lower",
        unit_en="days",
        unit_fi="päivää",
        unit_sv="dygn",
        minimum=Decimal(0),
        maximum=Decimal(366),
        source_en="Register of child welfare clients",
        register_source=True,
    ),
    MetricFacts(
        code=STRENGTHS,
        title_en="Strengths and difficulties, total",
        title_fi="Vahvuudet ja vaikeudet, kokonaispisteet",
        title_sv="Styrkor och svårigheter, totalpoäng",
        description_en="Difficulties from 0 to 40, answered by a parent; fewer is better.",
        description_fi="Vaikeuksien pisteet 0–40, vanhemman vastaamana; vähemmän on parempi.",
        description_sv="Svårigheter från 0 till 40, enligt en förälder; färre är bättre.",
        kind="count",
        direction="lower",
        unit_en="points",
        unit_fi="pistettä",
        unit_sv="poäng",
        minimum=Decimal(0),
        maximum=Decimal(40),
        instrument_en="Strengths and Difficulties Questionnaire (SDQ)",
    ),
)


def define_metrics(actor: User) -> None:
    """Define every metric that the three contracts name."""
    for facts in _METRICS:
        services.define_metric(actor=actor, facts=facts)
