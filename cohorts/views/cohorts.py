"""Pages about cohorts: list, one cohort with its intake and people, create, edit, refer."""

from __future__ import annotations

from uuid import UUID

import django_tables2 as tables
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cohorts import selectors, services
from cohorts.forms import CohortForm, ParticipantFilterForm, ReferralForm
from cohorts.models import Cohort, Participant, ReferringUnitKind
from cohorts.states import ReferralState
from cohorts.views import shown
from contracts import selectors as contracts
from contracts.models import Contract
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.web import charts
from sibportal.web.components import Filter
from sibportal.web.doors import accepted, signed_in
from sibportal.web.http import page
from sibportal.web.localised import localised
from sibportal.web.tables import DateColumn, PortalTable, StatusColumn

ROWS_ON_A_PAGE = 25


class ParticipantTable(PortalTable):
    """The participants of a cohort, under codes."""

    code = tables.Column(
        gettext_lazy("Code"),
        linkify=("cohorts:participant-detail", {"participant_id": tables.A("id")}),
        attrs={"a": {"class": "nw"}},
    )
    state = StatusColumn(gettext_lazy("State"), empty_values=(), order_by="referral__state")
    unit = tables.Column(
        gettext_lazy("Referring unit"), empty_values=(), order_by="referral__unit_name"
    )
    referred = DateColumn(gettext_lazy("Referred on"), accessor="referral__referred_on")
    enrolled = DateColumn(gettext_lazy("Enrolled on"), accessor="enrolment__enrolled_on")
    partner = tables.Column(gettext_lazy("Served by"), accessor="served_by__name")

    class Meta(PortalTable.Meta):
        caption = gettext_lazy("Participants")
        empty_text = gettext_lazy("No participant matches.")

    def render_state(self, record: Participant) -> str:
        """Say where the person is on the way."""
        return StatusColumn().render(shown.participant_status(record))

    def render_unit(self, record: Participant) -> str:
        """Name the unit, unless a security ban hides it."""
        return shown.unit_shown(record)


