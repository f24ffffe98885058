"""Who may do what: meant to be read by a lawyer.

A person's organisation has a party role in the contract, the person a role in that organisation;
the two together open the actions named here. How they are asked is in access.py.
"""

from __future__ import annotations

from sibportal.accounts.roles import (
    Action,
    MemberRole,
    PartyRole,
)

A, P, M = Action, PartyRole, MemberRole

# --- What each role in a contract opens -------------------------------------------------------

_FRAME = frozenset({A.VIEW_CONTRACT, A.VIEW_COHORT, A.VIEW_RESULT, A.VIEW_HISTORY})
_MONEY = frozenset({A.VIEW_CLAIM, A.VIEW_CAPITAL, A.VIEW_STATEMENT, A.VIEW_OBJECTION})
# A party speaks about a claim through whoever prepares or approves for it.
_PARTY = frozenset({A.VIEW_OBJECTION, A.RAISE_OBJECTION})
# An expert or the steering group decides a dispute, and reads what it is about.
_JUDGE = frozenset(
    {
        A.VIEW_CLAIM,
        A.VIEW_COUNTS,
        A.VIEW_OBJECTION,
        A.DECIDE_OBJECTION,
        A.VIEW_DISPUTE,
        A.DECIDE_DISPUTE,
    }
)
_PEOPLE = frozenset({A.VIEW_PARTICIPANT, A.VIEW_MEASUREMENT})
# Whoever pays, serves, verifies or audits sees every count; investors and guests do not.
_COUNTS = frozenset({A.VIEW_COUNTS, A.VIEW_AGGREGATE})

_PAYER_READER = _FRAME | _MONEY | _COUNTS
_PAYER_PREPARER = (
    _PAYER_READER
    | _PEOPLE
    | _PARTY
    | {
        A.EDIT_CONTRACT,
        A.EDIT_TERMS,
        A.MANAGE_COHORT,
        A.REFER_PARTICIPANT,
        A.FORCE_CLOSING,
        A.CALCULATE_CLAIM,
        A.RECALCULATE_CLAIM,
        A.SUBMIT_CLAIM,
        A.PREPARE_DECISION,
        A.RECORD_PAYMENT,
        A.RECORD_CAPITAL,
        A.SUPPLY_FIGURE,
        A.SUSPECT_METRIC,
        A.SET_CHECKS,
        A.SET_VERIFICATION_PLAN,
        A.VIEW_SAMPLE,
        A.VIEW_DISPUTE,
    }
)
_PAYER_APPROVER = (
    _PAYER_READER
    | _PARTY
    | {
        A.AGREE_TERMS,
        A.STEER_CONTRACT,
        A.APPROVE_CLAIM,
        A.RECALCULATE_CLAIM,
        A.CHECK_FIGURE,
        A.SUSPECT_METRIC,
    }
)
# What an approver who is away can hand to a deputy: approving claims, and reading what that takes.
DEPUTY = _PAYER_READER | {A.APPROVE_CLAIM}
_PAYER_CASE_WORKER = (
    _FRAME
    | _COUNTS
    | _PEOPLE
    | {
        A.REFER_PARTICIPANT,
        A.RECORD_CONSENT,
        A.VIEW_IDENTITY,
        A.EDIT_IDENTITY,
        A.ERASE_IDENTITY,
        A.VIEW_USE_LOG,
    }
)
_CO_PAYER_PREPARER = (
    _PAYER_READER | _PARTY | {A.RECALCULATE_CLAIM, A.PREPARE_DECISION, A.RECORD_PAYMENT}
)

_INVESTOR_READER = _FRAME | _MONEY
_FUND_PREPARER = _INVESTOR_READER | _PARTY | {A.RECORD_CAPITAL, A.SUPPLY_FIGURE}

