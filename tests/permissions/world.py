"""Two municipalities that run the same kind of contract and have no business with each other.

Each has everything that an address of the portal can name, in the state in which that address can
be used; texts, codes and sums of the two differ, so that a leak shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

import contracts.services as contracts
import payments.services as payments
from cohorts import services as cohorts
from cohorts.models import Cohort, Consent, Participant
from cohorts.states import ReferralState
from contracts.models import (
    Contract,
    ContractDocument,
    DataItem,
    Metric,
    MetricSuspicion,
    Party,
    Terms,
)
from contracts.rules.terms import digest
from outcomes import selectors, services
from outcomes.models import (
    Aggregate,
    Closing,
    ClosingReopening,
    Door,
    EvidenceLink,
    ExtractFile,
    Import,
    Measurement,
    VerificationDispute,
    VerificationPlan,
    VerificationRound,
)
from outcomes.rules.candidate import Candidate
from outcomes.rules.rounds import PlanTerms, report_digest
from outcomes.rules.sampling import PlanKind
from outcomes.selectors.reports import report_content
from payments.models import Claim, Commitment, Delegation, Objection, SuppliedFigure
from sibportal.accounts.models import ApiToken, Organisation, User
from sibportal.accounts.roles import MemberRole, OrganisationKind, PartyRole
from sibportal.accounts.services import system_user
from sibportal.kernel.dates import add_months
from tests.factories.accounts import (
    make_membership,
    make_organisation,
    make_service_account,
    make_token,
    make_user,
)
from tests.factories.cohorts import make_cohort, make_participants
from tests.factories.contracts import (
    PDF,
    make_contract,
    make_document,
    make_draft_contract,
    make_key_custody,
    make_metric,
    make_party,
    make_proposed_terms,
    make_terms,
)
from tests.factories.outcomes import terms_document
from tests.factories.payments import approve, make_capital, make_closing, rate_card, submitted
from tests.factories.registers import group_outcome, make_extract, make_signed_figures
from tests.worlds import Town, build_people

REACHED = (11, 23, 37, 53, 71)  # to date, at each of the five signed closings
OPEN_CAPITAL = "1000.00"
PERIOD_MONTHS = 6


@dataclass(frozen=True)
class Marks:
    """What may be read on one side only."""

    name: str
    prefix: str  # of participant codes
    price: str
    cap: str
    capital: str


@dataclass(frozen=True)
class Served:
    """Participants of one provider, each at another point of the way, and their measurements."""

    referred: Participant
    enrolled: Participant  # with a household, an identity, and nothing measured
    not_started: Participant
    left: Participant
    checked: Measurement
    queried: Measurement
    evidence: EvidenceLink  # of what is checked
    import_: Import
    rejected: Measurement
    dispute: VerificationDispute  # about another rejection

    @property
    def participants(self) -> Sequence[Participant]:
        measured = [row.participant for row in (self.checked, self.queried)]
        return [self.referred, self.enrolled, self.not_started, self.left, *measured]


@dataclass(frozen=True)
class Side:
    """One municipality with its contracts, partners and people."""

    marks: Marks
    town: Town
    sam: User  # case worker of the service partner
    fia: User  # preparer of the fund manager
    integration: User  # service account of the investor
    secret: str  # of its token
    contract: Contract
    idle: Contract  # in force, and nothing has happened in it
    cohort: Cohort
    document: ContractDocument
    draft: Terms
    proposed: Terms
    amendment: Terms  # a draft; another version was agreed since it was begun
    by_partner: Served
    by_lead: Served
    settled: Claim
    approved: Claim
    submitted: Claim
    calculated: Claim
    signed: Closing  # without a claim
    reopening: ClosingReopening  # asked of the signed one, nobody has consented
    open_closing: Closing
    digest: str  # of what the open closing would freeze
    commitment: Commitment
    token: ApiToken  # of the municipality's own service account
    figure: SuppliedFigure  # entered by Pia, unchecked
    suspicion: MetricSuspicion  # raised by Pia, not cleared
    other_metric: Metric  # in no terms
    figures: Aggregate  # of a register, counted from rows, signed, in the idle contract
    extract: ExtractFile  # rows of the same outcome that wait to be delivered
    data_item: DataItem
    objection: Objection  # of the payer
    delegation: Delegation  # of Ada, for days to come
    plan: VerificationPlan  # waits for the provider
    rounds: dict[str, VerificationRound]  # by how far each is

    @property
    def payer(self) -> Party:
        return self.contract.parties.get(role=PartyRole.PAYER)

    @property
    def claims(self) -> Sequence[Claim]:
        return [self.settled, self.approved, self.submitted, self.calculated]


HOME = Marks("Harmaasalo", "QH", "7131.71", "987654.32", "612345.67")
AWAY = Marks("Zirkonkylä", "ZX", "8264.53", "976543.21", "698765.43")
NAMES = ("Ilmatar Nimetön", "Väinö Nimetön")  # of participants, encrypted
EVIDENCE = "Kassakaappi"


def build_world() -> tuple[Side, Side]:
    """The home side, and the foreign one, whose municipality is Eve's."""
    town = build_people()
    home = build_side(town, HOME)
    return home, build_side(_foreign_town(town), AWAY)


