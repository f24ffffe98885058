"""A round of verification through its pages, REST and the command, as the verifier walks it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse

from outcomes.models import (
    Measurement,
    SampleItem,
    Verification,
    VerificationPlan,
    VerificationReport,
)
from outcomes.rules import sampling
from outcomes.rules.sampling import Item
from outcomes.selectors import samples
from outcomes.states import MeasurementState
from sibportal.accounts.models import User
from sibportal.accounts.roles import MemberRole, PartyRole
from sibportal.web import pdf
from tests.factories.accounts import make_token
from tests.factories.outcomes import Scene, make_scene, submitted
from tests.outcomes.test_samples import TERMS, a_scene, member

pytestmark = pytest.mark.django_db
SMALL = replace(TERMS, margin_percent=Decimal(20), tolerable_percent=Decimal(25))


def of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()[:2000]
    return str(response.content.decode())


def test_a_round_from_the_queue_to_the_signed_report_by_page_and_rest() -> None:
    scene = a_scene(SMALL)
    cleo, period = of(scene.cleo), scene.periods[2]
    lock = reverse("outcomes:round-lock", args=[period.pk])
    assert lock in text(cleo.get(reverse("outcomes:verification-queue")))
    assert "120 measurements" in text(cleo.get(lock))
    round_page = cleo.post(lock).headers["Location"]
    row = samples.rounds(scene.cleo).get()
    cleo.post(reverse("outcomes:round-draw", args=[row.pk]))
    row = samples.round_seen(scene.cleo, row.pk)
    assert (row.draw.size, row.draw.acceptance_number) == (20, 1)

    review = reverse("outcomes:round-review", args=[row.pk])
    page = text(cleo.get(review))
    assert 'accesskey="c"' in page
    assert "1 of 20 in the sample" in page
    first, second, *others = [one.measurement for one in samples.standing(row).items]
    refused = cleo.post(review, {"item": first.uuid, "decision": "correct", "note": "No."})
    assert "Write what the evidence shows." in text(refused, 422)
    found = {"item": first.uuid, "decision": "correct", "found_value": "0", "note": "Ended."}
    assert cleo.post(review, found).status_code == 302
    decide = reverse("api:round-decide", args=[row.pk])
    secret = f"sib_{row.pk}"
    make_token(secret, user=scene.cleo)
    rest = Client(headers={"authorization": f"Bearer {secret}"})
    for one in (second, *others[:-1]):
        asked = {"measurement": str(one.uuid), "decision": "confirm"}
        assert text(rest.post(decide, asked, content_type="application/json"))
    left = rest.get(reverse("api:round-queue", args=[row.pk])).json()["results"]
    assert [one["id"] for one in left] == [str(others[-1].uuid)]
    assert cleo.post(review, {"item": left[0]["id"], "decision": "verified"}).status_code == 302
    assert "Concl" in text(cleo.get(round_page))

    conclude = reverse("outcomes:round-conclude", args=[row.pk])
    assert "100 measurements become verified by the sample" in text(cleo.get(conclude))
    assert cleo.post(conclude).status_code == 302
    assert Verification.objects.filter(basis="sample").count() == 100
    _signed_and_read(scene, cleo, reverse("outcomes:report-sign", args=[row.pk]))
    _drawn_again(scene, rest)


def test_a_round_from_the_lock_to_the_signed_report_by_rest_alone() -> None:
    scene = make_scene(participants=3)
    period = scene.periods[2]
    rows = submitted(
        scene,
        [{"participant": one, "value": Decimal(1), "counted_in": period}
         for one in scene.participants],
    )  # fmt: skip
    Measurement.objects.update(state=MeasurementState.CHECKED)
    make_token("sib_round", user=scene.cleo)
    rest = Client(headers={"authorization": "Bearer sib_round"})

    def ask(name: str, asked: dict[str, Any], status: int = 200) -> dict[str, Any]:
        address = reverse(f"api:round-{name}", args=[] if name == "list" else [found["id"]])
        answer = rest.post(address, asked, content_type="application/json")
        text(answer, status)
        body: dict[str, Any] = answer.json()
        return body

    lock = {"contract": str(scene.contract.pk), "period": period.number}
    ask("list", lock | {"period": 999}, 404)
    found = ask("list", lock, 201)
    assert (found["population"], found["size"]) == (3, None)
    assert ask("list", lock, 409)["code"] == "outcomes.round_open"
    assert ask("draw", {})["size"] == 3
    assert ask("draw", {}, 409)["code"] == "outcomes.sample_drawn_already"
    assert ask("conclude", {}, 422)["code"] == "outcomes.round_not_decided"
    wrong, *right = [str(row.uuid) for row in rows]
    for one in right:
        ask("decide", {"measurement": one, "decision": "confirm"})
    ask("decide", {"measurement": right[0], "decision": "confirm"}, 409)
    shown = {"measurement": wrong, "decision": "correct", "note": "Ended.", "found_value": "0"}
    ask("decide", shown)
    ask("decide", shown, 409)
    report = reverse("api:round-report", args=[found["id"]])
    text(rest.get(report), 422)
    concluded = ask("conclude", {})
    assert (concluded["wrong"], concluded["report_digest"]) == (1, None)
    ask("conclude", {}, 409)
    read = rest.get(report).json()
    assert (read["signed_at"], len(read["content"]["items"])) == (None, 3)
    assert ask("report", {"digest": "0" * 64}, 422)["code"] == "outcomes.report_changed"
    assert ask("report", {"digest": read["digest"]})["report_digest"] == read["digest"]
    ask("report", {"digest": read["digest"]}, 409)
    signed = rest.get(report).json()
    assert (signed["content"], signed["digest"]) == (read["content"], read["digest"])
    assert signed["signed_at"]


def _signed_and_read(scene: Scene, cleo: Client, sign: str) -> None:
    """The verifier signs; the official reads the items, the provider and the investor do not."""
    stale = cleo.post(sign, {"digest": "0" * 64})
    page = text(stale, 422)
    assert "Something changed since you read the report" in page
    digest = page.partition('name="digest" value="')[2][:64]
    report = cleo.post(sign, {"digest": digest}).headers["Location"]
    signed = VerificationReport.objects.get()
    code = signed.content["items"][0]["participant"]
    assert code in text(of(scene.pia).get(report))
    for person in (scene.ben, scene.dag):
        page = text(of(person).get(report))
        assert signed.digest in page
        assert code not in page
        assert signed.content["draw"]["seed"] not in page
    assert "few, not shown" in text(of(scene.dag).get(report))
    for address in (f"{report}print/", report.removesuffix("/") + ".pdf"):
        assert of(scene.pia).get(address).status_code == 200
    made = of(scene.pia).get(report.removesuffix("/") + ".pdf")
    assert made.headers["Content-Type"] == "application/pdf"
    assert made.content.startswith(b"%PDF-1.7")
    assert b"/StructTreeRoot" in made.content or len(made.content) > 5_000


def _drawn_again(scene: Scene, rest: Client) -> None:
    """By REST, from the CSV file as in a spreadsheet, and by the command."""
    row = samples.rounds(scene.cleo).get()
    again = rest.get(reverse("api:round-draw", args=[row.pk])).json()
    assert again["same"] is True
    assert len(again["population"]) == 120
    lines = text(of(scene.pia).get(reverse("outcomes:round-items", args=[row.pk])))
    table = list(
        csv.DictReader(io.StringIO(lines.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}")), delimiter=";")
    )
    best = sorted(table, key=lambda line: line["rank"])[:20]
    assert {line["measurement"] for line in best} == set(again["sample"])
    assert {line["measurement"] for line in table if line["drawn"] == "1"} == set(again["sample"])
    out = io.StringIO()
    call_command("draw", str(row.pk), stdout=out, stderr=io.StringIO())
    assert set(out.getvalue().split()) == set(again["sample"])
    items = [Item(one["id"], one["stratum"]) for one in again["population"]]
    assert sampling.population_digest(items) == again["digest"] == row.digest
    with pytest.raises(DatabaseError, match="drawn"), transaction.atomic():
        SampleItem.objects.create(item=row.items.filter(sampled=None)[0])
    with pytest.raises(CommandError, match="No sample"):
        call_command("draw", str(row.period_id))


def test_the_plan_is_set_agreed_and_disputed_on_pages() -> None:
    scene = a_scene(SMALL)
    pia, ben = of(scene.pia), of(scene.ben)
    of_contract = reverse("outcomes:plan-detail", args=[scene.contract.pk])
    given = {
        "from_period": str(scene.periods[4].pk), "kind": "sample", "everybody_below": "50",
        "confidence_percent": "99", "margin_percent": "4", "expected_percent": "50",
        "tolerable_percent": "3,5", "strata": ["cohort"], "beyond": "estimate",
        "dispute_days": "21", "reason": "",
    }  # fmt: skip
    address = reverse("outcomes:plan-set", args=[scene.contract.pk])
    assert "Write the reason." in text(pia.post(address, given), 422)
    assert pia.post(address, given | {"reason": "Twice as many."}).status_code == 302
    plan = VerificationPlan.objects.get(version=2)
    assert plan.tolerable_percent == Decimal("3.5")
    approver = of(member(scene, PartyRole.LEAD_PROVIDER, MemberRole.APPROVER))
    agree = reverse("outcomes:plan-agree", args=[plan.pk])
    assert agree in text(approver.get(of_contract))
    assert agree not in text(ben.get(of_contract))
    approver.post(agree)
    assert "Version 2" in text(ben.get(of_contract))

    judge = of(member(scene, PartyRole.EXPERT, MemberRole.APPROVER))
    row = scene.contract.measurements.order_by("pk")[0]
    cleo = of(scene.cleo)
    verify = reverse("outcomes:measurement-verify", args=[row.uuid])
    cleo.post(verify, {"decision": "rejected", "note": "No contract."})
    raise_ = reverse("outcomes:dispute-raise", args=[row.uuid])
    assert raise_ in text(ben.get(reverse("outcomes:measurement-detail", args=[row.uuid])))
    assert "Write the reason." in text(ben.post(raise_, {"reason": ""}), 422)
    assert ben.post(raise_, {"reason": "It is on page 2."}).status_code == 302
    assert "it was disputed already" in text(ben.get(raise_))
    decide = text(judge.get(of_contract)).partition('href="/disputes/')[2].partition('"')[0]
    assert decide.endswith("/decide/")
    answer = {"outcome": "overturned", "reason": "Page 2 shows it."}
    assert judge.post(f"/disputes/{decide}", answer).status_code == 302
    row.refresh_from_db()
    assert row.state == "verified"
    assert "Page 2 shows it." in text(ben.get(of_contract))


def test_a_report_is_an_accessible_pdf_with_every_letter() -> None:
    part = pdf.Section("Delar", "#let x = 1 *inte* markup", (("Frö", "ff"),), ("A",), (("1",),))
    report = pdf.Report("Rapport åäö €", "Från 1.1.", "Cleo", "abc", (part,))
    made = pdf.rendered(report)
    assert made == pdf.rendered(report)
    assert b"<pdfuaid:part>1" in made
