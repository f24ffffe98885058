"""Validating and saving a filled template of 50 000 rows, against reading it and a plain COPY.

The plain way reads the same file with the same reader into rows and copies them, typed beforehand,
into the same table with its keys and triggers. The portal reads the file twice (for the report, and
again when it is confirmed), judges every row twice, and saves. The automatic checks come later, as
a job of their own, and are not measured. Prints all parts, the ratio and the most memory.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from statistics import median
from uuid import uuid4

import pytest
import xlsxwriter
from django.db import connection, transaction

from outcomes import services
from outcomes.models import Import, Measurement
from outcomes.rules import rows as files
from outcomes.rules.files import template
from outcomes.rules.rows import ParsedFile
from outcomes.selectors import imports as reads
from tests.bench.test_closing import forget_peak_memory, peak_megabytes, seconds
from tests.factories.outcomes import Scene, make_scene
from tests.factories.sheets import enrol_many

ROWS = 50_000
ROUNDS = 3
AIM = 3.0
MOST_MEGABYTES = 512
COPY = """
COPY outcomes_measurement (
    uuid, contract_id, participant_id, metric_id, counted_in_id, point_key, measured_on, value,
    not_reached_reason, contact_attempts, evidence_source, evidence_location, note,
    correction_reason, state, door, submitted_by_id
) FROM STDIN
"""


def filled_template(scene: Scene, codes: list[str]) -> bytes:
    """What a spreadsheet program makes of the template once every row is filled in."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet("Measurements")
    day = book.add_format({"num_format": "d.m.yyyy"})
    sheet.write_row(0, 0, template.COLUMNS)
    sheet.write_row(1, 0, template.COLUMNS)
    for line, code in enumerate(codes, start=2):
        given = (code, "Permanent work, after a year", "permanent-work", "after", "1.1.–2.3.2026")
        sheet.write_row(line, 0, given)
        sheet.write_datetime(line, 5, scene.after_on, day)
        sheet.write_row(line, 6, ("yes", "Contract of employment", "Client folder"))
    hidden = book.add_worksheet("_sib")
    for line, pair in enumerate(reads.template_mark(scene.contract).pairs().items()):
        hidden.write_row(line, 0, pair)
    hidden.very_hidden()
    book.close()
    return target.getvalue()


def plain_copy(scene: Scene, ids: dict[str, object], read: ParsedFile) -> Callable[[], None]:
    """A COPY of the same rows, which are typed before the clock starts."""
    period = next(one.pk for one in scene.periods if one.starts_on <= scene.after_on < one.ends_on)
    typed = [
        (
            uuid4(), scene.contract.pk, ids[row.candidate.participant], scene.work.pk, period,
            "after", date.fromisoformat(row.candidate.measured_on), 1, "", 0,
            row.candidate.evidence_source, row.candidate.evidence_location, "", "", "submitted",
            "file", scene.ben.pk,
        )
        for row in read.rows
    ]  # fmt: skip

    def copy() -> None:
        with connection.cursor() as cursor:
            with cursor.copy(COPY) as into:
                for row in typed:
                    into.write_row(row)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    return copy


def undone(what: Callable[[], object]) -> float:
    """How long something takes that is taken back afterwards."""
    with transaction.atomic():
        taken = seconds(what)
        assert Measurement.objects.count() == ROWS
        transaction.set_rollback(True)
    return taken


def through_the_portal(scene: Scene, content: bytes) -> Callable[[], None]:
    def imported() -> None:
        import_ = services.read_import(
            actor=scene.ben, contract=scene.contract, file_name="filled.xlsx", content=content
        )
        read = services.examine_import(actor=scene.ben, import_=Import.objects.get(pk=import_.pk))
        assert (read.rows_good, read.row_errors) == (ROWS, [])
        services.confirm_import(actor=scene.ben, import_=read, only_good_rows=False)
        services.save_import(actor=scene.ben, import_=Import.objects.get(pk=import_.pk))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    return imported


@pytest.mark.django_db(transaction=True)
def test_an_import_takes_at_most_three_times_reading_and_a_plain_copy(
    capsys: pytest.CaptureFixture[str],
) -> None:
    scene = make_scene(participants=0)
    ids = enrol_many(scene, ROWS)
    content = filled_template(scene, sorted(ids))
    read = files.parse(content)
    copy = plain_copy(scene, ids, read)
    portal = through_the_portal(scene, content)
    reading, copying, importing, peaks = [], [], [], []
    for _round in range(ROUNDS):
        reading.append(seconds(lambda: files.parse(content)))
        copying.append(undone(copy))
        forget_peak_memory()
        importing.append(undone(portal))
        peaks.append(peak_megabytes())
    plain = [one + other for one, other in zip(reading, copying, strict=True)]
    ratios = [one / base for one, base in zip(importing, plain, strict=True)]
    ratio = median(ratios)
    with capsys.disabled():
        print(
            f"\n{ROWS} rows, {len(content) / 1e6:.1f} MB, median of {ROUNDS}: reading"
            f" {median(reading):.1f} s + COPY {median(copying):.1f} s; validated and saved"
            f" {median(importing):.1f} s; ratio {ratio:.1f} (aim {AIM:.0f},"
            f" {min(ratios):.1f} to {max(ratios):.1f}); at most {max(peaks):.0f} MB"
        )
    assert max(peaks) < MOST_MEGABYTES
    assert ratio < AIM
