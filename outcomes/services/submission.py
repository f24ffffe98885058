"""The one way in for measurements: form, file and REST all end here (decision 8)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Max, Min
from django.db.models.functions import Now

from contracts.models import Contract
from outcomes import selectors
from outcomes.models import Door, Measurement
from outcomes.rules.candidate import Candidate
from outcomes.rules.validation import ALREADY_REPORTED, Context, Reader, Reading
from outcomes.selectors.submission import Place, Standing, Submission
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


Progress = Callable[[int, int], None]
REPORTED_EVERY = 2_000  # rows


def unwatched(_done: int, _total: int) -> None:
    """Progress that nobody looks at."""


@dataclass(frozen=True)
class SubmissionOutcome:
    """What was saved: how many rows, and the ids of the first and the last of them."""

    contract: Contract
    count: int
    first: int
    last: int

    @property
    def measurements(self) -> tuple[Measurement, ...]:
        """The rows in the order they were given; thousands are better counted than read."""
        rows = Measurement.objects.filter(contract=self.contract, pk__range=(self.first, self.last))
        return tuple(rows.order_by("pk"))


@dataclass(frozen=True)
class Examined:
    """What submitting rows would refuse, by position, and which rows are there already."""

    refused: dict[int, list[Issue]]
    unchanged: frozenset[int]


class RowsRefused(RuleViolation):
    """Nothing was saved; `rows` says for each refused row, by its position, what to mend."""

    def __init__(self, rows: dict[int, list[Issue]]) -> None:
        super().__init__(issue for issues in rows.values() for issue in issues)
        self.rows = rows


@dataclass(frozen=True, slots=True)
class _Accepted:
    reading: Reading
    supersedes: Standing | None


@dataclass(frozen=True)
class _Judged:
    accepted: list[_Accepted]
    examined: Examined


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
    judged = _judge(rows, frame)
    refused = judged.examined.refused
    for place in judged.examined.unchanged:
        issue = _already(rows[place].measured_on)
        refused[place] = [issue]
    if refused:
        raise RowsRefused(refused)
    return _keep(actor, contract, judged.accepted, frame, door)


@transaction.atomic
def submit_good_rows(
    *,
    actor: User,
    contract: Contract,
    rows: Sequence[MeasurementInput],
    door: Door,
    leave_out_bad: bool,
    progress: Progress = unwatched,
) -> tuple[SubmissionOutcome | None, Examined]:
    """Save the rows of a file that are fine and new; what is there already changes nothing.

    Where a row is refused and bad rows are not to be left out, nothing is saved.
    """
    access.require(actor, Action.SUBMIT_MEASUREMENT, contract)
    contract = lock_contract(contract.pk)
    frame = selectors.submission(actor, contract, rows)
    judged = _judge(rows, frame, progress=progress)
    if not judged.accepted or (judged.examined.refused and not leave_out_bad):
        return None, judged.examined
    return _keep(actor, contract, judged.accepted, frame, door), judged.examined


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
    judged = _judge([row], frame, supersedes=measurement)
    if judged.examined.refused:
        raise RowsRefused(judged.examined.refused)
    return _keep(actor, contract, judged.accepted, frame, door).measurements[0]


def examine_measurements(
    *,
    actor: User,
    contract: Contract,
    rows: Sequence[MeasurementInput],
    progress: Progress = unwatched,
) -> Examined:
    """What submitting `rows` would refuse, by position; writes nothing."""
    access.require(actor, Action.SUBMIT_MEASUREMENT, contract)
    return _judge(rows, selectors.submission(actor, contract, rows), progress=progress).examined


def _judge(
    rows: Sequence[MeasurementInput],
    frame: Submission,
    supersedes: Measurement | None = None,
    progress: Progress = unwatched,
) -> _Judged:
    """Read every row by the rules, and against the other rows of the batch."""
    reader = Reader(_with_old(frame.context, supersedes))
    replaced = None if supersedes is None else Standing.of(supersedes)
    accepted: list[_Accepted] = []
    refused: dict[int, list[Issue]] = {}
    unchanged: set[int] = set()
    taken: set[object] = set()
    for position, row in enumerate(rows):
        if position % REPORTED_EVERY == 0:
            progress(position, len(rows))
        reading, issues = reader.read(row)
        if reading is not None and issues and _is_there(reading, frame):
            unchanged.add(position)
            continue
        if reading is not None and not issues:
            old = replaced or _stands(reading, frame)
            issues = _clashes(reading, old, frame, taken)
            if not issues:
                accepted.append(_Accepted(reading, old))
        if issues:
            refused[position] = issues
    return _Judged(accepted, Examined(refused, frozenset(unchanged)))


def _is_there(reading: Reading, frame: Submission) -> bool:
    """Whether the very same is reported already."""
    return any(row.says(reading) for row in frame.live.get(_place(reading), ()))


def _with_old(context: Context, supersedes: Measurement | None) -> Context:
    """A rejected row no longer stands, and may yet be corrected: let the rules see it."""
    if supersedes is None:
        return context
    place = supersedes.participant.code, supersedes.metric.code, supersedes.point_key
    days = context.live.get(place, frozenset()) | {supersedes.measured_on}
    return replace(context, live={**context.live, place: days})


def _place(reading: Reading) -> Place:
    return reading.participant, reading.metric.code, reading.point


def _stands(reading: Reading, frame: Submission) -> Standing | None:
    """The row that a correction replaces: that of the same day, else the latest at the point."""
    if not reading.correction_reason:
        return None
    live = frame.live.get(_place(reading), ())
    same_day = [row for row in live if row.measured_on == reading.measured_on]
    return (same_day or sorted(live, key=lambda row: row.measured_on))[-1]


def _clashes(
    reading: Reading, old: Standing | None, frame: Submission, taken: set[object]
) -> list[Issue]:
    """What the rules of one row cannot see: the same row twice, a day that is taken, no period."""
    key = (*_place(reading), reading.measured_on)
    given = reading.measured_on.isoformat()
    keys = {key} if old is None else {key, old.pk}
    twice = not taken.isdisjoint(keys)
    taken |= keys
    if twice:
        return [Issue("outcomes.given_twice", field="measured_on", value=given)]
    live = frame.live.get(_place(reading), ())
    others = [row for row in live if old is None or row.pk != old.pk]
    if any(row.measured_on == reading.measured_on for row in others):
        return [_already(given)]
    if frame.period_for(reading.measured_on) is None:
        return [Issue("outcomes.no_open_period", field="measured_on", value=given)]
    return []


def _already(given: str) -> Issue:
    return Issue(ALREADY_REPORTED, field="measured_on", value=given)


def _keep(
    actor: User, contract: Contract, accepted: Sequence[_Accepted], frame: Submission, door: Door
) -> SubmissionOutcome:
    """Save, tell the history, and let the automatic checks look at it."""
    saved = _save(actor, contract, accepted, frame, door)
    _record(actor, contract, saved, sum(one.supersedes is not None for one in accepted))
    jobs.enqueue(CHECK, contract.pk, str(saved.last))
    return saved


def _save(
    actor: User, contract: Contract, accepted: Sequence[_Accepted], frame: Submission, door: Door
) -> SubmissionOutcome:
    """Replace first, then insert: the unique key lets only one row stand.

    One COPY, as for thousands of rows nothing else comes near; triggers and keys hold there too.
    """
    old = [one.supersedes for one in accepted if one.supersedes is not None]
    for row in old:
        advance(MEASUREMENT, row.state, MeasurementState.SUPERSEDED)
    if old:
        Measurement.objects.filter(pk__in=[row.pk for row in old]).update(
            state=MeasurementState.SUPERSEDED
        )
    ends: list[UUID] = []
    common = (contract.pk, door, actor.pk, _moment(contract))
    wrapped = connection.wrap_database_errors
    with wrapped, connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for one in accepted:
            uuid = uuid4()
            ends[1:] = [uuid]
            copy.write_row((uuid, *_columns(one, frame), *common))
    ids = Measurement.objects.filter(uuid__in=ends).aggregate(first=Min("pk"), last=Max("pk"))
    return SubmissionOutcome(contract, len(accepted), ids["first"], ids["last"])


# The id comes from the database; so do state and time, whatever is given here.
_COPY = """
COPY outcomes_measurement (
    uuid, participant_id, metric_id, counted_in_id, supersedes_id, point_key, measured_on, value,
    not_reached_reason, contact_attempts, evidence_source, evidence_location, note,
    correction_reason, state, contract_id, door, submitted_by_id, recorded_at
) FROM STDIN
"""


def _moment(contract: Contract) -> datetime:
    """When it is, as the database says; a trigger dates every row by itself all the same. Only the
    story of a demonstration passes it by, and tells the time here."""
    row = Contract.objects.filter(pk=contract.pk).annotate(moment=Now())
    return row.values_list("moment", flat=True)[0]


def _columns(one: _Accepted, frame: Submission) -> tuple[object, ...]:
    reading = one.reading
    period = frame.period_for(reading.measured_on)
    return (
        frame.participants[reading.participant],
        frame.metrics[reading.metric.code, reading.metric.version],
        period and period.pk,
        one.supersedes and one.supersedes.pk,
        reading.point,
        reading.measured_on,
        reading.value,
        reading.not_reached_reason,
        reading.contact_attempts,
        reading.evidence_source,
        reading.evidence_location,
        reading.note,
        reading.correction_reason,
        MeasurementState.SUBMITTED,
    )


def _record(actor: User, contract: Contract, saved: SubmissionOutcome, corrections: int) -> None:
    """One event for a single row on that row; one for a batch on the contract."""
    if saved.count > 1:
        span = {"first": saved.first, "last": saved.last}
        audit.record(
            actor=actor,
            action="measurements.submitted",
            target=contract,
            contract_id=contract.pk,
            after={"rows": saved.count, "corrections": corrections, "ids": span},
        )
        return
    (row,) = saved.measurements
    audit.record(
        actor=actor,
        action="measurement.corrected" if row.supersedes_id else "measurement.submitted",
        target=row,
        contract_id=contract.pk,
        before={"measurement": str(row.supersedes.uuid)} if row.supersedes else None,
        after={"point": row.point_key, "measured_on": row.measured_on.isoformat()},
        note=row.correction_reason,
    )
