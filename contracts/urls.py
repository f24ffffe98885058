"""Addresses of the contracts pages."""

from __future__ import annotations

from django.urls import path

from contracts.views import (
    amendments,
    clauses,
    documents,
    frame,
    life,
    measuring,
    metrics,
    parties,
    terms,
)

app_name = "contracts"
_CONTRACT = "contracts/<uuid:contract_id>/"
_PARTY = f"{_CONTRACT}parties/<uuid:party_id>/"
_TERMS = "terms/<uuid:terms_id>/"

urlpatterns = [
    path("contracts/", frame.contract_list, name="contract-list"),
    path("contracts/new/", frame.contract_create, name="contract-create"),
    path(f"{_CONTRACT}edit/", frame.contract_edit, name="contract-edit"),
    path(f"{_CONTRACT}course/", life.contract_course, name="contract-course"),
    path(f"{_CONTRACT}suspend/", life.contract_suspend, name="contract-suspend"),
    path(f"{_CONTRACT}resume/", life.contract_resume, name="contract-resume"),
    path(f"{_CONTRACT}suspicions/new/", life.metric_suspect, name="metric-suspect"),
    path("suspicions/<uuid:suspicion_id>/clear/", life.metric_clear, name="metric-clear"),
    path(
        "suspicions/<uuid:suspicion_id>/substitute/",
        clauses.metric_parallel,
        name="metric-parallel",
    ),
    path(f"{_CONTRACT}disruptions/new/", clauses.disruption_draft, name="disruption-draft"),
    path(f"{_CONTRACT}measuring/", measuring.contract_measuring, name="contract-measuring"),
    path(
        f"{_CONTRACT}measuring/print/",
        measuring.contract_measuring_print,
        name="contract-measuring-print",
    ),
    path(f"{_CONTRACT}data-map/new/", measuring.data_item_add, name="data-item-add"),
    path("data-map/<uuid:item_id>/change/", measuring.data_item_change, name="data-item-change"),
    path(
        "data-map/<uuid:item_id>/withdraw/",
        measuring.data_item_withdraw,
        name="data-item-withdraw",
    ),
    path(f"{_CONTRACT}history/", frame.contract_history, name="contract-history"),
    path(f"{_CONTRACT}parties/", parties.party_list, name="party-list"),
    path(f"{_CONTRACT}parties/new/", parties.party_add, name="party-add"),
    path(f"{_CONTRACT}parties/shares/", clauses.party_shares, name="party-shares"),
    path(f"{_PARTY}end/", parties.party_end, name="party-end"),
    path(f"{_PARTY}succeed/", parties.party_succeed, name="party-succeed"),
    path(f"{_CONTRACT}key-custody/", parties.custody_record, name="custody-record"),
    path(f"{_CONTRACT}terms/", terms.terms_detail, name="terms-detail"),
    path(f"{_CONTRACT}terms/amend/", amendments.terms_amend, name="terms-amend"),
    path(_TERMS, terms.terms_version, name="terms-version"),
    path(f"{_TERMS}document.json", terms.terms_download, name="terms-download"),
    path(f"{_TERMS}propose/", terms.terms_propose, name="terms-propose"),
    path(f"{_TERMS}agree/", terms.terms_agree, name="terms-agree"),
    path(f"{_TERMS}withdraw/", terms.terms_withdraw, name="terms-withdraw"),
    path(f"{_TERMS}reopen/", terms.terms_reopen, name="terms-reopen"),
    path(f"{_CONTRACT}documents/new/", documents.document_add, name="document-add"),
    path("documents/<uuid:document_id>/", documents.document_download, name="document-download"),
    path("metrics/", metrics.metric_list, name="metric-list"),
    path("metrics/new/", metrics.metric_create, name="metric-create"),
    path("metrics/library/", metrics.metric_library, name="metric-library"),
    path("metrics/library/<slug:code>/", metrics.metric_library_entry, name="metric-library-entry"),
    path("metrics/library/<slug:code>/use/", metrics.metric_pick, name="metric-pick"),
    path("metrics/<uuid:metric_id>/", metrics.metric_detail, name="metric-detail"),
    path("metrics/<uuid:metric_id>/new-version/", metrics.metric_revise, name="metric-revise"),
]
