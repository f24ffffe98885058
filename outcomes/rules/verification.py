"""Automatic checks, the verifier's independence, and what a decision leads to.

Checks say what they found; only the verifier says whether it is true. A clean pass gives
`checked`, which is paid only where the terms trust the register (decision 10).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from cohorts.rules.consent import Entry, Switch, current
from outcomes.rules.points import PersonDates, Window
from outcomes.rules.validation import MetricFacts
from outcomes.rules.words import Decision, Severity, State
from sibportal.kernel.errors import NotAllowed
from sibportal.kernel.explain import Phrase

LATE_AFTER_DAYS = 60
FEWEST_CONTACT_ATTEMPTS = 2

TARGETS: dict[Decision, State] = {
    Decision.VERIFIED: State.VERIFIED,
    Decision.QUERIED: State.QUERIED,
    Decision.REJECTED: State.REJECTED,
}


@dataclass(frozen=True, slots=True)
class Subject:
    """One recorded measurement and what it is judged by.

    `other_dates` are those of other standing rows of the same metric and point; `counted_late`
    says that its own period was closed before it came.
    """

    metric: MetricFacts
    value: Decimal | None
    measured_on: date
    recorded_on: date
    person: PersonDates
    window: Window | None
    evidence_source: str
    evidence_location: str
    contact_attempts: int
    other_dates: frozenset[date] = frozenset()
    consents: tuple[Entry, ...] = ()
    from_register: bool = False
    counted_late: bool = False
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check said; the parameters can be stored as JSON."""

    code: str
    severity: Severity
    params: Mapping[str, str | int] = field(default_factory=dict)


def findings(subject: Subject) -> tuple[Finding, ...]:
    """All findings on one measurement; none is a clean pass."""
    return tuple(
        (
            *_range(subject),
            *_window(subject),
            *_enrolment(subject),
            *_duplicate(subject),
            *_consent(subject),
            *_evidence(subject),
            *_contact(subject),
            *_timeliness(subject),
        )
    )


def after_checks(found: Iterable[Finding], *, verified_automatically: bool) -> State:
    """The state that the checks lead to.

    Something that blocks leaves the row submitted, for a correction, a question or a rejection;
    automatic verification needs a pass without anything to look at.
    """
    severities = {finding.severity for finding in found}
    if Severity.BLOCKS in severities:
        return State.SUBMITTED
    if verified_automatically and Severity.LOOK not in severities:
        return State.VERIFIED
    return State.CHECKED


def after_answer(found: Iterable[Finding]) -> State:
    """Where a question goes once answered: back to the verifier's list, never past it."""
    return after_checks(found, verified_automatically=False)


def require_independent(
    *, submitter: object, verifier: object, other_roles: Collection[str] = ()
) -> None:
    """Raise NotAllowed unless the verifier is someone else and plays no other part.

    `other_roles` are the roles that the verifier's organisation holds in this contract besides
    verifier (decision 11).
    """
    if submitter == verifier:
        raise NotAllowed("outcomes.verifier_is_submitter")
    if other_roles:
        roles = tuple(Phrase(f"accounts.party_role.{role}") for role in sorted(other_roles))
        raise NotAllowed("outcomes.verifier_has_another_role", roles=roles)


def _range(subject: Subject) -> Iterable[Finding]:
    value, metric = subject.value, subject.metric
    if value is None:
        return
    too_low = metric.minimum is not None and value < metric.minimum
    too_high = metric.maximum is not None and value > metric.maximum
    if too_low or too_high:
        yield _finding("outcomes.out_of_range", Severity.BLOCKS, value=value)
    elif metric.kind != "yes_no" and value in {metric.minimum, metric.maximum}:
        yield _finding("outcomes.at_end_of_range", Severity.INFORMATION, value=value)


def _window(subject: Subject) -> Iterable[Finding]:
    due = subject.window
    if due is None:
        yield _finding("outcomes.point_not_set", Severity.BLOCKS)
    elif subject.measured_on < due.opens_on or (
        subject.value is not None and subject.measured_on > due.closes_on
    ):
        yield _finding(
            "outcomes.outside_window",
            Severity.BLOCKS,
            opens_on=due.opens_on,
            closes_on=due.closes_on,
        )


def _enrolment(subject: Subject) -> Iterable[Finding]:
    person, day = subject.person, subject.measured_on
    opens = person.enrolled_on if subject.window is None else subject.window.opens_on
    if day < min(person.enrolled_on, opens):
        yield _finding("outcomes.before_enrolment", Severity.BLOCKS, enrolled_on=person.enrolled_on)
    if person.exited_on is not None and day > person.exited_on:
        if person.exit_reason == "death":
            yield _finding("outcomes.after_death", Severity.BLOCKS)
        else:
            yield _finding("outcomes.after_exit", Severity.INFORMATION, exited_on=person.exited_on)


def _duplicate(subject: Subject) -> Iterable[Finding]:
    if subject.measured_on in subject.other_dates:
        yield _finding("outcomes.same_day_twice", Severity.BLOCKS)
    elif subject.other_dates:
        yield _finding("outcomes.measured_before", Severity.LOOK, on=max(subject.other_dates))


def _consent(subject: Subject) -> Iterable[Finding]:
    service = current(subject.consents, Switch.SERVICE, subject.measured_on)
    if service is None or not service.given:
        yield _finding("outcomes.no_consent_to_service", Severity.LOOK)
    if not subject.from_register:
        return
    register = current(subject.consents, Switch.REGISTER_FOLLOW_UP, subject.measured_on)
    if register is None:
        yield _finding("outcomes.register_consent_unknown", Severity.LOOK)
    elif not register.given:
        yield _finding(
            "outcomes.register_consent_refused", Severity.BLOCKS, since=register.effective_on
        )


def _evidence(subject: Subject) -> Iterable[Finding]:
    if subject.value is None:
        return
    if not subject.evidence_source:
        yield _finding("outcomes.no_evidence_source", Severity.BLOCKS)
    elif not subject.evidence_location:
        yield _finding("outcomes.no_evidence_location", Severity.LOOK)


def _contact(subject: Subject) -> Iterable[Finding]:
    if subject.value is None and subject.contact_attempts < FEWEST_CONTACT_ATTEMPTS:
        yield _finding(
            "outcomes.few_contact_attempts", Severity.LOOK, attempts=subject.contact_attempts
        )


def _timeliness(subject: Subject) -> Iterable[Finding]:
    if subject.recorded_on > subject.measured_on + timedelta(days=LATE_AFTER_DAYS):
        days = (subject.recorded_on - subject.measured_on).days
        yield _finding("outcomes.late_entry", Severity.INFORMATION, days=days)
    if subject.counted_late:
        yield _finding("outcomes.period_was_closed", Severity.LOOK)
    if subject.corrects:
        yield _finding("outcomes.correction", Severity.INFORMATION)


def _finding(code: str, severity: Severity, **params: date | Decimal | int) -> Finding:
    stored = {
        name: value if isinstance(value, int) else str(value) for name, value in params.items()
    }
    return Finding(code, severity, stored)
