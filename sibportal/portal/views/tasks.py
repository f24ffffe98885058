"""What waits for the reader as a list of tasks: what, why, until when, and where to do it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.selectors import today
from outcomes.views.common import document_of, outcome_title
from payments.selectors.claims import ClaimTaskKind
from payments.views.shown import claim_money
from sibportal.accounts import access
from sibportal.portal import selectors
from sibportal.portal.selectors import Dashboard, Waiting
from sibportal.portal.views.shown import DAY, contract_title, left, period_name
from sibportal.web.components import Status, Task
from sibportal.web.messages import sentence

if TYPE_CHECKING:
    from django.http import HttpRequest

    from outcomes.models import Aggregate
    from payments.selectors.claims import ClaimTask
    from sibportal.accounts.models import User
    from sibportal.accounts.roles import PartyRole

CONSENTS_SHOWN = 4


def roles_of(request: HttpRequest) -> frozenset[PartyRole]:
    """The reader's party roles, asked once per request."""
    found = getattr(request, "portal_roles", None)
    if found is None:
        found = access.party_roles(request.user)
        request.portal_roles = found  # type: ignore[attr-defined]
    return cast("frozenset[PartyRole]", found)


def waiting_of(request: HttpRequest) -> Waiting:
    """What waits for the reader, asked once per request: the page and its navigation share it."""
    found = getattr(request, "portal_waiting", None)
    if found is None:
        found = selectors.waiting(cast("User", request.user), roles_of(request))
        request.portal_waiting = found  # type: ignore[attr-defined]
    return cast("Waiting", found)


def tasks(waiting: Waiting, dashboard: Dashboard, contracts: Collection[UUID]) -> list[Task]:
    """The tasks of one dashboard in these contracts, soonest first."""
    kinds: dict[Dashboard, tuple[Callable[[Waiting, Collection[UUID]], Iterator[Task]], ...]] = {
        Dashboard.OFFICIAL: (_differing, _terms, _reopenings, _claims, _periods, _consents),
        Dashboard.PROVIDER: (_terms, _reopenings, _consents),
        Dashboard.VERIFIER: (_closings, _figures_to_verify, _exits),
        Dashboard.INVESTOR: (_terms, _reopenings),
        Dashboard.OBSERVER: (_disputes, _rejections, _deliveries, _figures_to_sign),
    }
    found = [task for kind in kinds[dashboard] for task in kind(waiting, contracts)]
    return sorted(found, key=lambda task: task.due_on or date.max)


def all_tasks(waiting: Waiting, contract: UUID) -> list[Task]:
    """Everything that waits for the reader in one contract."""
    kinds = (
        _differing, _terms, _reopenings, _claims, _disputes, _rejections, _periods, _closings,
        _deliveries, _figures_to_sign, _figures_to_verify, _exits, _consents,
    )  # fmt: skip
    found = [task for kind in kinds for task in kind(waiting, {contract})]
    return sorted(found, key=lambda task: task.due_on or date.max)


def _terms(waiting: Waiting, contracts: Collection[UUID]) -> Iterator[Task]:
    for one in waiting.terms:
        if one.terms.contract_id in contracts:
            name = {"contract": contract_title(one.terms.contract)}
            facts = {"version": one.terms.version, "party": one.party.organisation.name}
            yield Task(
                title=_("Agree the terms: %(contract)s") % name,
                url=reverse("contracts:terms-version", args=[one.terms.pk]),
                why=_("Version %(version)s, in the name of %(party)s") % facts,
                icon="handshake",
                status=Status("info", _("Waiting for you")),
            )


def _reopenings(waiting: Waiting, contracts: Collection[UUID]) -> Iterator[Task]:
    for one in waiting.reopenings:
        if one.closing.contract_id in contracts:
            name = {
                "contract": contract_title(one.closing.contract),
                "period": period_name(one.closing.period),
            }
            yield Task(
                title=_("Opening a closed period again: %(contract)s, %(period)s") % name,
                url=reverse("outcomes:closing-consent", args=[one.closing.pk]),
                why=one.reason,
                icon="handshake",
                status=Status("info", _("Waiting for you")),
            )


