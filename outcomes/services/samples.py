"""A round of verification: the submission is locked, then the sample is drawn, looked at and
concluded. Nothing of it can be done twice, and nothing of it is taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import QuerySet

from contracts.models import Contract, ReportingPeriod
from outcomes import selectors
from outcomes.models import (
    Basis,
    Decision,
    Measurement,
    PopulationItem,
    RoundConclusion,
    SampleConfirmation,
    SampleDraw,
    SampleItem,
    Verification,
    VerificationRound,
)
from outcomes.rules import rounds as rules
from outcomes.rules import sampling
from outcomes.rules import verification as independence
from outcomes.rules.acceptance import Verdict
from outcomes.rules.rounds import PlanTerms
from outcomes.rules.sampling import Item, PlanKind, StratumField
from outcomes.selectors import disputes, samples
from outcomes.services.locking import lock_contract
from outcomes.states import MEASUREMENT, MeasurementState
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import RuleViolation
from sibportal.kernel.transitions import advance

if TYPE_CHECKING:
    from sibportal.accounts.models import User


@transaction.atomic
def lock_submission(*, actor: User, period: ReportingPeriod) -> VerificationRound:
    """Lock what waits for the verifier up to a period: cut-off, items and their digest.

    What is submitted from now on belongs to a later round. RuleViolation where nothing waits and
    while another round of the contract is open.
    """
    access.require(actor, Action.VERIFY_MEASUREMENT, period)
    contract = lock_contract(period.contract_id)
    _require_other_roles(actor, contract)
    if samples.open_round(contract.pk) is not None:
        raise RuleViolation("outcomes.round_open")
    plan = samples.plan_for(contract, period)
    terms = samples.plan_terms(plan)
    rows = list(
        samples.lockable(contract, period).select_related(
            "participant__cohort", "participant__served_by", "metric"
        )
    )
    if not rows:
        raise RuleViolation("outcomes.nothing_to_lock")
    items = [(row, Item(str(row.uuid), _stratum(row, terms))) for row in rows]
    people = len({row.participant_id for row in rows})
    sampled = sampling.is_sampled(terms.kind, people, terms.everybody_below)
    row = VerificationRound.objects.create(
        contract=contract,
        period=period,
        number=VerificationRound.objects.filter(contract=contract).count() + 1,
        plan=plan,
        kind=PlanKind.SAMPLE if sampled else PlanKind.FULL,
        measurement_cut_off=rows[-1].pk,
        population=len(rows),
        people=people,
        digest=sampling.population_digest([item for _row, item in items]),
        locked_by=actor,
    )
    PopulationItem.objects.bulk_create(
        PopulationItem(round=row, measurement=one, stratum=item.stratum) for one, item in items
    )
    _record(actor, row, "locked", {"items": len(rows), "people": people, "digest": row.digest})
    return row


def _stratum(row: Measurement, terms: PlanTerms) -> str:
    provider = row.participant.served_by
    words = {
        StratumField.COHORT: row.participant.cohort.code_prefix,
        StratumField.PROVIDER: provider.name if provider else "–",
        StratumField.METRIC: row.metric.code,
    }
    return samples.stratum_text([words[one] for one in terms.strata])


@transaction.atomic
def draw_sample(*, actor: User, row: VerificationRound) -> SampleDraw:
    """Draw the sample of a locked round; the database makes the seed. Once, for good."""
    access.require(actor, Action.VERIFY_MEASUREMENT, row)
    contract = lock_contract(row.contract_id)
    _require_other_roles(actor, contract)
    if SampleDraw.objects.filter(round=row).exists():
        raise RuleViolation("outcomes.sample_drawn_already")
    known = samples.population(row)
    items = [item for _pk, item in known]
    terms = samples.plan_terms(row.plan)
    design = rules.design(terms, items, row.people)
    made = SampleDraw.objects.create(
        round=row,
        size=design.size,
        acceptance_number=design.acceptance_number,
        drawn_by=actor,
    )
    made.refresh_from_db()
    keys = {item.id: pk for pk, item in known}
    SampleItem.objects.bulk_create(
        SampleItem(item_id=keys[item.id]) for item in sampling.draw(made.seed, items, design.size)
    )
    _record(actor, row, "drawn", {"size": made.size, "seed": made.seed})
    return made


def confirm(actor: User, item: PopulationItem, measurement: Measurement, note: str) -> None:
    """Note that the evidence of a sampled item shows what was reported, for services here.

    The measurement's own state waits for the conclusion: it would show who is in the sample.
    RuleViolation for an item that is not in the sample.
    """
    if not is_awaited(item):
        raise RuleViolation("outcomes.decided_by_its_round")
    advance(MEASUREMENT, measurement.state, MeasurementState.VERIFIED)
    confirm_together(actor, [item], note=note)


def confirm_together(actor: User, items: Sequence[PopulationItem], note: str = "") -> None:
    """The same for several items of one contract that wait, for services here."""
    SampleConfirmation.objects.bulk_create(
        SampleConfirmation(sampled_id=item.pk, confirmed_by=actor, note=note.strip())
        for item in items
    )
    for row, found in groupby(items, key=lambda item: item.round):
        _record(actor, row, "items_confirmed", {"items": len(list(found))})


def is_awaited(item: PopulationItem) -> bool:
    """Whether an item is in its round's sample and not confirmed yet."""
    sampled = getattr(item, "sampled", None)
    return sampled is not None and getattr(sampled, "confirmation", None) is None


