"""The automatic checks, each on data made to be found, and how strictly a contract takes them."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cohorts.rules.consent import Entry, Giver, Switch
from outcomes.rules.checks import (
    BY_CODE,
    CHECKS,
    EvidenceRequired,
    Finding,
    MetricChecks,
    Reading,
    Sameness,
    Setting,
    Spread,
    Subject,
    Twin,
    findings,
    problems,
    strictness,
)
from outcomes.rules.checks.robust import score, spread
from outcomes.rules.points import PersonDates, window
from outcomes.rules.validation import MetricFacts
from outcomes.rules.verification import TARGETS, after_answer, after_checks, require_independent
from outcomes.rules.words import Decision, MetricKind, Severity, State
from sibportal.kernel.errors import NotAllowed
from sibportal.kernel.explain import Phrase
from sibportal.web.messages import sentence
from tests.outcomes.agreed import ENROLLED_ON, MONTH_12

HEALTH = MetricFacts("health", 1, MetricKind.NUMBER, Decimal(0), Decimal(100), 1)
WORK = MetricFacts("work", 1, MetricKind.YES_NO)
DAYS = MetricFacts("days", 1, MetricKind.DAYS)
CONSENT = (Entry(Switch.SERVICE, True, Giver.SELF, ENROLLED_ON),)
MEASURED_ON = date(2026, 1, 10)
CLEAN = Subject(
    metric=HEALTH,
    value=Decimal(55),
    measured_on=MEASURED_ON,
    recorded_on=date(2026, 1, 12),
    person=PersonDates(ENROLLED_ON),
    window=window(MONTH_12, PersonDates(ENROLLED_ON)),
    evidence_source="Survey",
    evidence_location="Provider's archive",
    contact_attempts=0,
    as_of=date(2026, 1, 13),
    consents=CONSENT,
)
LEFT = PersonDates(ENROLLED_ON, date(2025, 6, 1), "moved_away")
AT_START = Reading("start", ENROLLED_ON, ENROLLED_ON, Decimal(50))
OWN = tuple(
    Reading("start", ENROLLED_ON, ENROLLED_ON + timedelta(days=day), Decimal(value))
    for day, value in enumerate((50, 51, 52, 50, 51))
)
PEERS = Spread(10, Decimal(50), Decimal(2), Decimal("2.5"))
SAME = Sameness(10, Decimal(55), 10)
TWIN = Twin(MEASURED_ON - timedelta(days=365), same_contract=True)
REFUSED = Entry(Switch.REGISTER_FOLLOW_UP, False, Giver.SELF, MEASURED_ON, 2)
ASKED = Entry(Switch.REGISTER_FOLLOW_UP, True, Giver.SELF, ENROLLED_ON, 1)

# What is wrong with an otherwise clean measurement, the one check that says so, and how gravely.
BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"value": Decimal(101)}, "out_of_range", "blocks"),
    ({"value": Decimal(100)}, "at_end_of_range", "information"),
    (
        {"history": (AT_START,), "definition": MetricChecks(largest_change=Decimal("4.9"))},
        "impossible_change", "look",
    ),
    (
        {"history": (replace(AT_START, value=Decimal(56)),),
         "definition": MetricChecks(never_falls=True)},
        "falls_back", "blocks",
    ),
    ({"value": Decimal(80), "history": OWN}, "unlike_own_history", "look"),
    ({"value": Decimal(61), "peers": PEERS}, "unlike_peers", "look"),
    ({"sameness": SAME}, "same_for_everybody", "look"),
    ({"window": None}, "point_not_set", "blocks"),
    ({"measured_on": date(2025, 12, 30)}, "outside_window", "blocks"),
    ({"person": LEFT}, "after_exit", "information"),
    ({"person": replace(LEFT, exit_reason="death")}, "after_death", "blocks"),
    ({"other_dates": frozenset({MEASURED_ON})}, "same_day_twice", "blocks"),
    ({"other_dates": frozenset({date(2026, 1, 3)})}, "measured_before", "look"),
    (
        {"history": (replace(AT_START, measured_on=MEASURED_ON + timedelta(days=1)),)},
        "out_of_sequence", "blocks",
    ),
    ({"recorded_on": date(2026, 3, 12)}, "late_entry", "information"),
    ({"counted_late": True}, "period_was_closed", "look"),
    ({"corrects": True}, "correction", "information"),
    ({"consents": ()}, "no_consent_to_service", "look"),
    ({"from_register": True}, "register_consent_unknown", "look"),
    (
        {"from_register": True, "consents": (*CONSENT, ASKED, REFUSED)},
        "register_consent_refused", "blocks",
    ),
    ({"value": None, "contact_attempts": 1}, "few_contact_attempts", "look"),
    ({"twins": (TWIN,)}, "reported_under_another_code", "look"),
    ({"twins": (replace(TWIN, same_contract=False),)}, "reported_in_another_contract", "look"),
    ({"evidence_source": ""}, "no_evidence_source", "blocks"),
    ({"evidence_location": ""}, "no_evidence_location", "look"),
    (
        {"evidence_location": "",
         "definition": MetricChecks(evidence_required=EvidenceRequired.REFERENCE)},
        "evidence_place_required", "blocks",
    ),
    (
        {"definition": MetricChecks(evidence_required=EvidenceRequired.FILE)},
        "evidence_file_required", "blocks",
    ),
    ({"evidence_files": 1, "shared_with": 2}, "same_evidence", "look"),
    ({"missing": 1, "as_of": date(2026, 1, 27)}, "incomplete", "look"),
]  # fmt: skip


def test_a_clean_measurement_has_no_findings() -> None:
    assert findings(CLEAN) == ()


@pytest.mark.parametrize(("change", "code", "severity"), BAD)
def test_each_check_finds_its_own_thing(change: dict[str, Any], code: str, severity: str) -> None:
    found = findings(replace(CLEAN, **change))
    assert [(one.code, one.severity) for one in found] == [(f"outcomes.{code}", severity)]
    assert json.loads(json.dumps(dict(found[0].params))) == dict(found[0].params)
    assert sentence(found[0].code, **found[0].params)


def test_every_check_was_seen_to_find_something() -> None:
    seen = {f"outcomes.{code}" for _change, code, _severity in BAD}
    assert {check.code for check in CHECKS} - seen == {"outcomes.before_enrolment"}
    early = findings(replace(CLEAN, measured_on=date(2025, 1, 9)))
    assert {one.code for one in early} >= {"outcomes.before_enrolment", "outcomes.outside_window"}


# One step less and nothing is found: each limit itself is still in order.
ALMOST: list[dict[str, Any]] = [
    {"history": (AT_START,), "definition": MetricChecks(largest_change=Decimal(5))},
    {"history": (replace(AT_START, value=Decimal(55)),),
     "definition": MetricChecks(never_falls=True)},
    {"history": (replace(AT_START, value=Decimal(99)),)},
    {"value": Decimal(80), "history": OWN[:4]},
    {"value": Decimal(80), "history": OWN, "definition": MetricChecks(outlier_check=False)},
    {"value": Decimal(60), "peers": PEERS},
    {"value": Decimal(99), "peers": replace(PEERS, number=9)},
    {"sameness": Sameness(9, Decimal(55), 9)},
    {"sameness": Sameness(20, Decimal(55), 19)},
    {"sameness": Sameness(10, Decimal(54), 10)},
    {"metric": WORK, "value": Decimal(1), "sameness": Sameness(29, Decimal(1), 29)},
    {"metric": DAYS, "value": Decimal(0), "sameness": Sameness(50, Decimal(0), 50)},
    {"history": (replace(AT_START, measured_on=MEASURED_ON),)},
    {"history": (Reading("exit", None, MEASURED_ON + timedelta(days=9), Decimal(55)),)},
    {"repeatable": True, "other_dates": frozenset({date(2026, 1, 3)})},
    {"recorded_on": date(2026, 3, 11)},
    {"value": None, "contact_attempts": 2, "evidence_location": ""},
    {"twins": (Twin(MEASURED_ON - timedelta(days=366), same_contract=True),)},
    {"evidence_location": "", "evidence_files": 1},
    {"evidence_files": 1, "definition": MetricChecks(evidence_required=EvidenceRequired.FILE)},
    {"from_register": True, "consents": (*CONSENT, ASKED), "evidence_files": 1, "shared_with": 9},
    {"missing": 1, "as_of": date(2026, 1, 26)},
    {
        "from_register": True,
        "consents": (*CONSENT, ASKED, replace(REFUSED, effective_on=date(2026, 1, 11))),
    },
]  # fmt: skip


@pytest.mark.parametrize("change", ALMOST)
def test_what_is_just_in_order_is_not_found(change: dict[str, Any]) -> None:
    assert findings(replace(CLEAN, **change)) == ()


def test_a_value_entered_for_an_earlier_day_may_not_stand_above_a_later_one() -> None:
    later = Reading("after", None, MEASURED_ON + timedelta(days=30), Decimal(40))
    subject = replace(CLEAN, history=(later,), definition=MetricChecks(never_falls=True))
    assert [one.code for one in findings(subject)] == ["outcomes.falls_back"]


def test_the_modified_z_score_is_that_of_iglewicz_and_hoaglin() -> None:
    """0.6745 x (35 - 12) / 1 by hand; with most values the same the mean distance takes over."""
    times = spread(Decimal(one) for one in (10, 11, 12, 12, 13, 14, 35))
    assert (times.median, times.median_distance) == (Decimal(12), Decimal(1))
    assert score(Decimal(35), times) == Decimal("15.5135")
    nearly_same = spread([Decimal(10)] * 9 + [Decimal(100)])
    assert (nearly_same.median_distance, nearly_same.mean_distance) == (Decimal(0), Decimal(9))
    assert score(Decimal(100), nearly_same) == Decimal("7.979")
    assert score(Decimal(10), spread([Decimal(10)] * 5)) == 0


# How strict a contract is -------------------------------------------------------------------------
LATE = replace(CLEAN, recorded_on=MEASURED_ON + timedelta(days=30))


def under(subject: Subject, *settings: Setting) -> list[tuple[str, str]]:
    strict = strictness(subject.metric.code, subject.definition, settings)
    return [
        (one.code.removeprefix("outcomes."), str(one.severity)) for one in findings(subject, strict)
    ]


def test_a_contract_changes_severity_and_figures_of_a_check() -> None:
    stricter = Setting("outcomes.late_entry", "blocks", parameters={"days": "29"})
    assert under(LATE) == []
    assert under(LATE, stricter) == [("late_entry", "blocks")]
    assert under(LATE, stricter, replace(stricter, level="off")) == []
    assert under(LATE, Setting("outcomes.late_entry", "look")) == []


def test_what_a_contract_says_of_a_metric_goes_before_what_it_says_of_all() -> None:
    of_all = Setting("outcomes.late_entry", "blocks", parameters={"days": "29"})
    of_health = Setting("outcomes.late_entry", "off", metric="health")
    assert under(LATE, of_health, of_all) == []
    of_another = replace(LATE, metric=replace(HEALTH, code="mood"))
    assert under(of_another, of_health, of_all) == [("late_entry", "blocks")]


def test_a_contract_s_figure_goes_before_that_of_the_metric() -> None:
    defined = MetricChecks(largest_change=Decimal(10))
    subject = replace(CLEAN, history=(AT_START,), definition=defined)
    less = Setting("outcomes.impossible_change", "look", parameters={"largest_change": "4"})
    assert under(subject) == []
    assert under(subject, less) == [("impossible_change", "look")]
    assert under(replace(subject, definition=MetricChecks())) == []


def test_no_contract_weakens_a_check_that_is_fixed() -> None:
    dead = replace(CLEAN, person=replace(LEFT, exit_reason="death"))
    assert under(dead, Setting("outcomes.after_death", "off")) == [("after_death", "blocks")]
    issues = problems(BY_CODE["outcomes.after_death"], "off", {}, "It happens.")
    assert [one.code for one in issues] == ["outcomes.check_fixed"]


@pytest.mark.parametrize(
    ("level", "parameters", "reason", "wrong"),
    [
        ("look", {"days": "30"}, "Agreed in the steering group.", []),
        ("off", {"days": ""}, "Agreed.", []),
        ("loud", {}, "Agreed.", ["check_level"]),
        ("look", {"days": "-1"}, "Agreed.", ["check_parameter"]),
        ("look", {"days": "30.5"}, "Agreed.", ["check_parameter"]),
        ("look", {"days": "many"}, "Agreed.", ["check_parameter"]),
        ("look", {"days": "NaN"}, "Agreed.", ["check_parameter"]),
        ("look", {"weeks": "3"}, " ", ["check_parameter_unknown", "check_reason_needed"]),
    ],
)
def test_a_change_of_a_check_is_refused_with_its_reason(
    level: str, parameters: dict[str, str], reason: str, wrong: list[str]
) -> None:
    issues = problems(BY_CODE["outcomes.late_entry"], level, parameters, reason)
    assert [one.code.removeprefix("outcomes.") for one in issues] == wrong


def test_every_check_and_figure_is_described() -> None:
    for check in CHECKS:
        assert sentence(f"{check.code}.title")
        assert sentence(f"{check.code}.about")
        assert all(sentence(f"outcomes.check_figure.{one.name}") for one in check.parameters)
        assert len({one.name for one in check.parameters}) == len(check.parameters)


# What findings and decisions lead to --------------------------------------------------------------
def finding(severity: Severity) -> Finding:
    return Finding("outcomes.some", severity)


@pytest.mark.parametrize(
    ("severities", "trusted", "state"),
    [
        ([], False, State.CHECKED),
        ([], True, State.VERIFIED),
        ([Severity.INFORMATION], True, State.VERIFIED),
        ([Severity.LOOK], True, State.CHECKED),
        ([Severity.LOOK], False, State.CHECKED),
        ([Severity.BLOCKS], True, State.SUBMITTED),
        ([Severity.INFORMATION, Severity.BLOCKS], False, State.SUBMITTED),
    ],
)
def test_only_a_trusted_register_passes_without_a_verifier(
    severities: list[Severity], trusted: bool, state: State
) -> None:
    found = [finding(severity) for severity in severities]
    assert after_checks(found, verified_automatically=trusted) is state
    assert after_answer(found) is not State.VERIFIED


def test_each_decision_leads_to_its_state() -> None:
    assert {decision: str(target) for decision, target in TARGETS.items()} == {
        Decision.VERIFIED: "verified",
        Decision.QUERIED: "queried",
        Decision.REJECTED: "rejected",
    }


def test_the_submitter_does_not_verify() -> None:
    with pytest.raises(NotAllowed, match=r"outcomes\.verifier_is_submitter"):
        require_independent(submitter=7, verifier=7)
    require_independent(submitter=7, verifier=8)


def test_an_organisation_with_another_role_does_not_verify() -> None:
    with pytest.raises(NotAllowed) as refused:
        require_independent(submitter=7, verifier=8, other_roles={"payer", "investor"})
    roles = (Phrase("accounts.party_role.investor"), Phrase("accounts.party_role.payer"))
    assert refused.value.params == {"roles": roles}
