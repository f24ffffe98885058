"""How results come about: what is due is reported, checked, verified, questioned and closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from django.db.models import QuerySet

from contracts.models import Contract, ReportingPeriod
from outcomes import selectors, services
from outcomes.models import Closing, Door, Measurement
from outcomes.rules.points import PointStatus
from outcomes.rules.rounds import report_digest
from outcomes.selectors import DueItem, samples
from outcomes.selectors.reports import report_content
from outcomes.services import MeasurementInput
from outcomes.states import MeasurementState
from sibportal.accounts.models import User
from sibportal.accounts.services import system_user
from sibportal.portal.demo.calendar import Calendar
from sibportal.portal.demo.clock import StoryClock
from sibportal.portal.demo.wording import Wording

MOST_DELAY = 7
REPORTED_MONTHS = 2  # in one file: an entry counts as late after 60 days
SIGNED_AFTER = timedelta(days=36)  # the end of a period: its days for late entries, and a few


@dataclass(frozen=True)
class Answer:
    """What the provider reports at one point; without a value the person was not reached."""

    value: str = ""
    source: str = ""


# What is reported of one due item; None leaves it unreported where that is still possible.
Reporter = Callable[[DueItem, Random], Answer | None]


@dataclass(frozen=True)
class Desk:
    """Who measures and verifies one contract, and from which day on nothing is settled yet.

    `signed_late` has the day of the closings, by number, that were not signed at the usual time.
    """

    clock: StoryClock
    words: Wording
    contract: Contract
    calendar: Calendar
    provider: User
    verifier: User
    open_from: date
    held_in: str
    signed_late: Mapping[int, date] = field(default_factory=dict)
    sampled: frozenset[int] = frozenset()  # the periods verified by sample, by number

    def signed_on(self, period: ReportingPeriod) -> date:
        """The day on which the verifier signs a period."""
        return self.signed_late.get(period.number, period.ends_on + SIGNED_AFTER)


def report(desk: Desk, reporter: Reporter) -> None:
    """Report everything that is due so far: in a file every few weeks, by form what is recent."""
    due = sorted(selectors.items([desk.contract]), key=_by_code)
    rows = [row for item in due if (row := _row(desk, item, reporter)) is not None]
    for batch in _brought_together(desk, rows):
        last = date.fromisoformat(batch[-1].measured_on)
        desk.clock.at(last + timedelta(days=1))
        door = Door.CSV if last < desk.open_from else Door.FORM
        services.submit_measurements(
            actor=desk.provider, contract=desk.contract, rows=batch, door=door
        )
        services.check_measurements(actor=system_user(), contract=desk.contract)


def _brought_together(desk: Desk, rows: Iterable[MeasurementInput]) -> list[list[MeasurementInput]]:
    """The rows in order of their days, as they are handed in: every two months of the contract."""
    start = desk.calendar.starts_on
    batches: dict[int, list[MeasurementInput]] = defaultdict(list)
    for row in sorted(rows, key=lambda one: one.measured_on):
        day = date.fromisoformat(row.measured_on)
        month = (day.year - start.year) * 12 + day.month - start.month
        batches[month // REPORTED_MONTHS].append(row)
    return list(batches.values())


def _by_code(item: DueItem) -> tuple[str, str]:
    return item.participant.code, item.key


def _row(desk: Desk, item: DueItem, reporter: Reporter) -> MeasurementInput | None:
    if item.status not in {PointStatus.OVERDUE, PointStatus.DUE} or item.window is None:
        return None
    # Seeded by the item itself: how many items are due today changes no figure of the past.
    chance = Random(f"{desk.contract.code} {item.participant.code} {item.key}")  # noqa: S311
    day = item.window.due_on + timedelta(days=chance.randrange(MOST_DELAY + 1))
    if not desk.calendar.is_past(day):
        return None
    answer = reporter(item, chance)
    if answer is None:
        # What a closed period waited for was reported, if only that nobody was reached.
        if day >= desk.open_from:
            return None
        answer = Answer()
    return MeasurementInput(
        participant=item.participant.code,
        metric=item.metric.code,
        point=item.point.key,
        measured_on=day.isoformat(),
        value=answer.value,
        not_reached_reason="" if answer.value else desk.words.not_reached,
        contact_attempts="" if answer.value else "4",
        evidence_source=answer.source if answer.value else "",
        evidence_location=desk.held_in if answer.value else "",
    )


def verify_past(desk: Desk) -> None:
    """Verify all that happened before the open periods, with a few questions and corrections."""
    rows = list(_checked(desk).filter(counted_in__ends_on__lte=desk.open_from).order_by("pk"))
    reached = [row for row in rows if row.value is not None]
    for row in reached[5:60:18]:
        _ask_and_answer(desk, row)
    for row in reached[9:60:25]:
        _reject_and_correct(desk, row)
    services.check_measurements(actor=system_user(), contract=desk.contract)
    by_period: dict[object, list[Measurement]] = defaultdict(list)
    past = _checked(desk).filter(counted_in__ends_on__lte=desk.open_from)
    for row in past.select_related("counted_in").order_by("counted_in__number", "pk"):
        by_period[row.counted_in_id].append(row)
    for rows in by_period.values():
        period = rows[0].counted_in
        desk.clock.at(desk.signed_on(period) - timedelta(days=12))
        if period.number in desk.sampled:
            verify_by_sample(desk, period)
        else:
            _verify(desk, rows)


def _checked(desk: Desk) -> QuerySet[Measurement]:
    return Measurement.objects.filter(contract=desk.contract, state=MeasurementState.CHECKED)


def _verify(desk: Desk, rows: Sequence[Measurement]) -> None:
    services.verify_measurements(
        actor=desk.verifier,
        contract=desk.contract,
        measurement_ids=[row.uuid for row in rows],
    )


def verify_by_sample(desk: Desk, period: ReportingPeriod) -> None:
    """Lock, draw, look at each of the sample, conclude, and sign the report."""
    row = services.lock_submission(actor=desk.verifier, period=period)
    services.draw_sample(actor=desk.verifier, row=row)
    _verify(desk, [one.measurement for one in samples.standing(row).items])
    services.conclude_round(actor=desk.verifier, row=row)
    row = samples.round_seen(desk.verifier, row.pk)
    digest = report_digest(report_content(row))
    services.sign_report(actor=desk.verifier, row=row, digest=digest)


def _ask_and_answer(desk: Desk, row: Measurement) -> None:
    _days_after_entry(desk, row, 6)
    services.query_measurement(
        actor=desk.verifier,
        measurement=row,
        question=desk.words.question_on_date,
    )
    _days_after_entry(desk, row, 9)
    services.answer_question(
        actor=desk.provider,
        measurement=row,
        text=desk.words.answer_on_date,
    )


def _days_after_entry(desk: Desk, row: Measurement, days: int) -> None:
    desk.clock.at(row.recorded_at.date() + timedelta(days=days))


def _reject_and_correct(desk: Desk, row: Measurement) -> None:
    _days_after_entry(desk, row, 6)
    services.reject_measurement(
        actor=desk.verifier,
        measurement=row,
        reason=desk.words.rejected_other_point,
    )
    _days_after_entry(desk, row, 8)
    value = "" if row.value is None else f"{row.value.normalize():f}"
    services.correct_measurement(
        actor=desk.provider,
        measurement=row,
        row=MeasurementInput(
            measured_on=row.measured_on.isoformat(),
            value=_yes_no(value) if row.metric.kind == "yes_no" else value,
            evidence_source=row.evidence_source,
            evidence_location=desk.words.other_folder.format(held_in=desk.held_in),
            correction_reason=desk.words.corrected,
        ),
        door=Door.FORM,
    )


def _yes_no(value: str) -> str:
    return "yes" if value == "1" else "no"


def verify_recent(desk: Desk, *, queries: int = 3, rejections: int = 2, waiting: int = 12) -> None:
    """Leave the open periods as they are on a working day: some verified, some questioned, some
    rejected, the newest waiting."""
    rows = list(_checked(desk).order_by("measured_on", "pk"))
    rows = rows[: max(0, len(rows) - waiting)]
    asked, rows = rows[-queries:], rows[:-queries]
    for row in asked:
        _days_after_entry(desk, row, 5)
        services.query_measurement(
            actor=desk.verifier,
            measurement=row,
            question=desk.words.question_on_evidence,
        )
    for row in asked[:1]:
        _days_after_entry(desk, row, 7)
        services.answer_question(
            actor=desk.provider,
            measurement=row,
            text=desk.words.answer_on_evidence,
        )
    refused, rows = rows[-rejections:], rows[:-rejections]
    for row in refused:
        _days_after_entry(desk, row, 5)
        services.reject_measurement(
            actor=desk.verifier,
            measurement=row,
            reason=desk.words.rejected_figure,
        )
    if rows:
        _days_after_entry(desk, rows[-1], 4)
        _verify(desk, rows)


def close(desk: Desk, periods: Iterable[ReportingPeriod]) -> list[Closing]:
    """Let the portal propose each period and the verifier sign it, in order."""
    closings = []
    for period in periods:
        closing = propose(desk, period)
        if closing is None or closing.period_id != period.pk:
            raise AssertionError(f"Period {period.number} of {desk.contract} is not complete.")
        digest = selectors.draft(period).pinned.digest
        desk.clock.at(desk.signed_on(period))
        signed = services.sign_closing(actor=desk.verifier, closing=closing, digest=digest)
        closings.append(signed)
    return closings


def propose(desk: Desk, period: ReportingPeriod) -> Closing | None:
    """Let the portal propose `period`, the oldest open one; None where it is not complete."""
    desk.clock.at(desk.signed_on(period) - timedelta(days=5))
    return services.propose_closing(actor=system_user(), contract=desk.contract)
