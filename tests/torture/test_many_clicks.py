"""A hundred approvals, payments and objections at the same moment, over HTTP."""

from __future__ import annotations

import http.client
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test import Client
from django.test.testcases import LiveServerThread
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string

from payments import services
from payments.models import Allocation, Approval, Claim, Objection, Payment, ShareChange
from payments.rules.approval import Tier
from payments.states import ClaimState
from sibportal.accounts.models import User
from sibportal.accounts.roles import MemberRole
from sibportal.audit.models import Event
from tests.factories.accounts import make_membership, make_user
from tests.factories.payments import (
    ENDS_ON,
    make_capital,
    make_claim,
    make_payable_contract,
    submitted,
)
from tests.worlds import Town, build_people

APPROVERS, CLICKS_EACH, PAYMENTS, OBJECTIONS = 20, 5, 100, 100
PATIENCE = 300  # seconds: a busy machine is no failure
ACCEPTED, TOLD_WHY = 302, {409, 422}


def cookies_of(user: User) -> dict[str, str]:
    """The cookies of a browser in which somebody has signed in."""
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {
        settings.SESSION_COOKIE_NAME: session,
        settings.CSRF_COOKIE_NAME: get_random_string(32),
    }


def click_at_once(
    server: str, path: str, browsers: list[dict[str, str]], form: dict[str, str]
) -> Counter[int]:
    """Send the form from every browser at the same moment; how often each status came back."""
    start = threading.Barrier(len(browsers))

    def click(cookies: dict[str, str]) -> int:
        connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=PATIENCE)
        token = cookies[settings.CSRF_COOKIE_NAME]
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        start.wait(timeout=PATIENCE)
        try:
            connection.request(
                "POST", path, urlencode(form | {"csrfmiddlewaretoken": token}), headers
            )
            response = connection.getresponse()
            response.read()
            return response.status
        finally:
            connection.close()

    with ThreadPoolExecutor(len(browsers)) as pool:
        return Counter(pool.map(click, browsers))


def claim_to_approve(town: Town) -> Claim:
    contract = make_payable_contract(town)
    make_capital(contract, town, town.vaahtera)
    return submitted(make_claim(town, contract=contract), town)


def crowd_of(town: Town) -> list[User]:
    people = [make_user() for _number in range(APPROVERS)]
    for person in people:
        make_membership(user=person, organisation=town.koivula, role=MemberRole.APPROVER)
    return people


class PatientServer(ThreadedWSGIServer):
    """Lets a whole crowd stand at the door; Django's own turns the eleventh away."""

    request_queue_size = 2 * APPROVERS * CLICKS_EACH


class Server(LiveServerThread):
    server_class = PatientServer


@pytest.fixture
def server(transactional_db: None) -> Iterator[str]:
    """The address of the portal on a socket of its own, one thread per request."""
    thread = Server("localhost", StaticFilesHandler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://localhost:{thread.port}"
    thread.terminate()


def set_policy(town: Town) -> None:
    """From a million on, one checks and two accept."""
    services.set_approval_policy(
        actor=town.adam, organisation=town.koivula, valid_from=timezone.localdate(),
        basis="Section 12", tiers=[Tier(Decimal("0.00"), 1, 1), Tier(Decimal("1000000.00"), 1, 2)],
    )  # fmt: skip


@pytest.mark.parametrize("steps", [2, 3])
def test_a_hundred_approvals_at_once_give_one_per_step_and_one_payment(
    server: str, steps: int
) -> None:
    town = build_people()
    if steps > 2:
        set_policy(town)
    claim = claim_to_approve(town)
    share = claim.payer_shares.get()
    browsers = [cookies_of(person) for person in crowd_of(town)] * CLICKS_EACH
    where = reverse("payments:claim-approve", args=[claim.pk, share.payer_id])
    told = click_at_once(server, where, browsers, {"digest": claim.digest})

    claim.refresh_from_db()
    given = list(Approval.objects.order_by("step"))
    assert set(told) <= {ACCEPTED, *TOLD_WHY}, told
    assert [one.step for one in given] == list(range(1, steps + 1))
    assert len({one.approver_id for one in given}) == steps
    assert claim.state == ClaimState.APPROVED
    assert Event.objects.filter(action="claim.approval_given").count() == steps
    assert Event.objects.filter(action="claim.approved").count() == 1
    # Only those who approved are told so, as often as they clicked.
    assert steps <= told[ACCEPTED] <= steps * CLICKS_EACH

    where = reverse("payments:payment-record", args=[claim.pk, share.payer_id])
    paid = {"amount": str(share.amount), "paid_on": ENDS_ON.isoformat()}
    told = click_at_once(server, where, [cookies_of(town.pia)] * PAYMENTS, paid)

    claim.refresh_from_db()
    assert set(told) <= {ACCEPTED, *TOLD_WHY}, told
    assert told[ACCEPTED] == 1
    assert Payment.objects.get().amount == claim.amount
    assert Allocation.objects.get().amount == claim.amount
    assert claim.state == ClaimState.SETTLED


def test_a_hundred_objections_at_once_hold_the_line_back_once(server: str) -> None:
    town = build_people()
    claim = claim_to_approve(town)
    where = reverse("payments:objection-raise", args=[claim.pk])
    given = {"line": str(claim.lines.get().pk), "reason": "Counted twice."}
    told = click_at_once(server, where, [cookies_of(town.disa)] * OBJECTIONS, given)

    assert set(told) <= {ACCEPTED, *TOLD_WHY}, told
    assert told[ACCEPTED] == 1
    assert Objection.objects.count() == 1
    assert ShareChange.objects.get().amount == -claim.amount
