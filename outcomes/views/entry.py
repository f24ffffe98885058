"""Entering one visit after the other: a form beside the list of what is left to do.

Everything that is not the submission itself (one more event, an attempt to reach somebody, a
draft) keeps what was typed as a draft and shows the page again, so that it works without scripts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from outcomes import selectors, services
from outcomes.forms import AttemptForm, VisitFileForm, VisitForm
from outcomes.models import EntryDraft
from outcomes.selectors import Visit
from outcomes.selectors.attempts import attempts_expected
from outcomes.services import RowsRefused, SubmissionOutcome
from outcomes.views.common import metric_title, value_text
from outcomes.views.due import standing_notes, status_tag, titles, visit_row, visit_url
from sibportal.web.doors import accepted, signed_in
from sibportal.web.http import UNPROCESSABLE, page, wants_fragment

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sibportal.accounts.models import User


@dataclass(frozen=True)
class _Entry:
    """A visit, who enters it, and the form as it was filled in."""

    request: HttpRequest
    actor: User
    visit: Visit
    form: VisitForm
    file: VisitFileForm

    @property
    def place(self) -> dict[str, Any]:
        """What services call the visit."""
        return {
            "actor": self.actor,
            "participant": self.visit.participant,
            "point": self.visit.point.key,
        }

    def again(self) -> HttpResponse:
        """The same address, which shows the draft."""
        return redirect(self.request.get_full_path())


@login_required
@require_http_methods(["GET", "POST"])
def measurement_submit(request: HttpRequest, participant_id: UUID) -> HttpResponse:
    """Enter a visit; then the next one that is due, or back to the list."""
    entry = _entry(request, participant_id)
    if request.method != "POST":
        return _shown(entry, AttemptForm(), status=200)
    for name, step in STEPS.items():
        if name in request.POST:
            return step(entry)
    saved = accepted(entry.form, lambda: _submit(entry)) if entry.file.is_valid() else None
    if saved is None:
        return _shown(entry, AttemptForm(), status=UNPROCESSABLE)
    messages.success(request, _saved_text(entry.visit, saved))
    return _onwards(entry)


@login_required
@require_POST
def draft_save(request: HttpRequest, participant_id: UUID) -> HttpResponse:
    """Keep what has been typed so far; asked for by the page itself while somebody types."""
    entry = _entry(request, participant_id)
    draft = services.save_draft(**entry.place, typed=entry.form.typed())
    if not wants_fragment(request):
        return redirect(visit_url(entry.visit))
    return page(request, "outcomes/_draft_state.html", _draft_state(entry, draft))


def _entry(request: HttpRequest, participant_id: UUID) -> _Entry:
    actor = signed_in(request)
    participant = selectors.participant_for_entry(actor, participant_id)
    wanted = request.GET.get("point", ""), request.GET.getlist("metric")
    visit = selectors.visit_for_entry(participant, *wanted)
    unit = selectors.unit_of(participant)
    others: dict[str, Any] = {
        "companions": [one.code for one in selectors.companions(actor, visit)],
        "unit": unit.household.code if unit else "",
    }
    if request.method == "POST":
        file = VisitFileForm(request.POST, request.FILES)
        return _Entry(request, actor, visit, VisitForm(request.POST, visit=visit, **others), file)
    draft = selectors.entry_draft(actor, participant, visit.point.key)
    form = VisitForm(visit=visit, typed=draft.typed if draft else None, **others)
    return _Entry(request, actor, visit, form, VisitFileForm())


def _submit(entry: _Entry) -> SubmissionOutcome:
    rows = entry.form.rows()
    try:
        saved = services.submit_visit(**entry.place, rows=[one.candidate for one in rows])
    except RowsRefused as refused:
        raise entry.form.place(refused, rows) from refused
    if file := entry.file.cleaned_data["evidence_file"]:
        shown = [row for row in saved.measurements if row.value is not None]
        services.add_evidence(actor=entry.actor, measurements=shown, content=file.read())
    return saved


def _keep_draft(entry: _Entry) -> HttpResponse:
    services.save_draft(**entry.place, typed=entry.form.typed())
    messages.success(entry.request, _("The draft is saved. Nothing is submitted yet."))
    return entry.again()


def _drop_draft(entry: _Entry) -> HttpResponse:
    services.drop_draft(**entry.place)
    messages.info(entry.request, _("The draft is gone."))
    return entry.again()


def _add_event(entry: _Entry) -> HttpResponse:
    typed = entry.form.with_another(entry.request.POST["more"])
    services.save_draft(**entry.place, typed=typed)
    return entry.again()


def _add_attempt(entry: _Entry) -> HttpResponse:
    attempt = AttemptForm(entry.request.POST)
    saved = accepted(
        attempt,
        lambda: services.record_contact_attempt(
            **entry.place,
            attempted_on=attempt.cleaned_data["attempted_on"],
            way=attempt.cleaned_data["attempt_way"],
            result=attempt.cleaned_data["attempt_result"],
        ),
    )
    services.save_draft(**entry.place, typed=entry.form.typed())
    if saved is None:
        return _shown(entry, attempt, status=UNPROCESSABLE)
    messages.success(entry.request, _("The attempt is recorded."))
    return entry.again()


STEPS = {
    "draft": _keep_draft,
    "discard": _drop_draft,
    "more": _add_event,
    "attempt": _add_attempt,
}


def _shown(entry: _Entry, attempt: AttemptForm, *, status: int) -> HttpResponse:
    visit, actor = entry.visit, entry.actor
    participant = visit.participant
    # Where only an attempt was sent, the rest is not judged yet.
    form = entry.form.unjudged() if attempt.is_bound else entry.form
    desk = selectors.desk(actor, visit)
    attempts = selectors.contact_attempts(participant, visit.point.key)
    context = {
        "form": form,
        "file": entry.file,
        "attempt": attempt,
        "attempts": attempts,
        "attempts_expected": attempts_expected(
            visit.contract, [item.metric.code for item in visit.items]
        ),
        "opened": _not_reached_opened(form, attempt),
        "contract": visit.contract,
        "participant": participant,
        "visit": visit,
        "unit": selectors.unit_of(participant),
        "standing": standing_notes(participant),
        "titles": [metric_title(item.metric) for item in visit.items],
        "point": titles(visit.items[0])[1],
        "status": status_tag(visit.status),
        "blocks": _blocks(visit, form),
        **_draft_state(entry, selectors.entry_draft(actor, participant, visit.point.key)),
        "desk": desk,
        "nearby": [visit_row(one) for one in desk.nearby()],
        "previous_url": visit_url(desk.previous) if desk.previous else "",
        "next_url": visit_url(desk.next) if desk.next else "",
    }
    return page(entry.request, "outcomes/measurement_submit.html", context, status=status)


def _draft_state(entry: _Entry, draft: EntryDraft | None) -> dict[str, Any]:
    return {
        "draft": draft,
        "participant": entry.visit.participant,
        "query": entry.request.GET.urlencode(),
    }


def _not_reached_opened(form: VisitForm, attempt: AttemptForm) -> bool:
    names = ("not_reached_reason", "contact_attempts")
    return attempt.is_bound or any(form[name].value() or form[name].errors for name in names)


def _blocks(visit: Visit, form: VisitForm) -> list[dict[str, Any]]:
    """The fields of each metric, under its name where there are several."""
    reported = selectors.reported_at(visit)
    items = {item.metric.pk: item for item in visit.items}
    found = []
    for block in form.blocks:
        fields = {kind: form[name] for kind, name in block.names.items()}
        own = [fields[kind] for kind in ("evidence_source", "evidence_location") if kind in fields]
        found.append(
            {
                "title": metric_title(block.metric),
                "number": block.number,
                "fields": [
                    field
                    for kind, field in fields.items()
                    if kind in ("measured_on", "value", "first_day", "last_day")
                ],
                "own_evidence": own,
                "own_filled": any(field.value() or field.errors for field in own),
                "reported": [
                    (row.measured_on, value_text(row)) for row in reported.get(block.metric.pk, [])
                ]
                if block.number == 1
                else [],
                "code": block.metric.code,
                "last": not any(
                    other.metric == block.metric and other.number > block.number
                    for other in form.blocks
                ),
                "repeatable": items[block.metric.pk].planned.repeatable,
            }
        )
    return found


def _saved_text(visit: Visit, saved: SubmissionOutcome) -> str:
    own = [row for row in saved.measurements if row.participant_id == visit.participant.pk]
    if len(saved.measurements) > 1:
        text = ngettext(
            "Saved: %(code)s, %(count)s result.", "Saved: %(code)s, %(count)s results.", len(own)
        )
        return text % {"code": visit.participant.code, "count": len(saved.measurements)}
    (row,) = own
    row.metric = {item.metric.pk: item.metric for item in visit.items}[row.metric_id]
    text = _("Saved: %(code)s, %(value)s.")
    return text % {"code": visit.participant.code, "value": value_text(row)}


def _onwards(entry: _Entry) -> HttpResponse:
    """The next visit that is due, where the person asked for it and there is one."""
    if "next" in entry.request.POST:
        following = selectors.desk(entry.actor, entry.visit).next
        if following is not None:
            return redirect(visit_url(following))
        messages.info(entry.request, _("Nothing else is due now."))
    return redirect("outcomes:due-list", entry.visit.contract.pk)
