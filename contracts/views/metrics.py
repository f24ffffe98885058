"""Pages of the metrics: what can be measured, in any contract, and the library to pick from."""

from __future__ import annotations

from itertools import pairwise
from uuid import UUID

import django_tables2 as tables
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts import selectors, services
from contracts.forms import MetricForm
from contracts.models import Metric
from contracts.rules import metric_library as library
from contracts.views.shown_metrics import changes, groups, said, use_status, who_measures
from sibportal.kernel.errors import NotVisible
from sibportal.web.components import Status
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.http import page
from sibportal.web.localised import LocalisedText, localised
from sibportal.web.tables import NumberColumn, PortalTable, StatusColumn

ROWS_ON_A_PAGE = 50
LONGEST_SEARCH = 100


class MetricTable(PortalTable):
    """The list of metrics in their newest version."""

    title = tables.Column(
        gettext_lazy("Metric"),
        empty_values=(),
        orderable=False,
        linkify=lambda record: reverse("contracts:metric-detail", args=[record.pk]),
    )
    code = tables.Column(gettext_lazy("Code"))
    version = NumberColumn(verbose_name=gettext_lazy("Version"))
    kind = tables.Column(gettext_lazy("Kind"))
    unit = tables.Column(gettext_lazy("Unit"), empty_values=(), orderable=False)
    use = StatusColumn(gettext_lazy("Use"))

    class Meta(PortalTable.Meta):
        caption = gettext_lazy("Metrics")
        empty_text = gettext_lazy("No metric has been defined yet.")

    def render_title(self, record: Metric) -> LocalisedText:
        return localised(record, "title")

    def render_unit(self, record: Metric) -> str:
        return said(record, "unit") or "–"

    def render_use(self, record: Metric) -> str:
        shown: Status = use_status(record.use)
        return StatusColumn().render(shown)


@login_required
@require_safe
def metric_list(request: HttpRequest) -> HttpResponse:
    """Every metric in its newest version."""
    viewer = signed_in(request)
    table = MetricTable(selectors.newest_metrics())
    tables.RequestConfig(request, paginate={"per_page": ROWS_ON_A_PAGE}).configure(table)
    context = {"table": table, "may_create": selectors.own_payer_organisations(viewer).exists()}
    return page(request, "contracts/metric_list.html", context)


@login_required
@require_safe
def metric_detail(request: HttpRequest, metric_id: UUID) -> HttpResponse:
    """One version of a metric: the whole definition, its versions and what changed."""
    viewer = signed_in(request)
    metric = selectors.metric(metric_id)
    versions = selectors.metric_versions(metric.code)
    before = {newer.pk: older for newer, older in pairwise(versions)}
    older = before.get(metric.pk)
    context = {
        "metric": metric,
        "title": localised(metric, "title"),
        "status": use_status(metric.use),
        "groups": list(groups(metric)),
        "versions": versions,
        "newest": versions[0],
        "older": older,
        "changes": changes(older, metric) if older else [],
        "may_create": selectors.own_payer_organisations(viewer).exists(),
    }
    return page(request, "contracts/metric_detail.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def metric_create(request: HttpRequest) -> HttpResponse:
    """A new metric, or a new version of one."""
    actor = signed_in(request)
    selectors.payers_for_new_contract(actor)
    form = MetricForm(request.POST or None)
    if request.method == "POST":
        metric = accepted(form, lambda: services.define_metric(actor=actor, facts=form.facts()))
        if metric is not None:
            messages.success(request, _("Metric defined."))
            return redirect("contracts:metric-detail", metric.pk)
    return page(request, "contracts/metric_create.html", {"form": form}, status=status_of(form))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def metric_revise(request: HttpRequest, metric_id: UUID) -> HttpResponse:
    """The next version of a metric, begun from the newest one."""
    actor = signed_in(request)
    selectors.payers_for_new_contract(actor)
    metric = selectors.metric(metric_id)
    form = MetricForm(request.POST or None, of=selectors.metric_facts(metric))
    if request.method == "POST":
        created = accepted(
            form,
            lambda: services.define_metric(
                actor=actor, facts=form.facts(), after_version=metric.version
            ),
        )
        if created is not None:
            messages.success(request, _("The new version is defined."))
            return redirect("contracts:metric-detail", created.pk)
    context = {"form": form, "metric": metric, "title": localised(metric, "title")}
    return page(request, "contracts/metric_revise.html", context, status=status_of(form))


# --- The library ----------------------------------------------------------------------------------


@login_required
@require_safe
def metric_library(request: HttpRequest) -> HttpResponse:
    """The metrics that the portal ships, narrowed by words, and which are in use already."""
    viewer = signed_in(request)
    search = request.GET.get("search", "")[:LONGEST_SEARCH]
    picked = selectors.picked_metrics()
    entries = [
        {
            "code": facts.code,
            "title": localised(facts, "title"),
            "about": localised(facts, "description"),
            "who": who_measures(facts),
            "status": use_status(facts.use),
            "metric": picked.get(facts.code),
        }
        for facts in library.found(search)
    ]
    may_create = selectors.own_payer_organisations(viewer).exists()
    context = {"entries": entries, "search": search, "may_create": may_create}
    return page(request, "contracts/metric_library.html", context)


@login_required
@require_safe
def metric_library_entry(request: HttpRequest, code: str) -> HttpResponse:
    """One entry of the library in full."""
    viewer = signed_in(request)
    facts = library.entry(code)
    if facts is None:
        raise NotVisible
    context = {
        "facts": facts,
        "title": localised(facts, "title"),
        "status": use_status(facts.use),
        "groups": list(groups(facts)),
        "metric": selectors.picked_metrics().get(code),
        "may_create": selectors.own_payer_organisations(viewer).exists(),
    }
    return page(request, "contracts/metric_library_entry.html", context)


@login_required
@require_POST
def metric_pick(request: HttpRequest, code: str) -> HttpResponse:
    """Take an entry of the library into use."""
    metric = services.pick_metric(actor=signed_in(request), code=code)
    messages.success(request, _("The metric is in use. Terms can name it."))
    return redirect("contracts:metric-detail", metric.pk)
