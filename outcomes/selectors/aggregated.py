"""What registers delivered, as a closing counts it: signed, verified and not replaced, as the
cut-offs saw it. Figures are to date, so of each outcome those of the latest period hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from contracts.models import ReportingPeriod
from outcomes.models import Aggregate, AggregateVerification, Decision
from outcomes.rules.aggregates import figures as rules
from outcomes.rules.aggregates.figures import Delivered, GroupFigures, SignedEstimate
from outcomes.rules.aggregates.needs import needs
from outcomes.rules.aggregates.words import Group
from outcomes.rules.closing import CutOff, PinnedDelivery
from outcomes.rules.closing import with_deliveries as digest_with
from outcomes.rules.figures import Figures
from outcomes.selectors.pinned import Pinned, Scene

Rows = Sequence[Aggregate]


@dataclass(frozen=True)
class Deliveries:
    """The deliveries that a closing pins; by outcome the one that holds, the figures of outcomes
    that rest on it, and what others are compared with."""

    rows: Rows
    holding: dict[str, Aggregate] = field(default_factory=dict)
    figures: dict[str, Figures] = field(default_factory=dict)
    references: dict[str, dict[str, Any]] = field(default_factory=dict)

    def pinned(self, rows: Pinned) -> Pinned:
        """Rows of people and deliveries together."""
        return _pinned(rows, self.rows)

    def result(self, outcome: str) -> dict[str, Any]:
        """What a result keeps of the register beside its figures."""
        return {
            "aggregate": self.holding.get(outcome),
            "of_group": outcome in self.figures,
            "references": self.references.get(outcome, {}),
        }


def deliveries(scene: Scene, known: CutOff | None = None) -> Deliveries:
    """What a closing counts of registers, under the terms of the scene; with `known`, each delivery
    that it counted as it was corrected up to a later cut-off."""
    contract_id, number = scene.period.contract_id, scene.period.number
    rows = standing(contract_id, number, scene.cut_off)
    earlier = standing(contract_id, number - 1, scene.previous)
    if known is not None:
        rows, earlier = corrected(rows, known), corrected(earlier, known)
    before = _latest(earlier)
    holding, figures, references = {}, {}, {}
    for key, need in needs(scene.terms).items():
        row = _latest(rows).get(key)
        what = delivered(row) if row else None
        if row and what:
            holding[key] = row
            references[key] = rules.references(what, need.outcome)
        if Group.PARTICIPANTS in need.groups:
            then = delivered(before[key]) if key in before else None
            figures[key] = (
                rules.figures(what, then, need.outcome) if what else rules.nobody(need.outcome)
            )
    return Deliveries(rows, holding, figures, references)


def standing(contract_id: UUID, number: int, cut_off: CutOff) -> list[Aggregate]:
    """The deliveries of a contract's periods up to a number that stand at the cut-offs."""
    if not cut_off.aggregate:
        return []
    return list(verified(cut_off).filter(contract=contract_id, period__number__lte=number))


def verified(cut_off: CutOff) -> QuerySet[Aggregate]:
    """Figures that a second person signed and the verifier accepted, and that nothing replaced."""
    decisions = AggregateVerification.objects.filter(
        aggregate=OuterRef("pk"), pk__lte=cut_off.aggregate_verification
    ).order_by("-pk")
    replaced = Aggregate.objects.filter(supersedes=OuterRef("pk"), pk__lte=cut_off.aggregate)
    return (
        Aggregate.objects.filter(~Exists(replaced), pk__lte=cut_off.aggregate)
        .annotate(decided=Subquery(decisions.values("decision")[:1]))
        .filter(decided=Decision.VERIFIED, signature__isnull=False)
        .select_related("period")
        .prefetch_related("groups")
        .order_by("pk")
    )


def corrected(rows: Rows, known: CutOff) -> list[Aggregate]:
    """Each delivery, or the correction that stands in its place at a later cut-off."""
    if not rows:
        return []
    contract_id = rows[0].contract_id
    standing_now = {row.pk: row for row in verified(known).filter(contract=contract_id)}
    replaced = Aggregate.objects.filter(contract=contract_id, supersedes__isnull=False)
    follows = dict(replaced.filter(pk__lte=known.aggregate).values_list("supersedes", "pk"))
    found = []
    for row in rows:
        pk = row.pk
        while pk in follows:
            pk = follows[pk]
        # A correction that nobody has verified yet changes nothing.
        found.append(standing_now.get(pk, row))
    return found


def with_deliveries(rows: Pinned, period: ReportingPeriod, cut_off: CutOff) -> Pinned:
    """The rows of people that a closing pinned, with the deliveries that it pinned."""
    return _pinned(rows, standing(period.contract_id, period.number, cut_off))


def delivered(row: Aggregate) -> Delivered:
    """A delivery as the rules read it."""
    estimate = None
    if row.estimate is not None:
        estimate = SignedEstimate(row.estimate, row.estimate_low, row.estimate_high)
    return Delivered(
        outcome=row.outcome_key,
        period=row.period.number,
        groups=tuple(
            GroupFigures(
                group=Group(one.group),
                from_day=one.from_day,
                until=one.until,
                people=one.people,
                reached=one.reached,
                events=one.events,
                total=one.total,
                deviation=one.deviation,
                rows_digest=one.rows_digest,
            )
            for one in row.groups.all()
        ),
        design=row.design,
        method=row.method,
        estimate=estimate,
        note=row.note,
        file_digest=row.file_digest,
    )


def _latest(rows: Rows) -> dict[str, Aggregate]:
    ordered = sorted(rows, key=lambda row: row.period.number)
    return {row.outcome_key: row for row in ordered}


def _pinned(rows: Pinned, found: Rows) -> Pinned:
    lines = [
        PinnedDelivery(one.pk, one.period.number, one.outcome_key, one.digest) for one in found
    ]
    return replace(rows, digest=digest_with(rows.digest, lines), deliveries=len(lines))
