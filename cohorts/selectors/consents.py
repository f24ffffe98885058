"""What a participant said yes and no to, what a withdrawal stops, and who must be asked again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import (
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Prefetch,
    QuerySet,
    Value,
)
from django.utils import timezone

from cohorts.models import Consent, ConsentSwitch, Participant
from cohorts.rules import consent as rules
from cohorts.selectors.participants import entries_of
from contracts.selectors import today
from sibportal.accounts import access
from sibportal.accounts.roles import Action


@dataclass(frozen=True)
class SwitchState:
    """One switch today: None where nobody was asked; `stops` are codes of what ends with a no."""

    switch: ConsentSwitch
    entry: rules.Entry | None
    stops: tuple[str, ...]

    @property
    def given(self) -> bool:
        """Silence is no consent."""
        return self.entry is not None and self.entry.given


@dataclass(frozen=True)
class ConsentState:
    """All switches of one participant today, and whether the child must now be asked in person."""

    switches: tuple[SwitchState, ...]
    ask_again: rules.AskAgain | None
    may_give: frozenset[rules.Giver]

    def given(self, switch: ConsentSwitch) -> bool:
        """Whether a switch is on."""
        return any(one.given for one in self.switches if one.switch == switch)


def consent_state(participant: Participant) -> ConsentState:
    """The consents of an authorised participant as they hold today."""
    day = today(participant.cohort.contract)
    entries = entries_of(Consent.objects.filter(participant=participant))
    held = rules.switches(entries, day)
    age = participant.cohort.contract.consent_age
    return ConsentState(
        switches=tuple(
            SwitchState(ConsentSwitch(switch.value), entry, rules.STOPS[switch])
            for switch, entry in held.items()
        ),
        ask_again=_ask_again(participant, entries),
        may_give=rules.who_may_give(participant.birth_month, day, consent_age=age),
    )


def consents_to_ask_again(viewer: access.Viewer) -> list[tuple[Participant, rules.AskAgain]]:
    """Participants who have grown old enough to be asked in person, longest due first."""
    rows = access.visible(Participant.objects.all(), viewer, Action.RECORD_CONSENT)
    rows = (
        _may_be_due(rows)
        .select_related("cohort__contract", "enrolment")
        .prefetch_related(Prefetch("consents", Consent.objects.order_by("pk")))
    )
    due = [(row, _ask_again(row, entries_of(row.consents.all()))) for row in rows]
    found = [(row, ask) for row, ask in due if ask is not None]
    return sorted(found, key=lambda one: (one[1].due_on, one[0].code))


def _may_be_due(rows: QuerySet[Participant]) -> QuerySet[Participant]:
    """Leave out whom no rule could find due, so that a page reads few people: the young, those
    nobody asked, and those who answered as adults. Years are taken with some days to spare."""
    given = Consent.objects.filter(participant=OuterRef("pk"))
    as_adult = given.filter(
        given_by=rules.Giver.SELF,
        effective_on__gte=OuterRef("birth_month") + timedelta(days=18 * 366),
    )
    old_enough = ExpressionWrapper(
        F("birth_month") + F("cohort__contract__consent_age") * Value(timedelta(days=365)),
        output_field=DateField(),
    )
    rows = rows.alias(old_enough=old_enough)
    tomorrow = timezone.localdate() + timedelta(days=1)
    return rows.filter(Exists(given), ~Exists(as_adult), old_enough__lte=tomorrow)


def _ask_again(participant: Participant, entries: list[rules.Entry]) -> rules.AskAgain | None:
    contract = participant.cohort.contract
    enrolment = getattr(participant, "enrolment", None)
    return rules.ask_again(
        entries,
        birth_month=participant.birth_month,
        as_of=today(contract),
        exit_reason=enrolment.exit_reason if enrolment is not None else "",
        consent_age=contract.consent_age,
    )