def _foreign_town(town: Town) -> Town:
    """The same cast in other organisations; Eve prepares, works on cases and administers."""
    kinds = {
        "lahde": OrganisationKind.PROVIDER,
        "tarkka": OrganisationKind.EVALUATOR,
        "vaahtera": OrganisationKind.FUND,
    }
    organisations = {
        key: make_organisation(name=f"{AWAY.name} {key}", kind=kind) for key, kind in kinds.items()
    }
    cast = {
        "ada": (town.muu, MemberRole.APPROVER),
        "ari": (town.muu, MemberRole.APPROVER),
        "ben": (organisations["lahde"], MemberRole.CASE_WORKER),
        "bea": (organisations["lahde"], MemberRole.APPROVER),
        "cleo": (organisations["tarkka"], MemberRole.VERIFIER),
        "dag": (organisations["vaahtera"], MemberRole.READER),
        "disa": (organisations["vaahtera"], MemberRole.APPROVER),
    }
    people = {key: _person(f"{key.capitalize()} {AWAY.name}", *home) for key, home in cast.items()}
    changes: dict[str, Any] = {"koivula": town.muu, "eve": town.pia, **organisations, **people}
    changes |= dict.fromkeys(("pia", "casper", "adam"), town.eve)
    return replace(town, **changes)


def _person(name: str, organisation: Organisation, role: MemberRole) -> User:
    person = make_user(name=name)
    make_membership(user=person, organisation=organisation, role=role)
    return person


