"""Addresses of the payments pages."""

from __future__ import annotations

from django.urls import path

from payments.views import claims

app_name = "payments"
_CONTRACT = "contracts/<uuid:contract_id>/"
_CLAIM = "claims/<uuid:claim_id>/"
_PAYER = f"{_CLAIM}payers/<uuid:payer_id>/"

urlpatterns = [
    path(f"{_CONTRACT}claims/", claims.claim_list, name="claim-list"),
    path(_CLAIM, claims.claim_detail, name="claim-detail"),
    path("closings/<uuid:closing_id>/calculate/", claims.claim_calculate, name="claim-calculate"),
    path(f"{_CLAIM}submit/", claims.claim_submit, name="claim-submit"),
    path(f"{_CLAIM}return/", claims.claim_return, name="claim-return"),
    path(f"{_PAYER}approve/", claims.claim_approve, name="claim-approve"),
    path(f"{_PAYER}pay/", claims.payment_record, name="payment-record"),
    path("lines/<uuid:line_id>/", claims.line_explain, name="line-explain"),
]
