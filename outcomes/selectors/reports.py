"""What the report of a round says: gathered once, frozen by the signature, shown from then on."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime

from outcomes.models import (
    Decision,
    PopulationItem,
    SampleItem,
    Verification,
    VerificationDispute,
    VerificationRound,
)
from outcomes.rules.rounds import Finding
from outcomes.selectors.samples import Looked, plan_terms, standing

if TYPE_CHECKING:
    from datetime import datetime

    from sibportal.accounts.models import User

SCHEMA_VERSION = 1


def report_content(row: VerificationRound) -> dict[str, Any]:
    """The whole report of a concluded round, ready for JSON: people by code, figures as text."""
    found = standing(row).items
    period, draw, conclusion = row.period, row.draw, row.conclusion
    return {
        "schema_version": SCHEMA_VERSION,
        "contract": {"id": str(row.contract_id), "code": row.contract.code},
        "period": {
            "number": period.number,
            "starts_on": period.starts_on.isoformat(),
            "ends_on": period.ends_on.isoformat(),
        },
        "round": {"id": str(row.pk), "number": row.number, "kind": row.kind},
        "plan": _plan(row),
        "lock": {
            "at": _moment(row.locked_at),
            "by": _person(row.locked_by),
            "cut_off": row.measurement_cut_off,
            "population": row.population,
            "people": row.people,
            "digest": row.digest,
        },
        "draw": {
            "at": _moment(draw.drawn_at),
            "by": _person(draw.drawn_by),
            "seed": draw.seed,
            "size": draw.size,
            "acceptance_number": draw.acceptance_number,
            "strata": _strata(row),
        },
        "items": _items(found),
        "conclusion": {
            "at": _moment(conclusion.concluded_at),
            "by": _person(conclusion.concluded_by),
            "verdict": conclusion.verdict,
            "looked_at": conclusion.looked_at,
            "errors": conclusion.errors,
            "rest_verified": conclusion.rest_verified,
            "estimate": conclusion.estimate,
            "reason": conclusion.reason,
        },
        "disputes": _disputes(row),
    }


def _plan(row: VerificationRound) -> dict[str, Any]:
    terms = plan_terms(row.plan)
    return {
        "version": None if row.plan is None else row.plan.version,
        "kind": terms.kind.value,
        "everybody_below": terms.everybody_below,
        "confidence_percent": str(terms.confidence_percent),
        "margin_percent": str(terms.margin_percent),
        "expected_percent": str(terms.expected_percent),
        "tolerable_percent": str(terms.tolerable_percent),
        "strata": [one.value for one in terms.strata],
        "beyond": terms.beyond.value,
        "dispute_days": terms.dispute_days,
    }


def _strata(row: VerificationRound) -> list[dict[str, Any]]:
    sizes = Counter(PopulationItem.objects.filter(round=row).values_list("stratum", flat=True))
    drawn = Counter(
        SampleItem.objects.filter(item__round=row).values_list("item__stratum", flat=True)
    )
    return [{"name": name, "size": sizes[name], "drawn": drawn[name]} for name in sorted(sizes)]


def _items(found: tuple[Looked, ...]) -> list[dict[str, Any]]:
    latest: dict[int, Verification] = {}
    decisions = Verification.objects.filter(
        measurement__in=[one.measurement.pk for one in found]
    ).select_related("verifier")
    for decision in decisions.order_by("pk"):
        latest[decision.measurement_id] = decision
    return [_item(one, latest.get(one.measurement.pk)) for one in found]


def _item(one: Looked, decision: Verification | None) -> dict[str, Any]:
    row = one.measurement
    rejected = decision is not None and decision.decision == Decision.REJECTED
    confirmation = getattr(one.sampled, "confirmation", None)
    note = decision.note if decision is not None and rejected else ""
    return {
        "id": str(row.uuid),
        "participant": row.participant.code,
        "metric": row.metric.code,
        "metric_version": row.metric.version,
        "point": row.point_key,
        "measured_on": row.measured_on.isoformat(),
        "reported": None if row.value is None else str(row.value),
        "found": None
        if decision is None or decision.found_value is None
        else str(decision.found_value),
        "right": one.finding is Finding.RIGHT,
        "note": note or (confirmation.note if confirmation else ""),
        "state": row.state,
        "by": _person(confirmation.confirmed_by)
        if confirmation
        else (_person(decision.verifier) if decision else ""),
    }


def _disputes(row: VerificationRound) -> list[dict[str, Any]]:
    rows = VerificationDispute.objects.filter(
        verification__measurement__population_item__round=row
    ).select_related("verification__measurement__participant", "party__organisation", "ruling")
    found = []
    for one in rows.order_by("raised_at"):
        ruling = getattr(one, "ruling", None)
        found.append(
            {
                "measurement": str(one.verification.measurement.uuid),
                "participant": one.verification.measurement.participant.code,
                "party": one.party.organisation.name,
                "reason": one.reason,
                "raised_on": one.raised_on.isoformat(),
                "outcome": ruling.outcome if ruling else "",
                "ruling_reason": ruling.reason if ruling else "",
                "ruled_on": ruling.ruled_on.isoformat() if ruling else "",
            }
        )
    return found


def _person(user: User) -> str:
    return user.get_full_name()


def _moment(at: datetime) -> str:
    return localtime(at).isoformat(timespec="seconds")
