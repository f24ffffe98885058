"""Register data in words: agreements, how far deliveries are, figures of groups, what is odd."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.rules.terms.words import ComparisonDesign
from outcomes.forms.aggregates import DESIGNS, GROUPS
from outcomes.models import FindingSeverity
from outcomes.rules.aggregates.needs import needs
from outcomes.rules.aggregates.words import AggregateState, DeliveryStatus, Group
from outcomes.rules.disclosure import group_may_be_told
from outcomes.selectors.aggregated import delivered
from outcomes.views.common import outcome_title, shown
from sibportal.web import formats
from sibportal.web.components import Check, Filter, LogEntry, Status, Tone
from sibportal.web.localised import localised
from sibportal.web.messages import sentence

if TYPE_CHECKING:
    from contracts.models import Contract, ReportingPeriod
    from contracts.rules.terms import TermsDocument
    from outcomes.models import Aggregate, DataDelivery, Result
    from outcomes.rules.aggregates.figures import GroupFigures
    from outcomes.selectors.aggregates import Expected

DIGEST_SHOWN = 12


def agreement(row: DataDelivery, document: TermsDocument | None) -> dict[str, object]:
    """One agreement as key and value."""
    until = row.permit_valid_until
    valid = formats.day(row.permit_valid_from)
    valid += f" – {formats.last_day(until)}" if until else " –"
    periods = ", ".join(map(str, row.periods)) or _("Every period")
    return {
        "row": row,
        "title": ", ".join(outcome_title(document, key) for key in row.outcomes),
        "pairs": [
            (_("Data holder"), row.holder.organisation.name),
            (_("Periods"), periods),
            (_("Days after the end of a period"), formats.number(row.lag_days)),
            (_("Permit"), row.permit_reference),
            (_("Permit valid"), valid),
            (_("Legal basis"), row.legal_basis),
            (_("How the figures are made"), localised(row, "method")),
            (_("Written down by"), f"{row.agreed_by.name}, {formats.moment(row.agreed_at)}"),
        ],
    }


def expected(
    one: Expected, document: TermsDocument | None, *, may_see: bool, may_deliver: bool
) -> dict[str, object]:
    """One line of the schedule; the figures themselves for whoever may see them."""
    return {
        "title": outcome_title(document, one.outcome),
        "one": one,
        "holder": one.delivery.holder.organisation.name,
        "status": delivery_status(one.status),
        "aggregate": one.aggregate if may_see else None,
        "may_deliver": may_deliver and one.is_open,
    }


def unplanned(document: TermsDocument | None, found: Iterable[DataDelivery]) -> list[str]:
    """The outcomes that need a register and that no agreement covers."""
    planned = {key for one in found for key in one.outcomes}
    needed = needs(document) if document else {}
    return [outcome_title(document, key) for key in needed if key not in planned]


def delivery_status(status: DeliveryStatus) -> Status:
    """How far a delivery is, as a tag."""
    tones: dict[DeliveryStatus, tuple[Tone, str]] = {
        DeliveryStatus.NOT_DUE: ("neutral", _("Not due yet")),
        DeliveryStatus.DUE: ("warning", _("Due")),
        DeliveryStatus.LATE: ("danger", _("Late")),
        DeliveryStatus.TO_SIGN: ("info", _("Waits for the second person")),
        DeliveryStatus.TO_VERIFY: ("info", _("Waits for the verifier")),
        DeliveryStatus.TO_MEND: ("warning", _("Waits for the data holder")),
        DeliveryStatus.DONE: ("verified", _("Verified")),
    }
    return Status(*tones[status])


def state_status(state: AggregateState) -> Status:
    """What was done with figures last, as a tag."""
    tones: dict[AggregateState, tuple[Tone, str]] = {
        AggregateState.DELIVERED: ("new", _("Waits for the second person")),
        AggregateState.SIGNED: ("info", _("Waits for the verifier")),
        AggregateState.QUERIED: ("warning", _("Verifier asks")),
        AggregateState.VERIFIED: ("verified", _("Verified")),
        AggregateState.REJECTED: ("danger", _("Rejected")),
        AggregateState.REPLACED: ("neutral", _("Replaced by a correction")),
    }
    return Status(*tones[state])


def ways(
    row: DataDelivery, period: ReportingPeriod, outcome: str, *, by_file: bool = False
) -> list[Filter]:
    """The two ways to deliver: figures that are typed, or rows that are counted."""
    place = (row.pk, period.number, outcome)
    typed = reverse("outcomes:aggregate-deliver", args=place)
    rows = reverse("outcomes:extract-upload", args=place)
    return [
        Filter(_("Type the figures"), typed, current=not by_file),
        Filter(_("From a file of coded rows"), rows, current=by_file),
    ]


def groups(row: Aggregate) -> list[dict[str, object]]:
    """The figures of each delivered group as a table shows them."""
    return groups_of(delivered(row).groups)


def groups_of(found: Iterable[GroupFigures]) -> list[dict[str, object]]:
    """Figures of groups as a table shows them."""
    order = list(Group)
    return [
        {
            "title": GROUPS[one.group],
            "days": f"{formats.day(one.from_day)} – {formats.last_day(one.until)}",
            "people": one.people,
            "figure": _figure(one),
            "average": _average(one),
            "source": from_rows(one.people) if one.rows_digest else "",
        }
        for one in sorted(found, key=lambda group: order.index(group.group))
    ]


def from_rows(count: int) -> str:
    """What figures were counted from, one row a person."""
    text = ngettext("Counted from %(count)s coded row", "Counted from %(count)s coded rows", count)
    return text % {"count": formats.number(count)}


def has_rows(row: Aggregate) -> bool:
    """Whether any group was counted from rows."""
    return any(one.rows_digest for one in row.groups.all())


def _figure(one: GroupFigures) -> str:
    if one.total is not None:
        return formats.displayed(one.total.normalize())
    text = formats.number(one.reached or 0)
    if one.events is not None:
        text = _("%(people)s, %(times)s times") % {
            "people": text, "times": formats.number(one.events)
        }  # fmt: skip
    return text


def _average(one: GroupFigures) -> str:
    """The share, or the mean with its spread."""
    if one.share is not None:
        return formats.percent(one.share)
    if one.mean is None:
        return "–"
    mean = formats.number(one.mean, places=2)
    if one.deviation is None:
        return mean
    spread = formats.number(one.deviation, places=2)
    return _("%(mean)s (standard deviation %(spread)s)") % {"mean": mean, "spread": spread}


def facts(row: Aggregate) -> list[tuple[str, object]]:
    """Everything beside the groups."""
    found: list[tuple[str, object]] = [
        (_("Data holder"), row.delivery.holder.organisation.name),
        (_("Period"), row.period.number),
        (_("Permit"), row.delivery.permit_reference),
    ]
    if row.design:
        formed = DESIGNS[ComparisonDesign(row.design)]
        found.append((_("How the comparison group was formed"), formed))
    if row.estimate is not None:
        found.append((_("Estimated effect"), _estimate(row)))
    for label, text in (
        (_("Method"), row.method or str(localised(row.delivery, "method"))),
        (_("Note"), row.note),
        (_("Reason for the correction"), row.correction_reason),
    ):
        if text:
            found.append((label, text))
    found.append((_("Digest"), row.digest[:DIGEST_SHOWN]))
    if row.file_digest:
        found.append((_("Digest of the data holder's file"), row.file_digest[:DIGEST_SHOWN]))
    return found


def _estimate(row: Aggregate) -> str:
    value = formats.displayed(row.estimate.normalize()) if row.estimate is not None else ""
    if row.estimate_low is None or row.estimate_high is None:
        return value
    return _("%(value)s (%(low)s to %(high)s)") % {
        "value": value,
        "low": formats.displayed(row.estimate_low.normalize()),
        "high": formats.displayed(row.estimate_high.normalize()),
    }


def checks(row: Aggregate) -> list[Check]:
    """What is odd in the figures; one line says that nothing is."""
    found = [
        Check(
            "look" if one.severity == FindingSeverity.LOOK else "ok",
            sentence(one.code, **_named(one.params)),
        )
        for one in row.findings.all()
    ]
    clean = _("The figures fit each other, the metric's range and the people enrolled.")
    return found or [Check("ok", clean)]


def _named(params: dict[str, object]) -> dict[str, object]:
    """Stored parameters, the group by its name."""
    found = dict(shown(params))
    if group := found.get("group"):
        found["group"] = str(GROUPS[Group(str(group))])
    return found


def history(row: Aggregate) -> list[LogEntry]:
    """Who delivered, signed and decided, and when."""
    entries = [
        LogEntry(row.delivered_at, _("Delivered (%(door)s)") % {"door": row.get_door_display()},
                 "send", row.delivered_by.name)
    ]  # fmt: skip
    signature = getattr(row, "signature", None)
    if signature is not None:
        entries.append(
            LogEntry(signature.signed_at, _("Signed"), "user-check", signature.signed_by.name)
        )
    for one in row.verifications.all():
        who, text = one.verifier.name, one.get_decision_display()
        entries.append(LogEntry(one.decided_at, text, "shield-check", who, one.note))
        answer = getattr(one, "answer", None)
        if answer is not None:
            who = answer.answered_by.name
            entries.append(
                LogEntry(answer.answered_at, _("Answered"), "message-square", who, answer.text)
            )
    return entries


def of_register(row: Result, contract: Contract, *, every: bool) -> list[str]:
    """What a result rests on and is compared with from a register, line by line; without `every`,
    counts that could point at somebody are left out (decision 22)."""
    found = [_("From a register, for the whole group; no single person is measured.")]
    found = found if row.of_group else []
    for group in (Group.BEFORE, Group.COMPARISON, Group.COMPARISON_BEFORE):
        kept = row.references.get(str(group))
        if kept is not None:
            text = _compared(kept, None if every else contract.small_number_limit)
            found.append(_("%(group)s: %(text)s") % {"group": GROUPS[group], "text": text})
    if (estimate := row.references.get("estimate")) is not None:
        value = formats.displayed(Decimal(estimate["value"]))
        found.append(_("Estimated effect: %(value)s") % {"value": value})
    return found


def _compared(kept: dict[str, Any], limit: int | None) -> str:
    people, reached, total = kept["people"], kept["reached"], kept["total"]
    is_sum = total is not None
    if limit is not None and not group_may_be_told(people, reached, limit, is_sum=is_sum):
        return _("too few people to show")
    if people == 0:
        return _("nobody")
    if total is not None:
        mean = formats.number(Decimal(total) / people, places=2)
        words = {"mean": mean, "people": formats.number(people)}
        return _("%(mean)s on average, %(people)s people") % words
    share = formats.percent(Decimal(reached) / people)
    words = {"reached": formats.number(reached), "people": formats.number(people), "share": share}
    return _("%(reached)s of %(people)s (%(share)s)") % words
