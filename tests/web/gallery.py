"""Every component on one page, drawn by the real templates, for the tests of this folder."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import django_tables2 as tables
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from sibportal.web import charts, components
from sibportal.web import tables as our_tables
from sibportal.web.forms import DateField, MoneyField, UploadField, WholeNumberField

SITUATIONS = [
    ("work", "In work at least 18 hours a week"),
    ("study", "Studies"),
    ("none", "Neither"),
]


class RecordForm(forms.Form):
    """A form with every kind of field."""

    measured_on = DateField(label="Measured on", help_text="For example 12.11.2026")
    situation = forms.ChoiceField(label="Situation", choices=SITUATIONS, widget=forms.RadioSelect)
    months = WholeNumberField(label="Months in work", help_text="0 to 12", max_value=12)
    cost = MoneyField(label="Cost", required=False)
    source = forms.ChoiceField(label="Source", choices=[("", "Choose"), ("deal", "Work contract")])
    agree = forms.BooleanField(label="I have seen the document")
    file = UploadField(label="Evidence", max_bytes=10_000_000, extensions=(".csv",), required=False)
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 3}), required=False)


class ContractTable(our_tables.PortalTable):
    """A small table with a status column."""

    name = tables.Column(verbose_name="Contract")
    count = our_tables.NumberColumn(verbose_name="Participants")

    class Meta(our_tables.PortalTable.Meta):
        caption = "Contracts by size"


def context(request: HttpRequest) -> dict[str, Any]:
    """Give the gallery something of each kind to show."""
    waiting = components.Status("info", "Waiting for you")
    form = RecordForm(
        {"measured_on": "31.11.2026", "situation": "work", "months": "14", "source": ""}
    )
    labels = ("Q1 25", "Q2 25", "Q3 25", "Q4 25", "Q1 26", "Q2 26", "Q3 26", "Q4 26")
    points = tuple(
        charts.Point(label, share, share - 0.08, share + 0.08)
        for label, share in zip(labels, (0.24, 0.31, 0.36, 0.41, 0.44, 0.475), strict=False)
    )
    rows = [{"name": f"Contract {n}", "count": n * 10} for n in range(1, 8)]
    table = ContractTable(rows, order_by=request.GET.get("sort", ""))
    table.paginate(page=1, per_page=3)
    pages = Paginator(range(300), 10)
    return {
        "navigation": [
            components.NavigationItem("Overview", "#", "layout-dashboard", current=True),
            components.NavigationItem("Payments", "#", "wallet-cards", count=2),
            components.NavigationItem("History", "#", "history", group="Records"),
        ],
        "frame_organisation": "City of Koivula",
        "frame_role": "Payer",
        "as_of": date(2026, 9, 30),
        "tasks": [
            components.Task(
                "Approve claim",
                "#",
                "Q3 · second approver",
                "wallet-cards",
                waiting,
                date(2026, 11, 30),
                "in 8 days",
            ),
            components.Task(
                "Decide on a plan",
                "#",
                "12 points under",
                "triangle-alert",
                components.Status("danger", "Below threshold", "Upper bound below"),
                date(2026, 12, 4),
                "in 12 days",
            ),
        ],
        "kpis": [
            components.Kpi("Contracts in force", "3", detail="1 more in preparation"),
            components.Kpi(
                "Participants",
                "388",
                of="of 560",
                detail="69% of places filled",
                meter=components.Meter(388, 560),
            ),
            components.Kpi(
                "Paid to date",
                "€746,500",
                detail="27% of the maximum",
                meter=components.Meter(Decimal(746500), Decimal(2770000), "pay"),
            ),
            components.Kpi("Waiting for approval", "€148,600", detail="2 payments"),
        ],
        "bar": charts.Bullet(
            0.475, 0.5, "47.5%, interval 41 to 54%, threshold 50%", 0.41, 0.54, "warn"
        ),
        "progress": charts.Progress(
            key="young-adults",
            title="Verified outcome by quarter",
            sentence="47.5% are in work or study; the threshold is 50%.",
            labels=labels,
            verified=points,
            path=(0.2, 0.28, 0.34, 0.4, 0.45, 0.5, 0.53, 0.55),
            threshold=0.5,
            full_payment=0.6,
        ),
        "pairs": [("Submitted", "13 Nov 2026"), ("Measurements", "112")],
        "checks": [
            components.Check("ok", "All 112 participants are in the contract"),
            components.Check(
                "look",
                "6 measurements outside the window",
                components.Link("Show", "#", "measurements outside the window"),
            ),
            components.Check("no", "Hours are missing for 2 participants"),
        ],
        "stages": [
            components.Stage("Verified", "done"),
            components.Stage("Calculated", "done"),
            components.Stage("First approval", "current"),
            components.Stage("Paid", "todo"),
        ],
        "action": components.Link("Review and approve", "#", "Young adults to work, Q3 2026"),
        "form": form,
        "entries": [
            components.LogEntry(
                datetime(2026, 10, 28, 9, 14, tzinfo=UTC), "Result rejected", "octagon-x", "Cleo"
            )
        ],
        "report": components.ImportReport(
            "outcomes.csv",
            64,
            58,
            (
                components.ImportProblem(
                    7, "measured_on", "31.11.2026", "There is no such day.", "TP-0119", "D7"
                ),
                components.ImportProblem(31, "state", "", "Write the state.", "TP-0140"),
            ),
            bad_rows=2,
            unchanged=4,
            empty=12,
            notes=("The sheet “Results” was read, the others were not.",),
        ),
        "filters": [
            components.Filter("All", "?", 14, current=True),
            components.Filter("Late", "?late=1", 3),
        ],
        "tabs": [
            components.Filter("Overview", "#", current=True),
            components.Filter("Claims", "#", 2),
        ],
        "explanation": [
            components.Explanation(
                "Verified successes",
                "100 of 200",
                children=(components.Explanation("Enrolled", "200"),),
            ),
            components.Explanation("Paid", "€6,480,000.00"),
        ],
        "table_html": table.as_html(request),
        "page_obj": pages.page(4),
        "page_range": pages.get_elided_page_range(4),
    }


def gallery(request: HttpRequest) -> HttpResponse:
    """Draw the gallery."""
    text = (Path(__file__).parent / "gallery.html").read_text(encoding="utf-8")
    return HttpResponse(engines["django"].from_string(text).render(context(request), request))


urlpatterns = [
    path("gallery/", login_not_required(gallery)),
    path("", include("sibportal.urls")),
]
