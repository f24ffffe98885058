"""Encryption of who a participant code is: one key per person, wrapped by the portal's key.

Destroying a wrapped key makes every field of that person unreadable, in backups too. Keys are
passed in; this module knows neither settings nor the database (decision 20).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sibportal.kernel.errors import RuleViolation

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = "v1"
PERSON_KEY_ID = "person"


@dataclass(frozen=True)
class Place:
    """Where a ciphertext is stored; one that is moved to another row cannot be read."""

    table: str
    column: str
    row: str

    def as_bytes(self) -> bytes:
        """The associated data of the cipher: table|column|row."""
        return f"{self.table}|{self.column}|{self.row}".encode()


@dataclass(frozen=True)
class KeyRing:
    """The portal's keys by id: the current one writes, all of them read."""

    current: str
    keys: Mapping[str, bytes]

    def __post_init__(self) -> None:
        if self.current not in self.keys:
            raise RuleViolation("cohorts.identity_key_missing", key_id=self.current)
        for key_id, key in self.keys.items():
            if len(key) != KEY_BYTES or not key_id or "|" in key_id:
                raise RuleViolation("cohorts.identity_key_malformed", key_id=key_id)

    def __repr__(self) -> str:
        """Name the keys, never show them."""
        return f"KeyRing(current={self.current!r}, ids={sorted(self.keys)!r})"


def key_from_text(text: str) -> bytes:
    """Read a 32-byte key from base64 (either alphabet); `identity_key_malformed` otherwise."""
    try:
        key = base64.b64decode(text.strip().replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise RuleViolation("cohorts.identity_key_malformed", key_id="") from error
    if len(key) != KEY_BYTES:
        raise RuleViolation("cohorts.identity_key_malformed", key_id="")
    return key


def new_person_key() -> bytes:
    """A fresh random data key for one person."""
    return os.urandom(KEY_BYTES)


def wrap(person_key: bytes, ring: KeyRing, place: Place) -> str:
    """The person's key, encrypted under the ring's current key."""
    return _seal(person_key, ring.keys[ring.current], ring.current, place)


def unwrap(wrapped: str, ring: KeyRing, place: Place) -> bytes:
    """The person's key; `identity_key_missing` or `identity_unreadable` when it cannot be had."""
    key_id = _split(wrapped)[0]
    if key_id not in ring.keys:
        raise RuleViolation("cohorts.identity_key_missing", key_id=key_id)
    return _open(wrapped, ring.keys[key_id], place)


def rewrap(wrapped: str, ring: KeyRing, place: Place) -> str:
    """The same person's key under the current key; unchanged if it already is (rotation)."""
    if _split(wrapped)[0] == ring.current:
        return wrapped
    return wrap(unwrap(wrapped, ring, place), ring, place)


def sealed_by(key_id: str) -> str:
    """How everything begins that was encrypted under the key of this id."""
    return f"{VERSION}|{key_id}|"


def encrypt(text: str, person_key: bytes, place: Place) -> str:
    """Ciphertext of one personal field; an empty text stays empty."""
    return _seal(text.encode(), person_key, PERSON_KEY_ID, place) if text else ""


def decrypt(ciphertext: str, person_key: bytes, place: Place) -> str:
    """The text of one personal field; `identity_unreadable` if moved, altered or another's."""
    return _open(ciphertext, person_key, place).decode() if ciphertext else ""


def blind_index(index_key: bytes, normalised_personal_id: str) -> str:
    """HMAC-SHA256 of a normalised personal id, 64 hex characters; empty for no id.

    The space of personal ids is small, so the index key must never lie beside the database.
    """
    if len(index_key) != KEY_BYTES:
        raise RuleViolation("cohorts.identity_key_malformed", key_id="index")
    if not normalised_personal_id:
        return ""
    return hmac.new(index_key, normalised_personal_id.encode(), hashlib.sha256).hexdigest()


def _seal(plain: bytes, key: bytes, key_id: str, place: Place) -> str:
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, plain, place.as_bytes())
    return f"{sealed_by(key_id)}{_to_text(nonce)}|{_to_text(sealed)}"


def _open(ciphertext: str, key: bytes, place: Place) -> bytes:
    _, nonce, sealed = _split(ciphertext)
    try:
        return AESGCM(key).decrypt(nonce, sealed, place.as_bytes())
    except (InvalidTag, ValueError) as error:
        raise RuleViolation("cohorts.identity_unreadable") from error


def _split(ciphertext: str) -> tuple[str, bytes, bytes]:
    try:
        version, key_id, nonce, sealed = ciphertext.split("|")
        if version != VERSION:
            raise ValueError(version)
        return key_id, base64.urlsafe_b64decode(nonce), base64.urlsafe_b64decode(sealed)
    except (ValueError, binascii.Error) as error:
        raise RuleViolation("cohorts.identity_unreadable") from error


def _to_text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()
