"""Every role's pages on a desk and on a phone: accessible, quiet, nothing to scroll sideways."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from payments.models import Claim
from sibportal.accounts.models import User
from tests.browser.conftest import Arrive
from tests.browser.person import Person
from tests.factories.cohorts import make_cohort, make_participants
from tests.factories.payments import (
    approve,
    make_capital,
    make_claim,
    make_payable_contract,
    make_payment,
    submitted,
)
from tests.portal.conftest import make_young
from tests.worlds import Town, build_people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CRITERIA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def build_running(language: str = "en") -> tuple[Town, Claim]:
    """One contract that is over, its claim submitted; a young one with late measurements."""
    town = build_people()
    contract = make_payable_contract(town)
    make_participants(make_cohort(contract), 120)
    make_capital(contract, town, town.vaahtera)
    claim = submitted(make_claim(town, contract=contract), town)
    make_young(town)
    User.objects.update(language=language)
    return town, claim


def pages_of(claim: Claim) -> dict[str, list[str]]:
    """Per person, what they look at most."""
    hub, paper = f"/contracts/{claim.contract_id}/", f"/claims/{claim.pk}/"
    return {
        "ada": ["/official/", hub, paper],
        "ben": [hub, "/provider/"],
        "cleo": ["/verifier/", hub],
        "dag": ["/investor/", hub, "/statements/", paper],
    }


@pytest.mark.parametrize(
    ("language", "width"), [("en", 1440), ("en", 390), ("fi", 390), ("sv", 1440)]
)
def test_no_page_has_an_accessibility_fault_or_scrolls_sideways(
    arrive: Arrive, language: str, width: int
) -> None:
    town, claim = build_running(language)
    for name, addresses in pages_of(claim).items():
        person = arrive(getattr(town, name).email, width=width)
        for address in addresses:
            assert person.go(address) == 200
            look(person, f"{name}-{language}-{width}-{address.split('/')[1]}", language, width)
        if name == "ben":
            person.page.locator("main a[href*='/measurements/new/']").first.click()
            look(person, f"entry-{language}-{width}", language, width)


def look(person: Person, name: str, language: str, width: int) -> None:
    person.page.wait_for_load_state()
    person.picture(name)
    assert person.page.locator("html").get_attribute("lang") == language
    assert faults(person) == [], person.here()
    assert person.page.evaluate("document.documentElement.scrollWidth") <= width, person.here()


def faults(person: Person) -> list[Any]:
    found = Axe().run(person.page, options={"runOnly": {"type": "tag", "values": CRITERIA}})
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
    town, _claim = build_running()
    person = arrive(getattr(town, name).email)
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
    town, claim = build_running()
    make_payment(approve(claim, town.ada, town.ari), town)
    dag = arrive(town.dag.email, width=390)
    dag.go("/statements/")
    look(dag, "dag-paid-390-statement", "en", 390)
    dag.shows("SEK 6,480,000.00")
