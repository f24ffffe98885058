"""States of a referral, and the named ways of leaving."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReferralState(models.TextChoices):
    REFERRED = "referred", _("Referred")
    CONTACTED = "contacted", _("Contacted")
    ENROLLED = "enrolled", _("Enrolled")
    DECLINED = "declined", _("Declined")
    UNSUITABLE = "unsuitable", _("Unsuitable")


REFERRAL: dict[str, frozenset[str]] = {
    ReferralState.REFERRED: frozenset(
        {
            ReferralState.CONTACTED,
            ReferralState.ENROLLED,
            ReferralState.DECLINED,
            ReferralState.UNSUITABLE,
        }
    ),
    ReferralState.CONTACTED: frozenset(
        {ReferralState.ENROLLED, ReferralState.DECLINED, ReferralState.UNSUITABLE}
    ),
    ReferralState.ENROLLED: frozenset(),
    ReferralState.DECLINED: frozenset({ReferralState.CONTACTED}),
    ReferralState.UNSUITABLE: frozenset(),
}


class ExitReason(models.TextChoices):
    """The ways of leaving that terms must answer for (decision 6)."""

    COMPLETED = "completed", _("Completed the service")
    DEATH = "death", _("Death")
    MOVED_AWAY = "moved_away", _("Moved away")
    TAKEN_INTO_CARE = "taken_into_care", _("Taken into care")
    GUARDIAN_WITHDREW = "guardian_withdrew", _("Guardian withdrew")
    TURNED_18 = "turned_18", _("Turned 18")
    TRANSFERRED = "transferred", _("Transferred")
    DROPPED_OUT = "dropped_out", _("Dropped out")
