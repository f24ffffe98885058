"""The words of access: kinds of organisation, party roles, member roles and actions."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    MUNICIPALITY = "municipality", _("Municipality")
    WELLBEING_COUNTY = "wellbeing_county", _("Wellbeing services county or region")
    STATE_AGENCY = "state_agency", _("State agency")
    FUND = "fund", _("Fund")
    INVESTOR = "investor", _("Investor")
    PROVIDER = "provider", _("Service provider")
    SERVICE_PARTNER = "service_partner", _("Service partner")
    EVALUATOR = "evaluator", _("Evaluator")
    DATA_HOLDER = "data_holder", _("Data holder")


PUBLIC_BODIES = frozenset(
    {
        OrganisationKind.MUNICIPALITY,
        OrganisationKind.WELLBEING_COUNTY,
        OrganisationKind.STATE_AGENCY,
    }
)


class UserKind(models.TextChoices):
    PERSON = "person", _("Person")
    SERVICE = "service", _("Service account")
    SYSTEM = "system", _("The portal itself")


class PartyRole(models.TextChoices):
    """What an organisation is in one contract."""

    PAYER = "payer", _("Payer")
    CO_PAYER = "co_payer", _("Co-payer")
    INVESTOR = "investor", _("Investor")
    FUND_MANAGER = "fund_manager", _("Fund manager")
    PROJECT_MANAGER = "project_manager", _("Project manager")
    LEAD_PROVIDER = "lead_provider", _("Lead provider")
    SERVICE_PARTNER = "service_partner", _("Service partner")
    VERIFIER = "verifier", _("Verifier")
    EVALUATOR = "evaluator", _("Evaluator")
    DATA_HOLDER = "data_holder", _("Data holder")
    REFERRER = "referrer", _("Referring unit")
    EXPERT = "expert", _("Expert")
    STEERING_MEMBER = "steering_member", _("Steering group member")
    AUDITOR = "auditor", _("Auditor")


class MemberRole(models.TextChoices):
    """What a person may do in their own organisation."""

    ADMINISTRATOR = "administrator", _("Administrator")
    PREPARER = "preparer", _("Preparer")
    APPROVER = "approver", _("Approver")
    CASE_WORKER = "case_worker", _("Case worker")
    VERIFIER = "verifier", _("Verifier")
    READER = "reader", _("Reader")
    INTEGRATION = "integration", _("Integration")


class Action(StrEnum):
    """Everything that can be asked of access.py, in the order of the road."""

    CREATE_ORGANISATION = "create_organisation"
    MANAGE_MEMBERS = "manage_members"
    VIEW_ORGANISATION = "view_organisation"
    SET_APPROVAL_POLICY = "set_approval_policy"
    DELEGATE_APPROVAL = "delegate_approval"
    CREATE_CONTRACT = "create_contract"

    VIEW_CONTRACT = "view_contract"
    EDIT_CONTRACT = "edit_contract"
    EDIT_TERMS = "edit_terms"
    AGREE_TERMS = "agree_terms"
    SUSPECT_METRIC = "suspect_metric"  # and clear it, by somebody else
    SET_CHECKS = "set_checks"  # how strict the automatic checks are
    STEER_CONTRACT = "steer_contract"  # suspend, resume, end
    VIEW_HISTORY = "view_history"

    VIEW_COHORT = "view_cohort"
    MANAGE_COHORT = "manage_cohort"
    VIEW_PARTICIPANT = "view_participant"
    REFER_PARTICIPANT = "refer_participant"
    ENROL_PARTICIPANT = "enrol_participant"
    CONFIRM_EXIT = "confirm_exit"
    RECORD_CONSENT = "record_consent"
    VIEW_IDENTITY = "view_identity"
    EDIT_IDENTITY = "edit_identity"
    ERASE_IDENTITY = "erase_identity"
    VIEW_USE_LOG = "view_use_log"

    VIEW_MEASUREMENT = "view_measurement"
    SUBMIT_MEASUREMENT = "submit_measurement"
    CHECK_MEASUREMENT = "check_measurement"
    REMOVE_EVIDENCE = "remove_evidence"  # its content, once an identity was erased
    VERIFY_MEASUREMENT = "verify_measurement"
    VIEW_AGGREGATE = "view_aggregate"  # figures of groups as a register delivered them
    DELIVER_AGGREGATE = "deliver_aggregate"
    SIGN_AGGREGATE = "sign_aggregate"
    VIEW_CODED_ROW = "view_coded_row"  # of a register, behind such figures
    SET_VERIFICATION_PLAN = "set_verification_plan"
    VIEW_SAMPLE = "view_sample"  # rounds of verification; who is in a sample, once it is settled
    VIEW_DISPUTE = "view_dispute"  # about rejected measurements
    RAISE_DISPUTE = "raise_dispute"
    DECIDE_DISPUTE = "decide_dispute"
    PROPOSE_CLOSING = "propose_closing"
    SIGN_CLOSING = "sign_closing"
    FORCE_CLOSING = "force_closing"
    VIEW_RESULT = "view_result"
    VIEW_COUNTS = "view_counts"  # also counts so small that they could point at somebody

    VIEW_CLAIM = "view_claim"
    CALCULATE_CLAIM = "calculate_claim"
    RECALCULATE_CLAIM = "recalculate_claim"  # and compare; nothing changes
    SUBMIT_CLAIM = "submit_claim"
    APPROVE_CLAIM = "approve_claim"
    PREPARE_DECISION = "prepare_decision"
    RECORD_PAYMENT = "record_payment"
    SUPPLY_FIGURE = "supply_figure"  # costs, other funding, index values
    CHECK_FIGURE = "check_figure"
    VIEW_OBJECTION = "view_objection"
    RAISE_OBJECTION = "raise_objection"
    DECIDE_OBJECTION = "decide_objection"
    VIEW_CAPITAL = "view_capital"
    RECORD_CAPITAL = "record_capital"
    VIEW_STATEMENT = "view_statement"
