"""Plain-text mail in the recipient's language, from a pair of templates in templates/emails/."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation


class Recipient(Protocol):
    """What a mail needs to know of whoever gets it."""

    @property
    def email(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def language(self) -> str: ...


def send_mail(recipient: Recipient, template: str, context: Mapping[str, Any]) -> None:
    """Send emails/`template`.txt with the subject emails/`template`_subject.txt.

    Called by jobs: a server that is away raises, and the job is tried again.
    """
    values = {"recipient": recipient, **context}
    with translation.override(recipient.language):
        subject = render_to_string(f"emails/{template}_subject.txt", values)
        body = render_to_string(f"emails/{template}.txt", values)
    EmailMessage(" ".join(subject.split()), body.strip() + "\n", to=[recipient.email]).send()
