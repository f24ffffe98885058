"""Sentences for the terms document: what is wrong with it, what is open, and what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sibportal.web.messages.terms import asked, counted, named, priced, settled, wrong

if TYPE_CHECKING:
    from django.utils.functional import Promise

MESSAGES: dict[str, Promise] = {
    **wrong.MESSAGES,
    **asked.MESSAGES,
    **counted.MESSAGES,
    **named.MESSAGES,
    **priced.MESSAGES,
    **settled.MESSAGES,
}
