"""The page on how a contract's measurements are verified, and setting and agreeing to its plan."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.selectors import deciders
from outcomes import selectors, services
from outcomes.forms.samples import STRATA, PlanForm
from outcomes.models import Beyond, Ruling, VerificationDispute, VerificationPlan
from outcomes.rules import rounds as rules
from outcomes.rules.rounds import PlanTerms
from outcomes.rules.sampling import Item, PlanKind
from outcomes.selectors import disputes, samples
from outcomes.views.common import metric_title, value_text
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import RuleViolation
from sibportal.web import formats
from sibportal.web.components import Status
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.http import page
from sibportal.web.messages import issue_sentence

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django_stubs_ext import StrOrPromise as Text

    from contracts.models import Contract
    from sibportal.accounts.models import User

EXAMPLES = (200, 500, 1000, 5000)  # measurements waiting


@login_required
@require_safe
def plan_detail(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """How the contract is verified: the plan, its rounds, signed reports and disputes."""
    viewer = signed_in(request)
    contract = selectors.contract_seen(viewer, contract_id, Action.VIEW_CONTRACT)
    versions = samples.plans(contract)
    holding = [one for one in versions if samples.standing_of(one).holds]
    newest = holding[0].version if holding else 0
    waiting = [one for one in versions if one not in holding and one.version > newest]
    terms = samples.plan_terms(holding[0] if holding else None)
    context = {
        "contract": contract,
        "plan": holding[0] if holding else None,
        "pairs": plan_pairs(terms),
        "examples": _examples(terms),
        "earlier": holding[1:],
        "waiting": [(one, plan_pairs(samples.plan_terms(one))) for one in waiting],
        "may_agree": bool(waiting) and samples.plan_party(viewer, waiting[0]) is not None,
        "may_set": selectors.may(viewer, Action.SET_VERIFICATION_PLAN, contract),
        "rounds": list(samples.rounds(viewer, contract)),
        "sees_rounds": selectors.may(viewer, Action.VIEW_SAMPLE, contract),
        "reports": samples.reports(viewer, contract),
        "disputes": [_dispute(viewer, one) for one in disputes.disputes(viewer, contract)],
        "sees_disputes": selectors.may(viewer, Action.VIEW_DISPUTE, contract),
        "deciders": deciders(contract),
    }
    return page(request, "outcomes/plan_detail.html", context)


def plan_pairs(terms: PlanTerms) -> list[tuple[Text, Text]]:
    """A plan in words."""
    days = formats.number(terms.dispute_days)
    pairs: list[tuple[Text, Text]] = []
    if terms.kind is PlanKind.FULL:
        pairs.append((_("What is looked at"), _("Every measurement")))
    else:
        pairs += [
            (
                _("What is looked at"),
                _("A sample; below %(people)s people every measurement")
                % {"people": formats.number(terms.everybody_below)},
            ),
            (
                _("Size of the sample"),
                _(
                    "%(confidence)s confidence, margin %(margin)s percentage points, "
                    "expected share %(expected)s"
                )
                % {
                    "confidence": _percent(terms.confidence_percent),
                    "margin": formats.plain_number(terms.margin_percent.normalize() + 0),
                    "expected": _percent(terms.expected_percent),
                },
            ),
            (
                _("The rest is trusted"),
                _("if the sample shows that fewer than %(share)s are wrong")
                % {"share": _percent(terms.tolerable_percent)},
            ),
            (_("If more is wrong than accepted"), Beyond(terms.beyond.value).label),
            (_("Drawn separately from each"), strata_words(terms)),
        ]
    pairs.append((_("A rejection can be disputed"), _("%(days)s days") % {"days": days}))
    return pairs


def strata_words(terms: PlanTerms) -> Text:
    """What the sample is spread over, in words."""
    words = dict(STRATA)
    return ", ".join(str(words[one.value]) for one in terms.strata) or _("Nothing in particular")


def _percent(share: object) -> str:
    return formats.percentage(share)  # type: ignore[arg-type]


def _examples(terms: PlanTerms) -> list[tuple[int, rules.Design]]:
    """What the plan means for some numbers of waiting measurements."""
    if terms.kind is PlanKind.FULL:
        return []
    return [
        (count, rules.design(terms, [Item("")] * count, people=terms.everybody_below))
        for count in EXAMPLES
    ]


def _dispute(viewer: User, row: VerificationDispute) -> dict[str, object]:
    ruling = getattr(row, "ruling", None)
    measurement = row.verification.measurement
    status = (
        Status("warning", _("Waits for its decision"))
        if ruling is None
        else Status(
            "verified" if ruling.outcome == Ruling.OVERTURNED else "neutral",
            ruling.get_outcome_display(),
        )
    )
    judging = ruling is None and selectors.may(viewer, Action.DECIDE_DISPUTE, row)
    return {
        "row": row,
        "ruling": ruling,
        "what": metric_title(measurement.metric),
        "value": value_text(measurement),
        "status": status,
        "may_decide": judging and disputes.judging_party(viewer, row) is not None,
        "may_withdraw": ruling is None and disputes.is_own(viewer, row),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_set(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Set a new version of the plan."""
    actor = signed_in(request)
    contract = selectors.contract_seen(actor, contract_id, Action.SET_VERIFICATION_PLAN)
    form = PlanForm(request.POST or None, periods=list(samples.open_periods(contract)))
    done = accepted(form, lambda: _set(actor, contract, form)) if form.is_bound else None
    if done is not None:
        messages.success(request, _("The plan is saved. All parties see it."))
        return redirect("outcomes:plan-detail", contract.pk)
    context = {"contract": contract, "form": form}
    return page(request, "outcomes/plan_set.html", context, status=status_of(form))


def _set(actor: User, contract: Contract, form: PlanForm) -> VerificationPlan:
    periods = {str(one.pk): one for one in samples.open_periods(contract)}
    return services.set_verification_plan(
        actor=actor,
        contract=contract,
        from_period=periods[form.cleaned_data["from_period"]],
        terms=form.terms(),
        reason=form.cleaned_data["reason"],
    )


@login_required
@require_POST
def plan_agree(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """The lead provider agrees to a plan that was set late."""
    actor = signed_in(request)
    plan = samples.plan_seen(actor, plan_id)
    try:
        services.agree_verification_plan(actor=actor, plan=plan)
    except RuleViolation as violation:
        messages.error(request, issue_sentence(violation.issues[0]))
    else:
        messages.success(request, _("Agreed. The plan holds."))
    return redirect("outcomes:plan-detail", plan.contract_id)
