"""How people come to the programme and leave it: referrals, enrolments, consents, exits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from cohorts import services
from cohorts.models import Cohort, ConsentSwitch, Participant
from cohorts.services import EnrolmentFacts, IdentityFacts, IntakeFacts, ReferralFacts
from cohorts.states import ExitReason, ReferralState
from sibportal.accounts.models import Organisation, User
from sibportal.portal.demo.people import Town
from sibportal.portal.demo.wording import Wording

SWITCHES = (ConsentSwitch.SERVICE, ConsentSwitch.REGISTER_FOLLOW_UP)
ANSWER_DAYS = 12  # from a referral to an answer
HETU_LETTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"


@dataclass(frozen=True)
class Newcomer:
    """One person who was referred, and what came of it; without an answer the referral is open."""

    referred_on: date
    unit_kind: str
    unit_name: str = ""
    birth_month: date | None = None
    enrolled_on: date | None = None
    contacted: bool = False
    decision: ReferralState | None = None
    reason: str = ""
    served_by: Organisation | None = None
    counts: bool = True
    risk_factors: frozenset[str] = frozenset()
    questions: Mapping[str, bool] = field(default_factory=dict)

    @property
    def latest_on(self) -> date:
        """The last day on which anything happened."""
        if self.decision:
            return self.referred_on + timedelta(days=ANSWER_DAYS)
        return self.enrolled_on or self.referred_on


def take_in(
    town: Town, provider: User, cohort: Cohort, newcomers: Sequence[Newcomer], *, consents_by: str
) -> list[Participant]:
    """Take everybody in as far as each came, in order; whoever is enrolled consents.

    The provider brings its list once a quarter.
    """
    people: list[Participant] = []
    for _quarter, group in groupby(newcomers, key=_quarter_of):
        brought = list(group)
        town.clock.at(max(one.latest_on for one in brought) + timedelta(days=1))
        rows = [_intake(one, consents_by) for one in brought]
        people += services.take_over_intake(actor=provider, cohort=cohort, rows=rows)
    enrolled = Participant.objects.filter(pk__in=[one.pk for one in people], counts=True)
    return list(
        enrolled.filter(enrolment__isnull=False)
        .select_related("enrolment", "cohort__contract")
        .order_by("code")
    )


def _quarter_of(one: Newcomer) -> int:
    return (one.referred_on.year * 12 + one.referred_on.month) // 3


def _intake(one: Newcomer, consents_by: str) -> IntakeFacts:
    return IntakeFacts(
        referral=ReferralFacts(
            unit_kind=one.unit_kind,
            referred_on=one.referred_on,
            unit_name=one.unit_name,
            birth_month=one.birth_month,
            counts=one.counts,
        ),
        served_by=one.served_by,
        contacted_on=one.referred_on if one.contacted else None,
        declined_as=one.decision,
        decided_on=one.latest_on if one.decision else None,
        reason=one.reason,
        enrolment=_enrolment(one),
        consents=tuple((switch, consents_by) for switch in SWITCHES if one.counts),
    )


def _enrolment(one: Newcomer) -> EnrolmentFacts | None:
    if one.enrolled_on is None:
        return None
    return EnrolmentFacts(
        enrolled_on=one.enrolled_on,
        started_on=one.enrolled_on,
        risk_factors=one.risk_factors,
        questions=one.questions,
    )


def leave(
    town: Town,
    provider: User,
    participant: Participant,
    on: date,
    reason: ExitReason,
    note: str = "",
) -> None:
    """Record a few days later that somebody left, or completed the service."""
    town.clock.at(on + timedelta(days=4))
    services.exit_participant(
        actor=provider, participant=participant, exited_on=on, reason=reason, note=note
    )


def name(actor: User, people: Sequence[Participant], names: Sequence[str], words: Wording) -> None:
    """Keep invented names and personal ids, encrypted; every third person has no personal id."""
    for number, (participant, one) in enumerate(zip(people, names, strict=False)):
        personal_id = "" if number % 3 == 2 else _artificial_hetu(participant, number)
        facts = IdentityFacts(
            name=one,
            personal_id=personal_id,
            contact="" if number == 0 else words.through_guardian,
            security_ban=number == 0,
        )
        services.save_identity(actor=actor, participant=participant, facts=facts)


def _artificial_hetu(participant: Participant, number: int) -> str:
    """A personal id from the numbers 900 to 999, which are never given to anybody."""
    born = participant.birth_month or date(2015, 1, 1)
    digits = f"{born:%d%m%y}{900 + number:03d}"
    return f"{digits[:6]}A{digits[6:]}{HETU_LETTERS[int(digits) % 31]}"
