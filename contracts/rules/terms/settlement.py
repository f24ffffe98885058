"""What holds for a claim as a whole, for its distribution, and when the plan meets life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from contracts.rules.terms.fields import Between, Key, Text, Titles
from contracts.rules.terms.outcomes import MOST_DAYS, OneOrMore
from contracts.rules.terms.pricing import PayerPart
from contracts.rules.terms.words import (
    AmendmentScope,
    Clawback,
    DisruptionTreatment,
    PayeeRole,
    ReturnCapKind,
    ReturnKind,
    SettlementKind,
    SurplusTo,
    TerminationCause,
)

MOST_PAYMENT_DAYS = 365
DaysOfYear = Annotated[int, Between(0, MOST_PAYMENT_DAYS)]
DaysOn = Annotated[int, Between(1, MOST_DAYS)]


@dataclass(frozen=True, slots=True)
class PayersFrom:
    """Who pays which share of claims whose period ends after the day."""

    valid_from: date
    payers: tuple[PayerPart, ...]


@dataclass(frozen=True, slots=True)
class PersonCap:
    """The most that one person can bring, over the named payment terms (none named: all that
    have a unit price); these must pay on figures to date."""

    amount: Decimal
    terms: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class ReturnCap:
    """The investors' payments in all come to no more than capital and this return on it."""

    kind: ReturnCapKind
    percent: Decimal


@dataclass(frozen=True, slots=True)
class ClaimTerms:
    """What holds for a claim as a whole. `cap` and `floor` are for all claims together,
    `period_cap` for one. `late_interest_percent` is per year, actual days over 365."""

    cap: Decimal | None
    floor: Decimal | None
    payers: tuple[PayerPart, ...]
    payee: PayeeRole | None
    payment_days: DaysOfYear | None
    period_cap: Decimal | None = None
    person_cap: PersonCap | None = None
    return_cap: ReturnCap | None = None
    payers_from: tuple[PayersFrom, ...] = ()
    clawback: Clawback = Clawback.NONE
    nets_other_funding: bool = False
    late_interest_percent: Decimal | None = None
    objection_days: DaysOfYear | None = None


@dataclass(frozen=True, slots=True)
class IndexClause:
    """An index by which prices or unit costs move: amount x index of the claim / `base_value`,
    by no more than `cap_percent` either way."""

    key: Key
    title: Titles
    source: Text
    base_value: Decimal | None
    base_on: date | None
    cap_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Tranche:
    """Capital of one rank; tranches are served in their order: principal, then return."""

    key: Key
    title: Titles
    capital: Decimal | None
    return_kind: ReturnKind = ReturnKind.NONE
    return_percent: Decimal | None = None
    return_from: date | None = None


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A guarantor makes up what a tranche lacks of its principal at the end, up to `amount`."""

    tranche: Key
    amount: Decimal


@dataclass(frozen=True, slots=True)
class SurplusPart:
    to: SurplusTo
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Waterfall:
    """How a payment is distributed: haircut first (kept back for costs of the fund), recycling
    into services, tranches in their order, then the surplus by parts of 100 %."""

    tranches: tuple[Tranche, ...]
    surplus: tuple[SurplusPart, ...] = ()
    guarantee: Guarantee | None = None
    haircut_percent: Decimal | None = None
    recycling_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Disruption:
    """Something outside the plan, with cause and dates [from_day, until), and what it does to
    the named outcomes.

    exclude: rows measured in it do not count and points due in it are not missed; extend: points
    due in it or later are due `extend_days` later; substitute: the `substitute` outcome stands in
    for periods that begin in it; pay_activity: `amount` is paid for each period that begins in it.
    """

    key: Key
    title: Titles
    from_day: date
    until: date
    outcomes: tuple[Key, ...]
    treatment: DisruptionTreatment | None
    extend_days: DaysOn | None = None
    substitute: Key = ""
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Termination:
    """What is paid when the contract ends early for a cause; `cost_percent` is of the verified
    service cost that payments have not covered."""

    cause: TerminationCause
    settlement: SettlementKind | None
    cost_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Amendment:
    """What this version changes: which agreed wording, whom it concerns, from which day, and why.

    It stands in the document so that the digest which the parties agree to covers it; no amount
    depends on it. A draft may leave scope, day and reason open.
    """

    base_version: OneOrMore
    base_digest: Text
    scope: AmendmentScope | None = None
    effective_on: date | None = None
    reason: Text = ""