def build_side(town: Town, marks: Marks) -> Side:
    """One municipality's contracts, made as its people make them."""
    contract = make_contract(town, document=_terms(marks), **_facts(marks, "running"))
    make_key_custody(contract, town)
    partner = make_organisation(name=f"{marks.name} partner", kind=OrganisationKind.SERVICE_PARTNER)
    fund = make_organisation(name=f"{marks.name} fund", kind=OrganisationKind.FUND)
    idle = make_contract(town, document=_with_registers(marks), **_facts(marks, "idle"))
    drafts = [
        make_draft_contract(town, **_facts(marks, what))
        for what in ("draft", "proposed", "amended")
    ]
    for one in (contract, idle, *drafts):
        for organisation, role in (
            (partner, PartyRole.SERVICE_PARTNER),
            (fund, PartyRole.FUND_MANAGER),
        ):
            make_party(contract=one, town=town, organisation=organisation, role=role)
    integration, secret = _integration(town.vaahtera, marks)
    account = make_service_account()
    make_membership(user=account, organisation=town.koivula, role=MemberRole.INTEGRATION)
    sam = _person(f"Sam {marks.name}", partner, MemberRole.CASE_WORKER)
    cohort = make_cohort(contract, code_prefix=marks.prefix, title_en=f"{marks.name} cohort")
    by_partner = _served(town, contract, cohort, partner, sam, NAMES[0])
    by_lead = _served(town, contract, cohort, town.lahde, town.ben, NAMES[1])
    figures = make_signed_figures(idle, town.pia)
    return Side(
        marks=marks,
        town=town,
        sam=sam,
        fia=_person(f"Fia {marks.name}", fund, MemberRole.PREPARER),
        integration=integration,
        secret=secret,
        contract=contract,
        idle=idle,
        cohort=cohort,
        document=make_document(contract, town, title=f"{marks.name} signed"),
        draft=make_terms(drafts[0], town, **_terms(marks)),
        proposed=make_proposed_terms(drafts[1], town, **_terms(marks)),
        amendment=_amendment(town, drafts[2], idle.terms.get().document),
        by_partner=by_partner,
        by_lead=by_lead,
        rounds=_rounds(town, contract, idle),
        plan=services.set_verification_plan(
            actor=town.pia,
            contract=idle,
            from_period=idle.periods.get(number=1),
            terms=PlanTerms(kind=PlanKind.SAMPLE),
            reason="Many measurements.",
        ),
        commitment=_capital(town, contract, marks),
        token=make_token(f"sib_account-{marks.prefix}", user=account),
        figure=payments.supply_figure(
            actor=town.pia,
            contract=idle,
            kind="service_cost",
            value=Decimal("100.00"),
            from_day=idle.starts_on,
            until=idle.starts_on + timedelta(days=30),
            source="Books",
        ),
        suspicion=contracts.suspect_metric(
            actor=town.pia,
            contract=idle,
            metric_code="permanent-work",
            from_day=idle.starts_on,
            reason="The register changed.",
        ),
        other_metric=make_metric(),
        figures=figures,
        extract=make_extract(figures),
        data_item=contracts.add_data_item(
            actor=town.pia,
            contract=contract,
            facts=contracts.DataItemFacts(
                item_en="Work",
                holder_name="Tax authority",
                system=f"{marks.name} register",
                legal_basis_en="Act 1",
                used_by_en="The verifier",
                valid_from=contract.starts_on,
            ),
        ),
        **_closed(town, contract),
    )


def _capital(town: Town, contract: Contract, marks: Marks) -> Commitment:
    """Capital that is paid in, and a second commitment of which nothing is yet."""
    make_capital(contract, town, town.vaahtera, marks.capital, on=contract.starts_on)
    return payments.record_commitment(
        actor=town.pia, contract=contract, investor=town.vaahtera, amount=Decimal(OPEN_CAPITAL),
        committed_on=contract.starts_on,
    )  # fmt: skip


def _integration(investor: Organisation, marks: Marks) -> tuple[User, str]:
    account = make_service_account()
    make_membership(user=account, organisation=investor, role=MemberRole.INTEGRATION)
    secret = f"sib_{marks.prefix}-secret"
    make_token(secret, user=account)
    return account, secret


def _facts(marks: Marks, what: str) -> dict[str, Any]:
    """A contract whose seventh half-year is over and may be closed."""
    starts_on = add_months(timezone.localdate().replace(day=1), -7 * PERIOD_MONTHS - 3)
    title = f"{marks.name} {what}"
    return {
        "code": f"{marks.prefix}-{what}".upper(),
        "title_en": title,
        "title_fi": title,
        "title_sv": title,
        "place": f"{marks.name} place",
        "starts_on": starts_on,
        "ends_on": add_months(starts_on, 10 * PERIOD_MONTHS),
        "period_months": PERIOD_MONTHS,
    }


def _amendment(town: Town, contract: Contract, document: dict[str, Any]) -> Terms:
    """A draft on version 1, since which version 3 was agreed."""
    given: dict[str, Any] = {
        "contract": contract, "document": document, "digest": digest(document),
        "valid_from": contract.starts_on, "drafted_by": town.pia,
    }  # fmt: skip
    agreed = {"state": "agreed", "agreed_at": timezone.now()}
    first = Terms.objects.create(version=1, **given, **agreed)
    draft = Terms.objects.create(version=2, base=first, **given)
    Terms.objects.create(version=3, base=first, **given, **agreed)
    return draft


def _terms(marks: Marks) -> dict[str, Any]:
    return terms_document(**rate_card(marks.price, marks.cap), expected_path=[])


