"""Signing a closing over 1 000 000 verified measurements and calculating its claim, against one SQL
statement that counts the same rows.

The statement counts the same people from the same rows: verified, not superseded, up to the
cut-offs. 500 000 people have two metrics each. Prints both and the ratio, and a count of the rows
alone. Proposing the closing (its checklist) comes before and is not measured.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction

from outcomes import selectors, services
from outcomes.models import Closing, Result
from outcomes.selectors.pinned import latest_cut_off
from payments.services.claims import calculate_claim
from tests.factories.outcomes import Scene, make_scene, terms_document

PEOPLE = 500_000
ROUNDS = 5
AIM = 3.0
MOST_MEGABYTES = 300

SAME_ROWS = """
  FROM outcomes_measurement m
  JOIN contracts_reportingperiod p ON p.id = m.counted_in_id AND p.number <= %(number)s
 WHERE m.contract_id = %(contract)s AND m.id <= %(measurement)s
   AND EXISTS (SELECT 1 FROM outcomes_verification v
                WHERE v.measurement_id = m.id AND v.decision = 'verified'
                  AND v.id <= %(verification)s)
   AND NOT EXISTS (SELECT 1 FROM outcomes_measurement s
                    WHERE s.supersedes_id = m.id AND s.id <= %(measurement)s
                      AND s.supersedes_id IS NOT NULL)
"""
COUNT_ROWS = f"SELECT count(*) {SAME_ROWS}"
COUNT = f"""
SELECT count(*) FILTER (WHERE work), count(*) FILTER (WHERE health),
       count(*) FILTER (WHERE work AND health), sum(n)
  FROM (SELECT m.participant_id, count(*) AS n,
               bool_or(m.value = 1) FILTER (WHERE m.metric_id = %(work)s) AS work,
               bool_or(m.value >= 3) FILTER (WHERE m.metric_id = %(health)s) AS health
          {SAME_ROWS} GROUP BY m.participant_id) AS person
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


def forget_peak_memory() -> None:
    """From now on the peak is counted anew (Linux)."""
    Path("/proc/self/clear_refs").write_text("5")


def peak_megabytes() -> float:
    """The most memory that this process has held since."""
    status = Path("/proc/self/status").read_text().splitlines()
    return int(next(one for one in status if one.startswith("VmHWM")).split()[1]) / 1024


@pytest.mark.django_db(transaction=True)
def test_closing_takes_at_most_three_times_one_count(capsys: pytest.CaptureFixture[str]) -> None:
    scene = make_scene(participants=0, document=at_least())
    fill(scene)
    for number in (1, 2):
        close(scene, number)
    period = scene.periods[2]
    cut_off = latest_cut_off()
    values: dict[str, UUID | int] = {
        "contract": scene.contract.pk, "work": scene.work.pk, "health": scene.health.pk,
        "number": period.number, "measurement": cut_off.measurement,
        "verification": cut_off.verification,
    }  # fmt: skip

    def counted(statement: str) -> tuple[int, ...]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return tuple(cursor.fetchall()[0])

    closing = services.force_closing(actor=scene.pia, period=period, reason="Bench.")
    digest = selectors.draft(period).pinned.digest
    work, health, both, rows = counted(COUNT)
    forget_peak_memory()
    # In turn, so that whatever else the machine does meets both alike.
    counting, signing, claiming, plain = [], [], [], []
    for last in [False] * (ROUNDS - 1) + [True]:
        counting.append(seconds(lambda: counted(COUNT)))
        plain.append(seconds(lambda: counted(COUNT_ROWS)))
        with transaction.atomic():
            signing.append(seconds(lambda: sign(scene, closing, digest)))
            claiming.append(seconds(lambda: calculate_claim(actor=scene.system, closing=closing)))
            transaction.set_rollback(not last)
        closing.refresh_from_db()
    peak = peak_megabytes()
    together = [sum(pair) for pair in zip(signing, claiming, strict=True)]
    ratios = [one / base for one, base in zip(together, counting, strict=True)]
    found = dict(
        Result.objects.filter(closing=closing).values_list("outcome_key", "cumulative_numerator")
    )
    assert found == {"work": work, "health": health, "together": both}
    assert closing.row_count == rows == 2 * PEOPLE
    ratio = median(ratios)
    with capsys.disabled():
        print(
            f"\n{rows} rows, median of {ROUNDS}: one statement {median(counting):.3f} s"
            f" (rows alone {median(plain):.3f} s); signing {median(signing):.3f} s"
            f" + claim {median(claiming):.3f} s; ratio {ratio:.1f} (aim {AIM:.0f},"
            f" {min(ratios):.1f} to {max(ratios):.1f}); at most {peak:.0f} MB"
        )
    assert peak < MOST_MEGABYTES
    assert ratio < 2 * AIM


def sign(scene: Scene, closing: Closing, digest: str) -> None:
    services.sign_closing(actor=scene.cleo, closing=closing, digest=digest)


def close(scene: Scene, number: int) -> None:
    """Sign an earlier period and calculate its claim, as the third one builds on both."""
    period = scene.periods[number - 1]
    closing = services.force_closing(actor=scene.pia, period=period, reason="Bench.")
    digest = selectors.draft(period).pinned.digest
    services.sign_closing(actor=scene.cleo, closing=closing, digest=digest)
    calculate_claim(actor=scene.system, closing=closing)
