"""Running the queue by hand, and reading the mails that it sent."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from sibportal.jobs import services as jobs


@pytest.fixture
def sent_mails() -> Callable[[], list[EmailMessage]]:
    """Does the jobs that wait and gives the mails sent by them."""

    def send() -> list[EmailMessage]:
        mail.outbox.clear()
        while (job := jobs.claim_next()) is not None:
            jobs.run(job)
        return list(mail.outbox)

    return send
