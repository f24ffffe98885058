"""Files of measurements from upload to saved rows, by the pages, small ones and large ones."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from contracts.models import Metric, Terms
from outcomes import services
from outcomes.models import Door, Import, Measurement
from outcomes.rules import rows as files
from outcomes.rules.files.writing import write_xlsx
from outcomes.services import READ_IMPORT, SAVE_IMPORT
from outcomes.states import ImportState
from sibportal.audit.models import Event
from sibportal.jobs import services as jobs
from sibportal.jobs.models import Job
from sibportal.kernel.errors import InvalidTransition, RuleViolation
from tests.factories import sheets
from tests.factories.outcomes import Scene, add_participants, make_scene, terms_document
from tests.factories.sheets import HEADER, row

pytestmark = pytest.mark.django_db
MUTATED = 200
MOST_MEGABYTES = 512
ROOT = Path(__file__).parents[2]


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def browser(scene: Scene) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(scene.ben)
    return client


def send(client: Client, scene: Scene, content: bytes, name: str = "rows.xlsx") -> Any:
    address = reverse("outcomes:import-create", args=[scene.contract.pk])
    return client.post(address, {"file": SimpleUploadedFile(name, content)})


def page(client: Client, import_: Import) -> str:
    return client.get(reverse("outcomes:import-detail", args=[import_.pk])).content.decode()


def confirm(client: Client, import_: Import, rows: str = "all") -> Any:
    return client.post(reverse("outcomes:import-confirm", args=[import_.pk]), {"rows": rows})


def latest() -> Import:
    return Import.objects.order_by("-uploaded_at").first() or pytest.fail("No import")


def filled_in(client: Client, scene: Scene, *people: int, value: str = "yes") -> bytes:
    """The template as the page gives it, with a value for some people."""
    address = reverse("outcomes:import-workbook", args=[scene.contract.pk])
    book = openpyxl.load_workbook(io.BytesIO(client.get(address).content))
    sheet = book.worksheets[0]
    codes = {scene.participants[person].code for person in people}
    for line in range(3, sheet.max_row + 1):
        given = [sheet.cell(line, place).value for place in (1, 3, 4)]
        if given[0] in codes and given[1:] == ["permanent-work", "after"]:
            for place, cell in ((6, scene.after_on), (7, value), (8, "Contract"), (9, "Folder")):
                sheet.cell(line, place).value = cell
    return sheets.saved(book)


def test_a_template_is_filled_in_examined_and_saved_once(scene: Scene) -> None:
    ben = browser(scene)
    content = filled_in(ben, scene, 0, 1)
    assert send(ben, scene, content).status_code == 302
    first = latest()
    assert (first.kind, first.rows_good, first.row_errors) == ("xlsx", 2, [])
    assert first.rows_empty > 0
    assert "All 2 rows are fine" in page(ben, first)
    assert not Measurement.objects.exists()
    assert confirm(ben, first).status_code == 302
    assert set(Measurement.objects.values_list("door", "value")) == {("file", Decimal(1))}
    # The very same file again changes nothing, and is no error.
    send(ben, scene, content)
    again = latest()
    assert (again.rows_good, again.rows_unchanged, again.row_errors) == (0, 2, [])
    assert "Every row of this file is there already" in page(ben, again)
    assert confirm(ben, again).status_code == 422
    assert Measurement.objects.count() == 2
    # Another value for a day that is reported is told with its cell.
    send(ben, scene, filled_in(ben, scene, value="no"))
    changed = sheets.xlsx(HEADER, row(1, scene.after_on, "no"), row(3, scene.after_on, "maybe"))
    send(ben, scene, changed)
    assert [(one["cell"], one["code"]) for one in latest().row_errors] == [
        ("D2", "outcomes.already_reported"), ("E3", "outcomes.value_not_yes_or_no"),
    ]  # fmt: skip


@pytest.mark.parametrize("make", [sheets.xlsx, sheets.ods, sheets.csv])
def test_good_rows_are_saved_and_the_rest_comes_back_in_its_own_format(
    scene: Scene, make: Any
) -> None:
    ben = browser(scene)
    send(ben, scene, make(HEADER, row(1, scene.after_on), row(2, scene.after_on, "perhaps")))
    import_ = latest()
    assert confirm(ben, import_).status_code == 422
    assert confirm(ben, import_, "good").status_code == 302
    assert Measurement.objects.get().participant == scene.participants[0]
    mend = ben.get(reverse("outcomes:import-errors", args=[import_.pk]))
    assert f"mend-{scene.contract.code}.{import_.kind}" in mend["Content-Disposition"]
    opened = files.open_file(mend.content)
    assert opened.table.kind == import_.kind
    (line,) = opened.body
    assert line[1][:2] == ["3", "TP-0002"]
    assert "E3: “perhaps” is neither yes nor no" in line[1][-1]
    # What was added says what is wrong; mended there, the file can be uploaded as it is.
    mended = [cell if cell != "perhaps" else "yes" for cell in line[1]]
    send(ben, scene, make(opened.header, mended))
    assert (latest().rows_good, latest().row_errors) == (1, [])


def test_days_come_by_their_first_and_last_from_file_form_and_rest_alike() -> None:
    days = Metric.objects.create(
        code="sickness-days", title_en="Days", title_fi="Päivät", title_sv="Dagar",
        kind="days", direction="lower",
    )  # fmt: skip
    document = terms_document()
    document["outcomes"][0]["metric"]["code"] = days.code
    document["outcomes"][0]["condition"] = {"kind": "at_most", "value": "30"}
    scene = make_scene(document=document)
    client, on = browser(scene), scene.after_on
    template = client.get(reverse("outcomes:import-template", args=[scene.contract.pk]))
    assert "value;first_day;last_day;evidence_source" in template.content.decode()
    span = {"first_day": "28.12.2025", "last_day": "3.1.2026"}
    header = [*HEADER, "ensimmäinen päivä", "till och med"]
    cells = [row(1, on, "", metric=days.code), row(2, on, "8", metric=days.code)]
    content = write_xlsx("Rows", [header, *([*map(str, one), *span.values()] for one in cells)])
    send(client, scene, content)
    shown = page(client, latest())
    assert "it is 7 days, not 8" in shown
    assert "E3" in shown
    confirm(client, latest(), "good")
    query = f"?point=after&metric={days.code}"
    visit = reverse("outcomes:measurement-submit", args=[scene.participants[1].pk]) + query
    evidence = {"evidence_source": "Contract of employment", "evidence_location": "Client folder"}
    typed = {"measured_on": on.isoformat(), "value": "6", "next": "1"} | evidence | span
    assert b"it is 7 days, not 6" in client.post(visit, typed).content
    assert client.post(visit, typed | {"value": ""}).status_code == 302
    third = dict(zip(HEADER, map(str, row(3, on, "", metric=days.code)), strict=True)) | span
    body = {"contract": str(scene.contract.pk), "rows": [third]}
    sent = client.post(reverse("api:measurement-list"), body, content_type="application/json")
    assert sent.status_code == 201, sent.content
    rows = Measurement.objects.values_list("value", "note", "evidence_location", "measured_on")
    assert [*rows] == [(Decimal(7), "2025-12-28/2026-01-03", "Client folder", on)] * 3
    correct = reverse(
        "outcomes:measurement-correct", args=[Measurement.objects.order_by("id")[0].uuid]
    )
    assert 'value="28.12.2025"' in client.get(correct).content.decode()
    longer = (
        evidence
        | span
        | {"measured_on": on.isoformat(), "last_day": "4.1.2026", "note": "One more."}
    )
    assert client.post(correct, longer | {"correction_reason": "Looked again."}).status_code == 302
    newest = Measurement.objects.order_by("-id")[0]
    assert (newest.value, newest.note) == (Decimal(8), "2025-12-28/2026-01-04 One more.")


def test_columns_with_other_names_are_matched_once_and_remembered(scene: Scene) -> None:
    ben = browser(scene)
    names = ("Who", "metric", "point", "When", "How it went", "evidence", "Folder", "Shoe size")
    content = sheets.xlsx(names, (*row(1, scene.after_on), "43"))
    send(ben, scene, content)
    import_ = latest()
    assert import_.state == ImportState.UNMATCHED
    address = reverse("outcomes:import-match", args=[import_.pk])
    assert "In the first rows: TP-0001" in ben.get(address).content.decode()
    fields = (
        "participant", "metric", "point", "measured_on", "value", "evidence_source",
        "evidence_location", "",
    )  # fmt: skip
    answers = {f"column-{place}": field for place, field in enumerate(fields)}
    twice = ben.post(address, answers | {"column-3": "value"})
    assert twice.status_code == 422
    assert b"matched with the same thing" in twice.content
    assert b"Choose the column that holds" in twice.content
    assert ben.post(address, answers).status_code == 302
    import_.refresh_from_db()
    assert (import_.state, import_.rows_good) == (ImportState.READ, 1)
    assert import_.sample == []
    send(ben, scene, sheets.xlsx(names, (*row(2, scene.after_on), "41")))
    assert (latest().state, latest().rows_good) == (ImportState.READ, 1)
    assert "The columns were matched as in your last file" in page(ben, latest())


def test_a_template_of_another_contract_is_refused_and_one_of_older_terms_is_told(
    scene: Scene,
) -> None:
    ben = browser(scene)
    content = filled_in(ben, scene, 0)
    other = make_scene()
    refused = send(browser(other), other, content)
    assert refused.status_code == 422
    assert b"was made for another contract" in refused.content
    assert not Import.objects.exists()
    book = openpyxl.load_workbook(io.BytesIO(content))
    said = {line[0].value: line[1] for line in book["_sib"].iter_rows()}
    assert said["terms"].value == Terms.objects.get(contract=scene.contract).digest
    said["terms"].value = "0" * 64
    send(ben, scene, sheets.saved(book))
    assert "made under earlier terms" in page(ben, latest())


def test_a_template_can_be_of_one_period(scene: Scene) -> None:
    ben = browser(scene)
    address = reverse("outcomes:import-workbook", args=[scene.contract.pk])
    number = next(
        one.number for one in scene.periods if one.starts_on <= scene.after_on < one.ends_on
    )
    book = openpyxl.load_workbook(io.BytesIO(ben.get(address, {"period": number}).content))
    points = {line[3] for line in book.worksheets[0].iter_rows(min_row=3, values_only=True)}
    assert points - {None} == {"after"}
    assert ben.get(address, {"period": "99"}).status_code == 404
    assert ben.get(address, {"period": "x"}).status_code == 404


def test_a_row_given_twice_is_left_out_once_and_the_others_are_saved(scene: Scene) -> None:
    ben = browser(scene)
    rows = [row(person, scene.after_on) for person in (1, 1, 2)]
    assert send(ben, scene, sheets.csv(HEADER, *rows)).status_code == 302
    import_ = latest()
    assert import_.rows_good == 2
    assert confirm(ben, import_, "good").status_code == 302
    assert Measurement.objects.count() == 2


def test_mutated_files_break_nothing_and_save_nothing_half(scene: Scene) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    upload_mutated(scene, seed, MUTATED)


def test_mutated_files_and_bombs_take_little_memory() -> None:
    assert memory_of_reading(random.randrange(10**6), MUTATED) < MOST_MEGABYTES


def memory_of_reading(seed: int, count: int) -> int:
    """The most memory, in megabytes, of a process of its own that reads mutated files."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.outcomes.reading_alone", str(seed), str(count)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"seed {seed}: {done.stderr}"
    told = json.loads(done.stdout)
    assert {"read", "outcomes.file_damaged"} <= told["outcomes"].keys()
    return int(told["peak"])


