"""The automatic checks: they write what they found and let through what nothing blocks.

Run by the portal itself after every submission and once a day for rows that were stopped, since a
consent or an enrolment may have been mended meanwhile. Every night rows that stand in open periods
are compared anew with the others; what is found then is told, and moves no state: whether a row
that was let through is true is for the verifier to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from contracts.models import Contract
from outcomes import selectors
from outcomes.models import Basis, Decision, Finding, Measurement, Verification
from outcomes.rules import checks, verification
from outcomes.rules.words import State
from outcomes.selectors.checking import Examined
from outcomes.services.evidence_files import carry_evidence
from outcomes.services.locking import lock_contract
from outcomes.services.reminders import call_off_measured
from outcomes.states import MEASUREMENT, MeasurementState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.transitions import advance

if TYPE_CHECKING:
    from sibportal.accounts.models import User

PORTION = 2_000  # rows in memory at a time, however many a file brought
Judged = tuple[Examined, tuple[checks.Finding, ...], State]


@transaction.atomic
def check_measurements(*, actor: User, contract: Contract) -> int:
    """Check what waits in a contract; returns how many rows were let through."""
    access.require(actor, Action.CHECK_MEASUREMENT, contract)
    contract = lock_contract(contract.pk)
    waiting = selectors.waiting_for_checks(contract)
    if not waiting:
        return 0
    examiner = selectors.Examiner(contract)
    passed = automatic = 0
    for portion in _portions(waiting):
        carry_evidence(portion)
        judged = [_judge(one) for one in examiner.examined(portion)]
        _write_findings([(one.measurement, found) for one, found, _state in judged])
        through = [one for one in judged if one[2] != State.SUBMITTED]
        _let_through(actor, through)
        call_off_measured(contract, [one.measurement for one, _found, _state in judged])
        passed += len(through)
        automatic += sum(state == State.VERIFIED for _one, _found, state in through)
    if passed:
        audit.record(
            actor=actor,
            action="measurements.checked",
            target=contract,
            contract_id=contract.pk,
            after={"passed": passed, "verified_automatically": automatic},
        )
    return passed


@transaction.atomic
def compare_measurements(*, actor: User, contract: Contract) -> int:
    """Ask again what depends on other rows; returns how many findings are new."""
    access.require(actor, Action.CHECK_MEASUREMENT, contract)
    contract = lock_contract(contract.pk)
    standing = selectors.standing_in_open_periods(contract)
    if not standing:
        return 0
    examiner = selectors.Examiner(contract)
    new = 0
    for portion in _portions(standing):
        new += _write_findings(
            [
                (one.measurement, checks.findings(one.subject, one.strict, checks.BY_OTHERS))
                for one in examiner.examined(portion)
            ]
        )
    if new:
        audit.record(
            actor=actor,
            action="measurements.compared",
            target=contract,
            contract_id=contract.pk,
            after={"findings": new},
        )
    return new


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), PORTION):
        yield ids[start : start + PORTION]


def _judge(one: Examined) -> Judged:
    found = checks.findings(one.subject, one.strict)
    automatic = one.verified_automatically
    return one, found, verification.after_checks(found, verified_automatically=automatic)


def _write_findings(judged: Sequence[tuple[Measurement, tuple[checks.Finding, ...]]]) -> int:
    """Add what was not said before: a daily check repeats nothing."""
    ids = [row.pk for row, _found in judged]
    said = set(Finding.objects.filter(measurement__in=ids).values_list("measurement_id", "code"))
    written = Finding.objects.bulk_create(
        Finding(
            measurement=row,
            code=finding.code,
            severity=finding.severity.value,
            params=dict(finding.params),
        )
        for row, found in judged
        for finding in found
        if (row.pk, finding.code) not in said
    )
    return len(written)


def _let_through(actor: User, passed: Sequence[Judged]) -> None:
    for one, _found, _state in passed:
        advance(MEASUREMENT, one.measurement.state, MeasurementState.CHECKED)
    ids = [one.measurement.pk for one, _found, _state in passed]
    Measurement.objects.filter(pk__in=ids).update(state=MeasurementState.CHECKED)
    trusted = [one.measurement for one, _found, state in passed if state == State.VERIFIED]
    Verification.objects.bulk_create(
        Verification(
            measurement=row, verifier=actor, decision=Decision.VERIFIED, basis=Basis.AUTOMATIC
        )
        for row in trusted
    )
    Measurement.objects.filter(pk__in=[row.pk for row in trusted]).update(
        state=MeasurementState.VERIFIED
    )
