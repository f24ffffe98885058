"""Closing a period over 200 000 verified measurements, against one SQL count of the same rows.

The rows are made by the database; 100 000 people have two metrics each. Prints the ratio.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection

from outcomes import selectors, services
from outcomes.models import Result
from tests.factories.outcomes import Scene, make_scene, terms_document

PEOPLE = 100_000
ROUNDS = 3
AIM = 3.0

COUNT = """
SELECT count(*) FILTER (WHERE work), count(*) FILTER (WHERE health),
       count(*) FILTER (WHERE work AND health), sum(n)
  FROM (SELECT participant_id, count(*) AS n,
               bool_or(value = 1) FILTER (WHERE metric_id = %(work)s) AS work,
               bool_or(value >= 3) FILTER (WHERE metric_id = %(health)s) AS health
          FROM outcomes_measurement
         WHERE contract_id = %(contract)s AND state = 'verified'
         GROUP BY participant_id) AS person
"""


def at_least() -> dict[str, object]:
    """The usual terms with a condition on one value, which the one statement can count too."""
    document = terms_document()
    document["outcomes"][1]["condition"] = {"kind": "at_least", "value": "3"}
    return document


def fill(scene: Scene) -> None:
    """Participants, enrolments, measurements and verifications, by generate_series."""
    values = {
        "cohort": scene.cohort.pk, "on": scene.enrolled_on, "after": scene.after_on,
        "contract": scene.contract.pk, "period": scene.periods[2].pk, "work": scene.work.pk,
        "health": scene.health.pk, "ben": scene.ben.pk, "cleo": scene.cleo.pk, "people": PEOPLE,
    }  # fmt: skip
    statements = (
        "ALTER TABLE outcomes_measurement DISABLE TRIGGER USER",
        "INSERT INTO cohorts_participant (id, cohort_id, code, counts)"
        " SELECT gen_random_uuid(), %(cohort)s, 'B-' || n, true"
        " FROM generate_series(1, %(people)s) n",
        "INSERT INTO cohorts_enrolment"
        " (id, participant_id, enrolled_on, started_on, exit_reason, exit_note, eligibility)"
        " SELECT gen_random_uuid(), id, %(on)s, %(on)s, '', '', '{}'::jsonb"
        " FROM cohorts_participant"
        " WHERE cohort_id = %(cohort)s",
        "INSERT INTO outcomes_measurement (uuid, contract_id, participant_id, metric_id,"
        " point_key, measured_on, value, not_reached_reason, contact_attempts, evidence_source,"
        " evidence_location, note, counted_in_id, correction_reason, state, door,"
        " submitted_by_id)"
        " SELECT gen_random_uuid(), %(contract)s, p.id, m.id, 'after', %(after)s,"
        " CASE WHEN m.id = %(work)s THEN (random() < 0.6)::int ELSE 1 + (random() * 4)::int END,"
        " '', 0, 'Register', '', '', %(period)s, '', 'verified', 'csv', %(ben)s"
        " FROM cohorts_participant p, (VALUES (%(work)s::uuid), (%(health)s::uuid)) m (id)"
        " WHERE p.cohort_id = %(cohort)s",
        "INSERT INTO outcomes_verification (measurement_id, verifier_id, decision, basis, note)"
        " SELECT id, %(cleo)s, 'verified', 'item', '' FROM outcomes_measurement",
        "COMMIT",
        "ALTER TABLE outcomes_measurement ENABLE TRIGGER USER",
        "COMMIT",
        "ANALYZE",
    )
    # The owner loads them verified: the serving role would have to walk every state.
    address = urlsplit(os.environ["DATABASE_OWNER_URL"])
    name = connection.settings_dict["NAME"]
    with psycopg.connect(address._replace(path=f"/{name}").geturl()) as owner:
        for statement in statements:
            owner.execute(statement.encode(), values if "%(" in statement else None)


def seconds(what: Callable[[], object]) -> float:
    started = time.perf_counter()
    what()
    return time.perf_counter() - started


@pytest.mark.django_db(transaction=True)
def test_closing_takes_at_most_three_times_one_count(capsys: pytest.CaptureFixture[str]) -> None:
    scene = make_scene(participants=0, document=at_least())
    fill(scene)
    for number in (1, 2):
        close(scene, number)
    values = {
        "contract": scene.contract.pk, "work": scene.work.pk, "health": scene.health.pk,
    }  # fmt: skip

    def one_count() -> tuple[int, ...]:
        with connection.cursor() as cursor:
            cursor.execute(COUNT, values)
            return tuple(cursor.fetchall()[0])

    work, health, together, rows = one_count()
    counting = statistics.median(seconds(one_count) for _round in range(ROUNDS))
    drafts = [seconds(lambda: selectors.draft(scene.periods[2])) for _round in range(ROUNDS)]
    closing = services.force_closing(actor=scene.pia, period=scene.periods[2], reason="Bench.")
    digest = selectors.draft(scene.periods[2]).pinned.digest
    signing = seconds(
        lambda: services.sign_closing(actor=scene.cleo, closing=closing, digest=digest)
    )
    found = dict(
        Result.objects.filter(closing=closing).values_list("outcome_key", "cumulative_numerator")
    )
    assert found == {"work": work, "health": health, "together": together}
    closing.refresh_from_db()
    assert closing.row_count == rows == 2 * PEOPLE
    ratio = signing / counting
    with capsys.disabled():
        print(
            f"\n{rows} rows: one count {counting:.3f} s, digest and results"
            f" {statistics.median(drafts):.3f} s, signing {signing:.3f} s;"
            f" ratio {ratio:.1f} (aim {AIM:.0f})"
        )
    assert ratio < 10 * AIM


def close(scene: Scene, number: int) -> None:
    period = scene.periods[number - 1]
    closing = services.force_closing(actor=scene.pia, period=period, reason="Bench.")
    digest = selectors.draft(period).pinned.digest
    services.sign_closing(actor=scene.cleo, closing=closing, digest=digest)
