"""An official drafts terms in Finnish: the editor answers while it is filled in."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from contracts.models import Terms
from contracts.rules.terms import open_questions, parse
from contracts.rules.terms.words import LeavingReason
from tests.browser.conftest import Arrive
from tests.browser.editing import live, press
from tests.browser.person import Person
from tests.browser.test_dashboards import look
from tests.factories.contracts import make_draft_contract, make_metrics
from tests.worlds import build_people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TERM = "payment_terms__0__"


def has_keyboard(person: Person, name: str) -> None:
    person.page.locator(f'[name="{name}"]:focus').wait_for()


def test_the_swedish_example_is_drafted_in_finnish_while_the_page_answers(arrive: Arrive) -> None:
    town = build_people()
    make_metrics()
    contract = make_draft_contract(town)
    town.pia.language = "fi"
    town.pia.save()
    pia = arrive().come_back(town.pia)
    pia.go(f"/contracts/{contract.pk}/terms/draft/")
    pia.picture("editor-library")
    pia.page.locator('a[href$="/cost-plus-premium/"]').click()
    pia.picture("editor-open")
    # Two points and two outcomes; the keyboard stays where something was added.
    press(pia, "add", "points")
    has_keyboard(pia, "points-0-title-fi")
    pia.fill(points__0__title__fi="Alussa", points__0__tolerance_after_days="30")
    press(pia, "add", "points")
    live(pia, points__1__title__fi="Palvelun jälkeen", points__1__offset_months="24")
    for place, title in ((1, "Vakituinen työ"), (2, "Parempi terveys")):
        press(pia, "add", "outcomes")
        live(pia, **{f"outcomes__{place}__title__fi": title})
    live(pia, outcomes__2__condition__kind="change_at_least")
    pia.fill(
        outcomes__1__metric="permanent-work:1", outcomes__1__points="new-2",
        outcomes__1__condition__kind="is_true", outcomes__2__metric="self-rated-health:1",
        outcomes__2__points="new-2", outcomes__2__condition__value="1",
        outcomes__2__condition__baseline_point="new-1",
    )  # fmt: skip
    press(pia, "show", "all")
    live(pia, outcomes__0__what="composite")
    pia.page.locator('[name="outcomes-0-composite-parts"]').nth(0).check()
    pia.page.locator('[name="outcomes-0-composite-parts"]').nth(1).check()
    pia.fill(**{
        f"{TERM}gate__value": "50", f"{TERM}price__cost": "6 000 000,00",
        f"{TERM}price__premium_percent": "8", f"{TERM}assessment_on": "31.12.2028",
    })  # fmt: skip
    live(pia, claim__cap="6480000")
    pia.shows("6\u202f480\u202f000".replace("\u202f", " "), where="#terms-preview")
    # A threshold of 150 % is refused where it stands, while it is typed; focus does not move.
    live(pia, **{f"{TERM}gate__value": "150"})
    has_keyboard(pia, "payment_terms-0-gate-value")
    assert pia.page.locator("#id_payment_terms-0-gate-value_error").count() == 1
    pia.picture("editor-refused")
    live(pia, **{f"{TERM}gate__value": "50"})
    pia.fill(
        counting__minimum_cohort="0", claim__payee="investor", claim__payment_days="30",
        **{f"counting__exits__{reason}": "failure" for reason in LeavingReason},
    )  # fmt: skip
    live(pia, rounding="half_up")
    # The bar that stays on top would cover what lies under it.
    pia.page.evaluate("window.scrollTo(0, 0)")
    for width in (1440, 390):
        look(pia, "fi", width)
        pia.picture(f"editor-fi-{width}")
    pia.page.locator('button[name="save"]').click()
    pia.page.wait_for_url(re.compile(r"/terms/$"))
    document = parse(Terms.objects.get().document)
    assert open_questions(document) == []
    assert document.outcome("success").composite is not None


def test_what_was_typed_survives_a_lost_session(arrive: Arrive) -> None:
    town = build_people()
    contract = make_draft_contract(town)
    address = f"/contracts/{contract.pk}/terms/draft/cost-plus-premium/"
    pia = arrive(town.pia.email)
    pia.go(address)
    pia.fill(claim__cap="6480000")
    pia._context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    pia.page.locator('button[name="save"]').click()
    pia.page.wait_for_url(re.compile("login"))
    pia.sign_in(town.pia.email)
    pia.go(address)
    pia.page.get_by_role("button", name="Bring it back").click()
    pia.page.wait_for_load_state()
    assert pia.page.locator('[name="claim-cap"]').input_value() == "6480000"
    assert not Terms.objects.exists()