def upload_mutated(scene: Scene, seed: int, count: int) -> None:
    """Every file is read, or refused with a sentence; what is saved is what the report said."""
    ben = browser(scene)
    good = [row(person, scene.after_on) for person in (1, 2)]
    bases = [make(HEADER, *good) for make in (sheets.xlsx, sheets.ods, sheets.csv)]
    bases.append(filled_in(ben, scene, 2))
    for content in sheets.mutated(seed, count, bases):
        before = Measurement.objects.count()
        answer = send(ben, scene, content)
        assert answer.status_code in {302, 422}
        assert Measurement.objects.count() == before
        import_ = latest() if answer.status_code == 302 else None
        if import_ is not None and import_.state == ImportState.READ and import_.rows_good:
            assert confirm(ben, import_, "good").status_code == 302
            assert Measurement.objects.count() == before + import_.rows_good


LARGE = 1_500  # more than is saved while the person waits


@pytest.mark.django_db(transaction=True)
def test_a_large_file_is_examined_and_saved_by_a_worker_that_can_be_stopped() -> None:
    scene = make_scene(participants=0)
    add_participants(scene, LARGE)
    ben = browser(scene)
    note = "A remark that makes the file long. " * 4
    lines = [(*row(person, scene.after_on), note) for person in range(1, LARGE + 1)]
    content = sheets.csv((*HEADER, "note"), *lines, (*row(1, scene.after_on, "no"), "x"))
    assert len(content) > files.SMALL_BYTES
    send(ben, scene, content, "rows.csv")
    import_ = latest()
    waiting = page(ben, import_)
    assert "The file is being examined" in waiting
    assert 'hx-trigger="every 1s"' in waiting
    assert '<meta http-equiv="refresh"' in waiting
    jobs.sweep(seconds=0)
    (job,) = [jobs.claim_next([READ_IMPORT])]
    assert job is not None
    jobs.run(job)
    job.refresh_from_db()
    assert (job.state, job.progress_total) == ("done", LARGE + 1)
    import_.refresh_from_db()
    assert (import_.state, import_.rows_good, len(import_.row_errors)) == ("read", LARGE, 1)
    fragment = ben.get(
        reverse("outcomes:import-detail", args=[import_.pk]), headers={"HX-Request": "true"}
    ).content.decode()
    assert fragment.lstrip().startswith('<div id="import-state"')
    assert "hx-trigger" not in fragment
    saved_by_a_worker(ben, import_)


