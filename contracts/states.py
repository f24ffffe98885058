"""States of a contract and of a version of its terms."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ContractState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("In force")
    SUSPENDED = "suspended", _("Suspended")
    CLOSED = "closed", _("Closed")


CONTRACT: dict[str, frozenset[str]] = {
    ContractState.DRAFT: frozenset({ContractState.ACTIVE}),
    ContractState.ACTIVE: frozenset({ContractState.SUSPENDED, ContractState.CLOSED}),
    ContractState.SUSPENDED: frozenset({ContractState.ACTIVE, ContractState.CLOSED}),
    ContractState.CLOSED: frozenset(),
}


class TermsState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Waiting for agreement")
    AGREED = "agreed", _("Agreed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


TERMS: dict[str, frozenset[str]] = {
    TermsState.DRAFT: frozenset({TermsState.PROPOSED, TermsState.WITHDRAWN}),
    TermsState.PROPOSED: frozenset({TermsState.DRAFT, TermsState.AGREED, TermsState.WITHDRAWN}),
    TermsState.AGREED: frozenset(),
    TermsState.WITHDRAWN: frozenset(),
}
