"""The terms document: what it may say, how it is read, checked, digested and put into sentences.

The format is described in docs/terms-format.md; payments/rules interprets it.
"""

from contracts.rules.terms.check import against_contract
from contracts.rules.terms.completeness import open_questions
from contracts.rules.terms.document import SCHEMA_VERSION, TermsDocument
from contracts.rules.terms.parse import digest, parse, to_document

__all__ = [
    "SCHEMA_VERSION",
    "TermsDocument",
    "against_contract",
    "digest",
    "open_questions",
    "parse",
    "to_document",
]