def saved_by_a_worker(ben: Client, import_: Import) -> None:
    assert confirm(ben, import_, "good").status_code == 302
    assert confirm(ben, import_, "good").status_code == 302  # a second click adds no second job
    (job,) = Job.objects.filter(kind=SAVE_IMPORT)
    claimed = jobs.claim(job.pk)
    assert claimed is not None
    other = Import.objects.get(pk=import_.pk)
    services.cancel_import(actor=other.uploaded_by, import_=other)
    jobs.run(claimed)
    assert not Measurement.objects.exists()
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert "Cancelled" in page(ben, import_)
    with pytest.raises(InvalidTransition):
        services.cancel_import(actor=other.uploaded_by, import_=other)


def test_a_file_that_changed_meanwhile_is_shown_again_and_not_saved(scene: Scene) -> None:
    ben = browser(scene)
    send(ben, scene, sheets.xlsx(HEADER, row(1, scene.after_on), row(2, scene.after_on)))
    import_ = latest()
    services.submit_measurements(
        actor=scene.ben,
        contract=scene.contract,
        rows=[scene.candidate(0, value="no")],
        door=Door.FORM,
    )
    assert confirm(ben, import_).status_code == 302
    assert Measurement.objects.count() == 1
    assert "Something changed since the file was examined" in page(ben, import_)
    assert not Event.objects.filter(action="import.confirmed").exists()
    assert confirm(ben, import_, "good").status_code == 302
    assert Measurement.objects.count() == 2


