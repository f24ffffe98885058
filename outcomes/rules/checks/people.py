"""Checks of the person: consent, the same person under another code, how hard they were sought."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from cohorts.rules.consent import Switch, current
from outcomes.rules.checks.base import Check, Found, Given, count, days
from outcomes.rules.checks.subject import Subject
from outcomes.rules.words import Severity

FEWEST_CONTACT_ATTEMPTS = 2


def _no_consent_to_service(subject: Subject, _given: Given) -> Found:
    service = current(subject.consents, Switch.SERVICE, subject.measured_on)
    return {} if service is None or not service.given else None


def _register_consent_unknown(subject: Subject, _given: Given) -> Found:
    if not subject.from_register:
        return None
    register = current(subject.consents, Switch.REGISTER_FOLLOW_UP, subject.measured_on)
    return {} if register is None else None


def _register_consent_refused(subject: Subject, _given: Given) -> Found:
    if not subject.from_register:
        return None
    register = current(subject.consents, Switch.REGISTER_FOLLOW_UP, subject.measured_on)
    if register is None or register.given:
        return None
    return {"since": register.effective_on}


def _few_contact_attempts(subject: Subject, given: Given) -> Found:
    if subject.value is not None or subject.contact_attempts >= given["fewest"]:
        return None
    return {"attempts": subject.contact_attempts}


def _reported_under_another_code(subject: Subject, given: Given) -> Found:
    return {} if _near(subject, given, same_contract=True) else None


def _reported_in_another_contract(subject: Subject, given: Given) -> Found:
    """Which contract it is, and whose, is not for those who read this (decision 20)."""
    return {} if _near(subject, given, same_contract=False) else None


def _near(subject: Subject, given: Given, *, same_contract: bool) -> list[date]:
    """The days within reach on which the same person has the same metric under another code."""
    if subject.value is None:
        return []
    return [
        twin.measured_on
        for twin in subject.twins
        if twin.same_contract == same_contract
        and Decimal(abs((twin.measured_on - subject.measured_on).days)) <= given["days"]
    ]


CHECKS = (
    Check("outcomes.no_consent_to_service", Severity.LOOK, _no_consent_to_service),
    Check("outcomes.register_consent_unknown", Severity.LOOK, _register_consent_unknown),
    Check(
        "outcomes.register_consent_refused", Severity.BLOCKS, _register_consent_refused, fixed=True
    ),
    Check(
        "outcomes.few_contact_attempts",
        Severity.LOOK,
        _few_contact_attempts,
        (count("fewest", FEWEST_CONTACT_ATTEMPTS, highest=99),),
    ),
    Check(
        "outcomes.reported_under_another_code",
        Severity.LOOK,
        _reported_under_another_code,
        (days("days", 365),),
        by_others=True,
    ),
    Check(
        "outcomes.reported_in_another_contract",
        Severity.LOOK,
        _reported_in_another_contract,
        (days("days", 365),),
        by_others=True,
    ),
)
