"""Addresses of the payments pages."""

from __future__ import annotations

from django.urls import path

from payments.views import capital, claims, ending, explanation, statements, terms

app_name = "payments"
_CONTRACT = "contracts/<uuid:contract_id>/"
_CLAIM = "claims/<uuid:claim_id>/"
_STATEMENT = "statements/<uuid:organisation_id>/"
_PAYER = f"{_CLAIM}payers/<uuid:payer_id>/"

urlpatterns = [
    path(f"{_CONTRACT}terms/draft/", terms.terms_choose, name="terms-choose"),
    path(f"{_CONTRACT}terms/draft/<slug:mechanism>/", terms.terms_draft, name="terms-draft"),
    path(f"{_CONTRACT}end/", ending.contract_end, name="contract-end"),
    path(f"{_CONTRACT}claims/", claims.claim_list, name="claim-list"),
    path(_CLAIM, claims.claim_detail, name="claim-detail"),
    path("closings/<uuid:closing_id>/calculate/", claims.claim_calculate, name="claim-calculate"),
    path(f"{_CLAIM}submit/", claims.claim_submit, name="claim-submit"),
    path(f"{_CLAIM}return/", claims.claim_return, name="claim-return"),
    path(f"{_PAYER}approve/", claims.claim_approve, name="claim-approve"),
    path(f"{_PAYER}pay/", claims.payment_record, name="payment-record"),
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
