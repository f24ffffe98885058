"""Writes of contracts: keyword-only, `actor` first, one transaction under the contract's row."""

from contracts.rules.data_map import DataItemFacts
from contracts.rules.frame import ContractFacts
from contracts.rules.metrics import MetricFacts
from contracts.services.agreement import agree_terms
from contracts.services.amendments import CarriedTerms, carry_over_terms, draft_amendment
from contracts.services.clauses import (
    draft_disruption,
    draft_parallel_metric,
    draft_payers_change,
)
from contracts.services.data_map import add_data_item, change_data_item, withdraw_data_item
from contracts.services.documents import add_document, record_key_custody
from contracts.services.frame import create_contract, update_contract
from contracts.services.life import end_contract, resume_contract, suspend_contract
from contracts.services.metrics import define_metric, pick_metric
from contracts.services.parties import add_party, end_party, succeed_party
from contracts.services.suspicion import clear_metric, suspect_metric
from contracts.services.terms import propose_terms, reopen_terms, save_terms, withdraw_terms

__all__ = [
    "CarriedTerms",
    "ContractFacts",
    "DataItemFacts",
    "MetricFacts",
    "add_data_item",
    "add_document",
    "add_party",
    "agree_terms",
    "carry_over_terms",
    "change_data_item",
    "clear_metric",
    "create_contract",
    "define_metric",
    "draft_amendment",
    "draft_disruption",
    "draft_parallel_metric",
    "draft_payers_change",
    "end_contract",
    "end_party",
    "pick_metric",
    "propose_terms",
    "record_key_custody",
    "reopen_terms",
    "resume_contract",
    "save_terms",
    "succeed_party",
    "suspect_metric",
    "suspend_contract",
    "update_contract",
    "withdraw_data_item",
    "withdraw_terms",
]
