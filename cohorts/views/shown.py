"""How things of this app look on a page: tags, counts that may be hidden, the intake chart."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from cohorts.models import Participant
from cohorts.selectors import IntakePoint, IntakeSummary
from cohorts.states import ExitReason, ReferralState
from contracts.rules.terms.words import LeavingTreatment
from sibportal.web import charts, formats
from sibportal.web.components import Kpi, Meter, Status, Tone


def participant_status(participant: Participant) -> Status:
    """Where a participant is on the way: referred, enrolled, left and so on."""
    enrolment = getattr(participant, "enrolment", None)
    if enrolment is not None and enrolment.exited_on is not None:
        if enrolment.exit_reason == ExitReason.COMPLETED:
            return Status("success", _("Completed"))
        return Status("neutral", _("Left"), enrolment.get_exit_reason_display())
    referral = participant.referral
    tones: dict[ReferralState, Tone] = {
        ReferralState.REFERRED: "new",
        ReferralState.CONTACTED: "info",
        ReferralState.ENROLLED: "success",
    }
    tone = tones.get(ReferralState(referral.state), "neutral")
    return Status(tone, referral.get_state_display(), referral.reason)


def unit_shown(participant: Participant) -> str:
    """The referring unit; under a security ban it would tell where the person is."""
    identity = getattr(participant, "identity", None)
    if identity is not None and identity.security_ban:
        return _("Hidden: security ban")
    referral = participant.referral
    return referral.unit_name or referral.get_unit_kind_display()


def count(value: int | None, hidden_below: int) -> str:
    """A count, or that it is too small to be shown to this reader."""
    if value is None:
        return _("hidden (small number)") if hidden_below else "–"
    return formats.number(value)


def intake_kpis(summary: IntakeSummary) -> list[Kpi]:
    """Intake against plan and places comes first: it is what goes wrong first."""
    limit = summary.hidden_below
    enrolled = summary.enrolled
    kpis = [
        Kpi(
            _("Enrolled, of the places"),
            count(enrolled, limit),
            of=_("of %(places)s") % {"places": formats.number(summary.places)},
            meter=Meter(enrolled, summary.places) if enrolled is not None else None,
        ),
        Kpi(
            _("Planned by today"),
            formats.number(summary.planned_by_today),
            detail=behind_text(summary),
        ),
        Kpi(_("Referred"), count(summary.referred, limit)),
    ]
    if summary.left is not None:
        kpis.append(Kpi(_("Left the programme"), count(summary.left, limit)))
    return kpis


def behind_text(summary: IntakeSummary) -> str:
    """Plan and intake compared in words."""
    if summary.enrolled is None or not summary.planned_by_today:
        return ""
    if summary.behind:
        return _("%(count)s fewer than planned") % {"count": formats.number(summary.behind)}
    return _("Intake keeps up with the plan")


def intake_status(summary: IntakeSummary) -> Status:
    """The tag of a cohort's intake: full, on plan, or behind it."""
    if summary.enrolled is None:
        return Status("neutral", _("Too few to show"))
    if summary.enrolled >= summary.places:
        return Status("success", _("Full"))
    if summary.behind:
        far = summary.behind * 5 > summary.planned_by_today
        return Status("danger" if far else "warning", behind_text(summary))
    return Status("success", _("On plan"))


def intake_chart(points: Sequence[IntakePoint], summary: IntakeSummary) -> charts.Progress | None:
    """Enrolled in all against the plan, as shares of the places; None without a plan."""
    if not points or summary.enrolled is None:
        return None
    passed = [point for point in points if point.enrolled is not None]
    values = {
        "enrolled": formats.number(summary.enrolled),
        "planned": formats.number(summary.planned_by_today),
    }
    return charts.Progress(
        key="intake",
        title=_("Enrolled by date, against the plan"),
        sentence=_("%(enrolled)s are enrolled; %(planned)s were planned by today.") % values,
        labels=tuple(formats.day(point.on) for point in points),
        verified=tuple(
            charts.Point(formats.day(point.on), _share(point.enrolled, summary)) for point in passed
        ),
        path=tuple(
            None if point.planned is None else _share(point.planned, summary) for point in points
        ),
    )


def _share(value: int | None, summary: IntakeSummary) -> float:
    return (value or 0) / summary.places


def counting_sentence(participant: Participant, treatment: LeavingTreatment | None) -> str:
    """Whether and how a person counts towards outcomes, in words."""
    if not participant.counts:
        return _("Does not count towards outcomes.")
    enrolment = getattr(participant, "enrolment", None)
    if enrolment is None:
        return _("Counts towards outcomes once enrolled.")
    if enrolment.exited_on is None or treatment is None:
        return _("Counts towards outcomes. Leaving does not remove anybody from the count.")
    return {
        LeavingTreatment.FAILURE: _("Left, and counts as not having reached the outcome."),
        LeavingTreatment.NEUTRAL: _(
            "Left, and is taken out of the count up to the limit in the terms."
        ),
        LeavingTreatment.LAST_VALUE: _("Left, and counts with the last value before that."),
        LeavingTreatment.FOLLOWED_BY_REGISTER: _(
            "Stays in the count and is followed as agreed in the terms."
        ),
    }[treatment]
