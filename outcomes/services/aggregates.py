"""Figures from registers: delivered by one person, signed by another, then verified.

Everything is a new row. What cannot be true is refused at its field; what is merely odd is written
down for whoever signs and verifies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.db import transaction

from contracts.models import Contract, ReportingPeriod
from contracts.rules.terms import parse
from contracts.rules.terms.words import ComparisonDesign
from outcomes import selectors
from outcomes.models import (
    Aggregate,
    AggregateAnswer,
    AggregateDoor,
    AggregateFinding,
    AggregateGroup,
    AggregateRow,
    AggregateSignature,
    AggregateVerification,
    DataDelivery,
    Decision,
)
from outcomes.rules.aggregates import extract, figures, plausibility
from outcomes.rules.aggregates.extract import CodedRow, Days, GivenRow
from outcomes.rules.aggregates.figures import Delivered, GroupFigures, SignedEstimate
from outcomes.rules.aggregates.needs import Need
from outcomes.rules.aggregates.schedule import Permit, is_expected
from outcomes.rules.aggregates.words import AggregateState, Group
from outcomes.rules.verification import require_independent
from outcomes.selectors import aggregates as read
from outcomes.selectors import extracts
from outcomes.selectors.aggregated import delivered
from outcomes.selectors.closings import closing_terms
from outcomes.services.locking import lock_contract
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import Issue, NotAllowed, RuleViolation

if TYPE_CHECKING:
    from sibportal.accounts.models import User

MAX_TEXT = 1000
MOST_TOLD = 200  # wrong rows that a refusal names
DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Figures:
    """What a data holder delivers for one outcome and period: figures of groups, or coded rows from
    which they are counted, with the days of each such group."""

    groups: tuple[GroupFigures, ...]
    rows: tuple[GivenRow, ...] = ()
    days: Mapping[Group, Days] = field(default_factory=dict)
    method: str = ""
    design: str = ""
    estimate: SignedEstimate | None = None
    note: str = ""
    file_digest: str = ""
    correction_reason: str = ""


@transaction.atomic
def deliver_aggregate(
    *,
    actor: User,
    delivery: DataDelivery,
    period: ReportingPeriod,
    outcome: str,
    given: Figures,
    door: AggregateDoor,
) -> Aggregate:
    """Deliver the figures of one outcome, from the contract's start to the end of a period; they
    count once somebody else has signed and the verifier accepted them.

    Figures that stand already are replaced, with a reason. RuleViolation at each field that is
    wrong.
    """
    access.require(actor, Action.DELIVER_AGGREGATE, delivery)
    contract = lock_contract(delivery.contract_id)
    need = needed(contract, delivery, period, outcome)
    standing = read.standing_row(period, outcome)
    rows = _rows(given, period, need)
    what = _delivered(period, outcome, given, extract.count(rows, given.days))
    setting = read.setting(period, need)
    if issues := [*_text(given, standing), *plausibility.impossible(what, setting)]:
        raise RuleViolation(issues)
    digest = figures.digest(what, _facts(contract, delivery, standing))
    row = _insert(actor, delivery, period, what, digest, given, standing, door)
    AggregateRow.objects.bulk_create(_stored(row, rows), batch_size=5000)
    AggregateFinding.objects.bulk_create(
        AggregateFinding(
            aggregate=row, code=one.code, severity=one.severity, params=dict(one.params)
        )
        for one in plausibility.findings(what, setting)
    )
    audit.record(
        actor=actor,
        action="aggregate.corrected" if standing else "aggregate.delivered",
        target=row,
        contract_id=contract.pk,
        after={"outcome": outcome, "period": period.number, "digest": digest},
        note=row.correction_reason,
    )
    return row


def needed(
    contract: Contract, delivery: DataDelivery, period: ReportingPeriod, outcome: str
) -> Need:
    """What is to be delivered; RuleViolation where nothing is, or not now, or without a permit."""
    if period.contract_id != contract.pk or outcome not in delivery.outcomes:
        raise RuleViolation("outcomes.not_in_delivery")
    if DataDelivery.objects.filter(supersedes=delivery).exists():
        raise RuleViolation("outcomes.delivery_replaced")
    if not is_expected(period.number, delivery.periods):
        raise RuleViolation("outcomes.not_in_delivery")
    today = selectors.today(contract)
    if today < period.ends_on:
        raise RuleViolation("outcomes.period_not_over", day=period.ends_on)
    permit = Permit(delivery.permit_valid_from, delivery.permit_valid_until)
    if not permit.holds(today):
        raise RuleViolation("outcomes.permit_not_valid", permit=delivery.permit_reference)
    need = read.needed_of(parse(closing_terms(period).document)).get(outcome)
    if need is None:
        raise RuleViolation("outcomes.outcome_needs_nothing", field="outcome", value=outcome)
    return need


def _rows(given: Figures, period: ReportingPeriod, need: Need) -> tuple[CodedRow, ...]:
    """The coded rows that can be used; RuleViolation names each that cannot."""
    found = extract.read(given.rows, extracts.asked(period, need))
    if found.wrong:
        raise RuleViolation([one.issue for one in found.wrong[:MOST_TOLD]])
    return found.rows


def _stored(row: Aggregate, rows: Iterable[CodedRow]) -> Iterable[AggregateRow]:
    for one in rows:
        yield AggregateRow(
            aggregate=row, group=one.group, code=one.code, reached=one.reached, events=one.events,
            value=one.value,
        )  # fmt: skip


def _facts(
    contract: Contract, delivery: DataDelivery, replaced: Aggregate | None
) -> dict[str, str]:
    """What the digest covers beside the figures."""
    return {
        "contract": contract.code,
        "delivery": str(delivery.pk),
        "replaces": str(replaced.uuid) if replaced else "",
    }


def _require_whole(row: Aggregate) -> None:
    """RuleViolation where figures or rows are not those whose digest was taken at the delivery."""
    what = delivered(row)
    if not any(one.rows_digest for one in what.groups):
        return
    found = extracts.digests(row)
    groups = tuple(replace(one, rows_digest=found.get(one.group, "")) for one in what.groups)
    facts = _facts(row.contract, row.delivery, row.supersedes)
    if figures.digest(replace(what, groups=groups), facts) != row.digest:
        raise RuleViolation("outcomes.aggregate_changed")


def _delivered(
    period: ReportingPeriod, outcome: str, given: Figures, counted: tuple[GroupFigures, ...]
) -> Delivered:
    known = {one.group for one in counted}
    if any(one.group in known for one in given.groups):
        raise RuleViolation("outcomes.group_twice", field="groups")
    return Delivered(
        outcome=outcome,
        period=period.number,
        groups=(*given.groups, *counted),
        design=given.design,
        method=given.method.strip(),
        estimate=given.estimate,
        note=given.note.strip(),
        file_digest=given.file_digest.strip().lower(),
    )


def _text(given: Figures, standing: Aggregate | None) -> list[Issue]:
    found = []
    if given.file_digest.strip() and not DIGEST.fullmatch(given.file_digest.strip().lower()):
        found.append(Issue("outcomes.file_digest", "file_digest", given.file_digest[:80]))
    if given.design and given.design not in {str(one) for one in ComparisonDesign}:
        words = ", ".join(ComparisonDesign)
        found.append(Issue("terms.word", "design", given.design[:80], {"words": words}))
    for name, most in (("method", MAX_TEXT), ("note", 500), ("correction_reason", 300)):
        if len(getattr(given, name).strip()) > most:
            found.append(Issue("outcomes.text_too_long", name, params={"limit": most}))
    if standing is not None and not given.correction_reason.strip():
        found.append(Issue("outcomes.reason_needed", "correction_reason"))
    return found


def _insert(
    actor: User,
    delivery: DataDelivery,
    period: ReportingPeriod,
    what: Delivered,
    digest: str,
    given: Figures,
    standing: Aggregate | None,
    door: AggregateDoor,
) -> Aggregate:
    estimate = what.estimate
    row = Aggregate.objects.create(
        contract_id=delivery.contract_id,
        delivery=delivery,
        period=period,
        outcome_key=what.outcome,
        design=what.design,
        method=what.method,
        estimate=estimate.value if estimate else None,
        estimate_low=estimate.low if estimate else None,
        estimate_high=estimate.high if estimate else None,
        note=what.note,
        file_digest=what.file_digest,
        digest=digest,
        supersedes=standing,
        correction_reason=given.correction_reason.strip() if standing else "",
        door=door,
        delivered_by=actor,
    )
    AggregateGroup.objects.bulk_create(
        AggregateGroup(
            aggregate=row,
            group=one.group,
            from_day=one.from_day,
            until=one.until,
            people=one.people,
            reached=one.reached,
            events=one.events,
            total=one.total,
            deviation=one.deviation,
            rows_digest=one.rows_digest,
        )
        for one in what.groups
    )
    return row


@transaction.atomic
def sign_aggregate(*, actor: User, aggregate: Aggregate, digest: str) -> AggregateSignature:
    """Confirm figures as the data holder's second person; `digest` is of what was on the page.

    NotAllowed for whoever delivered them; RuleViolation when they were replaced or signed already.
    """
    access.require(actor, Action.SIGN_AGGREGATE, aggregate)
    lock_contract(aggregate.contract_id)
    row = read.fresh(aggregate)
    if row.delivered_by_id == actor.pk:
        raise NotAllowed("outcomes.deliverer_is_signer")
    if read.state(row) is not AggregateState.DELIVERED:
        raise RuleViolation("outcomes.aggregate_not_to_sign")
    if row.digest != digest:
        raise RuleViolation("outcomes.aggregate_changed")
    _require_whole(row)
    signature = AggregateSignature.objects.create(aggregate=row, digest=digest, signed_by=actor)
    _record(actor, row, "aggregate.signed")
    return signature


def verify_aggregate(*, actor: User, aggregate: Aggregate, note: str = "") -> AggregateVerification:
    """Accept signed figures; from now on they count at the next closing."""
    return _decide(actor, aggregate, Decision.VERIFIED, note)


def query_aggregate(*, actor: User, aggregate: Aggregate, question: str) -> AggregateVerification:
    """Ask the data holder something; the figures wait for the answer."""
    return _decide(actor, aggregate, Decision.QUERIED, question)


def reject_aggregate(*, actor: User, aggregate: Aggregate, reason: str) -> AggregateVerification:
    """Say that figures are not shown to be true; they never count, others may be delivered."""
    return _decide(actor, aggregate, Decision.REJECTED, reason)


@transaction.atomic
def _decide(
    actor: User, aggregate: Aggregate, decision: Decision, note: str
) -> AggregateVerification:
    access.require(actor, Action.VERIFY_MEASUREMENT, aggregate)
    lock_contract(aggregate.contract_id)
    row = read.fresh(aggregate)
    require_independent(
        submitter=row.delivered_by_id,
        verifier=actor.pk,
        other_roles=selectors.other_party_roles(actor, row.contract_id),
    )
    codes = {
        Decision.QUERIED: "outcomes.question_needed",
        Decision.REJECTED: "outcomes.reason_needed",
    }
    _require_text("note", note, codes.get(decision, ""))
    if read.state(row) not in {AggregateState.SIGNED, AggregateState.QUERIED}:
        raise RuleViolation("outcomes.aggregate_not_to_verify")
    if decision is Decision.VERIFIED:
        _require_whole(row)
    verification = AggregateVerification.objects.create(
        aggregate=row, verifier=actor, decision=decision, note=note.strip()
    )
    _record(actor, row, f"aggregate.{decision.value}")
    return verification


@transaction.atomic
def answer_aggregate(*, actor: User, aggregate: Aggregate, text: str) -> AggregateAnswer:
    """Answer the verifier's open question; the figures go back to the verifier."""
    access.require(actor, Action.DELIVER_AGGREGATE, aggregate)
    lock_contract(aggregate.contract_id)
    row = read.fresh(aggregate)
    _require_text("text", text, "outcomes.answer_needed")
    question = read.open_question(row)
    if question is None:
        raise RuleViolation("outcomes.no_open_question")
    answer = AggregateAnswer.objects.create(
        verification=question, text=text.strip(), answered_by=actor
    )
    _record(actor, row, "aggregate.question_answered")
    return answer


def _require_text(field: str, text: str, needed: str) -> None:
    if needed and not text.strip():
        raise RuleViolation(needed, field=field)
    if len(text.strip()) > MAX_TEXT:
        raise RuleViolation("outcomes.text_too_long", field=field, limit=MAX_TEXT)


def _record(actor: User, row: Aggregate, action: str) -> None:
    audit.record(
        actor=actor,
        action=action,
        target=row,
        contract_id=row.contract_id,
        after={"outcome": row.outcome_key, "period": row.period.number},
    )
