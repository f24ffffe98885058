"""Sentences for the codes of cohorts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

_IDENTITY: dict[str, Promise] = {
    "cohorts.identity_key_missing": _(
        "The key “%(key_id)s” for names and personal ids is not available. Ask the administrator."
    ),
    "cohorts.identity_key_malformed": _(
        "A key for names and personal ids is not 32 bytes in base64. Ask the administrator."
    ),
    "cohorts.identity_unreadable": _(
        "The identity of this participant cannot be read: it was erased or altered."
    ),
    "cohorts.personal_id_invalid": _(
        "This is not a valid personal identity code. Check it or leave the field empty."
    ),
    "cohorts.code_prefix_malformed": _("Use two to four letters from A to Z, for example TP."),
    "cohorts.codes_used_up": _("The cohort has no codes left. Start a new cohort."),
}

_ELIGIBILITY: dict[str, Promise] = {
    "cohorts.age_limits_reversed": _("The highest age is below the lowest. Change one of them."),
    "cohorts.age_unit_unknown": _("Count age in years or in months."),
    "cohorts.whole_number_needed": _("Give a whole number, 0 or more."),
    "cohorts.criterion_malformed": _("A criterion needs a key and a title."),
    "cohorts.criterion_twice": _("The criterion “%(value)s” is listed twice. Remove one."),
    "cohorts.more_risk_factors_than_listed": _(
        "%(value)s risk factors are asked for, but only %(listed)s are listed."
    ),
    "cohorts.criteria_frozen": _(
        "The criteria can no longer be changed: %(enrolled)s are enrolled by them."
    ),
    "cohorts.birth_month_needed": _("Give the month of birth: the criteria have an age limit."),
    "cohorts.too_young_years": _("Too young: the criteria ask for at least %(limit)s years."),
    "cohorts.too_young_months": _("Too young: the criteria ask for at least %(limit)s months."),
    "cohorts.too_old_years": _("Too old: the criteria allow at most %(limit)s years."),
    "cohorts.too_old_months": _("Too old: the criteria allow at most %(limit)s months."),
    "cohorts.too_few_risk_factors": _(
        "%(found)s risk factors were found; the criteria ask for at least %(needed)s."
    ),
    "cohorts.criterion_unanswered": _("Answer this criterion."),
    "cohorts.criterion_not_met": _("This criterion is not met."),
}

_ENROLMENT: dict[str, Promise] = {
    "cohorts.date_in_future": _("The date is in the future. Give today or an earlier day."),
    "cohorts.enrolled_outside_window": _(
        "Enrolment into this cohort runs from %(starts_on)s to %(last_on)s."
    ),
    "cohorts.enrolled_before_referral": _(
        "The referral is dated %(on)s. Enrolment cannot be earlier."
    ),
    "cohorts.enrolled_after_measurement": _(
        "The first measurement was on %(on)s. Enrolment must be before it."
    ),
    "cohorts.cohort_full": _("All %(places)s places of the cohort are taken."),
    "cohorts.started_before_enrolment": _(
        "Enrolled on %(on)s: the service cannot start before that."
    ),
    "cohorts.already_left": _("An exit on %(on)s is already recorded."),
    "cohorts.exit_before_enrolment": _("Enrolled on %(on)s: the exit cannot be earlier."),
    "cohorts.exit_reason_unknown": _("Choose the way of leaving from the list."),
    "cohorts.nothing_to_confirm": _("No exit is recorded for this participant."),
    "cohorts.exit_already_confirmed": _("This exit is already confirmed."),
    "cohorts.exit_confirmed_by_recorder": _(
        "You recorded this exit. Someone else must confirm it."
    ),
    "cohorts.ends_before_start": _("The end must be after the start, %(on)s."),
    "cohorts.two_households": _(
        "The participant has belonged to another household since %(since)s. End that first."
    ),
}

_CONSENT: dict[str, Promise] = {
    "cohorts.consent_by_adult_only": _("From 18 on only the participant can give consent."),
    "cohorts.consent_by_guardian_only": _("Below the age of %(age)s a guardian gives the consent."),
    "cohorts.reached_consent_age": _(
        "The participant has reached the age at which the child is asked in person."
    ),
    "cohorts.reached_adult_age": _("The participant has turned 18 and is asked in person."),
    "cohorts.stops_service": _("The service ends."),
    "cohorts.stops_exit_to_record": _("Record the exit and its reason."),
    "cohorts.stops_contact": _("Nobody contacts the participant."),
    "cohorts.stops_contact_reminders": _("Reminders about the participant stop."),
    "cohorts.stops_register_follow_up": _("Nothing more is fetched from registers."),
    "cohorts.stops_research": _("Nothing more is given to research."),
    "cohorts.keeps_earlier_measurements": _("Measurements made before this day remain."),
    "cohorts.keeps_in_denominator": _(
        "The participant stays in the count, as the terms say about leaving."
    ),
    "cohorts.keeps_earlier_research": _("Results already published are not changed."),
    "cohorts.keeps_service": _("The service goes on."),
}

MESSAGES: dict[str, Promise] = _IDENTITY | _ELIGIBILITY | _ENROLMENT | _CONSENT
