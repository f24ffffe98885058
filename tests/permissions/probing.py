"""Sends one request as one role, undoes it, and says in a word what came back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from sibportal.accounts.models import User
from tests.permissions.routes import FORMS, Route, address, body
from tests.permissions.world import NAMES, Served, Side

YES, NO, HIDDEN, SIGN_IN, REFUSED, NO_METHOD = (
    "yes", "no", "hidden", "sign in", "refused", "no such method"
)  # fmt: skip
WORDS = {
    401: SIGN_IN, 403: NO, 404: HIDDEN, 405: NO_METHOD, 409: REFUSED, 422: REFUSED,
}  # fmt: skip
ANONYMOUS, INTEGRATION, PARTNER, PARTNER_OTHER = (
    "anonymous", "investor integration", "service partner", "service partner (others' participants)"
)  # fmt: skip
# Who stands for each column of the table.
PEOPLE: dict[str, Callable[[Side], User | None]] = {
    ANONYMOUS: lambda _side: None,
    "preparer": lambda side: side.town.pia,
    "approver": lambda side: side.town.ada,
    "payer case worker": lambda side: side.town.casper,
    "administrator": lambda side: side.town.adam,
    "provider case worker": lambda side: side.town.ben,
    "provider approver": lambda side: side.town.bea,
    PARTNER: lambda side: side.sam,
    PARTNER_OTHER: lambda side: side.sam,
    "verifier": lambda side: side.town.cleo,
    "investor reader": lambda side: side.town.dag,
    "fund manager preparer": lambda side: side.fia,
    INTEGRATION: lambda side: side.integration,
    "outsider": lambda side: side.town.eve,
}


# A post that succeeds leads on, but for these, which show what they made, or a preview.
SHOWN_AT_ONCE = frozenset(
    {
        "accounts:service-account-detail", "accounts:token-list", "cohorts:identity-show",
        "payments:terms-draft", "payments:terms-what-if",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What one request gave: a word of the table, the status, what could be read, and what the
    asker had named already."""

    word: str
    status: int
    read: str
    asked: str

    def shows(self, forbidden: Iterable[str]) -> list[str]:
        """Which marks the answer gives away, beyond those that the asker sent."""
        read, asked = squeezed(self.read), squeezed(self.asked)
        return sorted(mark for mark in forbidden if mark in read and mark not in asked)


class Visitor:
    """One role at a browser without scripts, or at a REST client where it is a program."""

    def __init__(self, column: str, home: Side) -> None:
        self.column = column
        self.home = home
        self.user = PEOPLE[column](home)
        self.client = Client(headers={"accept-language": "en"}, raise_request_exception=False)
        if self.user is not None and column != INTEGRATION:
            self.client.force_login(self.user)

    def served(self, side: Side) -> Served:
        """The partner's own participants, except in the column that says otherwise."""
        return side.by_lead if self.column == PARTNER_OTHER else side.by_partner

    def ask(self, route: Route, method: str, side: Side, *, hx: bool = False) -> Answer:
        """Ask for an address of one side as the table describes it."""
        served = self.served(side)
        sent = body(route, side, served) if method == "POST" else {}
        json = (route.is_api and route.name not in FORMS) or method in ("PUT", "PATCH", "DELETE")
        answer = self.send(address(route, side, served), sent, method=method, json=json, hx=hx)
        shown = method == "POST" and answer.status == 200 and not route.is_api
        if shown and route.name not in SHOWN_AT_ONCE:
            return replace(answer, word="the form again")
        return answer

    def send(
        self,
        path: str,
        sent: Mapping[str, Any],
        *,
        method: str = "POST",
        json: bool = False,
        hx: bool = False,
    ) -> Answer:
        """Send it and take back whatever it did; rate limits are left as they were."""
        headers = {"HX-Request": "true"} if hx else {}
        if self.column == INTEGRATION:
            headers["Authorization"] = f"Bearer {self.home.secret}"
        options: dict[str, Any] = {"data": sent} if sent else {}
        if json and method != "GET":
            options["content_type"] = "application/json"
        cache.clear()
        with transaction.atomic():
            response = getattr(self.client, method.lower())(path, headers=headers, **options)
            read = _text(response)
            transaction.set_rollback(True)
        return Answer(_word(response), response.status_code, read, f"{path} {sent}")


def _word(response: Any) -> str:
    if 300 <= response.status_code < 400:
        leads_to_sign_in = response["Location"].startswith(reverse(settings.LOGIN_URL))
        return SIGN_IN if leads_to_sign_in else YES
    if 200 <= response.status_code < 300:
        return YES
    return WORDS.get(response.status_code, f"status {response.status_code}")


def _text(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace") + str(response.get("Location", ""))


# Leaks -------------------------------------------------------------------------------------------
def squeezed(text: str) -> str:
    """Text without spaces and with one decimal mark: 78 448,81 and 78448.81 are the same."""
    return re.sub(r"[\s\u00a0\u202f]|&nbsp;", "", text).replace(",", ".")


def marks_of(side: Side) -> set[str]:
    """What nobody without business on a side may ever read."""
    marks = side.marks
    served = (side.by_partner, side.by_lead)
    people = [person for one in served for person in one.participants]
    ids = [
        side.contract.pk, side.cohort.pk, side.document.pk, side.draft.pk, side.proposed.pk,
        side.signed.pk, side.open_closing.pk, side.commitment.pk, side.token.pk,
        *(claim.pk for claim in side.claims), *(person.pk for person in people),
        *(row.uuid for one in served for row in (one.checked, one.queried)),
    ]  # fmt: skip
    words = [
        f"{marks.name} running", f"{marks.name} place", f"{marks.name} cohort", f"{marks.prefix}-",
        marks.price, marks.cap, marks.capital,
    ]  # fmt: skip
    return {squeezed(word) for word in words} | {str(pk) for pk in ids} | amounts_of(side)


def amounts_of(side: Side) -> set[str]:
    """Money that is owed, was paid, or was put in."""
    return {str(claim.amount) for claim in side.claims} | {side.marks.capital}


def codes_of(served: Served) -> set[str]:
    return {person.code for person in served.participants}


def names() -> set[str]:
    return {squeezed(name) for name in NAMES}