@login_required
@require_safe
def cohort_list(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """The cohorts of a contract with their intake."""
    contract = contracts.contract(signed_in(request), contract_id, Action.VIEW_COHORT)
    rows = list(selectors.cohorts(signed_in(request), contract))
    summaries = selectors.cohort_summaries(signed_in(request), contract, rows)
    context = {
        "contract": contract,
        "rows": [_row(cohort, summaries[cohort.pk]) for cohort in rows],
        "may_create": access.allowed(signed_in(request), Action.MANAGE_COHORT, contract),
    }
    return page(request, "cohorts/cohort_list.html", context)


def _row(cohort: Cohort, summary: selectors.IntakeSummary) -> dict[str, object]:
    return {
        "cohort": cohort,
        "title": localised(cohort, "title"),
        "summary": summary,
        "enrolled": shown.count(summary.enrolled, summary.hidden_below),
        "referred": shown.count(summary.referred, summary.hidden_below),
        "status": shown.intake_status(summary),
    }


@login_required
@require_http_methods(["GET", "POST"])
def cohort_create(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """A new cohort of a contract."""
    actor = signed_in(request)
    contract = contracts.contract(actor, contract_id, Action.MANAGE_COHORT)
    form = CohortForm(request.POST or None, initial={"age_unit": "years", "unit": "person"})

    def create() -> Cohort:
        cohort = services.create_cohort(actor=actor, contract=contract, facts=form.facts())
        steps = form.cleaned_data["plan"]
        services.set_intake_plan(actor=actor, cohort=cohort, steps=steps)
        return cohort

    if request.method == "POST" and (made := accepted(form, create)):
        messages.success(request, _("Cohort created."))
        return redirect("cohorts:cohort-detail", made.pk)
    return _cohort_form(request, form, contract, None)


@login_required
@require_http_methods(["GET", "POST"])
def cohort_edit(request: HttpRequest, cohort_id: UUID) -> HttpResponse:
    """Change a cohort; what is frozen is refused with its reason."""
    actor = signed_in(request)
    cohort = selectors.cohort(actor, cohort_id, Action.MANAGE_COHORT)
    initial = CohortForm.initial_of(cohort, selectors.plan(cohort))
    form = CohortForm(request.POST or None, initial=initial)

    def update() -> Cohort:
        changed = services.update_cohort(
            actor=actor, cohort=cohort, facts=form.facts(cohort.criteria)
        )
        steps = form.cleaned_data["plan"]
        services.set_intake_plan(actor=actor, cohort=changed, steps=steps)
        return changed

    if request.method == "POST" and accepted(form, update) is not None:
        messages.success(request, _("Cohort saved."))
        return redirect("cohorts:cohort-detail", cohort.pk)
    return _cohort_form(request, form, cohort.contract, cohort)


def _cohort_form(
    request: HttpRequest, form: CohortForm, contract: Contract, cohort: Cohort | None
) -> HttpResponse:
    context = {"form": form, "contract": contract, "cohort": cohort}
    status = 422 if form.errors else 200
    return page(request, "cohorts/cohort_form.html", context, status=status)


@login_required
@require_safe
def cohort_detail(request: HttpRequest, cohort_id: UUID) -> HttpResponse:
    """Intake against plan and places first, then the funnel by unit, then the people."""
    viewer = signed_in(request)
    cohort = selectors.cohort(viewer, cohort_id)
    summary = selectors.cohort_summaries(viewer, cohort.contract, [cohort])[cohort.pk]
    points = selectors.intake_path(viewer, cohort)
    chart = shown.intake_chart(points, summary)
    context = {
        "cohort": cohort,
        "contract": cohort.contract,
        "title": localised(cohort, "title"),
        "who_counts": localised(cohort, "who_counts"),
        "summary": summary,
        "kpis": shown.intake_kpis(summary),
        "status": shown.intake_status(summary),
        "chart": chart,
        "drawings": [charts.progress(chart, size) for size in charts.SIZES] if chart else [],
        "points": points,
        "units": [_unit(row) for row in selectors.funnel_by_unit(viewer, cohort)],
        "may_refer": access.allowed(viewer, Action.REFER_PARTICIPANT, cohort),
        "may_edit": access.allowed(viewer, Action.MANAGE_COHORT, cohort),
        **_people(request, cohort),
    }
    return page(
        request, "cohorts/cohort_detail.html", context, fragment="cohorts/_participant_table.html"
    )


def _unit(row: selectors.UnitRow) -> dict[str, object]:
    """A referring unit by its name, or by its kind where it has none."""
    kind = dict(ReferringUnitKind.choices).get(row.unit_kind, row.unit_kind)
    return {"label": row.unit_name or kind, "kind": kind if row.unit_name else "", "row": row}


def _people(request: HttpRequest, cohort: Cohort) -> dict[str, object]:
    """The table of participants with its search, filters and counts; every row shown is logged."""
    viewer = signed_in(request)
    if not selectors.sees_small_numbers(viewer, cohort.contract):
        return {"sees_people": False}
    units = selectors.referring_units(viewer, cohort)
    form = ParticipantFilterForm(request.GET, units=units)
    form.is_valid()
    state = request.GET.get("state", "")
    rows = selectors.participants(
        viewer,
        cohort=cohort,
        search=form.cleaned_data.get("search", ""),
        unit=form.cleaned_data.get("unit", ""),
        state=state,
    )
    table = ParticipantTable(rows)
    tables.RequestConfig(request, paginate={"per_page": ROWS_ON_A_PAGE}).configure(table)
    services.read_participants(actor=viewer, rows=[row.record for row in table.page])
    return {
        "sees_people": True,
        "form": form,
        "table": table,
        "state": state,
        "filters": _filters(selectors.state_counts(viewer, cohort), state),
    }


def _filters(counts: dict[str, int], state: str) -> list[Filter]:
    """Pills that filter by state, with how many each would show."""
    labels = [("", _("All"), counts["all"])]
    labels += [(one.value, str(one.label), counts[one.value]) for one in ReferralState]
    labels.append((selectors.LEFT, _("Left"), counts[selectors.LEFT]))
    return [
        Filter(label, f"?state={value}#participants", number, current=value == state)
        for value, label, number in labels
        if number or value in ("", state)
    ]


@login_required
@require_http_methods(["GET", "POST"])
def referral_create(request: HttpRequest, cohort_id: UUID) -> HttpResponse:
    """Take a referral in; whoever may not see participants gets the code and nothing more."""
    actor = signed_in(request)
    cohort = selectors.cohort(actor, cohort_id, Action.REFER_PARTICIPANT)
    providers = selectors.providers(cohort.contract)
    form = ReferralForm(request.POST or None, providers=providers)

    def refer() -> Participant:
        return services.refer_participant(
            actor=actor,
            cohort=cohort,
            facts=form.facts(),
            served_by=form.cleaned_data.get("served_by"),
        )

    if request.method == "POST" and (made := accepted(form, refer)):
        messages.success(request, _("Referral saved. The code is %(code)s.") % {"code": made.code})
        if access.allowed(actor, Action.VIEW_PARTICIPANT, made):
            return redirect("cohorts:participant-detail", made.pk)
        return redirect("cohorts:cohort-detail", cohort.pk)
    context = {"form": form, "cohort": cohort, "contract": cohort.contract}
    status = 422 if form.errors else 200
    return page(request, "cohorts/referral_create.html", context, status=status)
