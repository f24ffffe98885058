"""States of a claim, from calculation to settlement."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ClaimState(models.TextChoices):
    CALCULATED = "calculated", _("Calculated")
    SUBMITTED = "submitted", _("Waiting for approval")
    RETURNED = "returned", _("Returned")
    APPROVED = "approved", _("Approved")
    SETTLED = "settled", _("Settled")
    REPLACED = "replaced", _("Replaced by a new calculation")


CLAIM: dict[str, frozenset[str]] = {
    ClaimState.CALCULATED: frozenset({ClaimState.SUBMITTED, ClaimState.REPLACED}),
    ClaimState.SUBMITTED: frozenset({ClaimState.RETURNED, ClaimState.APPROVED}),
    ClaimState.RETURNED: frozenset({ClaimState.SUBMITTED, ClaimState.REPLACED}),
    ClaimState.APPROVED: frozenset({ClaimState.SETTLED}),
    ClaimState.SETTLED: frozenset(),
    ClaimState.REPLACED: frozenset(),
}
