"""Opening a signed closing again: somebody asks with a reason, every party consents, and a new
version waits for what was missing and for the verifier. What was signed stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from contracts.models import Party
from outcomes import selectors
from outcomes.models import Closing, ClosingReopening, ReopeningConsent
from outcomes.services.closing import MAX_REASON
from outcomes.services.locking import lock_contract
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit import services as audit
from sibportal.kernel.errors import NotAllowed, RuleViolation
from sibportal.kernel.explain import digest_of

if TYPE_CHECKING:
    from sibportal.accounts.models import User


@transaction.atomic
def ask_reopening(*, actor: User, closing: Closing, reason: str) -> ClosingReopening:
    """Ask the parties to open a signed closing again; it stays closed until all have consented.

    RuleViolation without a reason, and where the closing is not the last one that is signed.
    """
    access.require(actor, Action.FORCE_CLOSING, closing)
    closing = _locked(closing)
    reason = reason.strip()
    if not reason:
        raise RuleViolation("outcomes.reason_needed", field="reason")
    if len(reason) > MAX_REASON:
        raise RuleViolation("outcomes.text_too_long", field="reason", limit=MAX_REASON)
    _require_last(closing)
    reopening = ClosingReopening.objects.create(
        closing=closing,
        reason=reason,
        digest=digest_of({"closing": str(closing.pk), "digest": closing.digest, "reason": reason}),
        asked_by=actor,
    )
    audit.record(
        actor=actor,
        action="closing.reopening_asked",
        target=closing,
        contract_id=closing.contract_id,
        after={"version": closing.version, "digest": reopening.digest},
        note=reason,
    )
    return reopening


@transaction.atomic
def consent_to_reopening(*, actor: User, closing: Closing, digest: str) -> Closing:
    """Consent in the name of the actor's party to what was last asked; the last party's consent
    opens the period. The new version of the closing is given back, before that the closing as
    it is. Saying it twice is saying it once.

    RuleViolation when another reason was given since, NotAllowed where no party of the actor's has
    to consent.
    """
    access.require(actor, Action.AGREE_TERMS, closing.contract)
    closing = _locked(closing)
    reopening = selectors.reopening_of(closing)
    if reopening is None or reopening.digest != digest:
        raise RuleViolation("outcomes.reopening_changed")
    own = selectors.may_consent_for(actor, reopening)
    if not own:
        raise NotAllowed(action=str(Action.AGREE_TERMS))
    opened = Closing.objects.filter(reopening=reopening).first()
    if opened is not None:
        return opened
    _require_last(closing)
    missing = selectors.missing_consents(reopening)
    for party in own:
        if party in missing:
            _consent(actor, reopening, party)
    if selectors.missing_consents(reopening):
        return closing
    return _open(actor, reopening)


def _locked(closing: Closing) -> Closing:
    """The closing as it is now, while nobody else writes in its contract."""
    lock_contract(closing.contract_id)
    return Closing.objects.select_related("contract", "period").get(pk=closing.pk)


def _require_last(closing: Closing) -> None:
    """Later figures rest on earlier ones: only the last signed closing of a contract in force is
    opened again, and only while no other is. Earlier ones are corrected by the next claim."""
    code = selectors.kept_closed_by(closing)
    if code:
        raise RuleViolation(code)


def _consent(actor: User, reopening: ClosingReopening, party: Party) -> None:
    ReopeningConsent.objects.create(
        reopening=reopening, party=party, person=actor, digest=reopening.digest
    )
    audit.record(
        actor=actor,
        action="closing.reopening_consented",
        target=reopening.closing,
        contract_id=reopening.closing.contract_id,
        after={
            "digest": reopening.digest,
            "organisation": party.organisation.name,
            "role": party.role,
        },
    )


def _open(actor: User, reopening: ClosingReopening) -> Closing:
    former = reopening.closing
    opened = Closing.objects.create(
        contract_id=former.contract_id,
        period_id=former.period_id,
        version=former.version + 1,
        reopening=reopening,
        proposed_by=actor,
    )
    audit.record(
        actor=actor,
        action="closing.opened_again",
        target=opened,
        contract_id=former.contract_id,
        after={"version": opened.version},
        note=reopening.reason,
    )
    return opened
