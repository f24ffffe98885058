"""The components as a browser gets them: accessible, without inline styles, in three languages."""

import pytest
from django.test import Client

pytestmark = [pytest.mark.urls("tests.web.gallery"), pytest.mark.django_db]


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_every_component_is_drawn_in_every_language(client: Client, language: str) -> None:
    response = client.get("/gallery/", headers={"accept-language": language})
    text = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{language}"' in text
    assert text.count("<h1>") == 1