def _differing(waiting: Waiting, contracts: Collection[UUID]) -> Iterator[Task]:
    """Claims that no longer come out the same: before anything else, whatever is due."""
    for one in waiting.differing:
        if one.claim.contract_id in contracts:
            name = {
                "number": one.claim.number,
                "contract": contract_title(one.claim.contract),
            }
            yield Task(
                title=_("Claim %(number)s does not come out the same: %(contract)s") % name,
                url=reverse("payments:claim-recalculate", args=[one.claim.pk]),
                why=_("See where it differs. Do not pay before it is known why."),
                icon="triangle-alert",
                status=Status("danger", _("Look at it")),
                due_on=timezone.localdate(one.since),
            )


def _claims(waiting: Waiting, contracts: Collection[UUID]) -> Iterator[Task]:
    titles = {
        ClaimTaskKind.SUBMIT: _("Submit the claim: %(contract)s, %(period)s"),
        ClaimTaskKind.APPROVE: _("Approve the payment: %(contract)s, %(period)s"),
        ClaimTaskKind.PAY: _("Record the payment: %(contract)s, %(period)s"),
    }
    for one in waiting.claims:
        if one.claim.contract_id in contracts:
            name = {
                "contract": contract_title(one.claim.contract),
                "period": period_name(one.claim.period),
            }
            now = today(one.claim.contract)
            late = one.claim.due_on < now
            yield Task(
                title=titles[one.kind] % name,
                url=reverse("payments:claim-detail", args=[one.claim.pk]),
                why=_why(one),
                icon="wallet",
                status=Status("danger" if late else "info", _("Waiting for you")),
                due_on=one.claim.due_on,
                left=left(one.claim.due_on, now),
            )


def _disputes(waiting: Waiting, contracts: Collection[UUID]) -> Iterator[Task]:
    """What an expert or the steering group decides; the money waits for it."""
    for one in waiting.disputes:
        if one.claim.contract_id in contracts:
            name = {
                "number": one.claim.number,
                "contract": contract_title(one.claim.contract),
            }
            yield Task(
                title=_("Decide the objection to claim %(number)s: %(contract)s") % name,
                url=reverse("payments:objection-decide", args=[one.pk]),
                why=_("%(party)s objects. The disputed part is not paid before.")
                % {"party": one.party.organisation.name},
                icon="scale",
                status=Status("info", _("Waiting for you")),
            )


def _rejections(waiting: Waiting, contracts: Collection[UUID]) -> Iterator[Task]:
    """What the same people decide about measurements; the period stays open until then."""
    for one in waiting.rejections:
        contract = one.verification.measurement.contract
        if contract.pk in contracts:
            yield Task(
                title=_("Decide the disputed rejection: %(contract)s")
                % {"contract": contract_title(contract)},
                url=reverse("outcomes:dispute-decide", args=[one.pk]),
                why=_("%(party)s disputes it. The period is not closed before.")
                % {"party": one.party.organisation.name},
                icon="scale",
                status=Status("info", _("Waiting for you")),
            )


def _why(one: ClaimTask) -> str:
    amount = claim_money(one.claim, one.amount)
    if one.payer is None:
        return amount
    return _("%(amount)s, paid by %(payer)s") % {
        "amount": amount,
        "payer": one.payer.organisation.name,
    }


def _periods(waiting: Waiting, contracts: Collection[UUID]) -> Iterator[Task]:
    for period in waiting.periods:
        if period.contract_id in contracts:
            name = {"contract": contract_title(period.contract), "period": period_name(period)}
            last = period.ends_on + timedelta(days=period.contract.grace_days) - DAY
            yield Task(
                title=_("Period still open: %(contract)s, %(period)s") % name,
                url=reverse("outcomes:result-list", args=[period.contract_id]),
                why=_("Something is missing. See what, or close it with a reason."),
                icon="triangle-alert",
                status=Status("warning", _("Incomplete")),
                due_on=last,
                left=left(last, today(period.contract)),
            )


def _closings(waiting: Waiting, contracts: Collection[UUID]) -> Iterator[Task]:
    for closing in waiting.closings:
        if closing.contract_id in contracts:
            name = {
                "contract": contract_title(closing.contract),
                "period": period_name(closing.period),
            }
            complete = _("Everything that was due is verified or accounted for.")
            yield Task(
                title=_("Sign the results: %(contract)s, %(period)s") % name,
                url=reverse("outcomes:closing-detail", args=[closing.pk]),
                why=closing.reason or complete,
                icon="clipboard-check",
                status=Status("info", _("Waiting for you")),
            )


