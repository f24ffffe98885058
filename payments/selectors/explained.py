"""A stored calculation in the reader's words: one sentence for a claim or a line, and the tree of
every step with its formula, figures, inputs and what it rests on, down to the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

import outcomes.selectors
from contracts.rules.terms import TermsDocument, parse
from payments.rules import wording
from payments.rules.recalculation import name_of
from sibportal.accounts.roles import Action
from sibportal.kernel.explain import Calculation, Phrase, Step
from sibportal.kernel.money import CURRENCIES, Money
from sibportal.web import formats
from sibportal.web.components import Explanation
from sibportal.web.localised import choose
from sibportal.web.messages import (
    MESSAGES,
    issue_sentence,
    phrase_sentence,
    sentence,
    written,
)

if TYPE_CHECKING:
    from outcomes.models import Result
    from payments.models import Claim
    from payments.selectors.recalculation import Recalculated
    from sibportal.accounts.models import User


def claim_money(claim: Claim, amount: Decimal | None = None) -> str:
    """An amount of the claim to the cent; the claim's own where none is given."""
    shown = claim.amount if amount is None else amount
    return formats.money(shown, claim.contract.currency, cents=True)


def headline(claim: Claim, *, reasoning: bool) -> str:
    """Why the claim comes to its amount, in one sentence; without `reasoning` the amount alone."""
    if not reasoning:
        return _("%(amount)s is payable for %(period)s.") % {
            "amount": claim_money(claim),
            "period": _period(claim),
        }
    terms = parse(claim.terms.document)
    root = Calculation.from_json(claim.calculation).root
    return clauses(wording.headline(root, terms))


def _period(claim: Claim) -> str:
    return f"{formats.day(claim.period.starts_on)}–{formats.last_day(claim.period.ends_on)}"


def term_title(terms: TermsDocument, key: str) -> str:
    """What a payment term is called, in the reader's language."""
    return str(choose(terms.payment_term(key).title)) or key


def line_sentence(step: Step, terms: TermsDocument) -> str:
    """Why one line comes to its amount, in one sentence."""
    return clauses(wording.line_clauses(step, terms))


def clauses(phrases: Iterable[Phrase]) -> str:
    """Several clauses as one sentence."""
    said = "; ".join(phrase_sentence(one) for one in phrases)
    return f"{said[:1].upper()}{said[1:]}."


# --- Every step -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Names:
    """What the tree needs to be readable: titles in the terms, names of parties, the results that
    its figures come from, and the path of a step to mark."""

    terms: TermsDocument
    parties: Mapping[str, str]
    results: Mapping[str, Explanation]
    marked: str = ""


def names(viewer: User, claim: Claim, terms: TermsDocument, marked: str = "") -> Names:
    """The names behind the keys of a claim's calculation, as `viewer` may see them."""
    parties = {share.payer.key: str(share.payer.organisation) for share in claim.payer_shares.all()}
    rights = {
        action: outcomes.selectors.may(viewer, action, claim.contract)
        for action in (Action.VIEW_MEASUREMENT, Action.VIEW_AGGREGATE)
    }
    found = {}
    for row in outcomes.selectors.results(viewer, also=claim.closing).filter(closing=claim.closing):
        found[f"result:{row.pk}"] = Explanation(
            label=_("Verified result of period %(number)s") % {"number": claim.period.number},
            value=f"{formats.number(row.cumulative_numerator)} / {formats.number(row.denominator)}",
            detail=str(choose(terms.outcome(row.outcome_key).title)),
            url=reverse("outcomes:closing-detail", args=[row.closing_id]),
            children=tuple(_behind(row, rights)),
        )
    return Names(terms, parties, found, marked)


def _behind(row: Result, rights: Mapping[Action, bool]) -> Iterator[Explanation]:
    """Where a reader with these rights finds what a result rests on."""
    if rights[Action.VIEW_MEASUREMENT] and not row.of_group:
        yield Explanation(
            label=_("Measurements that counted"),
            value="",
            url=reverse("outcomes:result-measurements", args=[row.pk]),
        )
    if rights[Action.VIEW_AGGREGATE] and row.aggregate is not None:
        yield Explanation(
            label=_("Figures of the register"),
            value="",
            url=reverse("outcomes:aggregate-detail", args=[row.aggregate.uuid]),
        )


def tree(step: Step, known: Names, path: str = "") -> Explanation:
    """A stored step with everything below it; `path` is its own place in the claim's tree."""
    path = path or name_of(step)
    below = tuple(tree(child, known, place) for child, place in children(step, path))
    results = tuple(known.results[one] for one in step.sources if one in known.results)
    told = _one(step, known)
    return replace(told, children=below + results, path=path, marked=path == known.marked)


