"""Pages about who a code is. A name is shown on the answer to one post and kept nowhere."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from cohorts import forms, selectors, services
from cohorts.models import Participant
from cohorts.views.common import step_page
from sibportal.accounts.models import User
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import NotAllowed, RuleViolation
from sibportal.web.doors import accepted, signed_in
from sibportal.web.http import page


@sensitive_variables()
@sensitive_post_parameters()
@login_required
@require_http_methods(["GET", "POST"])
def identity_edit(request: HttpRequest, participant_id: UUID) -> HttpResponse:
    """Keep or change name, personal id and contact details; empty fields keep what is stored."""
    actor = signed_in(request)
    participant = _participant(actor, participant_id, Action.EDIT_IDENTITY)
    form = forms.IdentityForm(
        request.POST or None,
        initial={"security_ban": selectors.identity_state(actor, participant).security_ban},
    )

    def save() -> Participant:
        services.save_identity(actor=actor, participant=participant, facts=form.facts())
        return participant

    if request.method == "POST" and accepted(form, save) is not None:
        messages.success(request, _("Saved and encrypted."))
        if selectors.blind_index_matches(participant).in_this_contract:
            text = _("The same personal id is under another code of this contract. Check it.")
            messages.warning(request, text)
        return redirect("cohorts:participant-detail", participant.pk)
    return step_page(
        request,
        participant,
        form,
        title=_("Name, personal id and contact details"),
        submit=_("Save encrypted"),
        intro=_("What is stored is not shown here. An empty field keeps it as it is."),
    )


@sensitive_variables()
@login_required
@require_http_methods(["GET", "POST"])
def identity_show(request: HttpRequest, participant_id: UUID) -> HttpResponse:
    """Ask for the purpose, then show the name once; the purpose is in the use log."""
    actor = signed_in(request)
    participant = _participant(actor, participant_id, Action.VIEW_IDENTITY)
    form = forms.PurposeForm(request.POST or None)
    shown = None
    if request.method == "POST":
        shown = accepted(
            form,
            lambda: services.show_identity(
                actor=actor, participant=participant, purpose=form.cleaned_data["purpose"]
            ),
        )
    if shown is None:
        return step_page(
            request,
            participant,
            form,
            title=_("Show name"),
            submit=_("Show name"),
            intro=_("Who looked, when and what for is written into the participant's use log."),
        )
    context = {
        "participant": participant,
        "cohort": participant.cohort,
        "contract": participant.cohort.contract,
        "shown": shown,
    }
    return page(request, "cohorts/identity_show.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def identity_erase(request: HttpRequest, participant_id: UUID) -> HttpResponse:
    """A page of its own before the name is destroyed for good."""
    actor = signed_in(request)
    participant = _participant(actor, participant_id, Action.ERASE_IDENTITY)
    form = forms.ErasureForm(request.POST or None)
    if (
        request.method == "POST"
        and accepted(
            form,
            lambda: services.erase_identity(
                actor=actor, participant=participant, reason=form.cleaned_data["reason"]
            ),
        )
        is not None
    ):
        messages.success(request, _("The identity is erased."))
        return redirect("cohorts:participant-detail", participant.pk)
    return step_page(
        request,
        participant,
        form,
        title=_("Erase the identity of %(code)s") % {"code": participant.code},
        submit=_("Erase for good"),
        intro=_(
            "Name, personal id and contact details are destroyed and cannot be brought back, not "
            "even from a backup. Measurements under the code, results and payments stay."
        ),
    )


def _participant(actor: User, participant_id: UUID, action: Action) -> Participant:
    """The participant, where the key to the codes lies with the actor; else the refusal."""
    participant = selectors.participant(actor, participant_id, action)
    refusal = selectors.identity_state(actor, participant).refusal
    if refusal == "cohorts.identity_kept_elsewhere" and action != Action.ERASE_IDENTITY:
        raise RuleViolation(refusal)
    if refusal and refusal != "cohorts.identity_kept_elsewhere":
        raise NotAllowed(refusal)
    return participant
