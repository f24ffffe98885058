"""Every role's pages on a desk and on a phone: accessible, quiet, nothing to scroll sideways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from sibportal.accounts.models import User
from tests.browser.conftest import Arrive
from tests.browser.person import Person
from tests.factories.payments import approve, make_payment
from tests.portal.conftest import Running, build_running

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CRITERIA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What passes is not written down node by node, which takes longer than looking.
AXE = {"runOnly": {"type": "tag", "values": CRITERIA}, "resultTypes": ["violations"]}


# What is the same in every language, or nearly so, is looked at in one.
EVERY_LANGUAGE = {
    "ada": ["/official/", "hub", "claim"],
    "ben": ["hub", "/provider/"],
    "cleo": ["/verifier/", "hub"],
    "dag": ["/investor/", "hub", "/statements/", "claim"],
}
ENGLISH_ONLY = {
    "ada": ["/api/v1/docs/", "/feedback/"],
    "sten": ["/observer/"],
    "adam": ["/"],
}


def build(language: str = "en") -> Running:
    """One contract that is over, its claim submitted; a young one with late measurements."""
    running = build_running()
    User.objects.update(language=language)
    return running


def visits(running: Running, language: str) -> Iterator[tuple[User, list[str]]]:
    """Who looks at what."""
    named = {"hub": f"/contracts/{running.contract.pk}/", "claim": f"/claims/{running.claim.pk}/"}
    everybody = [EVERY_LANGUAGE, ENGLISH_ONLY] if language == "en" else [EVERY_LANGUAGE]
    for pages in everybody:
        for name, addresses in pages.items():
            user = running.steering if name == "sten" else getattr(running.town, name)
            yield user, [named.get(address, address) for address in addresses]


@pytest.mark.parametrize(
    ("language", "widths"), [("en", [1440, 390]), ("fi", [390]), ("sv", [1440])]
)
def test_no_page_has_an_accessibility_fault_or_scrolls_sideways(
    arrive: Arrive, language: str, widths: list[int]
) -> None:
    running = build(language)
    for user, addresses in visits(running, language):
        person = arrive(width=widths[0]).come_back(user)
        for address in addresses:
            assert person.go(address) == 200
            for width in widths:
                look(person, language, width)
        if user == running.town.ben:
            person.page.locator("main a[href*='/measurements/new/']").first.click()
            for width in widths:
                look(person, language, width)


def look(person: Person, language: str, width: int) -> None:
    page = person.page
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_load_state()
    person.picture(f"{language}-{width}{person.here().replace('/', '-')[:24]}")
    assert page.locator("html").get_attribute("lang") == language
    if language == "en":  # faults lie in the markup, which the languages share
        assert faults(person) == [], person.here()
    assert page.evaluate("document.documentElement.scrollWidth") <= width, person.here()


def faults(person: Person) -> list[Any]:
    found = Axe().run(person.page, options=AXE)
    return [
        (fault["id"], [node["html"] for node in fault["nodes"]])
        for fault in found.response["violations"]
    ]


@pytest.mark.parametrize(
    ("name", "address", "action"),
    [
        ("ada", "/official/", "a[href^='/claims/']"),
        ("ben", "/provider/", "a[href*='/measurements/new/']"),
        ("dag", "/investor/", "a[href^='/statements/']"),
    ],
)
def test_the_keyboard_reaches_the_main_action(
    arrive: Arrive, name: str, address: str, action: str
) -> None:
    person = arrive().come_back(getattr(build().town, name))
    person.go(address)
    keys, focus = person.page.keyboard, person.page.locator(":focus")
    keys.press("Tab")
    assert focus.get_attribute("href") == "#main"
    assert focus.is_visible()
    keys.press("Enter")
    for _press in range(25):
        keys.press("Tab")
        assert focus.is_visible()
        if focus.evaluate("(element, wanted) => element.matches(wanted)", f"main {action}"):
            break
    else:
        pytest.fail(f"{action} is not among the first 25 stops of {address}")
    assert outlined(focus)
    keys.press("Enter")
    person.page.wait_for_url(lambda url: not url.endswith(address))


def outlined(focus: Any) -> bool:
    """Whether one sees where the keyboard is."""
    style = focus.evaluate(
        "e => { const s = getComputedStyle(e); return [s.outlineStyle, s.boxShadow]; }"
    )
    return bool(style != ["none", "none"])


def test_after_payment_the_statement_fits_the_phone(arrive: Arrive) -> None:
    running = build()
    town = running.town
    make_payment(approve(running.claim, town.ada, town.ari), town)
    dag = arrive(width=390).come_back(town.dag)
    dag.go("/statements/")
    look(dag, "en", 390)
    dag.shows("SEK 6,480,000.00")