def children(step: Step, path: str) -> list[tuple[Step, str]]:
    """The steps below one, each with its place in the tree."""
    return [
        (child, f"{path}/{name_of(child)}[{number}]")
        for number, child in enumerate(step.children, start=1)
    ]


def said(step: Step, known: Names) -> str:
    """One step as a sentence with its figures."""
    found = wording.phrase(step, known.terms)
    if party := known.parties.get(str(step.inputs.get("party", ""))):
        found = found._replace(params={**found.params, "party": party})
    return phrase_sentence(found)


def in_words(step: Step) -> str:
    """The formula of a step in words."""
    code = f"payments.words.{wording.kind(step)}"
    return sentence(code) if code in MESSAGES else ""


def in_figures(step: Step, known: Names) -> str:
    """The formula of a step worked out."""
    found = wording.worked(step, known.terms)
    return phrase_sentence(found) if found.code in MESSAGES else ""


def rests_on(step: Step) -> str:
    """What a step rests on."""
    return sentence(wording.source(step))


def _one(step: Step, known: Names) -> Explanation:
    return Explanation(
        label=sentence(step.label),
        value=value(step, known.terms.currency),
        detail=said(step, known),
        words=in_words(step),
        worked=in_figures(step, known),
        facts=tuple(_facts(step, known)),
        source=rests_on(step),
    )


def _facts(step: Step, known: Names) -> list[tuple[str, str]]:
    found = []
    for name, given in wording.facts(step, known.terms):
        code = f"payments.input.{name}"
        label = sentence(code) if code in MESSAGES else name.replace("_", " ").capitalize()
        if (shown := _fact(name, given, known)) is not None:
            found.append((label, shown))
    return found


def _fact(name: str, given: object, known: Names) -> str | None:
    """One input as text; None for a word of the terms that the sentence of the step says."""
    if name == "party":
        return known.parties.get(str(given), str(given))
    if isinstance(given, str) and name not in {"source"}:
        code = f"payments.word.{name}.{given}"
        return sentence(code) if code in MESSAGES else None
    return written(name, given)


def value(step: Step, currency: str) -> str:
    """The result of a step with its unit, in the reader's way."""
    if step.result is None or isinstance(step.result, bool):
        return ""  # the sentence beside it says whether a threshold is met
    if isinstance(step.result, Decimal) and step.unit == currency:
        return formats.money(step.result, currency, cents=True)
    if isinstance(step.result, Decimal) and step.unit == "percent":
        return formats.percent(step.result / 100, places=4)
    return formats.displayed(step.result)


# --- Where a calculation differs --------------------------------------------------------------


@dataclass(frozen=True)
class ShownDifference:
    """The first place that differs, in words; `step` is its place in the tree, if it is there."""

    place: str
    part: str
    stored: str
    again: str
    step: str
    reasons: tuple[str, ...]


def difference(found: Recalculated) -> ShownDifference:
    """Where a claim that was calculated again does not come out the same, with both values."""
    where = found.difference
    assert where is not None  # noqa: S101 - the caller has asked
    amount = where.unit in CURRENCIES
    values = [
        "–" if one is None else written(where.what, Money(one, where.unit)
                                        if amount and isinstance(one, Decimal) else one)
        for one in (where.stored, where.again)
    ]  # fmt: skip
    return ShownDifference(
        place=place(where.path),
        part=_part(where.what),
        stored=values[0],
        again=values[1],
        step=where.path if where.path.startswith("claim") else "",
        reasons=tuple(issue_sentence(issue) for issue in found.issues),
    )


def place(path: str) -> str:
    """A path in words: Claim › Sum › Payment term 2 › Price."""
    shown = []
    for number, part in enumerate(path.split("/")):
        name, _bracket, position = part.partition("[")
        code = f"payments.step.{name}"
        if code not in MESSAGES:
            code = f"payments.place.{name}"
        label = sentence(code) if code in MESSAGES else name
        # Of the steps only lines and shares are many; the number of any other tells nothing.
        many = name in {"line", "share", "lines", "payer_shares", "observations"} and number
        many = many or code.startswith("payments.place")
        shown.append(f"{label} {position.rstrip(']')}" if position and many else label)
    return " › ".join(shown)


def _part(what: str) -> str:
    name = what.removeprefix("inputs.")
    for code in (f"payments.part.{name}", f"payments.input.{name}"):
        if code in MESSAGES:
            return sentence(code)
    return sentence("payments.part.other")
