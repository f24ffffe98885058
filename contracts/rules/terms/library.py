"""Named templates of terms, and the published contracts that use them.

A template is a draft in which everything is set but what the parties must decide; those are its
open questions. What a template is called and how it works is said by the codes of `Template`.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from contracts.rules.terms.fields import Titles
from contracts.rules.terms.templates import Document, Frame, document_of

# In the order in which the library shows them: what is used most first.
TEMPLATES = (
    "cost_plus_premium", "rate_card", "ladder", "savings_against_forecast",
    "savings_against_comparison", "tiers", "headcount_tiers", "variable_return", "bands",
    "guaranteed_and_savings", "price_per_day", "all_targets", "reduction_against_comparison",
    "fall_in_absence", "weighted_index", "work_and_wages", "present_value",
)  # fmt: skip
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Deal:
    """A published contract: facts only. `computable` ones are reproduced by a test."""

    id: str
    name: str
    country: str
    years: str
    target_group: Titles
    templates: tuple[str, ...]
    computable: bool
    sources: tuple[str, ...]
    result: Titles


@dataclass(frozen=True, slots=True)
class Template:
    """A named mechanism; `title` and `about` are codes of sentences."""

    key: str
    deals: tuple[Deal, ...]

    @property
    def title(self) -> str:
        return f"terms.template.{self.key}"

    @property
    def about(self) -> str:
        return f"terms.template_about.{self.key}"

    def document(self, frame: Frame) -> Document:
        """A terms document with the frame's answers; what is not decided is left open."""
        draft = copy.deepcopy(_drafts()[self.key])
        outcomes, terms = draft.pop("outcomes"), draft.pop("payment_terms")
        return {**document_of(frame, outcomes, terms), **draft}


@functools.cache
def library() -> tuple[Template, ...]:
    """Every template, with the published contracts that use it."""
    return tuple(
        Template(key, tuple(deal for deal in deals() if key in deal.templates)) for key in TEMPLATES
    )


def template(key: str) -> Template:
    """The template of a key; KeyError when there is none."""
    return {one.key: one for one in library()}[key]


@functools.cache
def deals() -> tuple[Deal, ...]:
    """Published contracts, as contracts/rules/terms/deals.yaml lists them."""
    return tuple(_deal(entry) for entry in _read("deals.yaml"))


def _deal(entry: Mapping[str, Any]) -> Deal:
    lists = {name: tuple(entry[name]) for name in ("templates", "sources")}
    return Deal(**{"result": {}, **entry, **lists})


@functools.cache
def _drafts() -> Mapping[str, Document]:
    drafts: Mapping[str, Document] = _read("drafts.yaml")
    return drafts


def _read(name: str) -> Any:
    return yaml.safe_load((_HERE / name).read_text("utf-8"))
