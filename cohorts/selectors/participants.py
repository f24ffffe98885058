"""Participants under their codes: lists, one person's way through the programme, who counts.

Nothing here reads an identity; whoever shows rows to people leaves their trace in the use log
through services.reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from cohorts.models import Cohort, Consent, Enrolment, Household, HouseholdMembership, Participant
from cohorts.rules import consent as consent_rules
from cohorts.rules.counting import Status, reasons_to_confirm, treatment
from cohorts.rules.pseudonym import normalise_code
from cohorts.states import ExitReason, ReferralState
from contracts.models import Contract
from contracts.rules.terms.words import LeavingTreatment
from contracts.selectors import (
    parties_today,
    terms_document,
    terms_documents,
    terms_in_force,
    today,
)
from sibportal.accounts import access
from sibportal.accounts.models import Organisation
from sibportal.accounts.roles import Action, PartyRole
from sibportal.kernel.errors import NotVisible

LEFT = "left"
PROVIDERS = (PartyRole.LEAD_PROVIDER, PartyRole.SERVICE_PARTNER)
SORTS = {
    "code": "code",
    "state": "referral__state",
    "unit": "referral__unit_name",
    "referred": "referral__referred_on",
    "enrolled": "enrolment__enrolled_on",
    "partner": "served_by__name",
}
_RELATED = ("cohort__contract", "served_by", "referral", "enrolment", "identity")


@dataclass(frozen=True)
class CountingParticipant:
    """What the counting rules and measurement points need to know of one participant."""

    id: UUID
    code: str
    cohort_id: UUID
    counts: bool
    birth_month: date | None
    school_started_year: int | None
    referred_on: date | None
    enrolled_on: date | None
    started_on: date | None
    exited_on: date | None
    exit_reason: str
    exit_confirmed: bool

    @property
    def status(self) -> Status:
        """The same as cohorts/rules/counting reads it."""
        return Status(
            participant=str(self.id),
            referred_on=self.referred_on or self.enrolled_on or date.min,
            enrolled_on=self.enrolled_on,
            started_on=self.started_on,
            exited_on=self.exited_on,
            exit_reason=self.exit_reason,
            exit_confirmed=self.exit_confirmed,
            counts=self.counts,
        )


def participants(
    viewer: access.Viewer,
    *,
    contract: Contract | None = None,
    cohort: Cohort | None = None,
    search: str = "",
    state: str = "",
    unit: str = "",
    sort: str = "code",
) -> QuerySet[Participant]:
    """The participants that `viewer` may see, narrowed and sorted; codes only."""
    found = access.visible(Participant.objects.all(), viewer, Action.VIEW_PARTICIPANT)
    found = found.select_related(*_RELATED).defer(
        "identity__name", "identity__personal_id", "identity__contact", "identity__wrapped_key"
    )
    if contract is not None:
        found = found.filter(cohort__contract=contract)
    if cohort is not None:
        found = found.filter(cohort=cohort)
    if search:
        found = found.filter(code__icontains=normalise_code(search))
    found = _in_state(found, state)
    if unit:
        # The unit tells where a person is: under a security ban nobody is found by it.
        found = found.filter(referral__unit_name=unit).exclude(identity__security_ban=True)
    field = SORTS.get(sort.removeprefix("-"), "code")
    return found.order_by(f"-{field}" if sort.startswith("-") else field, "code")


def _in_state(rows: QuerySet[Participant], state: str) -> QuerySet[Participant]:
    if state == LEFT:
        return rows.filter(enrolment__exited_on__isnull=False)
    if state == ReferralState.ENROLLED:
        return rows.filter(enrolment__isnull=False, enrolment__exited_on=None)
    return rows.filter(referral__state=state) if state in ReferralState.values else rows


def state_counts(viewer: access.Viewer, of: Cohort) -> dict[str, int]:
    """How many participants of a cohort `viewer` sees in each state, and how many left."""
    rows = access.visible(Participant.objects.all(), viewer, Action.VIEW_PARTICIPANT)
    counts = {state: Count("pk", filter=Q(referral__state=state)) for state in ReferralState.values}
    left = Count("pk", filter=Q(enrolment__exited_on__isnull=False))
    found = rows.filter(cohort=of).aggregate(**counts, left=left, all=Count("pk"))
    found[ReferralState.ENROLLED] -= found[LEFT]
    return found


def participant(
    viewer: access.Viewer, participant_id: UUID, action: Action = Action.VIEW_PARTICIPANT
) -> Participant:
    """One participant on whom `viewer` may do `action`; NotVisible, NotAllowed."""
    rows = Participant.objects.select_related(*_RELATED)
    found = rows.filter(pk=participant_id).first()
    if found is None:
        raise NotVisible
    access.require(viewer, action, found)
    return found


def providers(of: Contract) -> list[Organisation]:
    """The organisations that serve participants of an authorised contract today."""
    parties = parties_today(of).filter(role__in=PROVIDERS)
    return sorted({party.organisation for party in parties}, key=lambda one: one.name)


def households(viewer: access.Viewer, of: Cohort) -> list[Household]:
    """The households of a cohort that hold somebody `viewer` may see, for choosing one."""
    rows = access.visible(HouseholdMembership.objects.all(), viewer, Action.VIEW_PARTICIPANT)
    mine = rows.filter(household=OuterRef("pk"))
    return list(Household.objects.filter(Exists(mine), cohort=of))


def household_memberships(
    viewer: access.Viewer, of: Participant
) -> list[tuple[HouseholdMembership, list[HouseholdMembership]]]:
    """Each stay of a participant in a household, newest first, with the others `viewer` sees."""
    rows = access.visible(HouseholdMembership.objects.all(), viewer, Action.VIEW_PARTICIPANT)
    rows = rows.select_related("household", "participant").order_by("-valid_from")
    own = list(rows.filter(participant=of))
    around = rows.filter(household__in=[one.household_id for one in own])
    others = list(around.exclude(participant=of))
    return [(stay, [o for o in others if o.household_id == stay.household_id]) for stay in own]


def current_stay(of: Participant, on: date) -> HouseholdMembership | None:
    """The household an authorised participant belongs to on a day."""
    running = Q(valid_until=None) | Q(valid_until__gt=on)
    rows = HouseholdMembership.objects.filter(running, participant=of, valid_from__lte=on)
    return rows.select_related("household").first()


def counting_participants(contract: Contract) -> list[CountingParticipant]:
    """Everybody referred to an authorised contract, as the counting rules need them; one query."""
    rows = Participant.objects.filter(cohort__contract=contract).order_by("cohort", "code")
    return [
        CountingParticipant(**row)
        for row in rows.values(
            "id",
            "code",
            "cohort_id",
            "counts",
            "birth_month",
            "school_started_year",
            referred_on=F("referral__referred_on"),
            enrolled_on=F("enrolment__enrolled_on"),
            started_on=F("enrolment__started_on"),
            exited_on=F("enrolment__exited_on"),
            exit_reason=Coalesce("enrolment__exit_reason", Value("")),
            exit_confirmed=Q(enrolment__exit_confirmed_at__isnull=False),
        )
    ]


def exit_treatment(of: Participant) -> LeavingTreatment | None:
    """How the terms in force count this person's exit; None without an exit or without terms."""
    enrolment = getattr(of, "enrolment", None)
    if enrolment is None or enrolment.exited_on is None:
        return None
    contract = of.cohort.contract
    terms = terms_in_force(contract, enrolment.exited_on) or terms_in_force(
        contract, today(contract)
    )
    if terms is None:
        return None
    status = Status(
        participant=str(of.pk),
        referred_on=enrolment.enrolled_on,
        enrolled_on=enrolment.enrolled_on,
        started_on=enrolment.started_on,
        exited_on=enrolment.exited_on,
        exit_reason=enrolment.exit_reason,
        exit_confirmed=enrolment.exit_confirmed_at is not None,
        counts=of.counts,
    )
    return treatment(status, terms_document(terms).counting)


