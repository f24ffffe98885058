"""Three doors, one result: a period goes from empty to verified and closed by form, by the template
that the portal made, and by REST, and comes out the same."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import openpyxl
import pytest
from django.db.models import Model

from outcomes import services
from outcomes.models import Closing, Measurement, Result, Verification, VerificationRound
from outcomes.rules import headers
from outcomes.rules.rounds import PlanTerms
from outcomes.rules.sampling import PlanKind
from sibportal.accounts.models import User
from sibportal.accounts.roles import MemberRole
from sibportal.jobs import services as jobs
from sibportal.kernel.dates import add_months
from tests.browser.conftest import Arrive
from tests.browser.person import Person
from tests.factories.accounts import make_membership, make_token
from tests.factories.outcomes import Scene, make_scene, terms_document
from tests.factories.sheets import saved

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MONTHS = 3  # from enrolment to the second visit, so that both are in the first period
WORK, HEALTH = "permanent-work", "self-rated-health"
# What Ben reports, by participant and point. TP-0002 is not reached again.
VISITS = {
    ("TP-0001", "start"): {HEALTH: "2"},
    ("TP-0002", "start"): {HEALTH: "3"},
    ("TP-0003", "start"): {HEALTH: "3"},
    ("TP-0001", "after"): {WORK: "yes", HEALTH: "4"},
    ("TP-0002", "after"): {WORK: "", HEALTH: ""},
    ("TP-0003", "after"): {WORK: "yes", HEALTH: "5"},
}
EVIDENCE = {"evidence_source": "Seen on paper", "evidence_location": "Client folder"}
NOT_REACHED = {"not_reached_reason": "Moved without an address", "contact_attempts": "3"}
NOTE = "Seen by two people"
# What Cleo finds otherwise: TP-0003 has no permanent work.
WRONG = {"participant__code": "TP-0003", "metric__code": WORK}
FOUND = {"found_value": "0", "note": "The contract is for half a year."}


@dataclass
class Door:
    """One contract whose period is reported and verified through one door."""

    scene: Scene
    ben: Person
    cleo: Person
    url: str

    def days(self, point: str) -> date:
        enrolled = self.scene.enrolled_on
        return enrolled if point == "start" else add_months(enrolled, MONTHS)

    def rows(self) -> Iterator[dict[str, str]]:
        """What is reported, a row for each metric of each visit, by the names of the columns."""
        for (participant, point), values in VISITS.items():
            for metric, value in values.items():
                yield {
                    "participant": participant, "metric": metric, "point": point,
                    "measured_on": self.days(point).isoformat(), "value": value, "note": NOTE,
                    **(EVIDENCE if value else NOT_REACHED),
                }  # fmt: skip

    def rest(self, user: User, path: str, body: Any = None) -> Any:
        """What REST answers: to a GET, or to a POST where there is a body."""
        request = Request(
            f"{self.url}/api/v1/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {secret_of(user)}",
                "Content-Type": "application/json",
            },
        )
        with urlopen(request, timeout=30) as answer:
            return json.load(answer)

    @property
    def wrong(self) -> Measurement:
        return Measurement.objects.get(contract=self.scene.contract, **WRONG)


def test_a_period_comes_out_the_same_through_every_door(arrive: Arrive, live_server: Any) -> None:
    came_out: dict[str, Any] = {}
    for name, (report, verify) in DOORS.items():
        scene = a_scene()
        ben, cleo = (arrive().come_back(user) for user in (scene.ben, scene.cleo))
        door = Door(scene, ben, cleo, live_server.url)
        report(door)
        jobs.sweep()  # checks
        verify(door)
        jobs.sweep()  # proposes the close
        sign_the_close(door)
        came_out[name] = outcome(scene)
        assert {row.door for row in scene.contract.measurements.all()} == {name}
    form, file, rest = came_out.values()
    assert file == form
    assert rest == form
    assert [
        [one[name] for name in ("outcome_key", "numerator", "denominator", "measured")]
        for one in form["results"]
    ] == [["health", 2, 3, 2], ["together", 1, 3, 1], ["work", 1, 3, 1]]
    assert form["closing"]["row_count"] == 8


def a_scene() -> Scene:
    """Three people, two visits each in the first period; few enough that Cleo looks at all."""
    document = terms_document()
    document["points"][1]["offset_months"] = MONTHS
    scene = make_scene(participants=3, document=document)
    make_membership(user=scene.ben, organisation=scene.provider, role=MemberRole.APPROVER)
    plan = services.set_verification_plan(
        actor=scene.pia, contract=scene.contract, from_period=scene.periods[0],
        terms=PlanTerms(kind=PlanKind.SAMPLE), reason="A sample once there are many.",
    )  # fmt: skip
    services.agree_verification_plan(actor=scene.ben, plan=plan)
    for user in (scene.ben, scene.cleo):
        make_token(secret_of(user), user=user)
    return scene


def secret_of(user: User) -> str:
    return f"sib_{user.pk}-through-the-third-door"


# Reporting ---------------------------------------------------------------------------------------
def by_form(door: Door) -> None:
    """One visit after the other without leaving the keyboard, until nothing is due."""
    ben = door.ben
    ben.go(f"/contracts/{door.scene.contract.pk}/due/")
    ben.follow("Enter the result TP-0001")
    for _visit in VISITS:
        code = ben.text("h1").strip()
        (point,) = parse_qs(urlsplit(ben.here()).query)["point"]
        values = VISITS[code, point]
        ben.fill(measured_on=f"{door.days(point):%d.%m.%Y}", note=NOTE)
        if any(values.values()):
            names = [f"value-{metric}" if len(values) > 1 else "value" for metric in values]
            ben.fill(**dict(zip(names, values.values(), strict=True)), **EVIDENCE)
            ben.keys("Control+Enter")
        else:
            ben.page.locator("summary", has_text="The participant was not reached").click()
            ben.fill(**NOT_REACHED).press("Save as not reached")
    ben.shows("Nothing else is due now.")


def by_template(door: Door) -> None:
    """The file of the portal for the first period, filled in."""
    ben = door.ben
    told = {(row["participant"], row["metric"], row["point"]): row for row in door.rows()}
    ben.go(f"/contracts/{door.scene.contract.pk}/imports/new/")
    ben.page.locator("main [name=period]").select_option("1")
    with ben.page.expect_download() as download:
        ben.page.get_by_role("button", name="Download Excel file").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    fill_in(book.worksheets[0], told)
    assert told == {}  # the file asked for all of it, and for nothing else
    file = {"name": "filled.xlsx", "mimeType": "application/vnd.ms-excel", "buffer": saved(book)}
    ben.fill(file=file).press("Examine the file")
    assert not door.scene.contract.measurements.exists()  # nothing before it is confirmed
    ben.press("Save 9 rows")


def fill_in(sheet: Any, told: dict[tuple[str, str, str], dict[str, str]]) -> None:
    """Write each row where the file asks for it."""
    names = headers.template("en")
    fields = {name: field for field, name in names.items()}
    top = next(row for row in sheet.iter_rows() if row[0].value == names["participant"])
    columns = {fields[cell.value]: cell.column for cell in top if cell.value in fields}
    for line in range(top[0].row + 1, sheet.max_row + 1):
        asked = [sheet.cell(line, columns[name]) for name in ("participant", "metric", "point")]
        participant, metric, point = (cell.value for cell in asked)
        row = told.pop((participant, metric, point)) if participant else {}
        for field, text in row.items():
            written = date.fromisoformat(text) if field == "measured_on" else text
            sheet.cell(line, columns[field]).value = written or None


def by_rest(door: Door) -> None:
    body = {"contract": str(door.scene.contract.pk), "rows": list(door.rows())}
    assert len(door.rest(door.scene.ben, "measurements/", body)) == 9


# Verifying ---------------------------------------------------------------------------------------
def at_the_screen(door: Door) -> None:
    """Locked, drawn, what is wrong on its own page by keyboard, the rest ticked, concluded."""
    cleo, contract = door.cleo, door.scene.contract
    cleo.go("/verification/")
    cleo.follow(f"{contract.code}, period 1: lock the submission").shows("9 measurements")
    cleo.press("Lock the submission").press("Draw the sample").shows("of 9")
    round_page = cleo.here()
    cleo.go(f"{round_page}review/?item={door.wrong.uuid}")
    cleo.access_key("e").fill(**FOUND).keys("Control+Enter")
    cleo.go(f"/verification/?contract={contract.pk}")
    for box in cleo.page.locator('main [name="measurement"]').all():
        box.check()
    cleo.press("Verify the ticked ones").shows("8 measurements are verified")
    cleo.go(round_page)
    cleo.follow("Conclude the round").shows("1 of 9 is wrong").press("Conclude the round")
    cleo.follow("Read the report and sign").press("Sign the report")


def by_a_program(door: Door) -> None:
    """The same decisions by REST, from the queue of the round."""
    cleo = door.scene.cleo
    row = door.rest(cleo, "rounds/", {"contract": str(door.scene.contract.pk), "period": 1})
    path = f"rounds/{row['id']}"
    assert door.rest(cleo, f"{path}/draw/", {})["size"] == 9
    wrong = str(door.wrong.uuid)
    for one in door.rest(cleo, f"{path}/queue/")["results"]:
        given = {"decision": "correct"} | FOUND if one["id"] == wrong else {"decision": "confirm"}
        door.rest(cleo, f"{path}/decide/", given | {"measurement": one["id"]})
    assert door.rest(cleo, f"{path}/conclude/", {})["wrong"] == 1
    read = door.rest(cleo, f"{path}/report/")
    door.rest(cleo, f"{path}/report/", {"digest": read["digest"]})


def sign_the_close(door: Door) -> None:
    """The portal proposes it, as nothing is missing."""
    cleo = door.cleo
    cleo.go("/verification/")
    cleo.follow(f"{door.scene.contract.code}, period 1").follow("Look at the figures and sign")
    cleo.press("Sign and close the period").shows("Final results")


DOORS = {
    "form": (by_form, at_the_screen),
    "file": (by_template, at_the_screen),
    "api": (by_rest, by_a_program),
}


# What came out -----------------------------------------------------------------------------------
def outcome(scene: Scene) -> dict[str, Any]:
    """Rows, decisions, round, closing and results, without what is a contract's own."""
    contract = scene.contract
    key = ("participant__code", "metric__code", "point_key")
    rows = contract.measurements.order_by(*key)
    decisions = Verification.objects.filter(measurement__contract=contract)
    of_row = [f"measurement__{name}" for name in key]
    rounds = VerificationRound.objects.filter(contract=contract)
    (row,) = rounds.values(
        "number", "kind", "population", "people", "draw__size", "draw__acceptance_number",
        "conclusion__verdict", "conclusion__looked_at", "conclusion__errors",
    )  # fmt: skip
    assert rounds.filter(report__signed_by=scene.cleo).exists()
    (closing,) = Closing.objects.filter(contract=contract).values(
        "period__number", "version", "state", "row_count", "profiles"
    )
    figures = _fields(Result, without={"id", "closing"})
    own = {"id", "uuid", "contract", "participant", "door", "submitted_by", "recorded_at"}
    told = _fields(Measurement, without=own | {"counted_in"})
    return {
        "rows": list(rows.values(*key, "counted_in__number", *told)),
        "decisions": list(
            decisions.order_by(*of_row, "id").values(
                *of_row, "decision", "basis", "note", "found_value"
            )
        ),
        "round": row,
        "closing": closing,
        "results": list(
            Result.objects.filter(closing__contract=contract)
            .order_by("outcome_key")
            .values(*figures)
        ),
    }


def _fields(model: type[Model], *, without: set[str]) -> list[str]:
    return [field.name for field in model._meta.fields if field.name not in without]
