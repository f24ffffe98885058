"""Every address of the portal: found by walking the resolver, filled in for one side, and with
what is sent to it so that whoever may do the thing succeeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from outcomes.models import VerificationRound
from outcomes.rules.rounds import report_digest
from outcomes.selectors.reports import report_content
from payments.api.preview import EXAMPLE
from sibportal.kernel.dates import add_months
from tests.factories.accounts import synthetic_business_id
from tests.factories.contracts import PDF
from tests.factories.registers import CODED_ROWS
from tests.permissions.world import OPEN_CAPITAL, Served, Side, csv_of, owed, row_of

Body = dict[str, Any]
API = "api:"

# Pages of packages, not of ours: signing in and out, the second step, the language. They name no
# contract; tests/web/test_sign_in_pages.py looks at them.
OF_PACKAGES = frozenset(
    {
        "account_change_password", "account_inactive", "account_login", "account_logout",
        "account_reauthenticate", "account_reset_password", "account_reset_password_done",
        "account_reset_password_from_key", "account_reset_password_from_key_done",
        "account_set_password", "account_signup", "mfa_activate_totp", "mfa_authenticate",
        "mfa_deactivate_totp", "mfa_download_recovery_codes", "mfa_generate_recovery_codes",
        "mfa_index", "mfa_reauthenticate", "mfa_view_recovery_codes", "set_language",
    }
)  # fmt: skip

# Definitions of metrics and entries of the library belong to no contract: there is no stranger.
OF_NO_CONTRACT = frozenset({"metric_id", "code"})


@dataclass(frozen=True)
class Route:
    """One named address; `methods` is known for REST only."""

    name: str
    arguments: tuple[str, ...]
    methods: frozenset[str] = frozenset()

    @property
    def is_api(self) -> bool:
        return self.name.startswith(API)


def routes() -> dict[str, Route]:
    """Every named address that the portal answers, by name."""
    found: dict[str, Route] = {}
    for namespace, pattern in _walk(get_resolver()):
        name = f"{namespace}{pattern.name}"
        actions = getattr(pattern.callback, "actions", None) or {}
        before = found[name].methods if name in found else frozenset()
        found[name] = Route(
            name,
            tuple(pattern.pattern.regex.groupindex),
            before | {method.upper() for method in actions},
        )
    return found


def _walk(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield namespace, entry
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, inner)


# What an address names ---------------------------------------------------------------------------
Named = Callable[[Side, Served], Any]
NAMED: dict[str, Named] = {
    "contract_id": lambda side, _served: side.contract.pk,
    "cohort_id": lambda side, _served: side.cohort.pk,
    "organisation_id": lambda side, _served: side.town.koivula.pk,
    "user_id": lambda side, _served: side.town.ari.pk,
    "token_id": lambda side, _served: side.token.pk,
    "party_id": lambda side, _served: side.contract.parties.get(role="service_partner").pk,
    "terms_id": lambda side, _served: side.proposed.pk,
    "document_id": lambda side, _served: side.document.pk,
    "participant_id": lambda _side, served: served.enrolled.pk,
    "measurement_id": lambda _side, served: served.checked.uuid,
    "link_id": lambda _side, served: served.evidence.pk,
    "name": lambda _side, _served: "late_entry",  # of a check
    "import_id": lambda _side, served: served.import_.pk,
    "delivery_id": lambda side, _served: side.figures.delivery_id,
    "number": lambda _side, _served: 1,
    "outcome": lambda _side, _served: "days",
    "aggregate_id": lambda side, _served: side.figures.uuid,
    "extract_id": lambda side, _served: side.extract.pk,
    "closing_id": lambda side, _served: side.open_closing.pk,
    "period_id": lambda side, _served: side.idle.periods.get(number=1).pk,
    "result_id": lambda side, _served: side.signed.results.get().pk,
    "claim_id": lambda side, _served: side.submitted.pk,
    "payer_id": lambda side, _served: side.payer.pk,
    "line_id": lambda side, _served: side.submitted.lines.get().pk,
    "objection_id": lambda side, _served: side.objection.pk,
    "delegation_id": lambda side, _served: side.delegation.pk,
    "commitment_id": lambda side, _served: side.commitment.pk,
    "figure_id": lambda side, _served: side.figure.pk,
    "suspicion_id": lambda side, _served: side.suspicion.pk,
    "item_id": lambda side, _served: side.data_item.pk,
    "metric_id": lambda side, _served: side.other_metric.pk,
    "code": lambda _side, _served: "sdq_total",
    "plan_id": lambda side, _served: side.plan.pk,
    "round_id": lambda side, _served: side.rounds["signed"].pk,
    "dispute_id": lambda _side, served: served.dispute.pk,
    "mechanism": lambda _side, _served: "rate-card",
}
# Where a step needs another state than the usual one, and what REST calls pk.
NAMED_AT: dict[tuple[str, str], Named] = {
    ("accounts:service-account-detail", "user_id"): lambda side, _served: side.token.user_id,
    ("payments:terms-comparison", "terms_id"): lambda side, _served: side.amendment.pk,
    ("payments:terms-comparison-print", "terms_id"): lambda side, _served: side.amendment.pk,
    ("payments:terms-carry-over", "terms_id"): lambda side, _served: side.amendment.pk,
    ("api:terms", "pk"): lambda side, _served: side.amendment.pk,
    ("contracts:terms-propose", "terms_id"): lambda side, _served: side.draft.pk,
    ("cohorts:referral-contact", "participant_id"): lambda _side, served: served.referred.pk,
    ("cohorts:referral-decline", "participant_id"): lambda _side, served: served.referred.pk,
    ("cohorts:participant-enrol", "participant_id"): lambda _side, served: served.referred.pk,
    ("cohorts:participant-start", "participant_id"): lambda _side, served: served.not_started.pk,
    ("cohorts:household-join", "participant_id"): lambda _side, served: served.not_started.pk,
    ("cohorts:exit-confirm", "participant_id"): lambda _side, served: served.left.pk,
    ("outcomes:round-draw", "round_id"): lambda side, _served: side.rounds["locked"].pk,
    ("outcomes:round-review", "round_id"): lambda side, _served: side.rounds["drawn"].pk,
    ("outcomes:round-conclude", "round_id"): lambda side, _served: side.rounds["decided"].pk,
    ("outcomes:report-sign", "round_id"): lambda side, _served: side.rounds["concluded"].pk,
    ("outcomes:dispute-raise", "measurement_id"): lambda _side, served: served.rejected.uuid,
    ("api:round-queue", "pk"): lambda side, _served: side.rounds["drawn"].pk,
    ("api:round-decide", "pk"): lambda side, _served: side.rounds["drawn"].pk,
    ("api:round-conclude", "pk"): lambda side, _served: side.rounds["decided"].pk,
    ("api:round-report", "pk"): lambda side, _served: side.rounds["concluded"].pk,
    ("api:round", "pk"): lambda side, _served: side.rounds["signed"].pk,
    ("outcomes:measurement-answer", "measurement_id"): lambda _side, served: served.queried.uuid,
    ("outcomes:delivery-list", "contract_id"): lambda side, _served: side.idle.pk,
    ("outcomes:delivery-agree", "contract_id"): lambda side, _served: side.idle.pk,
    ("outcomes:closing-reopen", "closing_id"): lambda side, _served: side.signed.pk,
    ("outcomes:closing-consent", "closing_id"): lambda side, _served: side.signed.pk,
    ("payments:claim-calculate", "closing_id"): lambda side, _served: side.signed.pk,
    ("payments:claim-submit", "claim_id"): lambda side, _served: side.calculated.pk,
    ("payments:payment-record", "claim_id"): lambda side, _served: side.approved.pk,
    ("payments:statement-detail", "organisation_id"): lambda side, _s: side.town.vaahtera.pk,
    ("payments:statement-export", "organisation_id"): lambda side, _s: side.town.vaahtera.pk,
    ("payments:statement-print", "organisation_id"): lambda side, _s: side.town.vaahtera.pk,
    ("api:contract", "pk"): lambda side, _served: side.contract.pk,
    ("api:overview", "pk"): lambda side, _served: side.contract.pk,
    ("api:cohort", "pk"): lambda side, _served: side.cohort.pk,
    ("api:participant", "pk"): lambda _side, served: served.enrolled.pk,
    ("api:measurement", "pk"): lambda _side, served: served.checked.uuid,
    ("api:evidence", "pk"): lambda _side, served: served.evidence.pk,
    ("api:evaluation", "pk"): lambda side, _served: side.signed.pk,
    ("api:aggregate", "pk"): lambda side, _served: side.figures.uuid,
    ("api:result", "pk"): lambda side, _served: side.signed.results.get().pk,
    ("api:claim", "pk"): lambda side, _served: side.submitted.pk,
    ("api:earned", "pk"): lambda _side, served: served.checked.uuid,
    ("api:line", "pk"): lambda side, _served: side.submitted.lines.get().pk,
    ("api:statement", "pk"): lambda side, _served: side.town.vaahtera.pk,
}
# REST that takes a file takes a form.
FORMS = frozenset({"api:evidence-list"})
QUERY: dict[str, str] = {
    "outcomes:measurement-submit": "?metric=permanent-work&point=after",
    "outcomes:draft-save": "?metric=permanent-work&point=after",
}


def address(route: Route, side: Side, served: Served) -> str:
    """The address with the ids of one side filled in; KeyError names an argument we do not know."""
    noun = route.name.rpartition("-")[0]
    found = {}
    for argument in route.arguments:
        named = (
            NAMED_AT.get((route.name, argument))
            or NAMED_AT.get((noun, argument))
            or NAMED[argument]
        )
        found[argument] = named(side, served)
    return reverse(route.name, kwargs=found) + QUERY.get(route.name, "")


# What is sent ------------------------------------------------------------------------------------
def _day(offset: int = 0) -> str:
    day = timezone.localdate() + timedelta(days=offset)
    return f"{day.day}.{day.month}.{day.year}"


def _early(side: Side, days: int) -> str:
    return (side.contract.starts_on + timedelta(days=days)).isoformat()


def _held(side: Side, **changes: str) -> Body:
    return {
        "item_en": "Income",
        "holder_name": "Tax authority",
        "system": "Register of income",
        "legal_basis_en": "Act 1",
        "used_by_en": "The verifier",
        "valid_from": _early(side, 0),
    } | changes


def _frame(side: Side, **changes: Any) -> Body:
    return {
        "title_en": f"{side.marks.name} changed", "place": "Elsewhere", "grace_days": "20",
        "time_zone": "Europe/Helsinki", "small_number_limit": "5", "consent_age": "12",
        "code": side.contract.code, "period_months": "6", "currency": side.contract.currency,
        "starts_on": side.contract.starts_on.isoformat(),
        "ends_on": side.contract.ends_on.isoformat(),
        **changes,
    }  # fmt: skip


def _cohort(side: Side, **changes: Any) -> Body:
    return {
        "title_en": "Another group", "code_prefix": side.marks.prefix, "unit": "person",
        "places": "200", "enrolment_starts_on": _early(side, 0), "age_unit": "years",
        "enrolment_ends_on": add_months(side.contract.starts_on, 24).isoformat(), "plan": "",
        **changes,
    }  # fmt: skip


def _typed(side: Side, served: Served, **changes: str) -> Body:
    row = row_of(side.contract, served.checked.participant)
    return {
        name: row[name] for name in ("measured_on", "value", "evidence_source", "evidence_location")
    } | changes


def _new_organisation(_side: Side, _served: Served) -> Body:
    return {
        "name": "Uusi ry", "kind": "provider", "country": "FI",
        "business_id": synthetic_business_id(900), "administrator_name": "Uma Example",
        "administrator_email": "uma@example.org", "administrator_language": "fi",
    }  # fmt: skip


def _delivery(side: Side, outcome: str) -> dict[str, Any]:
    return {
        "holder": str(side.figures.delivery.holder_id), "outcomes": [outcome], "lag_days": "60",
        "permit_reference": "LUPA/2", "permit_valid_from": side.idle.starts_on.isoformat(),
        "legal_basis": "Act", "method_en": "From the register.",
    }  # fmt: skip


def _read(side: Side) -> Body:
    concluded = VerificationRound.objects.get(pk=side.rounds["concluded"].pk)
    return {"digest": report_digest(report_content(concluded))}


def _agreement(side: Side, _served: Served) -> Body:
    party = side.proposed.contract.parties.get(role="payer")
    return {"party": str(party.pk), "digest": side.proposed.digest, "read": "on"}


def _payment(side: Side, _served: Served) -> Body:
    return {"amount": str(owed(side.approved)), "paid_on": _day(), "reference": "RF18"}


BODIES: dict[str, Callable[[Side, Served], Body]] = {
    "accounts:organisation-create": _new_organisation,
    "accounts:organisation-rename": lambda side, _s: {"name": f"{side.marks.name} renamed"},
    "accounts:member-invite": lambda _side, _s: {
        "name": "Nea Example", "email": "nea@example.org", "language": "fi", "roles": ["reader"],
    },
    "accounts:member-detail": lambda _side, _s: {"roles": ["approver", "reader"]},
    "accounts:service-account-create": lambda _side, _s: {"name": "Client records"},
    "accounts:service-account-detail": lambda _side, _s: {"name": "Nightly", "days": "30"},
    "accounts:profile": lambda _side, _s: {"name": "Other Name", "language": "en"},
    "accounts:token-list": lambda _side, _s: {"name": "Notebook", "days": "30"},
    "contracts:contract-create": lambda side, _s: _frame(
        side, code="NEW-ONE", organisation=str(side.town.koivula.pk)
    ),
    "contracts:contract-edit": lambda side, _s: _frame(side),
    "contracts:party-add": lambda side, _s: {
        "organisation": str(side.town.lahde.pk), "role": "expert", "valid_from": _early(side, 0),
    },
    "contracts:party-end": lambda _side, _s: {"valid_until": _day(200)},
    "contracts:party-succeed": lambda side, _s: {
        "organisation": str(side.town.lahde.pk), "on": _day(200),
        "document": "Deed 1",
    },
    "contracts:contract-suspend": lambda _side, _s: {
        "cause": "dispute", "on": _day(0), "reason": "The parties disagree about referral.",
    },
    "contracts:contract-resume": lambda _side, _s: {
        "on": _day(0), "reason": "The parties agree again about referral.",
    },
    "contracts:metric-suspect": lambda _side, _s: {
        "metric_code": "permanent-work", "from_day": _day(-60), "reason": "The register changed.",
    },
    "contracts:disruption-draft": lambda side, _s: {
        "title_en": "Flood", "from_day": _early(side, 0), "until": _early(side, 30),
        "outcomes": ["work"], "treatment": "exclude", "reason": "The river flooded the town.",
    },
    "contracts:party-shares": lambda side, _s: {
        "on": _early(side, 40), "share_payer": "100", "document": "Decision 7",
    },
    "contracts:metric-parallel": lambda side, _s: {
        "metric": str(side.other_metric.pk), "reason": "The register changed.",
    },
    "contracts:metric-clear": lambda _side, _s: {"reason": "It was looked into."},
    "payments:figure-supply": lambda side, _s: {
        "kind": "service_cost", "value": "100", "from_day": _early(side, 0),
        "until": _early(side, 30), "source": "Books",
    },
    "payments:figure-check": lambda _side, _s: {"accepted": "yes"},
    "payments:contract-end": lambda _side, _s: {
        "cause": "mutual", "on": _day(0), "reason": "All parties have agreed.", "sure": "on",
    },
    "contracts:custody-record": lambda _side, _s: {
        "custodian": "provider", "valid_from": _day(-1),
    },
    "contracts:terms-agree": _agreement,
    "contracts:terms-amend": lambda side, _s: {
        "scope": "all_open", "valid_from": _early(side, 0), "reason": "Two years are too short.",
    },
    "api:contract-amendments": lambda side, _s: {
        "base_digest": side.contract.terms.get(version=1).digest,
    },
    "contracts:data-item-add": lambda side, _s: _held(side),
    "contracts:data-item-change": lambda side, _s: _held(side, system="Another register"),
    "contracts:data-item-withdraw": lambda _side, _s: {"reason": "Held elsewhere."},
    "contracts:document-add": lambda _side, _s: {
        "title": "Annex", "file": SimpleUploadedFile("annex.pdf", PDF),
    },
    "contracts:metric-create": lambda _side, _s: {
        "code": "sleep", "title_en": "Sleep", "title_fi": "Uni", "title_sv": "Sömn",
        "kind": "yes_no", "direction": "higher", "decimals": "0",
        "use": "payment", "evidence_required": "none",
    },
    "contracts:metric-revise": lambda _side, _s: {
        "title_en": "Work", "title_fi": "Työ", "title_sv": "Arbete",
        "kind": "yes_no", "direction": "higher", "decimals": "0",
        "use": "follow_up", "evidence_required": "file",
    },
    "cohorts:cohort-create": lambda side, _s: _cohort(side, code_prefix="NEW"),
    "cohorts:cohort-edit": lambda side, _s: _cohort(side),
    "cohorts:referral-create": lambda side, _s: {
        "unit_kind": "school", "referred_on": _early(side, 60),
    },
    "cohorts:referral-contact": lambda side, _s: {"contacted_on": _early(side, 60)},
    "cohorts:referral-decline": lambda side, _s: {
        "decision": "declined", "decided_on": _early(side, 60), "reason": "Moved to work.",
    },
    "cohorts:participant-enrol": lambda side, _s: {"enrolled_on": _early(side, 60)},
    "cohorts:participant-start": lambda side, _s: {"started_on": _early(side, 60)},
    "cohorts:participant-exit": lambda side, _s: {
        "exited_on": _early(side, 90), "exit_reason": "moved_away", "note": "",
    },
    "cohorts:exit-confirm": lambda _side, _s: {},
    "cohorts:consent-record": lambda side, _s: {
        "switch": "research", "given": "yes", "given_by": "self", "effective_on": _early(side, 60),
    },
    "cohorts:household-join": lambda side, _s: {"role": "child", "valid_from": _early(side, 60)},
    "cohorts:household-leave": lambda side, _s: {"valid_until": _early(side, 90)},
    "cohorts:participant-provider": lambda side, _s: {"served_by": str(side.town.lahde.pk)},
    "cohorts:identity-edit": lambda _side, _s: {"contact": "Main street"},
    "cohorts:identity-show": lambda _side, _s: {"purpose": "contact"},
    "cohorts:identity-erase": lambda _side, _s: {"reason": "Decision 12", "understood": "on"},
    "outcomes:measurement-submit": lambda side, served: _typed(side, served),
    "outcomes:draft-save": lambda _side, _s: {"note": "To be finished."},
    "outcomes:measurement-correct": lambda side, served: _typed(
        side, served, value="no", correction_reason="Read wrongly."
    ),
    "outcomes:measurement-verify": lambda _side, _s: {"decision": "verified"},
    "outcomes:measurement-answer": lambda _side, _s: {"text": "The green one."},
    "outcomes:evidence-add": lambda _side, _s: {"file": SimpleUploadedFile("later.pdf", PDF)},
    "outcomes:check-set": lambda _side, _s: {
        "severity": "look", "days": "30", "reason": "Agreed in the steering group.",
    },
    "outcomes:import-create": lambda side, served: {
        "file": SimpleUploadedFile("more.csv", csv_of(side.contract, served.enrolled)),
    },
    "outcomes:import-confirm": lambda _side, _s: {"rows": "all"},
    "outcomes:import-match": lambda side, served: {
        f"column-{place}": name
        for place, name in enumerate(row_of(side.contract, served.enrolled))
    },
    "outcomes:verification-together": lambda _side, served: {
        "measurement": [str(served.checked.uuid)],
    },
    "outcomes:delivery-agree": lambda side, _s: _delivery(side, "nights"),
    "outcomes:delivery-change": lambda side, _s: _delivery(side, "days"),
    "outcomes:extract-upload": lambda _side, _s: {
        "file": SimpleUploadedFile("rows.csv", CODED_ROWS),
    },
    "outcomes:aggregate-sign": lambda side, _s: {"digest": side.figures.digest},
    "outcomes:aggregate-verify": lambda _side, _s: {"decision": "verified"},
    "outcomes:aggregate-answer": lambda _side, _s: {"text": "All placements."},
    "outcomes:plan-set": lambda side, _s: {
        "from_period": str(side.contract.periods.get(number=10).pk), "kind": "sample",
        "everybody_below": "100", "confidence_percent": "95", "margin_percent": "5",
        "expected_percent": "50", "tolerable_percent": "5", "strata": ["cohort"],
        "beyond": "full_check", "dispute_days": "14", "reason": "Many measurements.",
    },
    "outcomes:round-review": lambda _side, served: {
        "item": str(served.checked.uuid), "decision": "verified",
    },
    "outcomes:report-sign": lambda side, _s: _read(side),
    "outcomes:dispute-raise": lambda _side, _s: {"reason": "It is in the folder."},
    "outcomes:dispute-decide": lambda _side, _s: {"outcome": "stands", "reason": "Right."},
    "outcomes:dispute-withdraw": lambda _side, _s: {"reason": "Seen now."},
    "api:round-list": lambda side, _s: {"contract": str(side.contract.pk), "period": 7},
    "api:round-report": lambda side, _s: _read(side),
    "api:round-decide": lambda _side, served: {
        "measurement": str(served.checked.uuid), "decision": "confirm",
    },
    "outcomes:closing-sign": lambda side, _s: {"digest": side.digest},
    "outcomes:closing-reopen": lambda _side, _s: {"reason": "A list came late."},
    "outcomes:closing-consent": lambda side, _s: {"digest": side.reopening.digest, "read": "on"},
    "outcomes:closing-force": lambda _side, _s: {"reason": "The school closed."},
    "payments:terms-what-if": lambda _side, _s: {"a_people": "200", "b_people": "200"},
    "payments:claim-return": lambda _side, _s: {"reason": "Look again."},
    "payments:claim-approve": lambda side, _s: {"digest": side.submitted.digest},
    "payments:payment-record": _payment,
    "payments:decision-draft": lambda _side, _s: {
        "case_number": "KOI/1", "section": "§ 1", "decided_on": _day(),
        "decision_maker": "Maija Malli", "vat_treatment": "exempt",
    },
    "payments:objection-raise": lambda side, _s: {
        "line": str(side.submitted.lines.get().pk), "reason": "Counted twice.",
    },
    "payments:objection-decide": lambda _side, _s: {"outcome": "stands", "reason": "Right."},
    "payments:objection-withdraw": lambda _side, _s: {"reason": "Seen now."},
    "payments:approval-policy-set": lambda _side, _s: {
        "valid_from": _day(), "basis": "Section 12", "tiers[0].factual_checks": "1",
        "tiers[0].acceptances": "2",
    },
    "payments:delegation-create": lambda side, _s: {
        "deputy": str(side.town.casper.pk), "starts_on": _day(), "last_on": _day(3),
        "reason": "Leave",
    },
    "payments:commitment-record": lambda side, _s: {
        "investor": str(side.town.vaahtera.pk), "amount": "1000.00", "committed_on": _day(),
    },
    "payments:capital-payment-record": lambda _side, _s: {
        "amount": OPEN_CAPITAL, "paid_on": _day(),
    },
    "portal:feedback": lambda _side, _s: {"message": "The button is too small."},
    "api:participant-list": lambda side, _s: {
        "cohort": str(side.cohort.pk), "unit_kind": "school", "referred_on": _early(side, 60),
    },
    "api:measurement-list": lambda side, served: {
        "contract": str(side.contract.pk), "rows": [row_of(side.contract, served.enrolled)],
    },
    "api:aggregate-list": lambda side, _s: {
        "delivery": str(side.figures.delivery_id), "period": 1, "outcome": "days",
        "groups": [
            {"group": "participants", "from_day": _early(side, 0), "until": _early(side, 90),
             "people": 40, "reached": 11}
        ],
    },
    "api:evidence-list": lambda _side, served: {
        "file": SimpleUploadedFile("later.pdf", PDF), "measurements": [str(served.checked.uuid)],
    },
    "api:terms-preview-list": lambda _side, _s: EXAMPLE,
    "api:measurement-correct": lambda side, served: _typed(
        side, served, value="no", correction_reason="Read wrongly."
    ),
}  # fmt: skip


def body(route: Route, side: Side, served: Served) -> Body:
    """What whoever may do it would send."""
    make = BODIES.get(route.name)
    return make(side, served) if make else {}
