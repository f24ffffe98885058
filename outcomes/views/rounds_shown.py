"""A round of verification in words and figures: stages, counts, facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from outcomes.rules.rounds import Finding
from sibportal.web import formats
from sibportal.web.components import Kpi, Meter, Stage, Status

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Text

    from outcomes.models import VerificationRound
    from outcomes.selectors.samples import Standing


def status(finding: Finding) -> Status:
    """What is known of one item."""
    return {
        Finding.OPEN: Status("new", _("To look at")),
        Finding.ASKED: Status("warning", _("Waits for the provider")),
        Finding.RIGHT: Status("verified", _("Right")),
        Finding.WRONG: Status("danger", _("Wrong")),
    }[finding]


def stages(row: VerificationRound, standing: Standing) -> list[Stage]:
    """Locked, drawn, looked at, concluded, signed."""
    drawn = getattr(row, "draw", None) is not None
    concluded = getattr(row, "conclusion", None) is not None
    looked = drawn and standing.decided == len(standing.items)
    done = [
        True, drawn, looked or concluded, concluded, getattr(row, "report", None) is not None,
    ]  # fmt: skip
    labels = [_("Locked"), _("Drawn"), _("Looked at"), _("Concluded"), _("Report signed")]
    current = done.index(False) if False in done else len(done)
    return [
        Stage(label, "done" if place < current else "current" if place == current else "todo")
        for place, label in enumerate(labels)
    ]


def kpis(row: VerificationRound, standing: Standing) -> list[Kpi]:
    """The population, the sample and how far it is, what is wrong against what is accepted."""
    found = [
        Kpi(
            _("Measurements locked"),
            formats.number(row.population),
            detail=_("of %(people)s people") % {"people": formats.number(row.people)},
        )
    ]
    drawn = getattr(row, "draw", None)
    if drawn is None:
        return found
    accepted = drawn.acceptance_number
    found.append(
        Kpi(
            _("Looked at"),
            formats.number(standing.decided),
            of=_("of %(size)s") % {"size": formats.number(drawn.size)},
            meter=Meter(standing.decided, drawn.size),
        )
    )
    wrong = (
        _("everything is looked at")
        if accepted is None
        else _("at most %(accepted)s are accepted") % {"accepted": formats.number(accepted)}
    )
    return [*found, Kpi(_("Wrong"), formats.number(standing.errors), detail=wrong)]


def facts(row: VerificationRound, *, sees: bool) -> list[tuple[Text, Text]]:
    """What makes the round repeatable; the seed only for those who may see the sample."""
    pairs: list[tuple[Text, Text]] = [
        (_("Locked"), _by(formats.moment(row.locked_at), row.locked_by.get_full_name())),
        (_("Cut-off"), formats.number(row.measurement_cut_off)),
        (_("Digest of the items"), row.digest),
    ]
    drawn = getattr(row, "draw", None)
    if drawn is not None:
        pairs.append(
            (_("Drawn"), _by(formats.moment(drawn.drawn_at), drawn.drawn_by.get_full_name()))
        )
        if sees:
            pairs.append((_("Seed"), drawn.seed))
    conclusion = getattr(row, "conclusion", None)
    if conclusion is not None:
        who = conclusion.concluded_by.get_full_name()
        pairs += [
            (_("Concluded"), _by(formats.moment(conclusion.concluded_at), who)),
            (_("Verdict"), conclusion.get_verdict_display()),
            (_("Verified by the sample"), formats.number(conclusion.rest_verified)),
        ]
    return pairs


def _by(moment: str, who: str) -> str:
    return f"{moment}, {who}"
