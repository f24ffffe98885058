"""The page of one participant: the way so far, enrolment, household, consents; never a name."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from cohorts import selectors, services
from cohorts.models import ConsentGiver, Participant
from cohorts.rules.eligibility import parse_criteria
from cohorts.selectors import ConsentState
from cohorts.states import ReferralState, UseKind, UsePurpose
from cohorts.views import shown
from sibportal.accounts import access
from sibportal.accounts.models import User
from sibportal.accounts.roles import Action
from sibportal.audit.models import UseLog
from sibportal.web import formats
from sibportal.web.components import Stage
from sibportal.web.doors import signed_in
from sibportal.web.exports import csv_response
from sibportal.web.http import page
from sibportal.web.localised import localised
from sibportal.web.messages import sentence

LOG_ROWS_ON_A_PAGE = 50
_LOG_HEADER = (
    gettext_lazy("Time"),
    gettext_lazy("Who"),
    gettext_lazy("Organisation"),
    gettext_lazy("What"),
    gettext_lazy("Purpose"),
)


@login_required
@require_safe
def participant_detail(request: HttpRequest, participant_id: UUID) -> HttpResponse:
    """Everything about one code that its reader may see; opening it leaves a row in the use log."""
    viewer = signed_in(request)
    found = selectors.participant(viewer, participant_id)
    participant = services.read_participant(actor=viewer, participant=found)
    identity = selectors.identity_state(viewer, participant)
    context = {
        "participant": participant,
        "cohort": participant.cohort,
        "contract": participant.cohort.contract,
        "referral": participant.referral,
        "enrolment": getattr(participant, "enrolment", None),
        "status": shown.participant_status(participant),
        "stages": _stages(participant),
        "way": _way(participant),
        "eligibility": _eligibility(participant),
        "counting": shown.counting_sentence(participant, selectors.exit_treatment(participant)),
        "who_counts": localised(participant.cohort, "who_counts"),
        "stays": selectors.household_memberships(viewer, participant),
        "identity": identity,
        "identity_sentence": sentence(identity.refusal) if identity.refusal else "",
        "duplicates": selectors.blind_index_matches(participant) if not identity.refusal else None,
        **_consents(participant),
        **_allowed(viewer, participant),
    }
    return page(request, "cohorts/participant_detail.html", context)


def _allowed(viewer: User, participant: Participant) -> dict[str, bool]:
    """Which buttons to show; the services ask again."""
    may = {
        "may_enrol": Action.ENROL_PARTICIPANT,
        "may_consent": Action.RECORD_CONSENT,
        "may_confirm_exit": Action.CONFIRM_EXIT,
        "may_log": Action.VIEW_USE_LOG,
    }
    return {name: access.allowed(viewer, action, participant) for name, action in may.items()}


def _stages(participant: Participant) -> list[Stage]:
    """Referred, contacted, enrolled, service started, left: what is done and what comes next."""
    referral, enrolment = participant.referral, getattr(participant, "enrolment", None)
    if enrolment is None and referral.state in (ReferralState.DECLINED, ReferralState.UNSUITABLE):
        return []
    done = [
        (_("Referred"), True),
        (_("Contacted"), referral.contacted_on is not None or enrolment is not None),
        (_("Enrolled"), enrolment is not None),
        (_("Service started"), enrolment is not None and enrolment.started_on is not None),
    ]
    if enrolment is not None and enrolment.exited_on is not None:
        done.append((pgettext("stage", "Left"), True))  # nobody is on the way to leaving
    current = next((index for index, (_label, is_done) in enumerate(done) if not is_done), None)
    return [
        Stage(label, "done" if is_done else "current" if index == current else "todo")
        for index, (label, is_done) in enumerate(done)
    ]


def _way(participant: Participant) -> list[tuple[str, str]]:
    """The facts of the way from referral to exit; unknown ones are left out."""
    referral = participant.referral
    declined = referral.decided_on if referral.reason else None
    served_by = participant.served_by
    pairs = [
        (_("Referring unit"), shown.unit_shown(participant)),
        (_("Referred on"), _day(referral.referred_on)),
        (_("Contacted on"), _day(referral.contacted_on)),
        (referral.get_state_display(), _day(declined)),
        (_("Reason"), referral.reason),
        *_enrolled(participant),
        (_("Month of birth"), _month(participant.birth_month)),
        (_("Started school"), str(participant.school_started_year or "")),
        (_("Served by"), served_by.name if served_by else _("Not decided yet")),
    ]
    return [(label, value) for label, value in pairs if value]


def _enrolled(participant: Participant) -> list[tuple[str, str]]:
    enrolment = getattr(participant, "enrolment", None)
    if enrolment is None:
        return []
    left = enrolment.get_exit_reason_display() if enrolment.exited_on else ""
    return [
        (_("Enrolled on"), _day(enrolment.enrolled_on)),
        (_("Service started on"), _day(enrolment.started_on)),
        (_("Left on"), _day(enrolment.exited_on)),
        (_("Way of leaving"), left),
        (_("Note"), enrolment.exit_note),
    ]


def _day(value: date | None) -> str:
    return formats.day(value) if value else ""


def _month(value: date | None) -> str:
    return formats.month(value) if value else ""


def _eligibility(participant: Participant) -> list[tuple[str, str]]:
    """The answers to the criteria with which the person was enrolled."""
    enrolment = getattr(participant, "enrolment", None)
    if enrolment is None or not enrolment.eligibility:
        return []
    criteria = parse_criteria(participant.cohort.criteria)
    factors = set(enrolment.eligibility.get("risk_factors", ()))
    answers = enrolment.eligibility.get("questions", {})
    language = formats.locale().language
    found = [
        (one.wording(language), _("Yes") if one.key in factors else _("No"))
        for one in criteria.risk_factors
    ]
    return found + [
        (one.wording(language), _("Yes") if answers[one.key] else _("No"))
        for one in criteria.questions
        if one.key in answers
    ]


def _consents(participant: Participant) -> dict[str, object]:
    state: ConsentState = selectors.consent_state(participant)
    rows = [
        {
            "label": one.switch.label,
            "given": one.given,
            "entry": one.entry,
            "by": ConsentGiver(one.entry.given_by.value).label if one.entry else "",
            "stops": [sentence(code) for code in one.stops],
        }
        for one in state.switches
    ]
    ask = sentence(state.ask_again.code) if state.ask_again else ""
    return {"consents": rows, "ask_again": ask}


@login_required
@require_safe
def use_log(request: HttpRequest, participant_id: UUID) -> HttpResponse:
    """Who used this participant's data, when, what for; the participant may ask for it."""
    participant, rows = _use_log(request, participant_id)
    pages = Paginator(rows, LOG_ROWS_ON_A_PAGE)
    page_obj = pages.get_page(request.GET.get("page"))
    context = {
        "participant": participant,
        "cohort": participant.cohort,
        "contract": participant.cohort.contract,
        "page_obj": page_obj,
        "page_range": pages.get_elided_page_range(page_obj.number),
        "rows": [_shown(row) for row in page_obj],
        "sees_participant": access.allowed(
            signed_in(request), Action.VIEW_PARTICIPANT, participant
        ),
    }
    return page(request, "cohorts/use_log.html", context)


@login_required
@require_safe
def use_log_export(request: HttpRequest, participant_id: UUID) -> HttpResponse:
    """The same as a table for a spreadsheet."""
    participant, rows = _use_log(request, participant_id)
    entries = (
        (
            timezone.localtime(row.at).isoformat(timespec="seconds"),
            row.actor_name,
            row.organisation_names,
            *_words(row),
        )
        for row in rows.iterator()
    )
    return csv_response(f"use-log-{participant.code}.csv", [_LOG_HEADER, *entries])


def _use_log(request: HttpRequest, participant_id: UUID) -> tuple[Participant, QuerySet[UseLog]]:
    actor = signed_in(request)
    participant = selectors.participant(actor, participant_id, Action.VIEW_USE_LOG)
    return participant, services.read_use_log(actor=actor, participant=participant)


def _shown(row: UseLog) -> dict[str, object]:
    what, purpose = _words(row)
    return {"row": row, "what": what, "purpose": purpose}


def _words(row: UseLog) -> tuple[str, str]:
    """What was used and why, in words; other stages add their own kinds as they are written."""
    kinds, purposes = dict(UseKind.choices), dict(UsePurpose.choices)
    return str(kinds.get(row.what, row.what)), str(purposes.get(row.purpose, row.purpose))