_PROVIDER_READER = _FRAME | _COUNTS
_PROVIDER_CASE_WORKER = (
    _PROVIDER_READER
    | _PEOPLE
    | {
        A.REFER_PARTICIPANT,
        A.ENROL_PARTICIPANT,
        A.RECORD_CONSENT,
        A.VIEW_IDENTITY,
        A.EDIT_IDENTITY,
        A.ERASE_IDENTITY,
        A.VIEW_USE_LOG,
        A.SUBMIT_MEASUREMENT,
        A.VIEW_DISPUTE,
        A.RAISE_DISPUTE,
    }
)
_PROVIDER_INTEGRATION = _PROVIDER_READER | _PEOPLE | {A.SUBMIT_MEASUREMENT}

_VERIFIER_READER = _FRAME | _COUNTS
_VERIFIER = (
    _VERIFIER_READER
    | _PEOPLE
    | {
        A.VERIFY_MEASUREMENT,
        A.VIEW_CODED_ROW,
        A.VIEW_SAMPLE,
        A.VIEW_DISPUTE,
        A.SIGN_CLOSING,
        A.CONFIRM_EXIT,
        A.RECALCULATE_CLAIM,
        A.SUSPECT_METRIC,
    }
)
# The verifier's own system looks at evidence; signing is left to people.
_VERIFIER_INTEGRATION = (
    _VERIFIER_READER | _PEOPLE | {A.VERIFY_MEASUREMENT, A.VIEW_SAMPLE, A.VIEW_DISPUTE}
)

# A data holder sees the contract's frame and what it delivered itself.
_HOLDER_READER = frozenset({A.VIEW_CONTRACT, A.VIEW_AGGREGATE})

GRANTS: dict[tuple[PartyRole, MemberRole], frozenset[Action]] = {
    (P.PAYER, M.READER): _PAYER_READER,
    (P.PAYER, M.PREPARER): _PAYER_PREPARER,
    (P.PAYER, M.APPROVER): _PAYER_APPROVER,
    (P.PAYER, M.CASE_WORKER): _PAYER_CASE_WORKER,
    (P.PAYER, M.INTEGRATION): _PAYER_READER,
    (P.CO_PAYER, M.READER): _PAYER_READER,
    (P.CO_PAYER, M.PREPARER): _CO_PAYER_PREPARER,
    (P.CO_PAYER, M.APPROVER): _PAYER_APPROVER,
    (P.CO_PAYER, M.INTEGRATION): _PAYER_READER,
    (P.INVESTOR, M.READER): _INVESTOR_READER,
    (P.INVESTOR, M.PREPARER): _INVESTOR_READER | _PARTY,
    (P.INVESTOR, M.APPROVER): _INVESTOR_READER | _PARTY | {A.AGREE_TERMS},
    (P.INVESTOR, M.INTEGRATION): _INVESTOR_READER,
    (P.FUND_MANAGER, M.READER): _INVESTOR_READER,
    (P.FUND_MANAGER, M.PREPARER): _FUND_PREPARER,
    (P.FUND_MANAGER, M.APPROVER): _INVESTOR_READER | _PARTY | {A.AGREE_TERMS},
    (P.FUND_MANAGER, M.INTEGRATION): _INVESTOR_READER,
    (P.PROJECT_MANAGER, M.READER): _FRAME | _MONEY,
    (P.PROJECT_MANAGER, M.PREPARER): _FRAME | _MONEY | _PARTY,
    (P.LEAD_PROVIDER, M.READER): _PROVIDER_READER,
    (P.LEAD_PROVIDER, M.APPROVER): _PROVIDER_READER | _PARTY | {A.AGREE_TERMS},
    (P.LEAD_PROVIDER, M.CASE_WORKER): _PROVIDER_CASE_WORKER,
    (P.LEAD_PROVIDER, M.INTEGRATION): _PROVIDER_INTEGRATION,
    (P.SERVICE_PARTNER, M.READER): _PROVIDER_READER,
    (P.SERVICE_PARTNER, M.APPROVER): _PROVIDER_READER | {A.AGREE_TERMS},
    (P.SERVICE_PARTNER, M.CASE_WORKER): _PROVIDER_CASE_WORKER,
    (P.SERVICE_PARTNER, M.INTEGRATION): _PROVIDER_INTEGRATION,
    (P.VERIFIER, M.READER): _VERIFIER_READER,
    (P.VERIFIER, M.VERIFIER): _VERIFIER,
    (P.VERIFIER, M.INTEGRATION): _VERIFIER_INTEGRATION,
    (P.EVALUATOR, M.READER): _FRAME,
    (P.DATA_HOLDER, M.READER): _HOLDER_READER,
    (P.DATA_HOLDER, M.PREPARER): _HOLDER_READER | {A.DELIVER_AGGREGATE, A.VIEW_CODED_ROW},
    (P.DATA_HOLDER, M.INTEGRATION): _HOLDER_READER | {A.DELIVER_AGGREGATE},
    (P.DATA_HOLDER, M.APPROVER): _HOLDER_READER
    | {A.AGREE_TERMS, A.SIGN_AGGREGATE, A.VIEW_CODED_ROW},
    (P.REFERRER, M.CASE_WORKER): frozenset({A.VIEW_CONTRACT, A.VIEW_COHORT, A.REFER_PARTICIPANT}),
    (P.EXPERT, M.READER): _FRAME,
    (P.EXPERT, M.APPROVER): _FRAME | _JUDGE,
    (P.STEERING_MEMBER, M.READER): _FRAME | _MONEY,
    (P.STEERING_MEMBER, M.APPROVER): _FRAME | _MONEY | _JUDGE,
    (P.AUDITOR, M.READER): _FRAME
    | _MONEY
    | _COUNTS
    | {A.VIEW_USE_LOG, A.RECALCULATE_CLAIM, A.VIEW_SAMPLE},
}

