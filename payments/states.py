"""States of a claim, and the words of approval, dispute and decision that are stored."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from payments.rules.approval import StepKind
from payments.rules.objection import Outcome
from payments.rules.vat import VatTreatment


class ClaimState(models.TextChoices):
    CALCULATED = "calculated", _("Calculated")
    SUBMITTED = "submitted", _("Waiting for approval")
    RETURNED = "returned", _("Returned")
    APPROVED = "approved", _("Approved")
    SETTLED = "settled", _("Settled")
    REPLACED = "replaced", _("Replaced by a new calculation")


class ClaimKind(models.TextChoices):
    PERIOD = "period", _("Claim of a period")
    CORRECTION = "correction", _("Correction after the last period")
    SETTLEMENT = "settlement", _("Settlement at an early end")


CLAIM: dict[str, frozenset[str]] = {
    ClaimState.CALCULATED: frozenset({ClaimState.SUBMITTED, ClaimState.REPLACED}),
    ClaimState.SUBMITTED: frozenset({ClaimState.RETURNED, ClaimState.APPROVED}),
    ClaimState.RETURNED: frozenset({ClaimState.SUBMITTED, ClaimState.REPLACED}),
    ClaimState.APPROVED: frozenset({ClaimState.SETTLED}),
    ClaimState.SETTLED: frozenset(),
    ClaimState.REPLACED: frozenset(),
}


class ApprovalStepKind(models.TextChoices):
    FACTUAL_CHECK = StepKind.FACTUAL_CHECK.value, _("Factual check")
    ACCEPTANCE = StepKind.ACCEPTANCE.value, _("Acceptance")


class ObjectionOutcome(models.TextChoices):
    STANDS = Outcome.STANDS.value, _("The line stands")
    CHANGED = Outcome.CHANGED.value, _("The line is changed")
    WITHDRAWN = Outcome.WITHDRAWN.value, _("The objection is withdrawn")


class Vat(models.TextChoices):
    OUTSIDE_SCOPE = VatTreatment.OUTSIDE_SCOPE.value, _("Outside the scope of VAT")
    EXEMPT = VatTreatment.EXEMPT.value, _("Exempt from VAT")
    TAXABLE = VatTreatment.TAXABLE.value, _("Taxable")
