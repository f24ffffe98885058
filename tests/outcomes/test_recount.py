"""`manage.py recount_closings`: what a restored database must answer, and where it does not."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from outcomes import services
from outcomes.models import Closing
from outcomes.states import ClosingState
from tests.factories.outcomes import Scene
from tests.outcomes.test_services import sign, submit_and_verify

pytestmark = pytest.mark.django_db


def test_every_signed_closing_comes_out_with_the_same_digest(scene: Scene) -> None:
    submit_and_verify(scene, scene.candidate(0))
    for number in (1, 2, 3):
        sign(scene, number)
    services.force_closing(actor=scene.pia, period=scene.periods[3], reason="End of the test.")
    out = StringIO()
    call_command("recount_closings", stdout=out)
    assert out.getvalue() == "3 closings counted again, 0 differ.\n"


def test_a_closing_with_another_digest_is_named(scene: Scene) -> None:
    sign(scene, 1)
    period = scene.periods[1]
    closing = services.force_closing(actor=scene.pia, period=period, reason="End of the test.")
    # What is signed cannot be changed; this one is signed past the service.
    Closing.objects.filter(pk=closing.pk).update(
        state=ClosingState.SIGNED, digest="0" * 64, measurement_cut_off=0, verification_cut_off=0
    )
    said, out = StringIO(), StringIO()
    with pytest.raises(CommandError, match="1 closings do not come out the same"):
        call_command("recount_closings", stdout=out, stderr=said)
    assert str(closing.pk) in said.getvalue()
    assert out.getvalue() == "2 closings counted again, 1 differ.\n"