def _deliveries(waiting: Waiting, contracts: Collection[UUID]) -> Iterator[Task]:
    """What a data holder delivers, or mends after a question or a rejection."""
    for one in waiting.deliveries:
        contract = one.period.contract
        if contract.pk not in contracts:
            continue
        is_mended = one.aggregate is not None
        text = _("Mend the figures: %(contract)s, %(period)s")
        if not is_mended:
            text = _("Deliver the figures: %(contract)s, %(period)s")
        place = [one.delivery.pk, one.period.number, one.outcome]
        url = reverse("outcomes:aggregate-deliver", args=place)
        if one.aggregate is not None:
            url = reverse("outcomes:aggregate-detail", args=[one.aggregate.uuid])
        now = today(contract)
        yield Task(
            title=text % {"contract": contract_title(contract), "period": period_name(one.period)},
            url=url,
            why=outcome_title(document_of(contract), one.outcome),
            icon="send",
            status=Status("danger" if one.due_on < now else "info", _("Waiting for you")),
            due_on=one.due_on,
            left=left(one.due_on, now),
        )


def _figures_to_sign(waiting: Waiting, contracts: Collection[UUID]) -> Iterator[Task]:
    title = _("Sign the figures: %(contract)s, %(period)s")
    yield from _figures(waiting.figures_to_sign, contracts, title)


def _figures_to_verify(waiting: Waiting, contracts: Collection[UUID]) -> Iterator[Task]:
    title = _("Verify register figures: %(contract)s, %(period)s")
    yield from _figures(waiting.figures_to_verify, contracts, title)


def _figures(rows: Iterable[Aggregate], contracts: Collection[UUID], title: str) -> Iterator[Task]:
    for row in rows:
        if row.contract_id in contracts:
            name = {"contract": contract_title(row.contract), "period": period_name(row.period)}
            yield Task(
                title=title % name,
                url=reverse("outcomes:aggregate-detail", args=[row.uuid]),
                why=outcome_title(document_of(row.contract), row.outcome_key),
                icon="clipboard-check",
                status=Status("info", _("Waiting for you")),
            )


def _exits(waiting: Waiting, contracts: Collection[UUID]) -> Iterator[Task]:
    """One task per contract: exits can be many."""
    by_contract: dict[UUID, list[UUID]] = {}
    names: dict[UUID, str] = {}
    for row in waiting.exits:
        contract = row.participant.cohort.contract
        if contract.pk in contracts:
            by_contract.setdefault(contract.pk, []).append(row.participant_id)
            names[contract.pk] = contract_title(contract)
    for contract_id, people in by_contract.items():
        count = len(people)
        text = ngettext(
            "Confirm %(count)s exit: %(contract)s", "Confirm %(count)s exits: %(contract)s", count
        )
        yield Task(
            title=text % {"count": count, "contract": names[contract_id]},
            url=reverse("cohorts:participant-detail", args=[people[0]]),
            why=_("Whether somebody who left counts depends on it. The longest waiting is first."),
            icon="user-check",
            status=Status("info", _("Waiting for you")),
        )


def _consents(waiting: Waiting, contracts: Collection[UUID]) -> Iterator[Task]:
    """One task per person, by code; of a whole age group the longest due, and how many more."""
    kept = [one for one in waiting.consents if one[0].cohort.contract_id in contracts]
    for participant, ask in kept[:CONSENTS_SHOWN]:
        contract = participant.cohort.contract
        name = {"code": participant.code, "contract": contract_title(contract)}
        yield Task(
            title=_("Consent to ask again: %(code)s, %(contract)s") % name,
            url=reverse("cohorts:participant-detail", args=[participant.pk]),
            why=sentence(ask.code),
            icon="user-check",
            status=Status("info", _("Waiting for you")),
            due_on=ask.due_on,
            left=left(ask.due_on, today(contract)),
        )
    if more := kept[CONSENTS_SHOWN:]:
        participant, ask = more[0]
        text = ngettext(
            "%(count)s more consent to ask again", "%(count)s more consents to ask again", len(more)
        )
        yield Task(
            title=text % {"count": len(more)},
            url=reverse("cohorts:participant-detail", args=[participant.pk]),
            why=_("The longest waiting is first: %(code)s.") % {"code": participant.code},
            icon="user-check",
            status=Status("info", _("Waiting for you")),
            due_on=ask.due_on,
            left=left(ask.due_on, today(participant.cohort.contract)),
        )
