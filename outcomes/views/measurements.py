"""Pages about measurements: list, one with its evidence and decisions, correction, decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cohorts.selectors import same_people
from contracts.models import Contract
from outcomes import selectors, services
from outcomes.forms import AnswerForm, CorrectionForm, DecisionForm, EvidenceForm, prefilled
from outcomes.models import Decision, Door, EvidenceFile, Measurement, Verification
from outcomes.selectors import disputes
from outcomes.states import MEASUREMENT, MeasurementState
from outcomes.views.common import (
    checks_of,
    document_of,
    metric_title,
    number_text,
    paged,
    point_title,
    state_status,
    value_text,
)
from outcomes.views.evidence_files import evidence_context, evidence_form
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import NotVisible
from sibportal.web import formats
from sibportal.web.components import Check, Filter, LogEntry
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.exports import csv_response
from sibportal.web.http import page
from sibportal.web.messages import sentence

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from outcomes.rules.candidate import Candidate
    from sibportal.accounts.models import User

MOST_EXPORTED = 50_000
EXPORT_HEADER = (
    "participant", "metric", "point", "measured_on", "value", "not_reached_reason",
    "evidence_source", "evidence_location", "state",
)  # fmt: skip


@login_required
@require_safe
def measurement_list(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Every measurement of a contract that the reader may see."""
    viewer = signed_in(request)
    contract = selectors.contract_seen(viewer, contract_id, Action.VIEW_MEASUREMENT)
    document = document_of(contract)
    context = paged(request, _wanted(request, viewer, contract))
    context["rows"] = [
        {
            "row": row,
            "metric": metric_title(row.metric),
            "point": point_title(document, row.point_key),
            "value": value_text(row),
            "status": state_status(row),
        }
        for row in context["page_obj"]
    ]
    context |= {
        "contract": contract,
        "search": request.GET.get("q", ""),
        "sort": request.GET.get("sort", "newest"),
        "filters": _filters(request, viewer, contract),
        "may_submit": selectors.may(viewer, Action.SUBMIT_MEASUREMENT, contract),
    }
    return page(
        request,
        "outcomes/measurement_list.html",
        context,
        fragment="outcomes/_measurement_table.html",
    )