# Actions that concern an organisation and no contract. Public bodies write contracts, so they
# also enter the organisations they contract with.
PUBLIC_BODY_ONLY = frozenset(
    {A.CREATE_ORGANISATION, A.CREATE_CONTRACT, A.SET_APPROVAL_POLICY, A.DELEGATE_APPROVAL}
)
ORGANISATION_GRANTS: dict[MemberRole, frozenset[Action]] = {
    role: frozenset({A.VIEW_ORGANISATION}) for role in MemberRole
} | {
    M.ADMINISTRATOR: frozenset(
        {
            A.VIEW_ORGANISATION,
            A.MANAGE_MEMBERS,
            A.CREATE_ORGANISATION,
            A.SET_APPROVAL_POLICY,
            A.DELEGATE_APPROVAL,
        }
    ),
    M.APPROVER: frozenset({A.VIEW_ORGANISATION, A.DELEGATE_APPROVAL}),
    M.PREPARER: frozenset({A.VIEW_ORGANISATION, A.CREATE_ORGANISATION, A.CREATE_CONTRACT}),
}

# Roles that see only their own rows, and the model attribute that says whose a row is.
OWN_ROWS_ONLY: dict[PartyRole, str] = {
    P.SERVICE_PARTNER: "provider_path",
    P.INVESTOR: "investor_path",
    P.DATA_HOLDER: "holder_path",
}

# The portal itself: no sign-in, every contract, these actions only (decision 17).
SYSTEM_GRANTS = frozenset(
    {
        A.VIEW_CONTRACT,
        A.VIEW_COHORT,
        A.VIEW_PARTICIPANT,
        A.VIEW_MEASUREMENT,
        A.VIEW_AGGREGATE,
        A.VIEW_RESULT,
        A.VIEW_CLAIM,
        A.CHECK_MEASUREMENT,
        A.REMOVE_EVIDENCE,
        A.PROPOSE_CLOSING,
        A.CALCULATE_CLAIM,
        A.RECALCULATE_CLAIM,
    }
)
