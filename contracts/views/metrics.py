"""Pages of the metrics: what can be measured, in any contract."""

from __future__ import annotations

import django_tables2 as tables
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from contracts import selectors, services
from contracts.forms import MetricForm
from contracts.models import Metric
from sibportal.web.doors import accepted, signed_in, status_of
from sibportal.web.http import page
from sibportal.web.localised import LocalisedText, localised
from sibportal.web.tables import NumberColumn, PortalTable

ROWS_ON_A_PAGE = 50


class MetricTable(PortalTable):
    """The list of metrics."""

    title = tables.Column(gettext_lazy("Metric"), empty_values=(), orderable=False)
    code = tables.Column(gettext_lazy("Code"))
    version = NumberColumn(verbose_name=gettext_lazy("Version"))
    kind = tables.Column(gettext_lazy("Kind"))
    unit = tables.Column(gettext_lazy("Unit"), empty_values=(), orderable=False)
    source = tables.Column(gettext_lazy("Source"), empty_values=(), orderable=False)

    class Meta(PortalTable.Meta):
        caption = gettext_lazy("Metrics")
        empty_text = gettext_lazy("No metric has been defined yet.")

    def render_title(self, record: Metric) -> LocalisedText:
        return localised(record, "title")

    def render_unit(self, record: Metric) -> LocalisedText | str:
        return _or_dash(localised(record, "unit"))

    def render_source(self, record: Metric) -> LocalisedText | str:
        return _or_dash(localised(record, "source"))


def _or_dash(found: LocalisedText) -> LocalisedText | str:
    return found if found.value else "–"


@login_required
@require_safe
def metric_list(request: HttpRequest) -> HttpResponse:
    """Every metric definition with its versions."""
    viewer = signed_in(request)
    table = MetricTable(selectors.metrics())
    tables.RequestConfig(request, paginate={"per_page": ROWS_ON_A_PAGE}).configure(table)
    context = {"table": table, "may_create": selectors.own_payer_organisations(viewer).exists()}
    return page(request, "contracts/metric_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def metric_create(request: HttpRequest) -> HttpResponse:
    """A new metric, or a new version of one."""
    actor = signed_in(request)
    selectors.payers_for_new_contract(actor)
    form = MetricForm(request.POST or None)
    if (
        request.method == "POST"
        and accepted(form, lambda: services.define_metric(actor=actor, facts=form.facts()))
        is not None
    ):
        messages.success(request, _("Metric defined."))
        return redirect("contracts:metric-list")
    return page(request, "contracts/metric_create.html", {"form": form}, status=status_of(form))
