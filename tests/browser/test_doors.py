"""Three doors, one row: what Ben types, what he uploads and what a program sends is the same."""

from __future__ import annotations

import json
from typing import Any
from urllib.request import Request, urlopen

import pytest

from outcomes.models import Measurement
from sibportal.jobs import services as jobs
from tests.browser.conftest import Arrive
from tests.browser.person import Person
from tests.factories.accounts import make_token
from tests.factories.outcomes import Scene, make_scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECRET = "sib_three-doors-one-row"
EVIDENCE = {
    "evidence_source": "Contract of employment", "evidence_location": "Client folder",
    "note": "Seen by two people",
}  # fmt: skip
OWN = {"id", "uuid", "participant_id", "door", "recorded_at"}


def test_form_file_and_rest_make_identical_rows(arrive: Arrive, live_server: Any) -> None:
    scene = make_scene(participants=3)
    ben = arrive(scene.ben.email)
    by_form(ben, scene)
    by_file(ben, scene)
    by_rest(live_server.url, scene)
    jobs.sweep()
    rows = list(Measurement.objects.order_by("participant__code").values())
    assert [row["door"] for row in rows] == ["form", "csv", "api"]
    assert rows[0].keys() >= OWN
    typed, uploaded, sent = ({k: v for k, v in row.items() if k not in OWN} for row in rows)
    assert typed == uploaded == sent
    assert (typed["value"], typed["state"]) == (1, "checked")
    assert typed["submitted_by_id"] == scene.ben.pk


def by_form(ben: Person, scene: Scene) -> None:
    ben.go(f"/contracts/{scene.contract.pk}/due/")
    ben.follow("Enter the result TP-0001, permanent-work")
    ben.fill(value="yes", measured_on=f"{scene.after_on:%d.%m.%Y}", **EVIDENCE)
    ben.press("Save and go back").shows("Saved: TP-0001")


def by_file(ben: Person, scene: Scene) -> None:
    heads = (
        "participant", "metric", "point", "measured on", "value", "source of evidence",
        "where the evidence is held", "note",
    )  # fmt: skip
    row = ("TP-0002", "permanent-work", "after", scene.after_on.isoformat(), "yes")
    content = "\n".join(";".join(line) for line in (heads, (*row, *EVIDENCE.values())))
    ben.go(f"/contracts/{scene.contract.pk}/imports/new/")
    ben.fill(file={"name": "results.csv", "mimeType": "text/csv", "buffer": content.encode()})
    ben.press("Examine the file")
    assert Measurement.objects.count() == 1  # nothing is saved before it is confirmed
    ben.press("Save 1 row")


def by_rest(url: str, scene: Scene) -> None:
    make_token(SECRET, user=scene.ben)
    row = {
        "participant": "TP-0003", "metric": "permanent-work", "point": "after",
        "measured_on": scene.after_on.isoformat(), "value": True, **EVIDENCE,
    }  # fmt: skip
    request = Request(
        f"{url}/api/v1/measurements/",
        data=json.dumps({"contract": str(scene.contract.pk), "rows": [row]}).encode(),
        headers={"Authorization": f"Bearer {SECRET}", "Content-Type": "application/json"},
    )
    with urlopen(request, timeout=30) as answer:
        assert answer.status == 201
