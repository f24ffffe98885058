"""The shape of what people send about cohorts and participants; the rules decide what it means."""

from cohorts.forms.cohort import CohortForm
from cohorts.forms.participant import (
    ConsentForm,
    ContactForm,
    DeclineForm,
    EnrolForm,
    ErasureForm,
    ExitForm,
    HouseholdJoinForm,
    HouseholdLeaveForm,
    IdentityForm,
    ParticipantFilterForm,
    ProviderForm,
    PurposeForm,
    ReferralForm,
    StartForm,
)

__all__ = [
    "CohortForm",
    "ConsentForm",
    "ContactForm",
    "DeclineForm",
    "EnrolForm",
    "ErasureForm",
    "ExitForm",
    "HouseholdJoinForm",
    "HouseholdLeaveForm",
    "IdentityForm",
    "ParticipantFilterForm",
    "ProviderForm",
    "PurposeForm",
    "ReferralForm",
    "StartForm",
]
