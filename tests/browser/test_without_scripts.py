"""Everything works where no script runs: a measurement is entered, a payment approved."""

from __future__ import annotations

import pytest

from outcomes.models import Measurement
from payments.models import Approval
from tests.browser.conftest import Arrive
from tests.factories.outcomes import make_scene
from tests.factories.payments import make_claim, submitted
from tests.worlds import build_people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_provider_enters_a_measurement_without_scripts(arrive: Arrive) -> None:
    scene = make_scene(participants=1)
    ben = arrive(scene.ben.email, scripts=False)
    ben.go("/provider/")
    ben.follow("Enter the result TP-0001")
    ben.press("Save and go back").shows("Mend")
    ben.fill(
        value="3", measured_on=f"{scene.enrolled_on:%d.%m.%Y}", evidence_source="Health form",
        evidence_location="Client folder",
    )  # fmt: skip
    ben.press("Save and go back").shows("Saved: TP-0001")
    assert Measurement.objects.get().value == 3


def test_an_official_approves_without_scripts(arrive: Arrive) -> None:
    town = build_people()
    claim = submitted(make_claim(town), town)
    ada = arrive(town.ada.email, scripts=False)
    ada.go("/official/")
    ada.follow("Approve the payment").follow("Look and approve")
    ada.shows("SEK 6,480,000.00").press("Approve").shows("Acceptance")
    assert Approval.objects.get().approver == town.ada
    assert ada.go(f"/claims/{claim.pk}/") == 200
    assert ada.page.get_by_role("link", name="Look and approve").count() == 0
