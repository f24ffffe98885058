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

_COHORT: dict[str, Promise] = {
    "cohorts.contract_not_in_force": _(
        "The contract is not in force: nobody can be referred or enrolled now."
    ),
    "cohorts.title_needed": _("Give the cohort a title in at least one language."),
    "cohorts.prefix_taken": _(
        "Another cohort of this contract has the prefix %(value)s. Choose another one."
    ),
    "cohorts.prefix_in_use": _("Codes with the old prefix are in use. It can no longer change."),
    "cohorts.no_places": _("Give at least one place."),
    "cohorts.fewer_places": _("%(enrolled)s are enrolled: there cannot be fewer places."),
    "cohorts.plan_line_malformed": _(
        "Line %(line)s: write a date and a number, for example 31.3.2027 40."
    ),
    "cohorts.plan_outside_window": _("%(by_on)s is not within the time of enrolment."),
    "cohorts.plan_dates_not_rising": _("%(by_on)s is not later than the date before it."),
    "cohorts.plan_falls": _(
        "%(by_on)s: the number counts everybody enrolled so far, so it cannot fall."
    ),
    "cohorts.plan_above_places": _("%(by_on)s: the cohort has only %(places)s places."),
}

_REFERRAL: dict[str, Promise] = {
    "cohorts.before_referral": _("The referral is dated %(on)s. Give that day or a later one."),
    "cohorts.referred_too_early": _(
        "Check the year: a referral to this cohort cannot be earlier than %(earliest)s."
    ),
    "cohorts.birth_in_future": _("The month of birth is in the future."),
    "cohorts.personal_id_in_text": _(
        "There is a personal identity code in the text. Take it out: this text is not encrypted."
    ),
    "cohorts.not_a_provider": _("This organisation does not provide the service in the contract."),
    "cohorts.decision_unknown": _("Choose whether the person declined or was unsuitable."),
    "cohorts.reason_needed": _("Write the reason in a few words, without names."),
    "cohorts.not_enrolled": _("The participant is not enrolled."),
    "cohorts.already_started": _("The service is recorded as started on %(on)s."),
    "cohorts.consent_unknown": _("Choose a consent from the list."),
    "cohorts.consent_giver_unknown": _("Choose who gave or withdrew the consent."),
    "cohorts.household_role_unknown": _("Choose the role in the household from the list."),
    "cohorts.household_of_other_cohort": _("This household belongs to another cohort."),
    "cohorts.no_household": _("The participant belongs to no household today."),
}

_CUSTODY: dict[str, Promise] = {
    "cohorts.identity_kept_elsewhere": _(
        "The key to the codes is kept outside the portal: here are codes only."
    ),
    "cohorts.identity_held_by_controller": _(
        "The controller holds the key to the codes: only its case workers see names."
    ),
    "cohorts.identity_held_by_provider": _(
        "The provider holds the key to the codes: only its case workers see names."
    ),
    "cohorts.identity_erased": _("The identity was erased for good. Nothing can be kept again."),
    "cohorts.no_identity": _("No name or personal id is kept for this participant."),
    "cohorts.contact_under_ban": _(
        "With a security ban no contact details are kept here. Leave the field empty."
    ),
    "cohorts.purpose_needed": _("Say what you need the name for."),
}

MESSAGES: dict[str, Promise] = (
    _IDENTITY | _ELIGIBILITY | _ENROLMENT | _CONSENT | _COHORT | _REFERRAL | _CUSTODY
)
