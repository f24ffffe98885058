"""Writes of cohorts, by noun; every one authorises, locks, decides, writes and records."""

from cohorts.services.cohorts import CohortFacts, create_cohort, set_intake_plan, update_cohort
from cohorts.services.consents import record_consent
from cohorts.services.enrolments import (
    EnrolmentFacts,
    confirm_exit,
    enrol_participant,
    exit_participant,
    start_service,
)
from cohorts.services.households import join_household, leave_household
from cohorts.services.identity import (
    Batch,
    ErasureFact,
    IdentityFacts,
    ShownIdentity,
    erase_identity,
    reencrypt_identities,
    replay_erasures,
    save_identity,
    show_identity,
)
from cohorts.services.reading import read_participant, read_participants, read_use_log
from cohorts.services.referrals import (
    ReferralFacts,
    contact_referral,
    decline_referral,
    refer_participant,
    set_service_partner,
)
from cohorts.services.taking_over import IntakeFacts, take_over_intake

__all__ = [
    "Batch",
    "CohortFacts",
    "EnrolmentFacts",
    "ErasureFact",
    "IdentityFacts",
    "IntakeFacts",
    "ReferralFacts",
    "ShownIdentity",
    "confirm_exit",
    "contact_referral",
    "create_cohort",
    "decline_referral",
    "enrol_participant",
    "erase_identity",
    "exit_participant",
    "join_household",
    "leave_household",
    "read_participant",
    "read_participants",
    "read_use_log",
    "record_consent",
    "reencrypt_identities",
    "refer_participant",
    "replay_erasures",
    "save_identity",
    "set_intake_plan",
    "set_service_partner",
    "show_identity",
    "start_service",
    "take_over_intake",
    "update_cohort",
]
