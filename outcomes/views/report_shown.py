"""The report of a round in words: one rendering for the page, the paper and the PDF.

Who may not see small counts reads no number of errors that could point at somebody, and who is in
the sample is told only to those who may see it.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from contracts.rules.terms.document import MetricReference
from outcomes.models import Ruling, Verdict
from outcomes.rules import disclosure
from outcomes.rules.rounds import PlanTerms
from outcomes.rules.sampling import Beyond, PlanKind, StratumField
from outcomes.selectors.submission import metrics_of
from outcomes.views.common import metric_title, number_text
from outcomes.views.plans import plan_pairs
from sibportal.web import formats
from sibportal.web.pdf import Report, Section

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrOrPromise as Text

    from contracts.models import Metric
    from outcomes.models import VerificationReport


def report(
    content: Mapping[str, Any],
    *,
    signed: VerificationReport | None,
    sees_items: bool,
    sees_counts: bool,
    limit: int,
) -> Report:
    """The whole report as `viewer` may read it; `limit` is the contract's limit of small counts."""
    period = content["period"]
    params = {
        "code": content["contract"]["code"],
        "period": period["number"],
        "round": content["round"]["number"],
    }
    sections = [
        _result(content, sees_counts=sees_counts, limit=limit),
        Section(_("The agreed plan"), pairs=tuple(plan_pairs(_terms(content["plan"])))),
        _lock(content["lock"]),
        _draw(content["draw"], content["lock"], sees_items=sees_items),
    ]
    if sees_items:
        sections.append(_items(content["items"]))
        sections.append(_disputes(content["disputes"]))
    if signed is not None:
        sections.append(_signature(signed))
    return Report(
        title=_("Verification report %(code)s, period %(period)s, round %(round)s") % params,
        subtitle=_("%(first)s to %(last)s")
        % {
            "first": formats.day(date.fromisoformat(period["starts_on"])),
            "last": formats.last_day(date.fromisoformat(period["ends_on"])),
        },
        author=content["conclusion"]["by"],
        footer=signed.digest if signed else _("Not signed"),
        sections=tuple(sections),
    )


def _terms(plan: Mapping[str, Any]) -> PlanTerms:
    shares = {name: Decimal(plan[name]) for name in plan if name.endswith("_percent")}
    return PlanTerms(
        kind=PlanKind(plan["kind"]),
        everybody_below=plan["everybody_below"],
        strata=tuple(StratumField(one) for one in plan["strata"]),
        beyond=Beyond(plan["beyond"]),
        dispute_days=plan["dispute_days"],
        **shares,
    )


def _result(content: Mapping[str, Any], *, sees_counts: bool, limit: int) -> Section:
    found, lock = content["conclusion"], content["lock"]
    right = found["looked_at"] - found["errors"]
    hides = not sees_counts and (
        disclosure.is_small(found["errors"], limit) or disclosure.is_small(right, limit)
    )
    accepted = content["draw"]["acceptance_number"]
    pairs: list[tuple[Text, Text]] = [
        (_("Verdict"), Verdict(found["verdict"]).label),
        (_("Measurements locked"), formats.number(lock["population"])),
        (_("Looked at"), formats.number(found["looked_at"])),
        (_("Wrong"), _("few, not shown") if hides else formats.number(found["errors"])),
    ]
    if accepted is not None:
        pairs.append((_("Accepted at most"), formats.number(accepted)))
    if found["estimate"] and not hides:
        pairs.append((_("Wrong in all, estimated"), _estimate(found["estimate"])))
    pairs.append((_("Verified by the sample"), formats.number(found["rest_verified"])))
    if found["reason"] and sees_counts:
        pairs.append((_("The verifier's reason"), found["reason"]))
    pairs.append((_("Concluded"), _by(found)))
    return Section(_("What the verification shows"), pairs=tuple(pairs))


