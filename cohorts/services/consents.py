"""Recording what a participant or guardian says yes or no to; rows are added, never changed."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from cohorts.models import Consent, Participant
from cohorts.rules import consent as rules
from cohorts.selectors import entries_of
from cohorts.services._shared import lock_contract, record, refuse
from contracts.selectors import today
from sibportal.accounts import access
from sibportal.accounts.models import User
from sibportal.accounts.roles import Action
from sibportal.jobs.services import cancel_reminders
from sibportal.kernel.errors import Issue


@transaction.atomic
def record_consent(
    *,
    actor: User,
    participant: Participant,
    switch: str,
    given: bool,
    given_by: str,
    effective_on: date,
) -> Consent:
    """Set one switch on or off from a day on; a no to being contacted stops the reminders."""
    access.require(actor, Action.RECORD_CONSENT, participant)
    contract = lock_contract(participant)
    if switch not in set(rules.Switch):
        refuse([Issue("cohorts.consent_unknown", "switch", switch)])
    if given_by not in set(rules.Giver):
        refuse([Issue("cohorts.consent_giver_unknown", "given_by", given_by)])
    day = today(contract)
    entry = rules.Entry(rules.Switch(switch), given, rules.Giver(given_by), effective_on)
    refuse(
        rules.check(
            entry,
            birth_month=participant.birth_month,
            as_of=day,
            consent_age=contract.consent_age,
        )
    )
    consent = Consent.objects.create(
        participant=participant,
        switch=switch,
        given=given,
        given_by=given_by,
        effective_on=effective_on,
        recorded_by=actor,
    )
    kept = entries_of(Consent.objects.filter(participant=participant))
    if not rules.reminders_allowed(kept, on=day):
        cancel_reminders(subject_id=participant.pk)
    record(
        actor,
        "consent.given" if given else "consent.withdrawn",
        participant,
        after={"switch": switch, "given_by": given_by, "effective_on": effective_on},
    )
    return consent
