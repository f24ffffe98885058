"""States of a measurement, an import and a closing (decision 10)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MeasurementState(models.TextChoices):
    SUBMITTED = "submitted", _("Submitted")
    CHECKED = "checked", _("Checked automatically")
    QUERIED = "queried", _("Verifier asks")
    VERIFIED = "verified", _("Verified")
    REJECTED = "rejected", _("Rejected")
    SUPERSEDED = "superseded", _("Replaced by a correction")


MEASUREMENT: dict[str, frozenset[str]] = {
    MeasurementState.SUBMITTED: frozenset(
        {
            MeasurementState.CHECKED,
            MeasurementState.QUERIED,
            MeasurementState.REJECTED,
            MeasurementState.SUPERSEDED,
        }
    ),
    MeasurementState.CHECKED: frozenset(
        {
            MeasurementState.QUERIED,
            MeasurementState.VERIFIED,
            MeasurementState.REJECTED,
            MeasurementState.SUPERSEDED,
        }
    ),
    MeasurementState.QUERIED: frozenset(
        {
            MeasurementState.CHECKED,
            MeasurementState.SUBMITTED,
            MeasurementState.VERIFIED,
            MeasurementState.REJECTED,
            MeasurementState.SUPERSEDED,
        }
    ),
    MeasurementState.VERIFIED: frozenset({MeasurementState.SUPERSEDED}),
    # Verified after all where a dispute about the rejection is decided so; services/disputes.py.
    MeasurementState.REJECTED: frozenset({MeasurementState.VERIFIED, MeasurementState.SUPERSEDED}),
    MeasurementState.SUPERSEDED: frozenset(),
}


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("Uploaded, not read yet")
    UNMATCHED = "unmatched", _("Columns to match")
    READ = "read", _("Read, nothing saved")
    REFUSED = "refused", _("Could not be read")
    CONFIRMED = "confirmed", _("Saved")
    CANCELLED = "cancelled", _("Cancelled")


IMPORT: dict[str, frozenset[str]] = {
    ImportState.UPLOADED: frozenset(
        {
            ImportState.UNMATCHED,
            ImportState.READ,
            ImportState.REFUSED,
            ImportState.CANCELLED,
        }
    ),
    ImportState.UNMATCHED: frozenset({ImportState.UPLOADED, ImportState.CANCELLED}),
    ImportState.READ: frozenset(
        {ImportState.UPLOADED, ImportState.CONFIRMED, ImportState.CANCELLED}
    ),
    ImportState.REFUSED: frozenset(),
    ImportState.CONFIRMED: frozenset(),
    ImportState.CANCELLED: frozenset(),
}


class ClosingState(models.TextChoices):
    PROPOSED = "proposed", _("Waiting for the verifier's signature")
    SIGNED = "signed", _("Signed and closed")


CLOSING: dict[str, frozenset[str]] = {
    ClosingState.PROPOSED: frozenset({ClosingState.SIGNED}),
    ClosingState.SIGNED: frozenset(),
}
