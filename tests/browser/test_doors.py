"""Three doors, one row: what Ben types, what he uploads (CSV or the template that the portal made)
and what a program sends is the same."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import openpyxl
import pytest

from outcomes.models import Measurement
from sibportal.jobs import services as jobs
from tests.browser.conftest import Arrive
from tests.browser.person import Person
from tests.factories.accounts import make_token
from tests.factories.outcomes import Scene, make_scene
from tests.factories.sheets import saved

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECRET = "sib_three-doors-one-row"
EVIDENCE = {
    "evidence_source": "Contract of employment", "evidence_location": "Client folder",
    "note": "Seen by two people",
}  # fmt: skip
OWN = {"id", "uuid", "participant_id", "door", "recorded_at"}


def test_form_file_and_rest_make_identical_rows(arrive: Arrive, live_server: Any) -> None:
    scene = make_scene(participants=4)
    ben = arrive(scene.ben.email)
    by_form(ben, scene)
    by_file(ben, scene)
    by_rest(live_server.url, scene)
    by_template(ben, scene)
    jobs.sweep()
    rows = list(Measurement.objects.order_by("participant__code").values())
    assert [row["door"] for row in rows] == ["form", "csv", "api", "file"]
    assert rows[0].keys() >= OWN
    typed, *others = ({k: v for k, v in row.items() if k not in OWN} for row in rows)
    assert others == [typed] * 3
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


def by_template(ben: Person, scene: Scene) -> None:
    ben.go(f"/contracts/{scene.contract.pk}/imports/new/")
    with ben.page.expect_download() as download:
        ben.page.get_by_role("button", name="Download Excel file").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    sheet = book.worksheets[0]
    place = next(
        line for line in range(3, sheet.max_row + 1)
        if [sheet.cell(line, column).value for column in (1, 3, 4)]
        == ["TP-0004", "permanent-work", "after"]
    )  # fmt: skip
    cells = (scene.after_on, "yes", EVIDENCE["evidence_source"], EVIDENCE["evidence_location"])
    for column, cell in enumerate((*cells, None, None, EVIDENCE["note"]), start=6):
        sheet.cell(place, column).value = cell
    file = {"name": "filled.xlsx", "mimeType": "application/vnd.ms-excel", "buffer": saved(book)}
    ben.fill(file=file)
    ben.press("Examine the file").shows("The only row is fine")
    ben.press("Save 1 row")
