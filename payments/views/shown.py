"""How claims are shown: tags, step chains, the headline and the tree of a calculation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

import outcomes.selectors
from contracts.rules.terms import TermsDocument, parse
from payments.rules import wording
from payments.states import ClaimState
from sibportal.accounts.roles import Action
from sibportal.kernel.explain import Calculation, Step
from sibportal.web import formats
from sibportal.web.components import Explanation, LogEntry, Stage, Status, Tone
from sibportal.web.localised import choose
from sibportal.web.messages import phrase_sentence, sentence

if TYPE_CHECKING:
    from outcomes.models import Result
    from payments.models import Claim, PayerShare
    from sibportal.accounts.models import User

_TONES: dict[str, Tone] = {
    ClaimState.CALCULATED: "draft",
    ClaimState.SUBMITTED: "info",
    ClaimState.RETURNED: "warning",
    ClaimState.APPROVED: "success",
    ClaimState.SETTLED: "success",
    ClaimState.REPLACED: "neutral",
}
_UNDER_WAY = frozenset({ClaimState.SUBMITTED, ClaimState.APPROVED, ClaimState.SETTLED})


def claim_status(state: str) -> Status:
    """The tag of a claim's state."""
    return Status(_TONES[state], ClaimState(state).label)


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
    clauses = "; ".join(phrase_sentence(one) for one in wording.headline(root, terms))
    return f"{clauses[:1].upper()}{clauses[1:]}."


def _period(claim: Claim) -> str:
    return f"{formats.day(claim.period.starts_on)}–{formats.last_day(claim.period.ends_on)}"


def term_title(terms: TermsDocument, key: str) -> str:
    """What a payment term is called, in the reader's language."""
    return str(choose(terms.payment_term(key).title)) or key


def line_sentence(step: Step, terms: TermsDocument) -> str:
    """Why one line comes to its amount, in one sentence."""
    clauses = "; ".join(phrase_sentence(one) for one in wording.line_clauses(step, terms))
    return f"{clauses[:1].upper()}{clauses[1:]}."


@dataclass(frozen=True)
class Names:
    """What the tree needs to be readable: titles in the terms, names of parties, and the results
    that its figures come from."""

    terms: TermsDocument
    parties: Mapping[str, str]
    results: Mapping[str, Explanation]


def names(viewer: User, claim: Claim, terms: TermsDocument) -> Names:
    """The names behind the keys of a claim's calculation, as `viewer` may see them."""
    parties = {share.payer.key: str(share.payer.organisation) for share in claim.payer_shares.all()}
    may_see_people = outcomes.selectors.may(viewer, Action.VIEW_MEASUREMENT, claim.contract)
    found = {}
    for row in outcomes.selectors.results(viewer, claim.contract).filter(closing=claim.closing):
        below = (_measurements(row, terms),) if may_see_people else ()
        found[f"result:{row.pk}"] = Explanation(
            label=_("Verified result of period %(number)s") % {"number": claim.period.number},
            value=f"{formats.number(row.cumulative_numerator)} / {formats.number(row.denominator)}",
            detail=str(choose(terms.outcome(row.outcome_key).title)),
            url=reverse("outcomes:closing-detail", args=[row.closing_id]),
            children=below,
        )
    return Names(terms, parties, found)


def _measurements(row: Result, terms: TermsDocument) -> Explanation:
    """The rows that a result counts: those of its metric, of all metrics for a composite."""
    address = reverse("outcomes:measurement-list", args=[row.closing.contract_id])
    metric = terms.outcome(row.outcome_key).metric
    narrowed = {"state": "verified"} | ({"metric": metric.code} if metric else {})
    return Explanation(
        label=_("Verified measurements"), value="", url=f"{address}?{urlencode(narrowed)}"
    )


def explanation(step: Step, known: Names) -> Explanation:
    """A stored step as lines of a tree, down to the results it stands on."""
    said = wording.phrase(step, known.terms)
    if party := known.parties.get(str(step.inputs.get("party", ""))):
        said = said._replace(params={**said.params, "party": party})
    below = [explanation(child, known) for child in step.children]
    below += [known.results[source] for source in step.sources if source in known.results]
    return Explanation(
        label=sentence(step.label),
        value=_value(step, known.terms.currency),
        detail=phrase_sentence(said),
        children=tuple(below),
    )


def _value(step: Step, currency: str) -> str:
    if step.result is None or isinstance(step.result, bool):
        return ""  # the sentence beside it says whether a threshold is met
    if isinstance(step.result, Decimal) and step.unit == currency:
        return formats.money(step.result, currency, cents=True)
    if isinstance(step.result, Decimal) and step.unit == "percent":
        return formats.percent(step.result / 100, places=4)
    return formats.displayed(step.result)


def log(claim: Claim) -> list[LogEntry]:
    """Who did what about a claim, newest first."""
    entries = [
        LogEntry(claim.calculated_at, _("calculated the claim"), "scale", str(claim.calculated_by))
    ]
    if claim.submitted_at and claim.submitted_by:
        text = _("submitted it for approval")
        entries.append(LogEntry(claim.submitted_at, text, "send", str(claim.submitted_by)))
    for row in claim.approvals.all():
        text = _("approved for %(payer)s") % {"payer": row.payer.organisation}
        detail = "" if row.round == claim.round else _("before it was returned")
        entries.append(LogEntry(row.approved_at, text, "check", str(row.approver), detail))
    for back in claim.returns.all():
        text = _("returned it to its maker")
        entries.append(
            LogEntry(back.returned_at, text, "undo-2", str(back.returned_by), back.reason)
        )
    for paid in claim.payments.all():
        text = _("recorded the payment of %(payer)s: %(amount)s on %(day)s") % {
            "payer": paid.payer.organisation,
            "amount": claim_money(claim, paid.amount),
            "day": formats.day(paid.paid_on),
        }
        entries.append(
            LogEntry(paid.recorded_at, text, "banknote", str(paid.recorded_by), paid.reference)
        )
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def stages(claim: Claim, share: PayerShare) -> list[Stage]:
    """The step chain of one payer's share: from verified to paid."""
    given = sum(
        row.payer_id == share.payer_id and row.round == claim.round for row in claim.approvals.all()
    )
    is_under_way = claim.state in _UNDER_WAY
    steps = [(_("Verified"), True), (_("Calculated"), True), (_("Submitted"), is_under_way)]
    for step, label in enumerate((_("First approval"), _("Second approval")), start=1):
        steps.append((label, is_under_way and given >= step))
    steps.append(_last_step(claim, share))
    current = next((place for place, (_label, done) in enumerate(steps) if not done), None)
    if claim.state == ClaimState.REPLACED:
        current = None
    return [
        Stage(label, _standing(done=done, current=place == current))
        for place, (label, done) in enumerate(steps)
    ]


def _last_step(claim: Claim, share: PayerShare) -> tuple[str, bool]:
    if share.amount == 0:
        return _("Nothing to pay"), claim.state == ClaimState.SETTLED
    return _("Paid"), any(row.payer_id == share.payer_id for row in claim.payments.all())


def _standing(*, done: bool, current: bool) -> Literal["done", "current", "todo"]:
    if done:
        return "done"
    return "current" if current else "todo"
