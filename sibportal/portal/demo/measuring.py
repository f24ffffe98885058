"""How results come about: what is due is reported, checked, verified, questioned and closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from django.db.models import QuerySet

from contracts.models import Contract, ReportingPeriod
from outcomes import selectors, services
from outcomes.models import Closing, Door, Measurement
from outcomes.rules.points import PointStatus
from outcomes.selectors import DueItem
from outcomes.services import MeasurementInput
from outcomes.states import MeasurementState
from sibportal.accounts.models import User
from sibportal.accounts.services import system_user
from sibportal.portal.demo.calendar import Calendar

NOT_REACHED = "No answer to three calls and a letter"
MOST_DELAY = 7


@dataclass(frozen=True)
class Answer:
    """What the provider reports at one point; without a value the person was not reached."""

    value: str = ""
    source: str = ""


# What is reported of one due item; None leaves it unreported where that is still possible.
Reporter = Callable[[DueItem, Random], Answer | None]


@dataclass(frozen=True)
class Desk:
    """Who measures and verifies one contract, and from which day on nothing is settled yet."""

    contract: Contract
    calendar: Calendar
    provider: User
    verifier: User
    open_from: date
    held_in: str


def report(desk: Desk, reporter: Reporter) -> None:
    """Report everything that is due so far: in files what is long past, then what is recent."""
    past: list[MeasurementInput] = []
    recent: list[MeasurementInput] = []
    for item in sorted(selectors.items([desk.contract]), key=_by_code):
        row = _row(desk, item, reporter)
        if row is not None:
            (past if row.measured_on < desk.open_from.isoformat() else recent).append(row)
    for rows, door in ((past, Door.CSV), (recent, Door.FORM)):
        if rows:
            services.submit_measurements(
                actor=desk.provider, contract=desk.contract, rows=rows, door=door
            )
    services.check_measurements(actor=system_user(), contract=desk.contract)


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
        not_reached_reason="" if answer.value else NOT_REACHED,
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
    for row in past.order_by("counted_in__number", "pk"):
        by_period[row.counted_in_id].append(row)
    for rows in by_period.values():
        _verify(desk, rows)


def _checked(desk: Desk) -> QuerySet[Measurement]:
    return Measurement.objects.filter(contract=desk.contract, state=MeasurementState.CHECKED)


def _verify(desk: Desk, rows: Sequence[Measurement]) -> None:
    if rows:
        services.verify_measurements(
            actor=desk.verifier,
            contract=desk.contract,
            measurement_ids=[row.uuid for row in rows],
        )


def _ask_and_answer(desk: Desk, row: Measurement) -> None:
    services.query_measurement(
        actor=desk.verifier,
        measurement=row,
        question="The form is dated a day after the meeting. Which day was it filled in?",
    )
    services.answer_question(
        actor=desk.provider,
        measurement=row,
        text="On the day of the meeting; the form was archived the day after.",
    )


def _reject_and_correct(desk: Desk, row: Measurement) -> None:
    services.reject_measurement(
        actor=desk.verifier,
        measurement=row,
        reason="The named form is of another measurement point.",
    )
    value = "" if row.value is None else f"{row.value.normalize():f}"
    services.correct_measurement(
        actor=desk.provider,
        measurement=row,
        row=MeasurementInput(
            measured_on=row.measured_on.isoformat(),
            value=_yes_no(value) if row.metric.kind == "yes_no" else value,
            evidence_source=row.evidence_source,
            evidence_location=f"{desk.held_in}, second folder",
            correction_reason="The right form is named now.",
        ),
        door=Door.FORM,
    )


def _yes_no(value: str) -> str:
    return "yes" if value == "1" else "no"


def verify_recent(desk: Desk, *, queries: int = 3, rejections: int = 2, waiting: int = 12) -> None:
    """Leave the open periods as they are on a working day: some verified, some questioned, some
    rejected, the newest waiting."""
    rows = list(_checked(desk).order_by("measured_on", "pk"))
    asked, rows = rows[:queries], rows[queries:]
    for row in asked:
        services.query_measurement(
            actor=desk.verifier,
            measurement=row,
            question="The evidence named is older than the measurement. Is there a newer one?",
        )
    for row in asked[:1]:
        services.answer_question(
            actor=desk.provider,
            measurement=row,
            text="Yes, a newer one is now in the same folder.",
        )
    refused, rows = rows[:rejections], rows[rejections:]
    for row in refused:
        services.reject_measurement(
            actor=desk.verifier,
            measurement=row,
            reason="The evidence named does not hold this figure.",
        )
    _verify(desk, rows[: max(0, len(rows) - waiting)])


def close(desk: Desk, periods: Iterable[ReportingPeriod]) -> list[Closing]:
    """Let the portal propose each period and the verifier sign it, in order."""
    closings = []
    for period in periods:
        closing = propose(desk)
        if closing is None or closing.period_id != period.pk:
            raise AssertionError(f"Period {period.number} of {desk.contract} is not complete.")
        digest = selectors.draft(period).pinned.digest
        closings.append(services.sign_closing(actor=desk.verifier, closing=closing, digest=digest))
    return closings


def propose(desk: Desk) -> Closing | None:
    """Let the portal propose the oldest open period; None where it is not complete."""
    return services.propose_closing(actor=system_user(), contract=desk.contract)
