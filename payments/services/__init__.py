"""Writes of the payments app: claims, approvals, payments, capital."""

from payments.services.amended import (
    AMEND,
    TERMS_AMENDED,
    enqueue_amended_claims,
    recalculate_amended_claims,
    recalculate_due_amended_claims,
)
from payments.services.approvals import approve_claim, return_claim, submit_claim
from payments.services.capital import record_capital_payment, record_commitment
from payments.services.claims import (
    CALCULATE,
    CORRECT,
    calculate_claim,
    calculate_correction,
    calculate_due_claim,
    enqueue_corrections,
    enqueue_due_claims,
    propose_correction,
)
from payments.services.decisions import draft_decision
from payments.services.delegations import delegate_approval, revoke_delegation
from payments.services.ending import end_contract
from payments.services.objections import decide_objection, raise_objection, withdraw_objection
from payments.services.policies import set_approval_policy
from payments.services.recalculation import (
    RECALCULATE,
    TELL,
    Checked,
    enqueue_recalculations,
    recalculate_claim,
    recalculate_claims,
    tell_difference,
)
from payments.services.settlement import record_payment
from payments.services.supplied import check_supplied_figure, supply_figure

__all__ = [
    "AMEND",
    "CALCULATE",
    "CORRECT",
    "RECALCULATE",
    "TELL",
    "TERMS_AMENDED",
    "Checked",
    "approve_claim",
    "calculate_claim",
    "calculate_correction",
    "calculate_due_claim",
    "check_supplied_figure",
    "decide_objection",
    "delegate_approval",
    "draft_decision",
    "end_contract",
    "enqueue_amended_claims",
    "enqueue_corrections",
    "enqueue_due_claims",
    "enqueue_recalculations",
    "propose_correction",
    "raise_objection",
    "recalculate_amended_claims",
    "recalculate_claim",
    "recalculate_claims",
    "recalculate_due_amended_claims",
    "record_capital_payment",
    "record_commitment",
    "record_payment",
    "return_claim",
    "revoke_delegation",
    "set_approval_policy",
    "submit_claim",
    "supply_figure",
    "tell_difference",
    "withdraw_objection",
]
