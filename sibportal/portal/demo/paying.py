"""From a closed period to money on its way to the investors."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from outcomes.models import Closing
from payments import services
from payments.models import Claim
from sibportal.accounts.models import User
from sibportal.accounts.services import system_user
from sibportal.portal.demo.people import Town

APPROVERS = ("approver", "second.approver")


def calculate(closing: Closing) -> Claim:
    """The portal calculates the claim of a closed period."""
    return services.calculate_claim(actor=system_user(), closing=closing)


def settle(town: Town, preparer: User, closings: Iterable[Closing]) -> None:
    """Calculate, submit, approve and pay the claims of these closings."""
    for closing in closings:
        claim = services.submit_claim(actor=preparer, claim=calculate(closing))
        approve(town, claim)
        pay(town, claim)


def approve(town: Town, claim: Claim) -> None:
    """Let both approvers of every payer approve its share."""
    for share in claim.payer_shares.select_related("payer__organisation"):
        approve_share(town, claim, town.key_of(share.payer.organisation), APPROVERS)


def approve_share(town: Town, claim: Claim, key: str, tasks: Iterable[str]) -> None:
    """Let these approvers of one payer approve its share."""
    share = claim.payer_shares.get(payer__organisation=town[key])
    for task in tasks:
        services.approve_claim(
            actor=town.person(key, task), claim=claim, payer=share.payer, digest=claim.digest
        )


def pay(town: Town, claim: Claim) -> None:
    """Record that every payer paid its share in the second month after the period's end."""
    for share in claim.payer_shares.filter(amount__gt=0).select_related("payer__organisation"):
        key = town.key_of(share.payer.organisation)
        services.record_payment(
            actor=town.person(key, "preparer"),
            claim=claim,
            payer=share.payer,
            amount=share.amount,
            paid_on=_paid_on(claim.period.ends_on),
            reference=f"Example {claim.number:04d}",
        )


def _paid_on(ends_on: date) -> date:
    return date(ends_on.year + ends_on.month // 12, ends_on.month % 12 + 1, 15)


def return_and_recalculate(town: Town, preparer: User, claim: Claim, reason: str) -> Claim:
    """An approver sends the claim back, and it is calculated anew."""
    claim = services.submit_claim(actor=preparer, claim=claim)
    payer = claim.payer_shares.select_related("payer__organisation").latest("position").payer
    approver = town.person(town.key_of(payer.organisation), APPROVERS[0])
    services.return_claim(actor=approver, claim=claim, reason=reason)
    return calculate(claim.closing)
