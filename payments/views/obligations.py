"""How it is shown what a contract can still come to, and what an early end would cost today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from payments.forms.ending import CAUSES
from payments.selectors.obligations import late_interests
from sibportal.kernel.explain import Step
from sibportal.web import formats
from sibportal.web.messages import issue_sentence, sentence

if TYPE_CHECKING:
    from contracts.models import Contract
    from payments.models import Claim, LateInterest
    from payments.selectors.obligations import Exits, ExitToday, Obligation
    from sibportal.accounts.models import User
    from sibportal.kernel.explain import Value

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class ExitRow:
    """One cause: what would be owed besides what is claimed, or why that cannot be said."""

    cause: str
    amount: Decimal | None
    why: str


@dataclass(frozen=True)
class OwedRow:
    """The most that can fall due in one year, in all and by payer."""

    year: int
    total: Decimal
    parts: list[tuple[str, Decimal]]


@dataclass(frozen=True)
class ObligationShown:
    """What one contract can still come to, in the order in which a reader asks."""

    contract: Contract
    total: Decimal | None
    years: list[OwedRow]
    payers: list[tuple[str, Decimal]]
    settles_end: bool


def shown_obligations(found: Iterable[Obligation]) -> list[ObligationShown]:
    """Obligations as pages show them."""
    return [
        ObligationShown(
            contract=one.contract,
            total=one.total,
            years=[
                OwedRow(year.year, year.total, list(year.by_payer.items())) for year in one.years
            ],
            payers=list(one.by_payer.items()),
            settles_end=one.settles_end,
        )
        for one in found
    ]


def exit_words(contract: Contract, found: Exits | None) -> str:
    """What an end today would cost, least and most over the causes."""
    if found is None or found.range is None:
        return _("the terms do not say, or figures are missing")
    least, most = (formats.money(one, contract.currency) for one in found.range)
    if least == most:
        return least
    return _("%(least)s to %(most)s, by cause") % {"least": least, "most": most}


def exit_rows(contract: Contract, found: Exits) -> list[ExitRow]:
    """Each cause with its settlement."""
    labels = dict(CAUSES)
    return [
        ExitRow(str(labels[one.cause]), one.amount, _why(one, contract.currency))
        for one in found.by_cause
    ]


def _why(one: ExitToday, currency: str) -> str:
    if one.issues:
        return " ".join(issue_sentence(issue) for issue in one.issues)
    if one.explanation is None:
        return _("The terms say nothing about this cause.")
    return capfirst(settlement_words(one.explanation, currency))


def settlement_words(step: Step, currency: str) -> str:
    """How a settlement came about, in one sentence."""
    told = {
        name: _told(name, value, currency)
        for name, value in {**step.inputs, "result": step.result}.items()
    }
    return sentence(step.formula, **told)


def _told(name: str, value: Value, currency: str) -> object:
    if not isinstance(value, Decimal):
        return value
    if name == "percent":
        return formats.percent(value / HUNDRED)
    return formats.money(value, currency, cents=True)


@dataclass(frozen=True)
class LateInterestShown:
    """Interest that one late payment costs its payer, and how it came about."""

    row: LateInterest
    words: str


def shown_late_interest(viewer: User, claim: Claim) -> list[LateInterestShown]:
    """The late interest of the payments on a claim that the viewer sees."""
    return [
        LateInterestShown(
            row, settlement_words(Step.from_json(row.explanation), claim.contract.currency)
        )
        for row in late_interests(viewer, claim)
    ]
