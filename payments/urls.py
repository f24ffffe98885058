"""Addresses of the payments pages."""

from __future__ import annotations

from django.urls import path

from payments.views import (
    amendment,
    approvals,
    capital,
    claims,
    decisions,
    ending,
    explanation,
    foresight,
    objections,
    statements,
    supplied,
    terms,
    what_if,
)

app_name = "payments"
_CONTRACT = "contracts/<uuid:contract_id>/"
_TERMS = "terms/<uuid:terms_id>/"
_CLAIM = "claims/<uuid:claim_id>/"
_STATEMENT = "statements/<uuid:organisation_id>/"
_OBJECTION = "objections/<uuid:objection_id>/"
_APPROVALS = "organisations/<uuid:organisation_id>/approvals/"
_PAYER = f"{_CLAIM}payers/<uuid:payer_id>/"

urlpatterns = [
    path(f"{_CONTRACT}terms/draft/", terms.terms_choose, name="terms-choose"),
    path(f"{_CONTRACT}terms/draft/<slug:mechanism>/", terms.terms_draft, name="terms-draft"),
    path(f"{_TERMS}comparison/", amendment.terms_comparison, name="terms-comparison"),
    path(
        f"{_TERMS}comparison/print/",
        amendment.terms_comparison_print,
        name="terms-comparison-print",
    ),
    path(f"{_TERMS}carry-over/", amendment.terms_carry_over, name="terms-carry-over"),
    path(f"{_TERMS}before/", foresight.terms_foresight, name="terms-foresight"),
    path(f"{_TERMS}before/print/", foresight.terms_foresight_print, name="terms-foresight-print"),
    path(f"{_TERMS}what-if/", what_if.terms_what_if, name="terms-what-if"),
    path(f"{_CONTRACT}figures/", supplied.figure_list, name="figure-list"),
    path(f"{_CONTRACT}figures/new/", supplied.figure_supply, name="figure-supply"),
    path("figures/<uuid:figure_id>/check/", supplied.figure_check, name="figure-check"),
    path(f"{_CONTRACT}exit-cost/", ending.exit_cost, name="exit-cost"),
    path(f"{_CONTRACT}end/", ending.contract_end, name="contract-end"),
    path(f"{_CONTRACT}claims/", claims.claim_list, name="claim-list"),
    path(f"{_CONTRACT}claims/correct/", claims.claim_correct, name="claim-correct"),
    path(_CLAIM, claims.claim_detail, name="claim-detail"),
    path("closings/<uuid:closing_id>/calculate/", claims.claim_calculate, name="claim-calculate"),
    path(f"{_CLAIM}submit/", decisions.claim_submit, name="claim-submit"),
    path(f"{_CLAIM}return/", decisions.claim_return, name="claim-return"),
    path(f"{_PAYER}approve/", decisions.claim_approve, name="claim-approve"),
    path(f"{_PAYER}pay/", decisions.payment_record, name="payment-record"),
    path(f"{_PAYER}decision/", decisions.decision_draft, name="decision-draft"),
    path(f"{_PAYER}decision/print/", decisions.decision_print, name="decision-print"),
    path(f"{_CONTRACT}objections/", objections.objection_list, name="objection-list"),
    path(f"{_CLAIM}objections/new/", objections.objection_raise, name="objection-raise"),
    path(f"{_OBJECTION}decide/", objections.objection_decide, name="objection-decide"),
    path(f"{_OBJECTION}withdraw/", objections.objection_withdraw, name="objection-withdraw"),
    path(_APPROVALS, approvals.approval_rules, name="approval-rules"),
    path(f"{_APPROVALS}rule/", approvals.approval_policy_set, name="approval-policy-set"),
    path(f"{_APPROVALS}deputy/", approvals.delegation_create, name="delegation-create"),
    path(
        "delegations/<uuid:delegation_id>/revoke/",
        approvals.delegation_revoke,
        name="delegation-revoke",
    ),
    path(f"{_CLAIM}explanation/", explanation.claim_explanation, name="claim-explanation"),
    path(
        f"{_CLAIM}explanation/print/",
        explanation.claim_explanation_print,
        name="claim-explanation-print",
    ),
    path(f"{_CLAIM}recalculate/", explanation.claim_recalculate, name="claim-recalculate"),
    path("lines/<uuid:line_id>/", explanation.line_explain, name="line-explain"),
    path(f"{_CONTRACT}capital/", capital.capital, name="capital"),
    path(f"{_CONTRACT}capital/new/", capital.commitment_record, name="commitment-record"),
    path(
        "commitments/<uuid:commitment_id>/pay/",
        capital.capital_payment_record,
        name="capital-payment-record",
    ),
    path("statements/", statements.statement_list, name="statement-list"),
    path(_STATEMENT, statements.statement_detail, name="statement-detail"),
    path(f"{_STATEMENT}print/", statements.statement_print, name="statement-print"),
    path(f"{_STATEMENT}export.csv", statements.statement_export, name="statement-export"),
]
