"""The automatic checks: they write what they found and let through what nothing blocks.

Run by the portal itself after every submission, and once a day for rows that were stopped, since
a consent or an enrolment may have been mended meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from contracts.models import Contract
from outcomes import selectors
from outcomes.models import Basis, Decision, Finding, Measurement, Verification
from outcomes.rules import verification as rules
from outcomes.rules.words import State
from outcomes.selectors.checking import Examined
from outcomes.services.locking import lock_contract
from outcomes.services.reminders import call_off_measured
from outcomes.states import MEASUREMENT, MeasurementState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.transitions import advance

if TYPE_CHECKING:
    from sibportal.accounts.models import User

Judged = tuple[Examined, tuple[rules.Finding, ...], State]


@transaction.atomic
def check_measurements(*, actor: User, contract: Contract) -> int:
    """Check what waits in a contract; returns how many rows were let through."""
    access.require(actor, Action.CHECK_MEASUREMENT, contract)
    contract = lock_contract(contract.pk)
    waiting = selectors.waiting_for_checks(contract)
    if not waiting:
        return 0
    judged = _judge(contract, waiting)
    _write_findings(judged)
    passed = [one for one in judged if one[2] != State.SUBMITTED]
    _let_through(actor, passed)
    call_off_measured(contract, waiting)
    if passed:
        automatic = sum(state == State.VERIFIED for _row, _found, state in passed)
        audit.record(
            actor=actor,
            action="measurements.checked",
            target=contract,
            contract_id=contract.pk,
            after={"passed": len(passed), "verified_automatically": automatic},
        )
    return len(passed)


def _judge(contract: Contract, waiting: Sequence[Measurement]) -> list[Judged]:
    terms = selectors.terms_today(contract)
    judged: list[Judged] = []
    for one in selectors.examined(contract, terms, waiting):
        found = rules.findings(one.subject)
        state = rules.after_checks(found, verified_automatically=one.verified_automatically)
        judged.append((one, found, state))
    return judged


def _write_findings(judged: Sequence[Judged]) -> None:
    """Add what was not said before: a daily check repeats nothing."""
    ids = [one.measurement.pk for one, _found, _state in judged]
    said = set(Finding.objects.filter(measurement__in=ids).values_list("measurement_id", "code"))
    Finding.objects.bulk_create(
        Finding(
            measurement=one.measurement,
            code=finding.code,
            severity=finding.severity.value,
            params=dict(finding.params),
        )
        for one, found, _state in judged
        for finding in found
        if (one.measurement.pk, finding.code) not in said
    )


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