def _with_registers(marks: Marks) -> dict[str, Any]:
    """The same terms with two outcomes of the whole group, of which one is delivered."""
    document = _terms(marks)
    groups = [group_outcome(key) for key in ("days", "nights")]
    return document | {"outcomes": [*document["outcomes"], *groups]}


def _served(
    town: Town,
    contract: Contract,
    cohort: Cohort,
    provider: Organisation,
    worker: User,
    name: str,
) -> Served:
    enrolled_on = contract.starts_on + timedelta(days=40)
    waiting = make_participants(
        cohort, 1, state=ReferralState.REFERRED, referred_on=enrolled_on, served_by=provider
    )
    people = make_participants(cohort, 5, enrolled_on=enrolled_on, served_by=provider)
    (referred, *enrolled) = Participant.objects.select_related("cohort__contract").filter(
        pk__in=[person.pk for person in (*waiting, *people)]
    )
    quiet, fresh, left, first, second = enrolled
    fresh.enrolment.started_on = None
    fresh.enrolment.save(update_fields=["started_on"])
    cohorts.exit_participant(
        actor=worker, participant=left, exited_on=enrolled_on + timedelta(days=50),
        reason="moved_away", note="",
    )  # fmt: skip
    cohorts.join_household(
        actor=worker, participant=quiet, household=None, role="child", valid_from=enrolled_on
    )
    cohorts.save_identity(
        actor=town.casper, participant=quiet, facts=cohorts.IdentityFacts(name=name)
    )
    _consent(worker, [first, second], enrolled_on)
    rejected, disputed = _rejected(town, contract, worker, first)
    queried, checked = _measured(town, contract, worker, [second, first])
    services.query_measurement(actor=town.cleo, measurement=queried, question="Which folder?")
    return Served(
        referred=referred,
        enrolled=quiet,
        not_started=fresh,
        left=left,
        checked=checked,
        queried=queried,
        evidence=_shown(worker, checked),
        import_=services.read_import(
            actor=worker, contract=contract, file_name="rows.csv", content=csv_of(contract, quiet)
        ),
        rejected=rejected,
        dispute=services.raise_dispute(actor=worker, measurement=disputed, reason="Page 2."),
    )


def _shown(worker: User, measurement: Measurement) -> EvidenceLink:
    evidence = services.add_evidence(actor=worker, measurements=[measurement], content=PDF)
    return evidence.links.get()


def _consent(worker: User, people: Sequence[Participant], on: date) -> None:
    Consent.objects.bulk_create(
        Consent(
            participant=person, switch=switch, given=True, given_by="self", effective_on=on,
            recorded_by=worker,
        )
        for person in people
        for switch in ("service", "contact", "register_follow_up")
    )  # fmt: skip


def _measured(
    town: Town, contract: Contract, worker: User, people: Sequence[Participant]
) -> list[Measurement]:
    rows = [Candidate(**row_of(contract, person)) for person in people]
    saved = services.submit_measurements(
        actor=worker, contract=contract, rows=rows, door=Door.FORM
    ).measurements
    services.check_measurements(actor=system_user(), contract=contract)
    return list(
        Measurement.objects.select_related("participant", "contract")
        .filter(pk__in=[row.pk for row in saved])
        .order_by("pk")
    )


def _rejected(
    town: Town, contract: Contract, worker: User, person: Participant
) -> list[Measurement]:
    """What a participant said of health at both points, rejected by the verifier."""
    days = {point: contract.starts_on + timedelta(days=40) for point in ("start", "after")}
    days["after"] = add_months(days["after"], 12)
    rows = [
        row_of(
            contract, person, metric="self-rated-health", point=point, value="3",
            measured_on=day.isoformat(),
        )
        for point, day in days.items()
    ]  # fmt: skip
    saved = services.submit_measurements(
        actor=worker, contract=contract, rows=[Candidate(**row) for row in rows], door=Door.FORM
    ).measurements
    services.check_measurements(actor=system_user(), contract=contract)
    return [
        services.reject_measurement(actor=town.cleo, measurement=row, reason="Not in the folder.")
        for row in Measurement.objects.filter(pk__in=[row.pk for row in saved]).order_by("pk")
    ]


