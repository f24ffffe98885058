"""Dashboards, hub and documentation in a real browser: accessible, and no sideways scrolling."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client

from tests.portal.conftest import Running, SignIn

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CRITERIA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_has_an_accessibility_fault_or_scrolls_sideways(
    page: Any, live_server: Any, running: Running, sign_in: SignIn, width: int
) -> None:
    town = running.town
    hub = f"/contracts/{running.contract.pk}/"
    pages = [
        (town.ada, ["/official/", hub, "/api/v1/docs/", "/feedback/"]),
        (town.ben, ["/provider/", hub]),
        (town.cleo, ["/verifier/"]),
        (town.dag, ["/investor/", hub]),
        (running.steering, ["/observer/"]),
        (town.adam, ["/"]),
    ]
    page.set_viewport_size({"width": width, "height": 900})
    for user, addresses in pages:
        carry_session(page, live_server.url, sign_in(user))
        for address in addresses:
            page.goto(address)
            keep_picture(page, f"{user.name.split()[0]}{address.replace('/', '-')[:12]}{width}")
            found = Axe().run(page, options={"runOnly": {"type": "tag", "values": CRITERIA}})
            faults = [
                (fault["id"], [node["html"] for node in fault["nodes"]])
                for fault in found.response["violations"]
            ]
            assert faults == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def carry_session(page: Any, url: str, client: Client) -> None:
    name = settings.SESSION_COOKIE_NAME
    page.context.clear_cookies()
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])


def keep_picture(page: Any, name: str) -> None:
    """For looking at: a folder in SIB_PICTURES gets a picture of every page."""
    if folder := os.environ.get("SIB_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