def test_a_file_is_forgotten_once_it_is_saved_or_after_a_month(scene: Scene) -> None:
    ben = browser(scene)
    send(ben, scene, sheets.xlsx(HEADER, row(1, scene.after_on)))
    confirm(ben, latest())
    assert bytes(latest().content) == b""
    send(ben, scene, sheets.xlsx(HEADER, row(2, scene.after_on), row(3, scene.after_on, "maybe")))
    services.forget_old_imports()
    assert bytes(latest().content) != b""
    Import.objects.filter(pk=latest().pk).update(uploaded_at=Now() - timedelta(days=31))
    services.forget_old_imports()
    old = Import.objects.order_by("uploaded_at")[0]
    assert (old.state, bytes(old.content)) == (ImportState.CANCELLED, b"")
    mend = ben.get(reverse("outcomes:import-errors", args=[old.pk]))
    assert mend.status_code == 404


def test_a_file_that_a_worker_cannot_read_is_refused_with_its_reason(scene: Scene) -> None:
    ben = browser(scene)
    content = sheets.csv(HEADER, *[row(1, scene.after_on)] * 3_000) + b'\n"'
    send(ben, scene, content, "rows.csv")
    import_ = latest()
    read = services.examine_import(actor=scene.ben, import_=import_)
    assert read.state == ImportState.REFUSED
    assert "A quotation mark is missing" in page(ben, read)
    assert bytes(Import.objects.get().content) == b""
    with pytest.raises((InvalidTransition, RuleViolation)):
        services.confirm_import(actor=scene.ben, import_=read, only_good_rows=True)
