"""A file of 20 000 rows, and a worker process that is killed while it reads or saves them."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.db.models import Count
from django.db.models.functions import Now

from outcomes import services
from outcomes.models import Import, Measurement
from outcomes.states import ImportState
from sibportal.celery import app
from sibportal.embedded.processes import wait_until
from sibportal.jobs.models import Job
from sibportal.jobs.states import JobState
from sibportal.kernel.errors import InvalidTransition
from tests.conftest import WorkerProcess
from tests.factories import sheets
from tests.factories.outcomes import Scene, make_scene
from tests.factories.sheets import HEADER, enrol_many, row

PEOPLE = 10_000
LONGEST_STRIKE = 3.0  # seconds from waking the worker to killing it
WAIT = 240
ENDED = (ImportState.CONFIRMED, ImportState.CANCELLED)
VALUES = {
    "permanent-work": "yes",
    "self-rated-health": "3,5",
}


def scene_for_imports() -> Scene:
    """A contract with ten thousand people: two metrics make twenty thousand rows."""
    scene = make_scene(participants=0)
    enrol_many(scene, PEOPLE)
    return scene


def files_of(scene: Scene) -> Iterator[bytes]:
    """Files of 20 000 rows each; no row is in two of them."""
    for days in range(50):
        on = scene.after_on - timedelta(days=days)
        lines = [
            row(person, on, value, participant=f"TP-{person:06d}", metric=metric)
            for person in range(1, PEOPLE + 1)
            for metric, value in VALUES.items()
        ]
        yield sheets.csv(HEADER, *lines)


def strike_imports(worker: WorkerProcess, scene: Scene, *, kills: int, seed: int) -> int:
    """Import files and kill the process that works on them at random moments, `kills` times.

    Returns how many files were saved in the end.
    """
    chance = random.Random(seed)
    files = files_of(scene)
    saved = 0
    while kills:
        import_ = services.read_import(
            actor=scene.ben, contract=scene.contract, file_name="rows.csv", content=next(files)
        )
        while kills and not _is_over(import_):
            _go_on(import_)
            time.sleep(chance.uniform(0, LONGEST_STRIKE))
            _kill_child(worker)
            kills -= 1
            assert Measurement.objects.count() in {saved, saved + 2 * PEOPLE}
        assert wait_until(lambda one=import_: _advanced(one), seconds=WAIT)  # type: ignore[misc]
        saved += 2 * PEOPLE
        assert_saved_once(saved)
        _leave_the_checks(worker)
    return saved // (2 * PEOPLE)


def assert_saved_once(count: int) -> None:
    """Every row of every file is there once."""
    assert Measurement.objects.count() == count
    places = Measurement.objects.values("participant", "metric", "point_key", "measured_on")
    assert not places.annotate(rows=Count("pk")).filter(rows__gt=1).exists()
    assert set(Import.objects.values_list("state", "rows_saved")) == {("confirmed", 2 * PEOPLE)}


def _is_over(import_: Import) -> bool:
    import_.refresh_from_db(fields=["state"])
    return import_.state in ENDED


def _advanced(import_: Import) -> bool:
    """Whether it is saved; else the next step is asked for."""
    if not _is_over(import_):
        _go_on(import_)
        time.sleep(0.5)
    return _is_over(import_)


def _go_on(import_: Import) -> None:
    """Confirm once the file is read; wake a worker for what is left, as the next sweep would."""
    if import_.state == ImportState.READ:
        with contextlib.suppress(InvalidTransition):  # it may have been saved just now
            services.confirm_import(
                actor=import_.uploaded_by, import_=import_, only_good_rows=False
            )
    # The lease of a lost worker ends; more of them are lost here than a job may lose.
    lost = Job.objects.filter(state=JobState.RUNNING, subject_id=import_.pk)
    lost.filter(attempts__gt=3).update(attempts=1)
    lost.filter(lease_until__gt=Now()).update(lease_until=Now() - timedelta(seconds=1))
    for job in Job.objects.filter(subject_id=import_.pk).exclude(state=JobState.DONE):
        app.send_task("sibportal.jobs.tasks.run_job", [str(job.pk)])


def _leave_the_checks(worker: WorkerProcess) -> None:
    """The automatic checks of what was saved are no part of this."""
    Job.objects.filter(kind=services.CHECK).update(state=JobState.CANCELLED, lease_until=None)
    _kill_child(worker)


def _kill_child(worker: WorkerProcess) -> None:
    """SIGKILL to the process that does the work; its parent starts another one."""
    for pid in Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)
