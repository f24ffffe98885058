"""Rules about organisations and their people: pure, codes and parameters only.

Business ids are checked by python-stdnum: the Finnish Y-tunnus and the Swedish organisationsnummer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from types import ModuleType
from uuid import UUID

from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.fi import ytunnus
from stdnum.se import orgnr

from sibportal.kernel.errors import Issue, RuleViolation

ADMINISTRATOR, INTEGRATION = "administrator", "integration"
PERSON, SERVICE_ACCOUNT = "person", "service"
MAX_TOKEN_DAYS = 365
_NUMBERS: dict[str, ModuleType] = {"FI": ytunnus, "SE": orgnr}


@dataclass(frozen=True)
class Duty:
    """One person's current role in an organisation; `ends` where it has a last day."""

    user_id: UUID
    role: str
    ends: bool


def normalise_business_id(country: str, typed: str) -> str:
    """The business id in its country's written form, such as 9999990-9 or 999900-0004."""
    number, value = _NUMBERS[country], typed.strip()
    if country == "SE" and _is_personal(number.compact(value)):
        raise RuleViolation("accounts.business_id_is_personal", field="business_id")
    try:
        number.validate(value)
    except InvalidChecksum:
        raise _violation("accounts.business_id_check_digit", "business_id", value) from None
    except ValidationError:
        code = f"accounts.business_id_form_{country.lower()}"
        raise _violation(code, "business_id", value) from None
    return str(number.format(value))


def _is_personal(digits: str) -> bool:
    """A sole trader's number is a personal identity number: its third digit is 0 or 1."""
    return len(digits) > 2 and digits[2] in "01"


def require_name(name: str, field: str = "name") -> str:
    """The name on one line; names reach mails and logs of what was done."""
    clean = " ".join(name.split())
    if not clean:
        raise RuleViolation("accounts.name_missing", field=field)
    return clean


def require_another_person(actor_id: UUID, member_id: UUID, granted: Collection[str]) -> None:
    """Nobody gives a role to themself (separation of duties); giving one up is allowed."""
    if granted and actor_id == member_id:
        raise RuleViolation("accounts.own_role", field="roles")


def require_fitting_roles(kind: str, roles: Collection[str]) -> None:
    """A service account is an integration and nothing else; a person is anything but."""
    if kind == SERVICE_ACCOUNT and set(roles) - {INTEGRATION}:
        raise RuleViolation("accounts.service_account_roles", field="roles")
    if kind != SERVICE_ACCOUNT and INTEGRATION in roles:
        raise RuleViolation("accounts.integration_is_no_person", field="roles")


def require_an_administrator(before: Collection[Duty], after: Collection[Duty]) -> None:
    """An organisation that has an administrator without a last day keeps one."""
    if _has_administrator(before) and not _has_administrator(after):
        raise RuleViolation("accounts.last_administrator", field="roles")


def _has_administrator(duties: Collection[Duty]) -> bool:
    return any(duty.role == ADMINISTRATOR and not duty.ends for duty in duties)


def require_second_step_removable(
    actor_id: UUID, member_id: UUID, *, is_support: bool, elsewhere: bool
) -> None:
    """Who may take another person's second sign-in step away.

    Never one's own by this way, never that of technical support, and not where the person holds a
    role in an organisation that the administrator does not manage: the administrator of one
    organisation must not weaken somebody who approves payments for another.
    """
    if actor_id == member_id:
        raise RuleViolation("accounts.own_second_step")
    if is_support or elsewhere:
        raise RuleViolation("accounts.second_step_elsewhere")


def require_token_owner(kind: str, *, is_active: bool) -> None:
    """Tokens are for people and service accounts that may get in."""
    if kind not in (PERSON, SERVICE_ACCOUNT) or not is_active:
        raise RuleViolation("accounts.token_owner")


def require_token_days(days: int) -> None:
    """A token lives for one day at least and a year at most."""
    if not 1 <= days <= MAX_TOKEN_DAYS:
        problem = Issue("accounts.token_days", "days", str(days), {"most": MAX_TOKEN_DAYS})
        raise RuleViolation(problem)


def digest_of(secret: str) -> str:
    """What is kept of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _violation(code: str, field: str, value: str) -> RuleViolation:
    return RuleViolation(Issue(code, field, value, {"value": value}))
