"""Pages that anybody may open: statement, notice, feedback; and the answers for load balancers."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_statement_and_notice_are_open_to_everyone(language: str) -> None:
    client = Client(headers={"accept-language": language})
    for address in ("/accessibility/", "/privacy/", "/feedback/"):
        response = client.get(address)
        assert response.status_code == 200
        assert f'<html lang="{language}"' in response.content.decode()


def test_feedback_goes_to_the_maintainer_and_is_answered() -> None:
    response = Client().post(
        "/feedback/", {"message": "The chart is empty.", "email": "reader@example.org"}
    )
    assert response["Location"] == "/feedback/?sent=1"
    (letter,) = mail.outbox
    assert letter.to == [settings.SIB_FEEDBACK_EMAIL]
    assert letter.reply_to == ["reader@example.org"]
    assert letter.body == "The chart is empty."
    page = Client(headers={"accept-language": "en"}).get("/feedback/?sent=1").content.decode()
    assert "within 14 days" in page


def test_feedback_without_words_is_kept_on_the_page() -> None:
    response = Client().post("/feedback/", {"message": "", "email": "no address"})
    assert response.status_code == 422
    assert "no address" in response.content.decode()
    assert mail.outbox == []


def test_one_visitor_cannot_flood_the_maintainer() -> None:
    client = Client(headers={"accept-language": "en"})
    for _number in range(10):
        assert client.post("/feedback/", {"message": "Again"}).status_code == 302
    refused = client.post("/feedback/", {"message": "Once more"})
    assert refused.status_code == 429
    page = refused.content.decode()
    assert "Try again in an hour" in page
    assert "Once more" in page
    assert len(mail.outbox) == 10
    elsewhere = client.post("/feedback/", {"message": "Me too"}, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 302


def test_health_tells_nothing_about_anybody() -> None:
    assert Client().get("/healthz").json() == {"status": "ok"}
    assert Client().get("/readyz").json()["database"] == "ok"
