"""One page per step on a participant's way: contact, enrolment, start, exit, consent, household."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cohorts import forms, selectors, services
from cohorts.models import Enrolment, Participant
from cohorts.rules.eligibility import parse_criteria
from cohorts.views.common import step_page
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import RuleViolation
from sibportal.web import formats
from sibportal.web.doors import accepted, signed_in


def _step(
    request: HttpRequest,
    participant: Participant,
    form: Form,
    act: Callable[[], object],
    *,
    title: str,
    submit: str,
    done: str,
    intro: str = "",
) -> HttpResponse:
    """Show the form, or do what it asks and go back to the participant's page."""
    if request.method == "POST" and accepted(form, act) is not None:
        messages.success(request, done)
        return redirect("cohorts:participant-detail", participant.pk)
    return step_page(request, participant, form, title=title, submit=submit, intro=intro)


@login_required
@require_http_methods(["GET", "POST"])
def referral_contact(request: HttpRequest, participant_id: UUID) -> HttpResponse:
    """The first contact after a referral."""
    actor = signed_in(request)
    participant = selectors.participant(actor, participant_id, Action.ENROL_PARTICIPANT)
    form = forms.ContactForm(request.POST or None)
    return _step(
        request,
        participant,
        form,
        lambda: services.contact_referral(
            actor=actor, participant=participant, **form.cleaned_data
        ),
        title=_("Record contact"),
        submit=_("Save contact"),
        done=_("Contact saved."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def referral_decline(request: HttpRequest, participant_id: UUID) -> HttpResponse:
    """Declined or unsuitable."""
    actor = signed_in(request)
    participant = selectors.participant(actor, participant_id, Action.ENROL_PARTICIPANT)
    form = forms.DeclineForm(request.POST or None)
    return _step(
        request,
        participant,
        form,
        lambda: services.decline_referral(
            actor=actor, participant=participant, **form.cleaned_data
        ),
        title=_("Record that the person does not join"),
        submit=_("Save decision"),
        done=_("Decision saved."),
        intro=_("Every referral stays in the figures, also those that led to nothing."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def participant_enrol(request: HttpRequest, participant_id: UUID) -> HttpResponse:
    """Enrolment, with the criteria to answer."""
    actor = signed_in(request)
    participant = selectors.participant(actor, participant_id, Action.ENROL_PARTICIPANT)
    form = forms.EnrolForm(
        request.POST or None,
        criteria=parse_criteria(participant.cohort.criteria if participant.counts else {}),
        language=formats.locale().language,
        initial={"birth_month": participant.birth_month},
    )

    def enrol() -> Enrolment:
        try:
            return services.enrol_participant(
                actor=actor, participant=participant, facts=form.facts()
            )
        except RuleViolation as violation:
            raise form.at_questions(violation) from None

    return _step(
        request,
        participant,
        form,
        enrol,
        title=_("Enrol participant"),
        submit=_("Enrol participant"),
        done=_("Participant enrolled."),
        intro=_("From enrolment on the participant stays in the count, also after leaving."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def participant_start(request: HttpRequest, participant_id: UUID) -> HttpResponse:
    """The first day of the service."""
    actor = signed_in(request)
    participant = selectors.participant(actor, participant_id, Action.ENROL_PARTICIPANT)
    form = forms.StartForm(request.POST or None)
    return _step(
        request,
        participant,
        form,
        lambda: services.start_service(actor=actor, participant=participant, **form.cleaned_data),
        title=_("Record the start of the service"),
        submit=_("Save start"),
        done=_("Start of the service saved."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def participant_exit(request: HttpRequest, participant_id: UUID) -> HttpResponse:
    """Leaving the programme."""
    actor = signed_in(request)
    participant = selectors.participant(actor, participant_id, Action.ENROL_PARTICIPANT)
    form = forms.ExitForm(request.POST or None)
    return _step(
        request,
        participant,
        form,
        lambda: services.exit_participant(
            actor=actor,
            participant=participant,
            exited_on=form.cleaned_data["exited_on"],
            reason=form.cleaned_data["exit_reason"],
            note=form.cleaned_data["note"],
        ),
        title=_("Record that the participant left"),
        submit=_("Save exit"),
        done=_("Exit saved."),
        intro=_(
            "Leaving does not remove anybody from the count. A death stops every reminder at once."
        ),
    )


@login_required
@require_http_methods(["GET", "POST"])
def exit_confirm(request: HttpRequest, participant_id: UUID) -> HttpResponse:
    """The verifier confirms an exit as it is recorded."""
    actor = signed_in(request)
    participant = selectors.participant(actor, participant_id, Action.CONFIRM_EXIT)
    return _step(
        request,
        participant,
        Form(request.POST if request.method == "POST" else None),
        lambda: services.confirm_exit(actor=actor, participant=participant),
        title=_("Confirm exit"),
        submit=_("Confirm exit"),
        done=_("Exit confirmed."),
        intro=_exit_words(participant),
    )


def _exit_words(participant: Participant) -> str:
    enrolment = getattr(participant, "enrolment", None)
    if enrolment is None or enrolment.exited_on is None:
        return _("No exit is recorded for this participant.")
    values = {
        "code": participant.code,
        "day": formats.day(enrolment.exited_on),
        "reason": enrolment.get_exit_reason_display(),
    }
    return _("%(code)s left on %(day)s: %(reason)s.") % values


@login_required
@require_http_methods(["GET", "POST"])
def consent_record(request: HttpRequest, participant_id: UUID) -> HttpResponse:
    """One consent given, refused or withdrawn."""
    actor = signed_in(request)
    participant = selectors.participant(actor, participant_id, Action.RECORD_CONSENT)
    form = forms.ConsentForm(request.POST or None, initial={"switch": request.GET.get("switch")})
    return _step(
        request,
        participant,
        form,
        lambda: services.record_consent(
            actor=actor,
            participant=participant,
            **(form.cleaned_data | {"given": form.cleaned_data["given"] == "yes"}),
        ),
        title=_("Record consent"),
        submit=_("Save consent"),
        done=_("Consent saved."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def household_join(request: HttpRequest, participant_id: UUID) -> HttpResponse:
    """Joining a household or team."""
    actor = signed_in(request)
    participant = selectors.participant(actor, participant_id, Action.ENROL_PARTICIPANT)
    households = selectors.households(actor, participant.cohort)
    form = forms.HouseholdJoinForm(request.POST or None, households=households)
    return _step(
        request,
        participant,
        form,
        lambda: services.join_household(actor=actor, participant=participant, **form.cleaned_data),
        title=_("Join a household or team"),
        submit=_("Save household"),
        done=_("Household saved."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def household_leave(request: HttpRequest, participant_id: UUID) -> HttpResponse:
    """Leaving the household or team of today."""
    actor = signed_in(request)
    participant = selectors.participant(actor, participant_id, Action.ENROL_PARTICIPANT)
    form = forms.HouseholdLeaveForm(request.POST or None)
    return _step(
        request,
        participant,
        form,
        lambda: services.leave_household(actor=actor, participant=participant, **form.cleaned_data),
        title=_("Leave the household or team"),
        submit=_("Save end"),
        done=_("Household saved."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def participant_provider(request: HttpRequest, participant_id: UUID) -> HttpResponse:
    """Which provider serves the participant."""
    actor = signed_in(request)
    participant = selectors.participant(actor, participant_id, Action.ENROL_PARTICIPANT)
    providers = selectors.providers(participant.cohort.contract)
    form = forms.ProviderForm(
        request.POST or None, providers=providers, initial={"served_by": participant.served_by_id}
    )

    def save() -> Participant:
        return services.set_service_partner(
            actor=actor, participant=participant, served_by=form.cleaned_data.get("served_by")
        )

    if request.method == "POST" and accepted(form, save) is not None:
        messages.success(request, _("Provider saved."))
        # A service partner that hands somebody over no longer sees them.
        return redirect("cohorts:cohort-detail", participant.cohort_id)
    return step_page(
        request,
        participant,
        form,
        title=_("Choose who serves the participant"),
        submit=_("Save provider"),
        intro=_("A service partner sees only the participants that it serves."),
    )