def exits_to_confirm(viewer: access.Viewer) -> QuerySet[Enrolment]:
    """Exits that wait for the viewer's confirmation, oldest first."""
    seen = access.visible(Contract.objects.all(), viewer, Action.CONFIRM_EXIT)
    return unconfirmed_exits(seen).select_related("participant__cohort__contract")


def unconfirmed_exits(seen: Iterable[Contract]) -> QuerySet[Enrolment]:
    """Exits from authorised contracts that would be neutral if confirmed, oldest first: how the
    others count depends on nobody's word."""
    neutral = Q(pk__in=[])
    for contract, terms in terms_documents(seen).items():
        reasons = reasons_to_confirm(terms.counting)
        neutral |= Q(participant__cohort__contract=contract, exit_reason__in=reasons)
    rows = Enrolment.objects.filter(neutral, exited_on__isnull=False, exit_confirmed_at=None)
    return rows.order_by("exited_on")


def not_to_remind(contract: Contract) -> frozenset[UUID]:
    """Participants of an authorised contract about whom nobody may be reminded: the dead, and
    those who do not want to be contacted."""
    day = today(contract)
    rows = Participant.objects.filter(cohort__contract=contract)
    dead = rows.filter(enrolment__exit_reason=ExitReason.DEATH).values_list("pk", flat=True)
    asked = Consent.objects.filter(
        participant__cohort__contract=contract, switch=consent_rules.Switch.CONTACT
    )
    entries: dict[UUID, list[consent_rules.Entry]] = {}
    for row in asked:
        entries.setdefault(row.participant_id, []).append(entry_of(row))
    refused = {
        pk for pk, kept in entries.items() if not consent_rules.reminders_allowed(kept, on=day)
    }
    return frozenset(dead) | refused


def entry_of(row: Consent) -> consent_rules.Entry:
    """A stored consent as the rules read it."""
    return consent_rules.Entry(
        switch=consent_rules.Switch(row.switch),
        given=row.given,
        given_by=consent_rules.Giver(row.given_by),
        effective_on=row.effective_on,
        sequence=row.pk,
    )


def entries_of(rows: Iterable[Consent]) -> list[consent_rules.Entry]:
    """Stored consents as the rules read them."""
    return [entry_of(row) for row in rows]
