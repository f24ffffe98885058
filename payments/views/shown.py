"""How claims are shown: tags, step chains, the headline and the tree of a calculation."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from contracts.rules.terms import parse
from payments.rules import wording
from payments.rules.approval import STEPS_PER_PAYER
from payments.states import ClaimState
from sibportal.kernel.explain import Calculation, Step
from sibportal.web import formats
from sibportal.web.components import Explanation, Stage, Status, Tone
from sibportal.web.messages import phrase_sentence, sentence

if TYPE_CHECKING:
    from contracts.rules.terms import TermsDocument
    from payments.models import Claim, PayerShare

_TONES: dict[str, Tone] = {
    ClaimState.CALCULATED: "draft",
    ClaimState.SUBMITTED: "info",
    ClaimState.RETURNED: "warning",
    ClaimState.APPROVED: "success",
    ClaimState.SETTLED: "success",
    ClaimState.REPLACED: "neutral",
}


def claim_status(state: str) -> Status:
    """The tag of a claim's state."""
    return Status(_TONES[state], ClaimState(state).label)


def claim_money(claim: Claim, amount: Decimal | None = None) -> str:
    """An amount of the claim to the cent; the claim's own where none is given."""
    shown = claim.amount if amount is None else amount
    return formats.money(shown, claim.contract.currency, cents=True)


def headline(claim: Claim, *, counts_shown: bool) -> str:
    """Why the claim comes to its amount, in one sentence; without counts for those who may not
    see small numbers."""
    if not counts_shown:
        return _("%(amount)s is payable for %(period)s.") % {
            "amount": claim_money(claim),
            "period": _period(claim),
        }
    terms = parse(claim.terms.document)
    root = Calculation.from_json(claim.calculation).root
    clauses = "; ".join(phrase_sentence(one) for one in wording.headline(root, terms))
    return f"{clauses[:1].upper()}{clauses[1:]}."


def _period(claim: Claim) -> str:
    return f"{formats.day(claim.period.starts_on)}–{formats.day(claim.period.ends_on)}"


def explanation(
    step: Step, terms: TermsDocument, links: dict[str, str], *, counts_shown: bool
) -> Explanation:
    """A stored step as lines of a tree. `links` lead from a source to its page. Below the line
    of a payment term, those who may not see counts get the amounts alone."""
    is_line = step.label == "payments.step.line"
    children: Sequence[Step] = step.children if counts_shown or not is_line else ()
    url = next((links[source] for source in step.sources if source in links), "")
    detail = phrase_sentence(wording.phrase(step, terms)) if counts_shown or is_line else ""
    return Explanation(
        label=sentence(step.label),
        value=_value(step, terms.currency),
        detail=detail,
        url=url,
        children=tuple(
            explanation(child, terms, links, counts_shown=counts_shown) for child in children
        ),
    )


def _value(step: Step, currency: str) -> str:
    if isinstance(step.result, Decimal) and step.unit == currency:
        return formats.money(step.result, currency, cents=True)
    return formats.displayed(step.result) if step.result is not None else ""


def stages(claim: Claim, share: PayerShare, payers_paid: set[UUID]) -> list[Stage]:
    """The step chain of one payer's share: from verified to paid."""
    given = sum(
        row.payer_id == share.payer_id and row.round == claim.round
        for row in claim.approvals.all()
    )
    is_submitted = claim.state in {
        ClaimState.SUBMITTED,
        ClaimState.APPROVED,
        ClaimState.SETTLED,
    }
    done = [True, is_submitted]
    labels = [_("Verified and calculated"), _("Submitted")]
    for step in range(1, STEPS_PER_PAYER + 1):
        done.append(is_submitted and given >= step)
        labels.append([_("First approval"), _("Second approval")][step - 1])
    labels.append(_("Nothing to pay") if share.amount == 0 else _("Paid"))
    done.append(
        share.payer_id in payers_paid
        or (share.amount == 0 and claim.state == ClaimState.SETTLED)
    )
    chain = []
    current_found = False
    for label, is_done in zip(labels, done, strict=True):
        state: str = "done" if is_done else "todo"
        if not is_done and not current_found:
            state, current_found = "current", True
        chain.append(Stage(label, state))  # type: ignore[arg-type]
    return chain
