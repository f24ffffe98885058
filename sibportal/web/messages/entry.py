"""What the portal says about entering measurements: what is asked of whom, attempts, drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

MESSAGES: dict[str, Promise] = {
    "outcomes.point_not_asked": _(
        "The terms do not ask for this measurement of this participant on that day."
    ),
    "outcomes.attempt_in_future": _("The date is in the future. Today is %(today)s."),
    "outcomes.attempt_too_early": _("The attempt is before the enrolment on %(enrolled_on)s."),
    "outcomes.attempt_way_unknown": _("Choose how you tried to reach the participant."),
    "outcomes.attempt_result_unknown": _("Choose what came of it."),
    "outcomes.companion_refused": _(
        "%(metric)s cannot be recorded for %(participant)s as well. Enter it there."
    ),
}
