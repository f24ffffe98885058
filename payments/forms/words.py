"""The closed words of the terms as people choose them in a form; each set begins undecided."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from contracts.rules.terms.words import (
    Anchor,
    BelowMinimum,
    CompositeRule,
    CompositeScope,
    ConditionKind,
    CountKind,
    Denominator,
    LateFacts,
    LeavingReason,
    LeavingTreatment,
    Operator,
    PayeeRole,
    Timing,
)
from sibportal.kernel.money import Rounding

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Text

UNDECIDED: tuple[str, Text] = ("", _("Not decided yet"))

LABELS: dict[StrEnum, Text] = {
    Denominator.PLACES: _("All agreed places"),
    Denominator.REFERRED: _("Everyone referred"),
    Denominator.ENROLLED: _("Everyone enrolled"),
    Denominator.STARTED: _("Everyone who started"),
    Denominator.MEASURED: _("Those who were measured"),
    BelowMinimum.SCALE: _("Fixed sums are reduced in proportion"),
    BelowMinimum.PAUSE: _("Payment is paused"),
    BelowMinimum.RENEGOTIATE: _("Nothing is paid and the parties renegotiate"),
    LeavingReason.DEATH: _("Participant dies"),
    LeavingReason.MOVED_AWAY: _("Participant moves away"),
    LeavingReason.TAKEN_INTO_CARE: _("Participant is taken into care"),
    LeavingReason.GUARDIAN_WITHDREW: _("Guardian withdraws"),
    LeavingReason.TURNED_18: _("Participant turns 18"),
    LeavingReason.TRANSFERRED: _("Participant is transferred to another service"),
    LeavingReason.DROPPED_OUT: _("Participant drops out"),
    LeavingTreatment.FAILURE: _("Counts as no success"),
    LeavingTreatment.NEUTRAL: _("Is left out, if the verifier confirms it"),
    LeavingTreatment.LAST_VALUE: _("Counts by the last value measured"),
    LeavingTreatment.FOLLOWED_BY_REGISTER: _("Is followed in registers"),
    Anchor.ENROLMENT: _("Enrolment"),
    Anchor.EXIT: _("Exit"),
    Anchor.BIRTHDAY: _("Birth"),
    Anchor.SCHOOL_GRADE: _("Start of a school grade"),
    Anchor.CALENDAR_DATE: _("A date"),
    Anchor.TAX_YEAR: _("End of the tax year of enrolment"),
    ConditionKind.IS_TRUE: _("The answer is yes"),
    ConditionKind.AT_LEAST: _("The value is at least"),
    ConditionKind.AT_MOST: _("The value is at most"),
    ConditionKind.CHANGE_AT_LEAST: _("The value has changed by at least"),
    CompositeRule.ALL_OF: _("All of the outcomes"),
    CompositeRule.ANY_OF: _("At least one of the outcomes"),
    CompositeRule.K_OF_N: _("So many of the outcomes as you say below"),
    CompositeScope.PER_PERSON: _("The same person reaches them"),
    CompositeScope.PER_COHORT: _("Each outcome is counted separately"),
    CountKind.ONCE_PER_PERSON: _("Once"),
    CountKind.ONCE_PER_PERSON_PER_MILESTONE: _("Once at each measurement point"),
    CountKind.REPEATABLE: _("Each time, up to a number"),
    Operator.AT_LEAST: _("At least"),
    Operator.MORE_THAN: _("More than"),
    Operator.AT_MOST: _("At most"),
    Operator.LESS_THAN: _("Less than"),
    Timing.THIS_PERIOD: _("For what each period brings"),
    Timing.CUMULATIVE: _("On the figure to date, less what was claimed before"),
    Timing.FINAL: _("Once, at an assessment"),
    PayeeRole.INVESTOR: _("The investors"),
    PayeeRole.FUND_MANAGER: _("The fund manager"),
    PayeeRole.LEAD_PROVIDER: _("The lead provider"),
    LateFacts.NEXT_OPEN_PERIOD: _("It counts in the first period still open"),
    LateFacts.NOT_COUNTED: _("It is not counted"),
    Rounding.HALF_UP: _("A half goes up"),
    Rounding.HALF_EVEN: _("A half goes to the even digit"),
    Rounding.DOWN: _("Always down"),
}


def choices(words: type[StrEnum], *without: StrEnum) -> list[tuple[str, Text]]:
    """The words of a set that have a label, undecided first."""
    offered = [word for word in words if word in LABELS and word not in without]
    return [UNDECIDED, *((word.value, LABELS[word]) for word in offered)]
