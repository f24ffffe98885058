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


class UseKind(models.TextChoices):
    """What of a participant somebody used, as the use log keeps it."""

    PAGE = "participant_page", _("Participant's page")
    LIST = "participant_list", _("List of participants")
    INTERFACE = "participant_interface", _("Participant over the REST interface")
    IDENTITY_SHOWN = "identity_shown", _("Name and personal id shown")
    IDENTITY_CHANGED = "identity_changed", _("Name, personal id or contact details changed")
    IDENTITY_ERASED = "identity_erased", _("Name, personal id and contact details erased")
    EVIDENCE = "evidence", _("File of evidence opened")
    USE_LOG = "use_log", _("Use log")


class UsePurpose(models.TextChoices):
    """Why somebody used a participant's data."""

    OWN_TASK = "own_task", _("Own task in the contract")
    SERVICE = "service", _("Providing the service")
    CONTACT = "contact", _("Contacting the participant")
    CHECK = "check", _("Checking that the right person is meant")
    OWN_REQUEST = "own_request", _("The participant's own request")
    OVERSIGHT = "oversight", _("Supervision or audit")