@transaction.atomic
def conclude_round(
    *, actor: User, row: VerificationRound, trust_rest: bool = False, reason: str = ""
) -> RoundConclusion:
    """Conclude a round when every item of its sample is decided.

    Within the acceptance number the rest is verified by the sample, in one statement; what the
    actor submitted is left out. Beyond it everything is looked at, or the rest is verified all
    the same (`trust_rest`, with a reason) where the plan leaves that to the verifier.
    """
    access.require(actor, Action.VERIFY_MEASUREMENT, row)
    contract = lock_contract(row.contract_id)
    _require_other_roles(actor, contract)
    row = VerificationRound.objects.select_related("draw", "plan").get(pk=row.pk)
    if getattr(row, "draw", None) is None:
        raise RuleViolation("outcomes.sample_not_drawn")
    if RoundConclusion.objects.filter(round=row).exists():
        raise RuleViolation("outcomes.round_concluded_already")
    found = samples.standing(row)
    terms = samples.plan_terms(row.plan)
    verdict = rules.conclude(
        [one.finding for one in found.items],
        accepted=row.draw.acceptance_number,
        beyond=terms.beyond,
        open_disputes=disputes.open_in_round(row),
        trust_rest=trust_rest,
        reason=reason,
    )
    _apply_confirmations(row)
    trusts = verdict in {Verdict.ACCEPTED, Verdict.ESTIMATE}
    rest = _verify_rest(actor, row) if trusts else 0
    estimated = rules.estimate(terms, found.errors, len(found.items), row.population)
    made = RoundConclusion.objects.create(
        round=row,
        verdict=verdict.value,
        looked_at=len(found.items),
        errors=found.errors,
        rest_verified=rest,
        estimate=None if estimated is None else _as_text(estimated),
        reason=reason.strip(),
        concluded_by=actor,
    )
    _record(actor, row, "concluded", {"verdict": made.verdict, "errors": made.errors, "rest": rest})
    return made


def _apply_confirmations(row: VerificationRound) -> None:
    """What was confirmed becomes verified, by whoever confirmed it."""
    _insert_verifications(
        """
        SELECT item.measurement_id, made.confirmed_by_id, %(decision)s, %(item)s, '',
               STATEMENT_TIMESTAMP()
          FROM outcomes_sampleconfirmation made
          JOIN outcomes_populationitem item ON item.id = made.sampled_id
          JOIN outcomes_measurement measurement ON measurement.id = item.measurement_id
         WHERE item.round_id = %(round)s AND measurement.state = %(checked)s
        """,
        {"round": row.pk},
    )
    confirmed = Measurement.objects.filter(
        population_item__round=row, population_item__sampled__confirmation__isnull=False
    )
    _become_verified(confirmed)


def _verify_rest(actor: User, row: VerificationRound) -> int:
    """Verify what was not looked at, except what the actor submitted; returns how many."""
    _insert_verifications(
        """
        SELECT item.measurement_id, %(actor)s, %(decision)s, %(sample)s, '', STATEMENT_TIMESTAMP()
          FROM outcomes_populationitem item
          JOIN outcomes_measurement measurement ON measurement.id = item.measurement_id
         WHERE item.round_id = %(round)s AND measurement.state = %(checked)s
           AND measurement.submitted_by_id <> %(actor)s
        """,
        {"round": row.pk, "actor": actor.pk},
    )
    rest = Measurement.objects.filter(population_item__round=row).exclude(submitted_by=actor)
    return _become_verified(rest)


def _insert_verifications(select: str, params: dict[str, Any]) -> None:
    words = {
        "decision": Decision.VERIFIED.value,
        "item": Basis.ITEM.value,
        "sample": Basis.SAMPLE.value,
        "checked": MeasurementState.CHECKED.value,
    }
    into = "measurement_id, verifier_id, decision, basis, note, decided_at"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Verification._meta.db_table} ({into}) {select}",
            words | params,
        )


def _become_verified(rows: QuerySet[Measurement]) -> int:
    advance(MEASUREMENT, MeasurementState.CHECKED, MeasurementState.VERIFIED)
    return rows.filter(state=MeasurementState.CHECKED).update(state=MeasurementState.VERIFIED)


def _require_other_roles(actor: User, contract: Contract) -> None:
    """The verifier's organisation plays no other part (decision 11); items are asked one by one."""
    independence.require_independent(
        submitter=None,
        verifier=actor.pk,
        other_roles=selectors.other_party_roles(actor, contract.pk),
    )


def _as_text(found: Any) -> dict[str, Any]:
    return {
        "share": str(found.share),
        "share_low": str(found.share_low),
        "share_high": str(found.share_high),
        "number": found.number,
        "number_low": found.number_low,
        "number_high": found.number_high,
    }


def _record(actor: User, row: VerificationRound, what: str, after: dict[str, Any]) -> None:
    """Events of a round are about the round: who may not see it does not see them either."""
    audit.record(
        actor=actor,
        action=f"verification_round.{what}",
        target=row,
        contract_id=row.contract_id,
        after={"round": row.number} | after,
    )
