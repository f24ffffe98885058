"""Files of evidence, from the phone of a case worker to the verifier, and gone at erasure."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse

from cohorts.models import Erasure
from cohorts.states import UseKind
from contracts.models import Metric
from outcomes import services
from outcomes.models import Door, EvidenceFile, EvidenceLink, EvidenceRemoval, Finding, Measurement
from outcomes.rules.evidence import Shown, problems
from outcomes.rules.words import State
from outcomes.states import MeasurementState
from sibportal.audit.models import Event, UseLog
from sibportal.jobs.models import Job
from sibportal.jobs.registry import handler_for
from sibportal.kernel.errors import NotAllowed, NotVisible, RuleViolation
from sibportal.web.scanning import require_clean
from tests.factories.accounts import make_organisation
from tests.factories.contracts import PDF
from tests.factories.outcomes import Scene, make_scene, terms_document

JPEG = b"\xff\xd8\xff\xe0 a photograph"
NAMED = "Ilmatar Nimetön 010190-123A.pdf"


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def submit(scene: Scene, *rows: Any) -> tuple[Measurement, ...]:
    return services.submit_measurements(
        actor=scene.ben, contract=scene.contract, rows=rows, door=Door.FORM
    ).measurements


def check(scene: Scene) -> None:
    services.check_measurements(actor=scene.system, contract=scene.contract)


def add(scene: Scene, *rows: Measurement, content: bytes = PDF) -> EvidenceFile:
    return services.add_evidence(actor=scene.ben, measurements=rows, content=content)


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, ""),
        ({"contract": 2}, "evidence_of_two_contracts"),
        ({"provider": 2}, "evidence_of_two_providers"),
        ({"state": State.SUPERSEDED}, "evidence_too_late"),
        ({"state": State.REJECTED}, "evidence_too_late"),
        ({"is_erased": True}, "evidence_of_erased"),
    ],
)
def test_what_a_file_cannot_show_is_refused(change: dict[str, Any], code: str) -> None:
    good = {"contract": 1, "provider": 1, "state": State.CHECKED, "is_erased": False}
    found = problems([Shown(**good), Shown(**{**good, **change})])  # type: ignore[arg-type]
    assert [one.code for one in found] == ([f"outcomes.{code}"] if code else [])


# Pages --------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_file_goes_from_the_case_worker_to_the_verifier_and_each_opening_is_logged(
    scene: Scene,
) -> None:
    row, also = submit(
        scene, scene.candidate(0), scene.candidate(0, metric="self-rated-health", value=4)
    )
    check(scene)
    page = reverse("outcomes:measurement-detail", args=[row.uuid])
    ben, cleo = signed_in(scene.ben), signed_in(scene.cleo)
    sent = {"file": SimpleUploadedFile(NAMED, PDF), "also": [str(also.uuid)]}
    assert ben.post(reverse("outcomes:evidence-add", args=[row.uuid]), sent).status_code == 302
    evidence = EvidenceFile.objects.get()
    link = row.evidence_links.get()
    assert (evidence.file_name, evidence.content_type) == ("evidence-1.pdf", "application/pdf")
    assert also.evidence_links.get().evidence == evidence
    everywhere = f"{evidence.file.name} {Event.objects.get(action='evidence.added').after}"
    assert "Ilmatar" not in everywhere + cleo.get(page).content.decode()
    assert not UseLog.objects.filter(what=UseKind.EVIDENCE).exists()
    answer = cleo.get(reverse("outcomes:evidence-download", args=[link.pk]))
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == 'attachment; filename="evidence-1.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    used = UseLog.objects.get(what=UseKind.EVIDENCE)
    assert (used.actor_id, used.participant_id) == (scene.cleo.pk, row.participant_id)
    for nobody in (scene.dag, scene.eve):  # the investor, and a stranger
        address = reverse("outcomes:evidence-download", args=[link.pk])
        assert signed_in(nobody).get(address).status_code == 404
    assert UseLog.objects.filter(what=UseKind.EVIDENCE).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("page.pdf", b"<html><script>", "file_kind"),
        ("empty.pdf", b"", "empty"),
        ("macro.exe", b"MZ", "ends with"),
        ("large.pdf", PDF + b"0" * 20_000_000, "larger than 20"),
    ],
)
def test_what_is_no_evidence_is_refused_on_the_page_and_nothing_is_kept(
    scene: Scene, name: str, content: bytes, said: str
) -> None:
    (row,) = submit(scene, scene.candidate(0))
    answer = signed_in(scene.ben).post(
        reverse("outcomes:evidence-add", args=[row.uuid]),
        {"file": SimpleUploadedFile(name, content)},
    )
    assert answer.status_code == 422
    shown = {"file_kind": "PDF, PNG, JPEG, ODT or DOCX"}.get(said, said)
    assert shown in answer.content.decode()
    assert not EvidenceFile.objects.exists()


@pytest.mark.django_db
def test_a_picture_taken_at_the_visit_goes_in_with_what_is_entered(scene: Scene) -> None:
    ben, person = signed_in(scene.ben), scene.participants[0]
    place = reverse("outcomes:measurement-submit", args=[person.pk])
    address = f"{place}?metric=permanent-work&point=after"
    typed = {
        "measured_on": scene.after_on.isoformat(), "value": "yes", "back": "1",
        "evidence_source": "Contract of employment", "evidence_location": "",
    }  # fmt: skip
    bad = ben.post(address, {**typed, "evidence_file": SimpleUploadedFile("a.jpg", b"no picture")})
    assert bad.status_code == 422
    assert not Measurement.objects.exists()
    good = ben.post(address, {**typed, "evidence_file": SimpleUploadedFile("IMG_1.jpg", JPEG)})
    assert good.status_code == 302
    check(scene)
    row = Measurement.objects.get()
    assert row.evidence_links.get().evidence.file_name == "evidence-1.jpg"
    assert row.state == MeasurementState.CHECKED
    assert not Finding.objects.filter(code="outcomes.no_evidence_location").exists()


@pytest.mark.django_db
def test_only_whoever_reports_on_a_participant_adds_a_file(scene: Scene) -> None:
    (row,) = submit(scene, scene.candidate(0))
    for actor, error in (
        (scene.cleo, NotAllowed),
        (scene.pia, NotAllowed),
        (scene.eve, NotVisible),
    ):
        with pytest.raises(error):
            services.add_evidence(actor=actor, measurements=[row], content=PDF)
    assert add(scene, row) == add(scene, row)
    assert EvidenceFile.objects.count() == 1


@pytest.mark.django_db
def test_files_of_people_of_two_organisations_are_never_one(scene: Scene) -> None:
    one, two = submit(scene, scene.candidate(0), scene.candidate(1))
    two.participant.served_by = make_organisation()
    two.participant.save(update_fields=["served_by"])
    with pytest.raises(RuleViolation, match="evidence_of_two_providers"):
        add(scene, one, two)


@pytest.mark.django_db
def test_file_link_and_removal_are_final(scene: Scene) -> None:
    (row,) = submit(scene, scene.candidate(0))
    evidence = add(scene, row)
    for write in (
        lambda: EvidenceFile.objects.update(digest="0" * 64),
        lambda: EvidenceLink.objects.update(linked_by=scene.pia),
        evidence.links.get().delete,
        evidence.delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


@pytest.mark.django_db
def test_a_file_changed_on_the_disk_is_not_handed_out(scene: Scene) -> None:
    (row,) = submit(scene, scene.candidate(0))
    evidence = add(scene, row)
    Path(evidence.file.path).write_bytes(b"%PDF-1.7 another")
    with pytest.raises(RuleViolation, match="evidence_altered"):
        services.open_evidence(actor=scene.cleo, link=row.evidence_links.get())
    Path(evidence.file.path).unlink()
    with pytest.raises(RuleViolation, match="evidence_lost"):
        services.open_evidence(actor=scene.cleo, link=row.evidence_links.get())


# What the checks make of it -----------------------------------------------------------------------
@pytest.mark.django_db
def test_a_metric_that_asks_for_a_file_stops_the_row_until_there_is_one() -> None:
    document = terms_document()
    last = Metric.objects.filter(code="permanent-work").order_by("-version").first()
    version = last.version + 1 if last else 2
    Metric.objects.create(
        code="permanent-work", version=version, title_en="w", title_fi="w", title_sv="w",
        kind="yes_no", direction="higher", evidence_required="file",
    )  # fmt: skip
    document["outcomes"][0]["metric"]["version"] = version
    scene = make_scene(participants=1, document=document)
    (row,) = submit(scene, scene.candidate(0))
    check(scene)
    row.refresh_from_db()
    assert row.state == MeasurementState.SUBMITTED
    add(scene, row, content=JPEG)
    check(scene)
    row.refresh_from_db()
    assert row.state == MeasurementState.CHECKED


@pytest.mark.django_db
def test_the_same_file_for_two_people_is_found_under_either(scene: Scene) -> None:
    one, two, three = submit(scene, *(scene.candidate(place) for place in range(3)))
    add(scene, one)
    add(scene, two)
    add(scene, three, content=JPEG)
    check(scene)
    rows = Finding.objects.filter(code="outcomes.same_evidence")
    assert {(row.measurement_id, row.params["people"]) for row in rows} == {
        (one.pk, 1), (two.pk, 1)
    }  # fmt: skip


@pytest.mark.django_db
def test_a_correction_keeps_the_files_of_what_it_replaces(scene: Scene) -> None:
    (old,) = submit(scene, scene.candidate(0))
    evidence = add(scene, old)
    new = services.correct_measurement(
        actor=scene.ben, measurement=old, door=Door.FORM,
        row=scene.candidate(0, value="no", correction_reason="Mistyped."),
    )  # fmt: skip
    check(scene)
    check(scene)
    assert [link.evidence for link in new.evidence_links.all()] == [evidence]
    old.refresh_from_db()
    with pytest.raises(RuleViolation, match="evidence_too_late"):
        add(scene, old)


# Erasure ------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_erasing_a_person_takes_the_content_and_leaves_digest_and_link(scene: Scene) -> None:
    one, other = submit(scene, scene.candidate(0), scene.candidate(1))
    shared, own = add(scene, one, other), add(scene, other, content=JPEG)
    path = Path(shared.file.path)
    erasure = Erasure.objects.create(
        participant=one.participant, reason="Own request", erased_by=scene.pia
    )
    # From that moment on it is not opened, whenever the background work comes round to it.
    with pytest.raises(RuleViolation, match="evidence_removed"):
        services.open_evidence(actor=scene.cleo, link=one.evidence_links.get())
    services.enqueue_removals()
    job = Job.objects.get(kind=services.REMOVE, subject_id=scene.contract.pk)
    handler_for(job.kind)(job)
    assert not path.exists()
    removal = EvidenceRemoval.objects.get()
    assert (removal.evidence, removal.erasure) == (shared, erasure)
    assert shared.links.count() == 2
    assert services.open_evidence(actor=scene.cleo, link=own.links.get()) == JPEG
    page = reverse("outcomes:measurement-detail", args=[one.uuid])
    shown = signed_in(scene.cleo).get(page).content.decode()
    assert "removed when personal data were erased" in shown
    with pytest.raises(RuleViolation, match="evidence_of_erased"):
        add(scene, one)
    handler_for(job.kind)(job)
    assert EvidenceRemoval.objects.count() == 1


@pytest.mark.django_db
def test_a_file_that_no_row_names_goes_after_a_day(scene: Scene) -> None:
    (row,) = submit(scene, scene.candidate(0))
    kept = Path(add(scene, row).file.path)
    old, fresh = kept.with_name("old.pdf"), kept.with_name("fresh.pdf")
    for path in (old, fresh):
        path.write_bytes(PDF)
    for path in (kept, old):
        os.utime(path, (0, 0))
    services.remove_erased_evidence(actor=scene.system, contract=scene.contract)
    assert [path.exists() for path in (kept, old, fresh)] == [True, False, True]


# REST ---------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_program_sends_one_file_for_many_measurements_and_reads_it_back(scene: Scene) -> None:
    rows = submit(scene, scene.candidate(0), scene.candidate(1))
    ben = signed_in(scene.ben)
    address = reverse("api:evidence-list")
    wanted = [str(row.uuid) for row in rows]
    made = ben.post(address, {"file": SimpleUploadedFile(NAMED, PDF), "measurements": wanted})
    assert made.status_code == 201
    assert [one["measurement"] for one in made.json()] == wanted
    assert {(one["name"], one["removed"]) for one in made.json()} == {("evidence-1.pdf", False)}
    read = ben.get(reverse("api:evidence-content", args=[made.json()[0]["id"]]))
    assert b"".join(read.streaming_content) == PDF  # type: ignore[attr-defined]
    assert UseLog.objects.filter(what=UseKind.EVIDENCE).count() == 2  # both are in the file
    listed = ben.get(address, {"measurement": wanted[1]}).json()
    assert [one["id"] for one in listed["results"]] == [made.json()[1]["id"]]
    stranger = make_scene(participants=1)
    (theirs,) = submit(stranger, stranger.candidate(0))
    sent = {"file": SimpleUploadedFile("a.pdf", PDF), "measurements": [wanted[0], str(theirs.uuid)]}
    assert ben.post(address, sent).status_code == 404
    bad = {"file": SimpleUploadedFile("a.pdf", b"MZ"), "measurements": wanted}
    assert ben.post(address, bad).status_code == 422
    assert EvidenceFile.objects.count() == 1


# The virus scanner --------------------------------------------------------------------------------
@contextmanager
def clamd(answer: bytes, folder: Path) -> Iterator[tuple[str, list[bytes]]]:
    """A scanner that takes one stream as clamd does, and answers."""
    path = str(folder / "clamd")
    received: list[bytes] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(path)
        server.listen(1)

        def serve() -> None:
            connection, _address = server.accept()
            with connection, connection.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while length := struct.unpack("!L", stream.read(4))[0]:
                    content += stream.read(length)
                received.append(content)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield path, received
        thread.join(timeout=10)


def test_a_file_passes_only_when_the_scanner_says_that_it_is_clean(
    tmp_path: Path, settings: LazySettings
) -> None:
    content = JPEG + b"0" * 200_000
    with clamd(b"stream: OK\0", tmp_path) as (path, received):
        settings.CLAMAV_ADDRESS = path
        require_clean(content)
    assert received == [content]
    for answer, code in (
        (b"stream: Eicar-Signature FOUND\0", "web.file_infected"),
        (b"INSTREAM size limit exceeded. ERROR\0", "web.scanner_unreachable"),
        (b"", "web.scanner_unreachable"),
    ):
        Path(path).unlink()
        with clamd(answer, tmp_path), pytest.raises(RuleViolation) as refused:
            require_clean(content)
        assert refused.value.code == code


@pytest.mark.parametrize("address", ["/nowhere/clamd", "127.0.0.1:1", "nonsense"])
def test_a_scanner_that_is_named_and_does_not_answer_refuses_the_file(
    address: str, settings: LazySettings
) -> None:
    settings.CLAMAV_ADDRESS = address
    with pytest.raises(RuleViolation, match=r"web\.scanner_unreachable"):
        require_clean(PDF)


@pytest.mark.django_db
def test_a_file_that_the_scanner_cannot_see_is_not_kept(
    scene: Scene, settings: LazySettings
) -> None:
    settings.CLAMAV_ADDRESS = "/nowhere/clamd"
    (row,) = submit(scene, scene.candidate(0))
    answer = signed_in(scene.ben).post(
        reverse("outcomes:evidence-add", args=[row.uuid]),
        {"file": SimpleUploadedFile("a.pdf", PDF)},
    )
    assert answer.status_code == 422
    assert "scanner does not answer" in answer.content.decode()
    assert not EvidenceFile.objects.exists()