def _estimate(found: Mapping[str, Any]) -> Text:
    params = {
        name: formats.number(found[name]) for name in ("number", "number_low", "number_high")
    } | {
        name: formats.percent(Decimal(found[name])) for name in ("share", "share_low", "share_high")
    }
    return _(
        "%(number)s (%(number_low)s to %(number_high)s), which is %(share)s (%(share_low)s to "
        "%(share_high)s); exact interval of Clopper and Pearson for a finite population"
    ) % params  # fmt: skip


def _lock(lock: Mapping[str, Any]) -> Section:
    return Section(
        _("The locked submission"),
        pairs=(
            (_("Locked"), _by(lock)),
            (_("People"), formats.number(lock["people"])),
            (_("Cut-off"), formats.number(lock["cut_off"])),
            (_("Digest of the items"), lock["digest"]),
        ),
    )


def _draw(draw: Mapping[str, Any], lock: Mapping[str, Any], *, sees_items: bool) -> Section:
    pairs: list[tuple[Text, Text]] = [
        (_("Drawn"), _by(draw)),
        (
            _("Size of the sample"),
            _("%(size)s of %(population)s")
            % {
                "size": formats.number(draw["size"]),
                "population": formats.number(lock["population"]),
            },
        ),
    ]
    if sees_items:
        pairs.append((_("Seed"), draw["seed"]))
    rows: tuple[tuple[Text, ...], ...] = ()
    if len(draw["strata"]) > 1 and sees_items:
        rows = tuple(
            (one["name"], formats.number(one["size"]), formats.number(one["drawn"]))
            for one in draw["strata"]
        )
    header = (_("Part"), _("Measurements"), _("Looked at")) if rows else ()
    return Section(_("The draw"), pairs=tuple(pairs), header=header, rows=rows)


def _items(items: list[Mapping[str, Any]]) -> Section:
    named = [MetricReference(one["metric"], one["metric_version"]) for one in items]
    metrics = metrics_of(named)
    rows = tuple(
        (
            one["participant"],
            metric_title(metrics[name]),
            formats.day(date.fromisoformat(one["measured_on"])),
            _value(metrics[name], one["reported"]),
            _("Right") if one["right"] else _("Wrong"),
            _shown_instead(metrics[name], one),
            one["by"],
        )
        for name, one in zip(named, items, strict=True)
    )
    header = (
        _("Participant"), _("Metric"), _("Measured on"), _("As reported"), _("Finding"),
        _("What the evidence shows"), _("Looked at by"),
    )  # fmt: skip
    return Section(_("What was looked at"), header=header, rows=rows)


def _shown_instead(metric: Metric, one: Mapping[str, Any]) -> str:
    """What was found instead, where it was another value, and the note."""
    found = "" if one["found"] is None else _value(metric, one["found"])
    return ". ".join(filter(None, (found, one["note"])))


def _value(metric: Metric, text: str | None) -> str:
    return _("Not reached") if text is None else number_text(metric, Decimal(text))


def _disputes(disputes: list[Mapping[str, Any]]) -> Section:
    if not disputes:
        return Section(_("Disputes"), text=_("No rejection was disputed before the signature."))
    rows = tuple(
        (
            one["participant"],
            one["party"],
            one["reason"],
            Ruling(one["outcome"]).label if one["outcome"] else _("Waits for its decision"),
            one["ruling_reason"],
        )
        for one in disputes
    )
    header = (_("Participant"), _("Party"), _("Reason"), _("Decision"), _("Why"))
    return Section(_("Disputes"), header=header, rows=rows)


def _signature(signed: VerificationReport) -> Section:
    return Section(
        _("Signature"),
        pairs=(
            (_("Signed by"), signed.signed_by.get_full_name()),
            (_("Signed at"), formats.moment(signed.signed_at)),
            (_("Digest of the content"), signed.digest),
        ),
    )


def _by(part: Mapping[str, Any]) -> str:
    return f"{formats.moment(datetime.fromisoformat(part['at']))}, {part['by']}"
