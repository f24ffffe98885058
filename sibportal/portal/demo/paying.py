"""From a closed period to money on its way to the investors."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from outcomes.models import Closing
from payments import services
from payments.models import Claim
from sibportal.accounts.models import User
from sibportal.accounts.services import system_user
from sibportal.portal.demo.people import Town

APPROVERS = ("approver", "second.approver")


def calculate(town: Town, closing: Closing) -> Claim:
    """The portal calculates the claim of a closed period, on the day it was signed."""
    town.clock.at(_signed_on(closing))
    return services.calculate_claim(actor=system_user(), closing=closing)


def settle(town: Town, preparer: User, closings: Iterable[Closing]) -> None:
    """Calculate, submit, approve and pay the claims of these closings."""
    for closing in closings:
        claim = calculate(town, closing)
        submit(town, preparer, claim)
        approve(town, claim)
        pay(town, claim)


def _signed_on(closing: Closing) -> date:
    assert closing.signed_at is not None  # noqa: S101 - only what is signed is claimed
    return closing.signed_at.date()


def submit(town: Town, preparer: User, claim: Claim, *, after: int = 4) -> None:
    """The preparer looks at the claim and submits it, some days after the signature."""
    town.clock.at(_signed_on(claim.closing) + timedelta(days=after))
    services.submit_claim(actor=preparer, claim=claim)


def approve(town: Town, claim: Claim, *, after: int = 7) -> None:
    """Let both approvers of every payer approve its share, some days after the signature."""
    day = _signed_on(claim.closing) + timedelta(days=after)
    for share in claim.payer_shares.select_related("payer__organisation"):
        approve_share(town, claim, town.key_of(share.payer.organisation), APPROVERS, day)


def approve_share(town: Town, claim: Claim, key: str, tasks: Iterable[str], day: date) -> None:
    """Let these approvers of one payer approve its share, one a day."""
    share = claim.payer_shares.get(payer__organisation=town[key])
    for later, task in enumerate(tasks):
        town.clock.at(day + timedelta(days=later))
        services.approve_claim(
            actor=town.person(key, task), claim=claim, payer=share.payer, digest=claim.digest
        )


def pay(town: Town, claim: Claim) -> None:
    """Record that every payer paid its share in the second month after the period's end."""
    paid_on = _paid_on(claim.period.ends_on)
    town.clock.at(paid_on + timedelta(days=1))
    for share in claim.payer_shares.filter(amount__gt=0).select_related("payer__organisation"):
        key = town.key_of(share.payer.organisation)
        services.record_payment(
            actor=town.person(key, "preparer"),
            claim=claim,
            payer=share.payer,
            amount=share.amount,
            paid_on=paid_on,
            reference=f"{claim.contract.code}-{claim.number:04d}",
        )


def _paid_on(ends_on: date) -> date:
    return date(ends_on.year + ends_on.month // 12, ends_on.month % 12 + 1, 25)


def return_and_recalculate(town: Town, preparer: User, claim: Claim, reason: str) -> Claim:
    """An approver sends the claim back, and it is calculated anew."""
    submit(town, preparer, claim)
    payer = claim.payer_shares.select_related("payer__organisation").latest("position").payer
    approver = town.person(town.key_of(payer.organisation), APPROVERS[0])
    town.clock.at(_signed_on(claim.closing) + timedelta(days=6))
    services.return_claim(actor=approver, claim=claim, reason=reason)
    return services.calculate_claim(actor=system_user(), closing=claim.closing)
