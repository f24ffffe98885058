"""When the plan meets life: a disruption, other payers and a metric alongside become amendments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone

from contracts import selectors, services
from contracts.models import Contract
from contracts.rules import clauses
from contracts.rules.amendments import Calendar
from contracts.rules.terms import parse
from contracts.rules.terms.document import Disruption
from contracts.rules.terms.words import AmendmentScope, DisruptionTreatment
from contracts.states import TermsState
from sibportal.accounts.roles import OrganisationKind, PartyRole
from sibportal.kernel.dates import Period
from sibportal.kernel.errors import NotAllowed, RuleViolation
from tests.factories.accounts import make_organisation
from tests.factories.contracts import (
    agree_all,
    approver_of,
    example_document,
    make_metric,
    make_party,
)
from tests.worlds import Town

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from sibportal.accounts.models import User

    SignIn = Callable[[User], Client]

REASON = "The epidemic closed the services."
STARTS = [date(2025, 1, 1), date(2025, 7, 1), date(2026, 1, 1)]
CALENDAR = Calendar(
    contract=Period(date(2025, 1, 1), date(2029, 1, 1)),
    starts=frozenset(STARTS),
    first_open=date(2025, 7, 1),
    base_from=date(2025, 1, 1),
)


def epidemic(**changes: object) -> Disruption:
    given = Disruption(
        key="",
        title={"en": "Epidemic"},
        from_day=date(2026, 2, 1),
        until=date(2026, 5, 1),
        outcomes=("work", "health"),
        treatment=DisruptionTreatment.EXCLUDE,
    )
    return replace(given, **changes)  # type: ignore[arg-type]


def codes(violation: pytest.ExceptionInfo[RuleViolation]) -> list[tuple[str, str]]:
    return [(issue.code, issue.field) for issue in violation.value.issues]


def test_an_amendment_reaches_back_to_the_period_around_its_day() -> None:
    assert clauses.reach(date(2026, 2, 3), CALENDAR) == clauses.Reach(
        AmendmentScope.LATER_MEASUREMENTS, date(2026, 1, 1)
    )
    assert clauses.reach(date(2025, 7, 1), CALENDAR).scope is AmendmentScope.LATER_MEASUREMENTS
    assert clauses.reach(date(2025, 6, 30), CALENDAR) == clauses.Reach(
        AmendmentScope.ALL_OPEN, date(2025, 1, 1)
    )


def test_shares_that_are_not_one_hundred_per_cent_are_refused_at_the_last_share() -> None:
    terms = parse(example_document())
    with pytest.raises(RuleViolation) as refused:
        clauses.with_payers_from(
            terms, date(2026, 1, 1), {"payer": Decimal(30), "county": Decimal(69)},
            ["payer", "county"],
        )  # fmt: skip
    assert codes(refused) == [("terms.shares_sum", "share_county")]
    with pytest.raises(RuleViolation) as refused:
        clauses.with_payers_from(
            terms, date(2026, 1, 1), {"payer": Decimal(-30), "county": Decimal(130)}, ["payer"]
        )
    assert codes(refused) == [
        ("terms.share", "share_payer"),
        ("terms.share", "share_county"),
        ("terms.unknown_party", ""),
    ]


def test_a_change_of_payers_holds_from_its_day_and_replaces_one_of_the_same_day() -> None:
    day, known = date(2026, 1, 1), ["payer", "county"]
    half = {"payer": Decimal(50), "county": Decimal(50)}
    most = {"payer": Decimal(0), "county": Decimal(100)}
    terms = clauses.with_payers_from(parse(example_document()), day, half, known)
    terms = clauses.with_payers_from(terms, day, most, known)
    assert len(terms.claim.payers_from) == 1
    assert [one.party for one in clauses.payers_on(terms, day)] == ["county"]
    before = clauses.payers_on(terms, day - timedelta(days=1))
    assert [one.party for one in before] == ["payer"]


def test_a_disruption_binds_once_the_parties_have_agreed(contract: Contract, town: Town) -> None:
    today = timezone.localdate()
    terms = services.draft_disruption(
        actor=town.pia,
        contract=contract,
        disruption=epidemic(from_day=today, until=today + timedelta(days=60)),
        reason=REASON,
    )
    assert (terms.state, terms.version) == (TermsState.DRAFT, 2)
    agreed = selectors.last_agreed(contract)
    assert agreed is not None
    assert selectors.terms_document(agreed).disruptions == ()
    agree_all(services.propose_terms(actor=town.pia, terms=terms))
    wording = selectors.last_wording(contract)
    assert wording is not None
    (disruption,) = wording.disruptions
    assert disruption.key == "disruption"
    assert disruption.outcomes == ("work", "health")
    assert wording.amendment is not None
    assert wording.amendment.scope is AmendmentScope.LATER_MEASUREMENTS
    assert wording.amendment.reason == REASON


def test_what_is_open_or_cannot_be_is_refused_at_its_field(contract: Contract, town: Town) -> None:
    wrong = epidemic(
        until=date(2026, 2, 1), outcomes=("nothing",), treatment=DisruptionTreatment.EXTEND
    )
    with pytest.raises(RuleViolation) as refused:
        services.draft_disruption(
            actor=town.pia, contract=contract, disruption=wrong, reason="Short"
        )
    assert {field for _code, field in codes(refused)} >= {"until", "outcomes", "reason"}
    open_one = epidemic(treatment=DisruptionTreatment.EXTEND)
    with pytest.raises(RuleViolation) as refused:
        services.draft_disruption(
            actor=town.pia, contract=contract, disruption=open_one, reason=REASON
        )
    assert [field for _code, field in codes(refused)] == ["extend_days"]
    with pytest.raises(NotAllowed):
        services.draft_disruption(
            actor=town.ada, contract=contract, disruption=epidemic(), reason=REASON
        )
    assert contract.terms.count() == 1


def test_a_municipality_hands_seventy_per_cent_to_a_county(
    contract: Contract, town: Town, sign_in: SignIn
) -> None:
    county = make_organisation(name="Itäsaari", kind=OrganisationKind.WELLBEING_COUNTY)
    day = max(row.starts_on for row in selectors.periods(contract))
    make_party(
        contract=contract, town=town, organisation=county, role=PartyRole.CO_PAYER,
        key="county", valid_from=day,
    )  # fmt: skip
    page = sign_in(town.pia)
    address = reverse("contracts:party-shares", args=[contract.pk])
    assert b"Share of It\xc3\xa4saari, per cent" in page.get(address).content
    given = {"on": day.isoformat(), "share_payer": "30", "share_county": "69", "document": "§ 12"}
    refused = page.post(address, given)
    assert refused.status_code == 422
    assert b"99" in refused.content
    assert contract.terms.count() == 1
    shown = page.post(address, given | {"share_county": "70"}, follow=True)
    assert b"ready. Read it" in shown.content
    terms = selectors.open_terms(contract)
    assert terms is not None
    (change,) = selectors.terms_document(terms).claim.payers_from
    assert (change.valid_from, [(one.party, one.share_percent) for one in change.payers]) == (
        day, [("payer", Decimal(30)), ("county", Decimal(70))],
    )  # fmt: skip
    services.propose_terms(actor=town.pia, terms=terms)
    asked = {party.organisation for party in selectors.missing_agreements(terms)}
    assert county in asked


def test_a_disturbance_is_told_on_the_course_and_leads_to_a_draft(
    contract: Contract, town: Town, sign_in: SignIn
) -> None:
    today = timezone.localdate()
    page, address = sign_in(town.pia), reverse("contracts:disruption-draft", args=[contract.pk])
    given = {
        "title_en": "", "from_day": today.isoformat(),
        "until": (today + timedelta(days=30)).isoformat(), "outcomes": ["work"],
        "treatment": "extend", "extend_days": "", "reason": REASON,
    }  # fmt: skip
    refused = page.post(address, given)
    assert refused.status_code == 422
    assert b"in at least one language" in refused.content
    refused = page.post(address, given | {"title_en": "Epidemic"})
    assert refused.status_code == 422
    page.post(address, given | {"title_en": "Epidemic", "extend_days": "45"})
    course = reverse("contracts:contract-course", args=[contract.pk])
    assert b"Version 2 of the terms is not agreed yet" in page.get(course).content
    terms = selectors.open_terms(contract)
    assert terms is not None
    agree_all(services.propose_terms(actor=town.pia, terms=terms))
    assert b"Epidemic" in page.get(course).content
    (disruption,) = selectors.terms_document(terms).disruptions
    assert disruption.extend_days == 45


def test_a_substitute_is_measured_alongside_a_metric_in_doubt(
    contract: Contract, town: Town, sign_in: SignIn
) -> None:
    suspicion = services.suspect_metric(
        actor=approver_of(town.koivula),
        contract=contract,
        metric_code="self-rated-health",
        from_day=timezone.localdate(),
        reason=REASON,
    )
    other = make_metric(code="health-interview", title_en="Health interview")
    page = sign_in(town.pia)
    address = reverse("contracts:metric-parallel", args=[suspicion.pk])
    page.post(address, {"metric": str(other.pk), "reason": REASON})
    terms = selectors.open_terms(contract)
    assert terms is not None
    draft = selectors.terms_document(terms)
    added = draft.follow_up[-1]
    health = draft.outcome("health")
    assert (added.key, added.points) == ("health-interview", health.points)
    again = page.post(address, {"metric": str(other.pk), "reason": REASON})
    assert again.status_code == 422
    agree_all(services.propose_terms(actor=town.pia, terms=terms))
    clear = reverse("contracts:metric-clear", args=[suspicion.pk])
    assert b"Health interview" in page.get(clear).content
