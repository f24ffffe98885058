"""The only place where identities are encrypted and read; each use leaves its row in the log.

Names travel from the form into the cipher and from the cipher onto one page, nowhere else: no
audit event, log line, address, mail or task argument carries them (decision 20).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from cohorts.models import Erasure, Identity, Participant
from cohorts.rules import cipher
from cohorts.rules.custody import require_holder
from cohorts.rules.personal_id import normalise
from cohorts.selectors import acting_roles, custodian
from cohorts.services._shared import lock_contract, record, refuse, texts
from cohorts.services.reading import log_use
from cohorts.states import UseKind, UsePurpose
from contracts.models import KeyCustodian
from contracts.selectors import today
from sibportal.accounts import access
from sibportal.accounts.models import User
from sibportal.accounts.roles import Action
from sibportal.accounts.services import system_user
from sibportal.audit import services as audit
from sibportal.kernel.errors import Issue, RuleViolation

TABLE = Identity._meta.db_table


@dataclass(frozen=True)
class IdentityFacts:
    """What is to be kept; an empty field keeps what is stored. Never shown in a traceback."""

    name: str = field(default="", repr=False)
    personal_id: str = field(default="", repr=False)
    contact: str = field(default="", repr=False)
    security_ban: bool = False


@dataclass(frozen=True)
class ShownIdentity:
    """An opened identity, for one page; `contact` stays closed under a security ban."""

    name: str = field(repr=False)
    personal_id: str = field(repr=False)
    contact: str = field(repr=False)
    security_ban: bool


@dataclass(frozen=True)
class ErasureFact:
    """An erasure as it is kept beside the backups."""

    participant_id: UUID
    reason: str
    erased_by_id: UUID
    erased_at: datetime


@dataclass(frozen=True)
class Batch:
    """Some identities taken in hand: how many are under the current key now, how many cannot be.

    `failed` counts by the id of the key that is missing, or under "" where the data was altered.
    """

    last: UUID
    done: int
    failed: Mapping[str, int]


@sensitive_variables()
@transaction.atomic
def save_identity(*, actor: User, participant: Participant, facts: IdentityFacts) -> None:
    """Keep name, personal id and contact details encrypted, where the key lies with the actor."""
    access.require(actor, Action.EDIT_IDENTITY, participant)
    contract = lock_contract(participant)
    require_holder(custodian(contract), acting_roles(actor, Action.EDIT_IDENTITY, contract))
    if Erasure.objects.filter(participant=participant).exists():
        raise RuleViolation("cohorts.identity_erased")
    if facts.security_ban and facts.contact:
        raise RuleViolation("cohorts.contact_under_ban", field="contact")
    number = _normalised(facts.personal_id, today(contract))
    kept = Identity.objects.select_for_update(of=("self",))  # its key may be changing
    identity = kept.filter(participant=participant).first()
    if identity is None:
        identity = _new_identity(participant)
    key = _person_key(identity)
    _seal(identity, key, "name", facts.name)
    _seal(identity, key, "contact", facts.contact)
    if number:
        _seal(identity, key, "personal_id", facts.personal_id.strip())
        index_key = cipher.key_from_text(settings.IDENTITY_INDEX_KEY)
        identity.blind_index = cipher.blind_index(index_key, number)
    identity.security_ban = facts.security_ban
    if facts.security_ban:
        identity.contact = ""
    identity.save()
    log_use(actor, [participant], UseKind.IDENTITY_CHANGED, UsePurpose.SERVICE)
    record(actor, "identity.changed", participant)


@sensitive_variables()
@transaction.atomic
def show_identity(*, actor: User, participant: Participant, purpose: str) -> ShownIdentity:
    """Open an identity for a stated purpose; its row in the use log is written with it."""
    access.require(actor, Action.VIEW_IDENTITY, participant)
    contract = participant.cohort.contract
    require_holder(custodian(contract), acting_roles(actor, Action.VIEW_IDENTITY, contract))
    if purpose not in UsePurpose.values:
        raise RuleViolation(Issue("cohorts.purpose_needed", "purpose"))
    identity = Identity.objects.filter(participant=participant).first()
    if identity is None:
        raise RuleViolation("cohorts.no_identity")
    key = _person_key(identity)
    shown = ShownIdentity(
        name=cipher.decrypt(identity.name, key, _place(identity, "name")),
        personal_id=cipher.decrypt(identity.personal_id, key, _place(identity, "personal_id")),
        contact=""
        if identity.security_ban
        else cipher.decrypt(identity.contact, key, _place(identity, "contact")),
        security_ban=identity.security_ban,
    )
    log_use(actor, [participant], UseKind.IDENTITY_SHOWN, purpose)
    return shown


@transaction.atomic
def erase_identity(*, actor: User, participant: Participant, reason: str) -> Erasure:
    """Destroy a person's key and ciphertext for good; what was counted and paid stays."""
    access.require(actor, Action.ERASE_IDENTITY, participant)
    contract = lock_contract(participant)
    held_by, kept = custodian(contract), Identity.objects.filter(participant=participant)
    if held_by != KeyCustodian.ELSEWHERE or not kept.exists():
        # What is left here after the key moved elsewhere, either side may destroy.
        require_holder(held_by, acting_roles(actor, Action.ERASE_IDENTITY, contract))
    if not reason.strip():
        raise RuleViolation("cohorts.reason_needed", field="reason")
    refuse(texts(contract, reason=reason))
    if Erasure.objects.filter(participant=participant).exists():
        raise RuleViolation("cohorts.identity_erased")
    kept.delete()
    erasure = Erasure.objects.create(
        participant=participant, reason=reason.strip(), erased_by=actor
    )
    log_use(actor, [participant], UseKind.IDENTITY_ERASED, UsePurpose.OWN_REQUEST)
    record(actor, "identity.erased", participant)
    return erasure


