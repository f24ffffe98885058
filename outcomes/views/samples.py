"""A round of verification: locking, drawing, looking at each item, concluding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outcomes import selectors, services
from outcomes.forms.samples import CORRECT, ConclusionForm, ReviewForm
from outcomes.models import Decision, Measurement, VerificationRound
from outcomes.rules import sampling
from outcomes.rules.acceptance import Verdict, verdict
from outcomes.rules.rounds import Finding, estimate
from outcomes.selectors import samples
from outcomes.selectors.samples import Looked, Standing
from outcomes.views import rounds_shown as shown
from outcomes.views.common import (
    checks_of,
    document_of,
    metric_title,
    point_title,
    value_text,
)
from outcomes.views.measurements import history
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import InvalidTransition, NotVisible, RuleViolation
from sibportal.web.components import Meter
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.exports import csv_response
from sibportal.web.http import page
from sibportal.web.messages import issue_sentence

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sibportal.accounts.models import User

VERIFY = Action.VERIFY_MEASUREMENT


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def round_lock(request: HttpRequest, period_id: UUID) -> HttpResponse:
    """Look at what a lock would take in, and lock."""
    actor = signed_in(request)
    period = selectors.period_seen(actor, period_id, VERIFY)
    contract = period.contract
    if request.method == "POST":
        try:
            row = services.lock_submission(actor=actor, period=period)
        except RuleViolation as violation:
            messages.error(request, issue_sentence(violation.issues[0]))
            return redirect("outcomes:plan-detail", contract.pk)
        messages.success(request, _("The submission is locked. Now draw the sample."))
        return redirect("outcomes:round-detail", row.pk)
    waiting: QuerySet[Measurement] = samples.lockable(contract, period)
    terms = samples.plan_terms(samples.plan_for(contract, period))
    context = {
        "contract": contract,
        "period": period,
        "count": waiting.count(),
        "people": waiting.order_by().values("participant").distinct().count(),
        "terms": terms,
    }
    return page(request, "outcomes/round_lock.html", context)


@login_required
@require_safe
def round_detail(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """How far a round is, and what comes next."""
    viewer = signed_in(request)
    row = samples.round_seen(viewer, round_id)
    standing = samples.standing(row)
    verifies = selectors.may(viewer, VERIFY, row)
    sees = samples.sees_sample(viewer, row)
    drawn, conclusion = getattr(row, "draw", None), samples.conclusion_of(row)
    context = {
        "contract": row.contract,
        "row": row,
        "stages": shown.stages(row, standing),
        "kpis": shown.kpis(row, standing),
        "pairs": shown.facts(row, sees=sees),
        "lines": [_line(one) for one in standing.items] if sees else [],
        "sees": sees,
        "conclusion": conclusion,
        "report": getattr(row, "report", None),
        "may_draw": verifies and drawn is None,
        "may_look": verifies and drawn is not None and conclusion is None and standing.open,
        "may_conclude": verifies
        and drawn is not None
        and conclusion is None
        and standing.decided == len(standing.items),
        "undecided": samples.undecided(row) if conclusion else 0,
        "may_sign": conclusion is not None
        and getattr(row, "report", None) is None
        and selectors.may(viewer, Action.SIGN_CLOSING, row),
    }
    return page(request, "outcomes/round_detail.html", context)


def _line(one: Looked) -> dict[str, Any]:
    return {
        "row": one.measurement,
        "metric": metric_title(one.measurement.metric),
        "value": value_text(one.measurement),
        "status": shown.status(one.finding),
    }


@login_required
@require_POST
def round_draw(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Draw the sample; the seed comes from the database."""
    actor = signed_in(request)
    row = samples.round_seen(actor, round_id, VERIFY)
    try:
        made = services.draw_sample(actor=actor, row=row)
    except RuleViolation as violation:
        messages.error(request, issue_sentence(violation.issues[0]))
    else:
        messages.success(request, _("The sample is drawn: %(size)s.") % {"size": made.size})
    return redirect("outcomes:round-detail", row.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def round_review(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """One item after the other: what was reported against the evidence, and the decision."""
    actor = signed_in(request)
    row = samples.round_seen(actor, round_id, VERIFY)
    standing = samples.standing(row)
    one = _wanted(request, standing)
    if one is None:
        messages.success(request, _("Everything in the sample is decided or asked about."))
        return redirect("outcomes:round-detail", row.pk)
    measurement = one.measurement
    form = ReviewForm(request.POST or None, metric=measurement.metric)
    if request.method == "POST":
        try:
            done = accepted(form, lambda: _decide(actor, measurement, form.cleaned_data))
        except InvalidTransition:
            messages.warning(request, _("Somebody has decided this one meanwhile."))
            done = measurement
        if done is not None:
            return redirect("outcomes:round-review", row.pk)
    document = document_of(row.contract)
    context = {
        "contract": row.contract,
        "row": row,
        "measurement": measurement,
        "metric": metric_title(measurement.metric),
        "point": point_title(document, measurement.point_key),
        "value": value_text(measurement),
        "form": form,
        "checks": checks_of(selectors.findings(measurement)),
        "entries": history(measurement, list(selectors.decisions(measurement))),
        "meter": Meter(standing.decided, len(standing.items)),
        "number": standing.decided + 1,
        "total": len(standing.items),
        "following": _after(standing, one),
    }
    return page(request, "outcomes/round_review.html", context, status=status_of(form))


def _wanted(request: HttpRequest, standing: Standing) -> Looked | None:
    """The item that the address names, while it is open; else the next open one."""
    asked = request.POST.get("item") or request.GET.get("item")
    for one in standing.open:
        if str(one.measurement.uuid) == asked:
            return one
    return standing.open[0] if standing.open else None


def _after(standing: Standing, current: Looked) -> Looked | None:
    """The next open item, for whoever skips one."""
    later = [one for one in standing.open if one.measurement.pk > current.measurement.pk]
    others = [one for one in standing.open if one.measurement.pk != current.measurement.pk]
    return later[0] if later else (others[0] if others else None)


def _decide(actor: User, row: Measurement, given: dict[str, Any]) -> Measurement:
    match given["decision"]:
        case Decision.VERIFIED:
            return services.verify_measurement(actor=actor, measurement=row, note=given["note"])
        case Decision.QUERIED:
            return services.query_measurement(actor=actor, measurement=row, question=given["note"])
        case _:
            return services.reject_measurement(
                actor=actor,
                measurement=row,
                reason=given["note"],
                found_value=given["found_value"] if given["decision"] == CORRECT else None,
            )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def round_conclude(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """What the sample comes to and what follows; the verifier concludes."""
    actor = signed_in(request)
    row = samples.round_seen(actor, round_id, VERIFY)
    standing = samples.standing(row)
    terms = samples.plan_terms(row.plan)
    accepted_errors = row.draw.acceptance_number if hasattr(row, "draw") else None
    follows = (
        Verdict.EVERYTHING
        if accepted_errors is None
        else verdict(standing.errors, accepted_errors, terms.beyond)
    )
    form = ConclusionForm(request.POST or None) if follows is Verdict.ESTIMATE else None
    if request.method == "POST" and (done := _conclude(request, actor, row, form)):
        messages.success(request, _("Concluded: %(what)s.") % {"what": done})
        return redirect("outcomes:round-detail", row.pk)
    context = {
        "contract": row.contract,
        "row": row,
        "form": form,
        "follows": follows.value,
        "errors": standing.errors,
        "accepted": accepted_errors,
        "size": len(standing.items),
        "rest": row.population - len(standing.items),
        "estimate": estimate(terms, standing.errors, len(standing.items), row.population),
        "left": standing.counts[Finding.OPEN] + standing.counts[Finding.ASKED],
    }
    status = status_of(form) if form else 200
    return page(request, "outcomes/round_conclude.html", context, status=status)


def _conclude(
    request: HttpRequest, actor: User, row: VerificationRound, form: ConclusionForm | None
) -> str:
    """The verdict in words; empty where it was refused, and the page says why."""
    if form is not None:
        made = accepted(
            form,
            lambda: services.conclude_round(
                actor=actor,
                row=row,
                trust_rest=form.cleaned_data["trust_rest"] == "yes",
                reason=form.cleaned_data["reason"],
            ),
        )
        return "" if made is None else made.get_verdict_display()
    try:
        return services.conclude_round(actor=actor, row=row).get_verdict_display()
    except RuleViolation as violation:
        messages.error(request, issue_sentence(violation.issues[0]))
        return ""


@login_required
@require_safe
def round_items(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The locked items with their ranks, so that anybody can draw the sample again."""
    viewer = signed_in(request)
    row = samples.round_seen(viewer, round_id)
    if not samples.sees_sample(viewer, row):
        raise NotVisible
    drawn = samples.drawn_ids(row)
    lines = [
        (
            item.stratum,
            sampling.rank(row.draw.seed, item.id),
            item.id,
            "1" if item.id in drawn else "0",
        )
        for _pk, item in samples.population(row)
    ]
    header = ("stratum", "rank", "measurement", "drawn")
    name = f"round-{row.contract.code}-{row.number}.csv"
    return csv_response(name, [header, *sorted(lines)])
