"""The one way in for measurements: form, file and REST all end here (decision 8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction

from contracts.models import Contract
from outcomes import selectors
from outcomes.models import Door, Measurement
from outcomes.rules import validation
from outcomes.rules.validation import Candidate, Context, Reading
from outcomes.selectors.submission import Place, Submission
from outcomes.services.kinds import CHECK
from outcomes.services.locking import lock_contract
from outcomes.states import MEASUREMENT, MeasurementState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.jobs import services as jobs
from sibportal.kernel.errors import Issue, RuleViolation
from sibportal.kernel.transitions import advance

if TYPE_CHECKING:
    from sibportal.accounts.models import User

# A row as somebody gave it, all texts; the same for every door.
MeasurementInput = Candidate


@dataclass(frozen=True)
class SubmissionOutcome:
    """The rows that were saved, in the order they were given."""

    measurements: tuple[Measurement, ...]


class RowsRefused(RuleViolation):
    """Nothing was saved; `rows` says for each refused row, by its position, what to mend."""

    def __init__(self, rows: dict[int, list[Issue]]) -> None:
        super().__init__(issue for issues in rows.values() for issue in issues)
        self.rows = rows


@dataclass(frozen=True)
class _Accepted:
    reading: Reading
    supersedes: Measurement | None


@transaction.atomic
def submit_measurements(
    *, actor: User, contract: Contract, rows: Sequence[MeasurementInput], door: Door
) -> SubmissionOutcome:
    """Save every row or none. Raises RowsRefused with all that is wrong in all of them.

    A row with `correction_reason` replaces the one that stands at its measurement point.
    """
    access.require(actor, Action.SUBMIT_MEASUREMENT, contract)
    contract = lock_contract(contract.pk)
    if not rows:
        raise RuleViolation("outcomes.no_rows")
    frame = selectors.submission(actor, contract, rows)
    accepted, refused = _judge(rows, frame)
    if refused:
        raise RowsRefused(refused)
    saved = _save(actor, contract, accepted, frame, door)
    _record(actor, contract, saved)
    jobs.enqueue(CHECK, contract.pk, str(saved[-1].pk))
    return SubmissionOutcome(saved)


@transaction.atomic
def correct_measurement(
    *, actor: User, measurement: Measurement, row: MeasurementInput, door: Door
) -> Measurement:
    """Replace one measurement by a new row with a reason; the old one stays and counts no more.

    Participant, metric and point stay what they were. After the close of its period the new row
    counts in the first open one, and what was closed does not change.
    """
    access.require(actor, Action.SUBMIT_MEASUREMENT, measurement)
    contract = lock_contract(measurement.contract_id)
    measurement.refresh_from_db(fields=["state"])
    advance(MEASUREMENT, measurement.state, MeasurementState.SUPERSEDED)
    row = replace(
        row,
        participant=measurement.participant.code,
        metric=measurement.metric.code,
        point=measurement.point_key,
    )
    if not row.correction_reason.strip():
        raise RuleViolation("outcomes.correction_reason_missing", field="correction_reason")
    frame = selectors.submission(actor, contract, [row])
    accepted, refused = _judge([row], frame, supersedes=measurement)
    if refused:
        raise RowsRefused(refused)
    saved = _save(actor, contract, accepted, frame, door)
    _record(actor, contract, saved)
    jobs.enqueue(CHECK, contract.pk, str(saved[-1].pk))
    return saved[0]


def examine_measurements(
    *, actor: User, contract: Contract, rows: Sequence[MeasurementInput]
) -> dict[int, list[Issue]]:
    """What submitting `rows` would refuse, by position; writes nothing."""
    access.require(actor, Action.SUBMIT_MEASUREMENT, contract)
    return _judge(rows, selectors.submission(actor, contract, rows))[1]


def _judge(
    rows: Sequence[MeasurementInput], frame: Submission, supersedes: Measurement | None = None
) -> tuple[list[_Accepted], dict[int, list[Issue]]]:
    """Read every row by the rules, and against the other rows of the batch."""
    context = _with_old(frame.context, supersedes)
    accepted: list[_Accepted] = []
    refused: dict[int, list[Issue]] = {}
    taken: Counter[object] = Counter()
    for position, row in enumerate(rows):
        reading, issues = validation.read(row, context)
        if reading is not None:
            old = supersedes or _stands(reading, frame)
            issues = _clashes(reading, old, frame, taken)
            accepted.append(_Accepted(reading, old))
        if issues:
            refused[position] = issues
    return accepted, refused


def _with_old(context: Context, supersedes: Measurement | None) -> Context:
    """A rejected row no longer stands, and may yet be corrected: let the rules see it."""
    if supersedes is None:
        return context
    place = supersedes.participant.code, supersedes.metric.code, supersedes.point_key
    days = context.live.get(place, frozenset()) | {supersedes.measured_on}
    return replace(context, live={**context.live, place: days})


def _place(reading: Reading) -> Place:
    return reading.participant, reading.metric.code, reading.point


def _stands(reading: Reading, frame: Submission) -> Measurement | None:
    """The row that a correction replaces: that of the same day, else the latest at the point."""
    if not reading.correction_reason:
        return None
    live = frame.live.get(_place(reading), ())
    same_day = [row for row in live if row.measured_on == reading.measured_on]
    return (same_day or sorted(live, key=lambda row: row.measured_on))[-1]


def _clashes(
    reading: Reading, old: Measurement | None, frame: Submission, taken: Counter[object]
) -> list[Issue]:
    """What the rules of one row cannot see: the same row twice, a day that is taken, no period."""
    key = (*_place(reading), reading.measured_on)
    field, value = "measured_on", reading.measured_on.isoformat()
    keys = [key] if old is None else [key, old.pk]
    twice = any(taken[one] for one in keys)
    taken.update(keys)
    if twice:
        return [Issue("outcomes.given_twice", field=field, value=value)]
    days = {row.measured_on for row in frame.live.get(_place(reading), ()) if row != old}
    if reading.measured_on in days:
        return [Issue("outcomes.already_reported", field=field, value=value)]
    if frame.period_for(reading.measured_on) is None:
        return [Issue("outcomes.no_open_period", field=field, value=value)]
    return []


def _save(
    actor: User, contract: Contract, accepted: Iterable[_Accepted], frame: Submission, door: Door
) -> tuple[Measurement, ...]:
    """Replace first, then insert: the unique key lets only one row stand."""
    kept = list(accepted)
    old = [one.supersedes for one in kept if one.supersedes is not None]
    for row in old:
        row.state = advance(MEASUREMENT, row.state, MeasurementState.SUPERSEDED)
    if old:
        Measurement.objects.filter(pk__in=[row.pk for row in old]).update(
            state=MeasurementState.SUPERSEDED
        )
    return tuple(
        Measurement.objects.bulk_create(_row(actor, contract, one, frame, door) for one in kept)
    )


def _row(
    actor: User, contract: Contract, one: _Accepted, frame: Submission, door: Door
) -> Measurement:
    reading = one.reading
    return Measurement(
        contract=contract,
        participant_id=frame.participants[reading.participant],
        metric_id=frame.metrics[reading.metric.code, reading.metric.version],
        point_key=reading.point,
        measured_on=reading.measured_on,
        value=reading.value,
        not_reached_reason=reading.not_reached_reason,
        contact_attempts=reading.contact_attempts,
        evidence_source=reading.evidence_source,
        evidence_location=reading.evidence_location,
        note=reading.note,
        counted_in=frame.period_for(reading.measured_on),
        supersedes=one.supersedes,
        correction_reason=reading.correction_reason,
        door=door,
        submitted_by=actor,
    )


def _record(actor: User, contract: Contract, saved: Sequence[Measurement]) -> None:
    """One event for a single row on that row; one for a batch on the contract."""
    if len(saved) > 1:
        corrected = sum(row.supersedes_id is not None for row in saved)
        span = {"first": saved[0].pk, "last": saved[-1].pk}
        audit.record(
            actor=actor,
            action="measurements.submitted",
            target=contract,
            contract_id=contract.pk,
            after={"rows": len(saved), "corrections": corrected, "ids": span},
        )
        return
    row = saved[0]
    audit.record(
        actor=actor,
        action="measurement.corrected" if row.supersedes_id else "measurement.submitted",
        target=row,
        contract_id=contract.pk,
        before={"measurement": str(row.supersedes.uuid)} if row.supersedes else None,
        after={"point": row.point_key, "measured_on": row.measured_on.isoformat()},
        note=row.correction_reason,
    )