@transaction.atomic
def replay_erasures(*, facts: Iterable[ErasureFact]) -> int:
    """Erase again, after a backup was restored, whom the list names; returns how many were back.

    For the operator of the portal: each erasure was decided by a person when it was first made.
    """
    again = 0
    for fact in facts:
        participant = Participant.objects.filter(pk=fact.participant_id).first()
        if participant is None:
            continue  # referred after the backup was made
        deleted, _ = Identity.objects.filter(participant=participant).delete()
        _, created = Erasure.objects.get_or_create(
            participant=participant,
            defaults={
                "reason": fact.reason,
                "erased_by_id": fact.erased_by_id,
                "erased_at": fact.erased_at,
            },
        )
        if deleted or created:
            again += 1
            actor = User.objects.get(pk=fact.erased_by_id)
            record(actor, "identity.erased_again", participant)
    return again


@transaction.atomic
def reencrypt_identities(*, after: UUID | None = None, size: int = 500) -> Batch | None:
    """Wrap the keys of the next people behind `after` with the current key; None at the end.

    For the operator of the portal, who alone knows the keys. Names stay closed: only the wrapped
    key of each person is opened. Run again, it finds what is left.
    """
    ring = _ring()
    rows = Identity.objects.select_for_update(of=("self",)).order_by("pk")
    rows = rows.exclude(wrapped_key__startswith=cipher.sealed_by(ring.current))
    found = list(rows.filter(pk__gt=after)[:size] if after else rows[:size])
    if not found:
        return None
    failed: dict[str, int] = {}
    done = []
    for identity in found:
        try:
            place = _place(identity, "wrapped_key")
            identity.wrapped_key = cipher.rewrap(identity.wrapped_key, ring, place)
            done.append(identity)
        except RuleViolation as violation:
            why = str(violation.params.get("key_id", ""))
            failed[why] = failed.get(why, 0) + 1
    if done:
        Identity.objects.bulk_update(done, ["wrapped_key"])
        portal = system_user()
        what = {"identities": len(done), "key": ring.current}
        audit.record(actor=portal, action="identity.reencrypted", target=portal, after=what)
    return Batch(last=found[-1].pk, done=len(done), failed=failed)


@sensitive_variables()
def _ring() -> cipher.KeyRing:
    """The current key, which writes, and the former ones, which read."""
    texts = [settings.IDENTITY_KEY, *settings.IDENTITY_OLD_KEYS]
    keys = [cipher.key_from_text(text) for text in texts]
    # Named by its digest, so that a wrong key is told apart from altered data.
    ids = [hashlib.sha256(key).hexdigest()[:8] for key in keys]
    return cipher.KeyRing(current=ids[0], keys=dict(zip(ids, keys, strict=True)))


def _place(identity: Identity, column: str) -> cipher.Place:
    return cipher.Place(TABLE, column, str(identity.participant_id))


@sensitive_variables()
def _new_identity(participant: Participant) -> Identity:
    identity = Identity(pk=uuid4(), participant=participant)
    place = _place(identity, "wrapped_key")
    identity.wrapped_key = cipher.wrap(cipher.new_person_key(), _ring(), place)
    return identity


def _person_key(identity: Identity) -> bytes:
    return cipher.unwrap(identity.wrapped_key, _ring(), _place(identity, "wrapped_key"))


@sensitive_variables()
def _seal(identity: Identity, key: bytes, column: str, text: str) -> None:
    if text.strip():
        setattr(identity, column, cipher.encrypt(text.strip(), key, _place(identity, column)))


@sensitive_variables()
def _normalised(personal_id: str, day: date) -> str:
    """A personal id is optional everywhere; one that is given must be valid."""
    if not personal_id.strip():
        return ""
    try:
        return normalise(personal_id, as_of=day).normalised
    except RuleViolation as violation:
        raise RuleViolation(violation.code, field="personal_id") from None