@login_required
@require_safe
def measurement_export(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """The same list as a file, with codes that an import understands."""
    viewer = signed_in(request)
    contract = selectors.contract_seen(viewer, contract_id, Action.VIEW_MEASUREMENT)
    rows = _wanted(request, viewer, contract)[:MOST_EXPORTED]
    lines = (
        (
            row.participant.code, row.metric.code, row.point_key, row.measured_on,
            row.value, row.not_reached_reason, row.evidence_source, row.evidence_location,
            row.state,
        )
        for row in rows
    )  # fmt: skip
    return csv_response(f"measurements-{contract.code}.csv", [EXPORT_HEADER, *lines])


@login_required
@require_safe
def measurement_detail(request: HttpRequest, measurement_id: UUID) -> HttpResponse:
    """One measurement: what was reported, its evidence, the checks, and who decided what."""
    viewer = signed_in(request)
    row = selectors.measurement(viewer, measurement_id)
    return _detail(request, viewer, row, DecisionForm(), AnswerForm())


@login_required
@require_POST
def measurement_verify(request: HttpRequest, measurement_id: UUID) -> HttpResponse:
    """The verifier's decision: verified, asked or rejected."""
    actor = signed_in(request)
    row = selectors.measurement(actor, measurement_id)
    form = DecisionForm(request.POST)
    if accepted(form, lambda: _decide(actor, row, form.cleaned_data)):
        messages.success(request, _("Decided: %(state)s.") % {"state": row.get_state_display()})
        following = selectors.awaiting_verification(actor, row.contract).first()
        if following is not None and "next" in request.POST:
            return redirect("outcomes:measurement-detail", following.uuid)
        return redirect("outcomes:measurement-detail", row.uuid)
    row = selectors.measurement(actor, measurement_id)
    return _detail(request, actor, row, form, AnswerForm())


@login_required
@require_POST
def measurement_answer(request: HttpRequest, measurement_id: UUID) -> HttpResponse:
    """The provider's answer to the verifier's question."""
    actor = signed_in(request)
    row = selectors.measurement(actor, measurement_id)
    form = AnswerForm(request.POST)

    def answer() -> bool:
        services.answer_question(actor=actor, measurement=row, text=form.cleaned_data["text"])
        return True

    if accepted(form, answer):
        messages.success(request, _("Answered. The measurement is back with the verifier."))
        return redirect("outcomes:measurement-detail", row.uuid)
    return _detail(request, actor, row, DecisionForm(), form)


@login_required
@require_http_methods(["GET", "POST"])
def measurement_correct(request: HttpRequest, measurement_id: UUID) -> HttpResponse:
    """A new row instead of a wrong one, with the reason."""
    actor = signed_in(request)
    row = selectors.measurement(actor, measurement_id)
    if not selectors.may(actor, Action.SUBMIT_MEASUREMENT, row):
        raise NotVisible
    form = CorrectionForm(request.POST or None, initial=prefilled(row), metric=row.metric)

    def correct() -> Measurement:
        candidate: Candidate = form.candidate(
            participant=row.participant.code, metric=row.metric.code, point=row.point_key
        )
        return services.correct_measurement(
            actor=actor, measurement=row, row=candidate, door=Door.FORM
        )

    if request.method == "POST":
        new = accepted(form, correct)
        if new:
            messages.success(request, _("Corrected. The verifier looks at the new value."))
            return redirect("outcomes:measurement-detail", new.uuid)
    context = {
        "form": form,
        "row": row,
        "contract": row.contract,
        "value": value_text(row),
        "metric": metric_title(row.metric),
        "point": point_title(document_of(row.contract), row.point_key),
    }
    return page(request, "outcomes/measurement_correct.html", context, status=status_of(form))


@login_required
@require_POST
def evidence_add(request: HttpRequest, measurement_id: UUID) -> HttpResponse:
    """Keep a file and bind it to a measurement, and to others of the visit that were ticked."""
    actor = signed_in(request)
    row = selectors.measurement(actor, measurement_id)
    if not selectors.may(actor, Action.SUBMIT_MEASUREMENT, row):
        raise NotVisible
    form = evidence_form(actor, row, request.POST, request.FILES)
    if accepted(form, lambda: _add_evidence(actor, row, form)):
        messages.success(request, _("File added."))
        return redirect("outcomes:measurement-detail", row.uuid)
    return _detail(request, actor, row, DecisionForm(), AnswerForm(), form)


def _add_evidence(actor: User, row: Measurement, form: EvidenceForm) -> EvidenceFile:
    wanted = [row.uuid, *form.cleaned_data.get("also", [])]
    return services.add_evidence(
        actor=actor,
        measurements=selectors.measurements_to_show(actor, wanted),
        content=form.cleaned_data["file"].read(),
    )


def _decide(actor: User, row: Measurement, given: dict[str, Any]) -> Measurement:
    match given["decision"]:
        case Decision.VERIFIED:
            return services.verify_measurement(actor=actor, measurement=row, note=given["note"])
        case Decision.QUERIED:
            return services.query_measurement(actor=actor, measurement=row, question=given["note"])
        case _:
            return services.reject_measurement(actor=actor, measurement=row, reason=given["note"])


def _detail(
    request: HttpRequest,
    viewer: User,
    row: Measurement,
    decision: DecisionForm,
    answer: AnswerForm,
    evidence: EvidenceForm | None = None,
) -> HttpResponse:
    leads_on = MeasurementState.QUERIED in MEASUREMENT[row.state] | {row.state}
    may_submit = selectors.may(viewer, Action.SUBMIT_MEASUREMENT, row)
    decisions = list(selectors.decisions(row))
    context = {
        "row": row,
        "contract": row.contract,
        "metric": metric_title(row.metric),
        "value": value_text(row),
        "status": state_status(row),
        "pairs": _pairs(row),
        "checks": [*checks_of(selectors.findings(row)), *_not_compared(row)],
        "entries": history(row, decisions),
        "dispute_until": disputes.disputable_until(viewer, row),
        "question": selectors.open_question(row),
        "decision_form": decision,
        "answer_form": answer,
        "may_decide": leads_on and selectors.may(viewer, Action.VERIFY_MEASUREMENT, row),
        "may_answer": row.state == MeasurementState.QUERIED and may_submit,
        "may_correct": row.state != MeasurementState.SUPERSEDED and may_submit,
        **evidence_context(viewer, row, evidence),
    }
    status = 422 if decision.errors or answer.errors or (evidence and evidence.errors) else 200
    return page(request, "outcomes/measurement_detail.html", context, status=status)


def _not_compared(row: Measurement) -> list[Check]:
    """Where no personal id is kept, nobody could see the same person under another code."""
    if same_people([row.participant_id]):
        return []
    return [Check("ok", sentence("outcomes.duplicates_not_compared"))]


def _pairs(row: Measurement) -> list[tuple[str, object]]:
    pairs: list[tuple[str, object]] = [
        (_("Measurement point"), point_title(document_of(row.contract), row.point_key)),
        (_("Measured on"), formats.day(row.measured_on)),
        (_("Counted in period"), row.counted_in.number),
        (_("Source of evidence"), row.evidence_source or "–"),
        (_("Where the evidence is held"), row.evidence_location or "–"),
    ]
    if row.not_reached_reason:
        pairs.append((_("Why not reached"), row.not_reached_reason))
        pairs.append((_("Contact attempts"), row.contact_attempts))
    if row.note:
        pairs.append((_("Note"), row.note))
    if row.correction_reason:
        pairs.append((_("Reason for the correction"), row.correction_reason))
    return pairs


def history(row: Measurement, decisions: list[Verification]) -> list[LogEntry]:
    """Who submitted, decided and answered, in that order."""
    door = row.get_door_display()
    entries = [
        LogEntry(
            row.recorded_at, _("Submitted (%(door)s)") % {"door": door}, "send",
            row.submitted_by.get_full_name(),
        )
    ]  # fmt: skip
    for one in decisions:
        entries.append(
            LogEntry(
                one.decided_at, one.get_decision_display(), "shield-check",
                one.verifier.get_full_name(), _said(row, one),
            )
        )  # fmt: skip
        answer = getattr(one, "answer", None)
        if answer is not None:
            who = answer.answered_by.get_full_name()
            entries.append(
                LogEntry(answer.answered_at, _("Answered"), "message-square", who, answer.text)
            )
    return entries


def _said(row: Measurement, decision: Verification) -> str:
    """The question or reason, and what the evidence shows where that was found."""
    if decision.found_value is None:
        return decision.note
    value = number_text(row.metric, decision.found_value)
    found = _("The evidence shows: %(value)s.") % {"value": value}
    return f"{decision.note} {found}"


def _wanted(request: HttpRequest, viewer: User, contract: Contract) -> QuerySet[Measurement]:
    """The rows that search, filter and sort of the address ask for."""
    rows = selectors.measurements(viewer, contract)
    if search := request.GET.get("q", "").strip():
        rows = rows.filter(participant__code__icontains=search)
    state = request.GET.get("state", "")
    if state in MeasurementState.values:
        rows = rows.filter(state=state)
    if metric := request.GET.get("metric", ""):
        rows = rows.filter(metric__code=metric)
    order = selectors.MEASUREMENT_ORDERS.get(request.GET.get("sort", ""), ("-id",))
    return rows.order_by(*order)


def _filters(request: HttpRequest, viewer: User, contract: Contract) -> list[Filter]:
    counts = selectors.measurement_counts(viewer, contract)
    wanted = request.GET.get("state", "")
    pills = [Filter(_("All"), "?", sum(counts.values()), not wanted)]
    for state in MeasurementState:
        if counts.get(state):
            pills.append(
                Filter(state.label, f"?state={state.value}", counts[state], wanted == state)
            )
    return pills
