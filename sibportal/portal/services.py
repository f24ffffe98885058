"""Writes of the portal: a visitor's feedback goes by e-mail to whoever maintains the portal."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override


def send_feedback(*, message: str, email: str = "") -> None:
    """Send what a visitor wrote to the maintainer; nothing is stored in the portal."""
    with override("en"):
        subject = _("Feedback on the portal")
    EmailMessage(
        subject=subject,
        body=message,
        to=[settings.SIB_FEEDBACK_EMAIL],
        reply_to=[email] if email else None,
    ).send()