def _rounds(town: Town, contract: Contract, idle: Contract) -> dict[str, VerificationRound]:
    """A round with both waiting measurements in its sample, and empty ones at every later step."""
    made = {
        "drawn": services.lock_submission(actor=town.cleo, period=contract.periods.get(number=7))
    }
    services.draw_sample(actor=town.cleo, row=made["drawn"])
    for number, name in enumerate(("locked", "decided", "concluded", "signed"), start=1):
        made[name] = VerificationRound.objects.create(
            contract=idle, period=idle.periods.get(number=1), number=number, kind="full",
            population=0, people=0, measurement_cut_off=0, digest="-", locked_by=town.cleo,
        )  # fmt: skip
    for name in ("decided", "concluded", "signed"):
        services.draw_sample(actor=town.cleo, row=made[name])
    for name in ("concluded", "signed"):
        services.conclude_round(actor=town.cleo, row=made[name])
    signed = VerificationRound.objects.get(pk=made["signed"].pk)
    digest_read = report_digest(report_content(signed))
    services.sign_report(actor=town.cleo, row=signed, digest=digest_read)
    return made


def row_of(contract: Contract, person: Participant, **changes: str) -> dict[str, str]:
    """A good row about permanent work after a year, as REST sends it."""
    return {
        "participant": person.code,
        "metric": "permanent-work",
        "point": "after",
        "measured_on": add_months(contract.starts_on + timedelta(days=40), 12).isoformat(),
        "value": "yes",
        "evidence_source": "Contract of employment",
        "evidence_location": EVIDENCE,
        **changes,
    }


def csv_of(contract: Contract, person: Participant) -> bytes:
    """A file with one row."""
    row = row_of(contract, person)
    return "\n".join((";".join(row), ";".join(row.values()))).encode()


def _closed(town: Town, contract: Contract) -> dict[str, Any]:
    """Five signed closings with claims of every kind, and a sixth that waits for its signature."""
    closings = [
        make_closing(contract, town, {"work": (reached, 200)}, number=number)
        for number, reached in enumerate(REACHED, start=1)
    ]
    paid, approved, sent, calculated = [
        payments.calculate_claim(actor=town.pia, closing=closing) for closing in closings[:4]
    ]
    for claim in (paid, approved):
        approve(submitted(claim, town), town.ada, town.ari)
    share = paid.payer_shares.get()
    payments.record_payment(
        actor=town.pia, claim=paid, payer=share.payer, amount=share.amount,
        paid_on=timezone.localdate() - timedelta(days=1), reference="RF18",
    )  # fmt: skip
    today = timezone.localdate()
    payments.draft_decision(
        actor=town.pia, claim=sent, payer=share.payer, case_number="KOI/1", section="§ 1",
        decided_on=today, decision_maker="Maija Malli", vat_treatment="outside_scope",
    )  # fmt: skip
    open_closing = services.force_closing(
        actor=town.pia, period=contract.periods.get(number=6), reason="The school closed."
    )
    return {
        "settled": Claim.objects.get(pk=paid.pk),
        "approved": Claim.objects.get(pk=approved.pk),
        "submitted": submitted(sent, town),
        "objection": payments.raise_objection(
            actor=town.pia, line=paid.lines.get(), party=share.payer, reason="Counted twice."
        ),
        "delegation": payments.delegate_approval(
            actor=town.ada,
            organisation=town.koivula,
            deputy=town.casper,
            starts_on=today + timedelta(days=1),
            last_on=today + timedelta(days=2),
            reason="Leave",
        ),
        "calculated": calculated,
        "signed": closings[4],
        "reopening": services.ask_reopening(
            actor=town.pia, closing=closings[4], reason="The school sent its list late."
        ),
        "open_closing": open_closing,
        "digest": selectors.draft(open_closing.period).pinned.digest,
    }


def owed(claim: Claim) -> Decimal:
    """What the payer owes of a claim."""
    return claim.payer_shares.get().amount
