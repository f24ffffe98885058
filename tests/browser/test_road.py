"""The whole road through the pages, by everybody who walks it, on a fresh database.

Pia prepares, Ada and Ari approve, Ben serves, Cleo verifies, Dag reads the return, Eve is the
outsider; the fund, its people and everything else of the contract come into being on the way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

import pytest
from django.core import mail

from cohorts.models import Cohort, Consent, Participant
from contracts.models import Contract
from outcomes.models import Measurement
from outcomes.states import MeasurementState
from payments.models import Allocation, Claim, Payment
from sibportal.accounts.models import User
from sibportal.jobs import services as jobs
from tests.browser.conftest import Arrive
from tests.browser.editing import live, press
from tests.browser.person import Person
from tests.factories.accounts import synthetic_business_id
from tests.factories.cohorts import make_participants
from tests.worlds import Town, build_people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "forty-two-quiet-herons"
FUND = "Rantakallio Rahasto"
REASONS = (
    "death", "moved_away", "taken_into_care", "guardian_withdrew", "turned_18", "transferred",
    "dropped_out",
)  # fmt: skip
# Four people: the first is measured by form, the others by file. TP-0002 is corrected to no.
FILE = """participant;metric;point;measured on;value;source of evidence;where the evidence is held
TP-0001;self-rated-health;at-the-start;2024-02-05;2;Health form;Client folder
TP-0001;self-rated-health;after-the-service;2024-08-05;4;Health form;Client folder
TP-0002;permanent-work;after-the-service;2024-08-05;yes;Contract of employment;Client folder
TP-0002;self-rated-health;at-the-start;2024-02-05;2;Health form;Client folder
TP-0002;self-rated-health;after-the-service;2024-08-05;4;Health form;Client folder
TP-0003;permanent-work;after-the-service;2024-08-05;yes;Contract of employment;Client folder
TP-0003;self-rated-health;at-the-start;2024-02-05;3;Health form;Client folder
TP-0003;self-rated-health;after-the-service;2024-08-05;{third};Health form;Client folder
TP-0004;permanent-work;after-the-service;2024-08-05;no;Contract of employment;Client folder
TP-0004;self-rated-health;at-the-start;2024-02-05;3;Health form;Client folder
TP-0004;self-rated-health;after-the-service;2024-08-05;3;Health form;Client folder
"""


@dataclass
class Walk:
    """Who walks, and the addresses that they have come to."""

    arrive: Arrive
    town: Town
    people: dict[str, Person] = field(default_factory=dict)
    contract: str = ""  # its path, as are the others
    cohort: str = ""
    claim: str = ""

    def __getitem__(self, name: str) -> Person:
        """The person at their browser, signed in already at first use."""
        if name not in self.people:
            user = User.objects.get(email=f"{name}@example.org")
            self.people[name] = self.arrive().come_back(user)
        return self.people[name]

    def keep_out_eve(self, *addresses: str) -> None:
        """What exists and is not hers looks to Eve like what does not exist."""
        for address in addresses:
            assert self["eve"].go(address) == 404, address


def test_the_whole_road_through_the_pages(arrive: Arrive) -> None:
    walk = Walk(arrive, build_people())
    found_the_fund(walk)
    write_the_contract(walk)
    draft_the_terms(walk)
    agree_the_terms(walk)
    put_in_the_capital(walk)
    gather_the_cohort(walk)
    report_by_form(walk)
    report_by_file(walk)
    verify_with_a_question(walk)
    correct_one(walk)
    close_the_period(walk)
    claim_return_and_claim_again(walk)
    approve_twice(walk)
    pay(walk)
    read_the_return(walk)


# Organisations, contract, terms ------------------------------------------------------------------
def found_the_fund(walk: Walk) -> None:
    """Pia enters the fund; its administrator is invited, and invites the fund's people."""
    walk["pia"].go("/organisations/")
    walk["pia"].follow("Create organisation").fill(
        name=FUND, kind="fund", country="FI", business_id="1234567-8",
        administrator_name="Maj Example", administrator_email="maj@fund.example",
        administrator_language="en",
    ).press("Create organisation").shows("The check digit of 1234567-8")  # fmt: skip
    assert walk["pia"].page.input_value("#id_business_id") == "1234567-8"  # nothing is lost
    walk["pia"].fill(business_id=synthetic_business_id(400)).press("Create organisation")
    walk["pia"].shows(FUND).picture("road-organisation")
    maj = accept_invitation(walk, "maj@fund.example")
    for name, role in (("Dora", "reader"), ("Disa", "approver")):
        maj.go("/organisations/")
        maj.follow(FUND).follow("Invite member")
        maj.fill(name=f"{name} Example", email=f"{name.lower()}@fund.example", roles=role)
        maj.fill(language="en").press("Send invitation")
        walk.people[f"{name.lower()} of the fund"] = accept_invitation(
            walk, f"{name.lower()}@fund.example"
        )


def accept_invitation(walk: Walk, email: str) -> Person:
    """Choose a password behind the link of the mail, and sign in with it."""
    jobs.sweep()
    letter = next(one for one in reversed(mail.outbox) if one.to == [email])
    link = re.search(r"https?://[^/\s]+(/\S+)", str(letter.body))
    assert link, letter.body
    person = walk.arrive()
    person.go(link[1])
    person.fill(password1=PASSWORD, password2=PASSWORD).press("Save the password")
    return person.sign_in(email, PASSWORD)


def write_the_contract(walk: Walk) -> None:
    """The frame and the parties."""
    pia = walk["pia"]
    pia.go("/contracts/")
    pia.follow("New contract").fill(
        code="ROAD-1", title_en="Young adults to work", title_fi="Nuoret aikuiset töihin",
        title_sv="Unga vuxna i arbete", place="Koivula", starts_on="1.1.2024",
        ends_on="31.2.2025", currency="SEK", period_months="12", grace_days="30",
        programme_en="A year with a coach.", case_number="KOI/2024/1",
    ).press("Create contract").shows("that month has 28 days")  # fmt: skip
    pia.fill(ends_on="1.1.2025").press("Create contract")
    found = re.search(r"/contracts/[0-9a-f-]{36}/", pia.here())
    assert found, pia.here()
    walk.contract = found[0]
    walk.keep_out_eve(walk.contract, walk.contract + "terms/")
    for organisation, role in (
        (walk.town.lahde.name, "lead_provider"),
        (walk.town.tarkka.name, "verifier"),
        (FUND, "investor"),
    ):
        pia.go(walk.contract + "parties/new/")
        pia.fill(organisation={"label": organisation}, role=role, valid_from="1.1.2024")
        pia.press("Add party").shows(organisation)
    pia.picture("road-parties")
    for code, title, kind, low, high in (
        ("permanent-work", "Permanent work", "yes_no", "", ""),
        ("self-rated-health", "Self-rated health", "number", "1", "5"),
    ):
        pia.go("/metrics/new/")
        pia.fill(
            code=code, title_en=title, title_fi=title, title_sv=title, kind=kind,
            direction="higher", minimum=low, maximum=high,
        ).press("Define metric").shows(code)  # fmt: skip


def draft_the_terms(walk: Walk) -> None:
    """Cost plus premium in the editor, which answers while it is filled in."""
    pia = walk["pia"]
    pia.go(walk.contract + "terms/draft/cost-plus-premium/")
    for name in ("points", "points", "outcomes", "outcomes"):
        press(pia, "add", name)
    pia.fill(
        points__0__title__en="At the start", points__0__tolerance_after_days="30",
        points__1__title__en="After the service", points__1__offset_months="6",
        points__1__tolerance_before_days="30", points__1__tolerance_after_days="60",
        outcomes__1__title__en="Permanent work", outcomes__2__title__en="Better health",
        outcomes__1__condition__kind="is_true",
    )  # fmt: skip
    live(pia, outcomes__2__condition__kind="change_at_least")
    press(pia, "show", "all")
    live(pia, outcomes__0__what="composite")
    pia.fill(
        outcomes__1__metric="permanent-work:1", outcomes__1__points="new-2",
        outcomes__2__metric="self-rated-health:1", outcomes__2__points="new-2",
        outcomes__2__condition__value="1", outcomes__2__condition__baseline_point="new-1",
        outcomes__0__composite__parts=["new-3", "new-4"],
        payment_terms__0__gate__value="50", payment_terms__0__price__cost="6 000 000,00",
        payment_terms__0__price__premium_percent="8",
        payment_terms__0__assessment_on="31.12.2024", counting__minimum_cohort="0",
        claim__cap="6480000", claim__payee="investor", claim__payment_days="30",
        **{f"counting__exits__{reason}": "failure" for reason in REASONS},
    )  # fmt: skip
    live(pia, rounding="half_up")
    pia.picture("road-terms-draft").shows("6,480,000", where="#terms-preview")
    pia.press("Save draft").shows("The draft of the terms is saved.").picture("road-terms")


def agree_the_terms(walk: Walk) -> None:
    """Every party that must says yes; the last one puts the terms in force."""
    walk["pia"].press("Ask the parties to agree")
    disa = walk.people["disa of the fund"]
    for person in (walk["ada"], walk["bea"], disa):
        person.go(walk.contract + "terms/")
        person.follow("Read and agree").picture("road-agree")
        person.press("Agree to the terms").shows("tick this box")
        person.fill(read=True).press("Agree to the terms")
    disa.shows("in force")
    contract = Contract.objects.get(code="ROAD-1")
    assert contract.state == "active"
    assert contract.terms.get().state == "agreed"


def put_in_the_capital(walk: Walk) -> None:
    """The fund commits six million and pays it in."""
    pia = walk["pia"]
    pia.go(walk.contract + "capital/")
    pia.follow("Record commitment").fill(
        investor={"label": FUND}, amount="6 000 000", committed_on="1.1.2024"
    ).press("Record commitment")
    pia.follow("Record payment").fill(amount="6000000,00", paid_on="15.1.2024")
    pia.press("Record payment").shows("SEK 6,000,000.00").picture("road-capital")


# Cohort, measurements, verification --------------------------------------------------------------
def gather_the_cohort(walk: Walk) -> None:
    """One person comes by the pages, from referral to consent; three more are there at once."""
    pia, ben = walk["pia"], walk["ben"]
    pia.go(walk.contract + "cohorts/new/")
    pia.fill(
        title_en="Spring group", code_prefix="TP", places="4", enrolment_starts_on="1.1.2024",
        enrolment_ends_on="1.7.2024", plan="1.2.2024 4",
    ).press("Create cohort")  # fmt: skip
    cohort = Cohort.objects.get()
    walk.cohort = f"/cohorts/{cohort.pk}/"
    ben.go(walk.cohort)
    ben.follow("Record referral").fill(
        unit_kind="employment_office", unit_name="Koivula office", referred_on="15.1.2024",
        birth_month="3.2001",
    ).press("Save referral")  # fmt: skip
    person = f"/participants/{Participant.objects.get().pk}/"
    ben.go(person)
    ben.follow("Record contact").fill(contacted_on="20.1.2024").press("Save contact")
    ben.follow("Enrol").fill(enrolled_on="1.2.2024", started_on="1.2.2024").press(
        "Enrol participant"
    )
    for switch in ("service", "contact", "register_follow_up"):
        ben.go(person + "consents/new/")
        ben.fill(switch=switch, given="yes", given_by="self", effective_on="1.2.2024")
        ben.press("Save consent")
    ben.go(person)
    ben.shows("TP-0001").picture("road-participant")
    assert "Left" not in ben.text("#way")
    cohort.refresh_from_db()
    day = date(2024, 2, 1)
    others = make_participants(cohort, 3, enrolled_on=day)
    Consent.objects.bulk_create(
        Consent(
            participant=one, switch=switch, given=True, given_by="self", effective_on=day,
            recorded_by=walk.town.ben,
        )
        for one in others
        for switch in ("service", "contact", "register_follow_up")
    )  # fmt: skip
    walk.keep_out_eve(walk.cohort, person)


def report_by_form(walk: Walk) -> None:
    """Ben enters one result; an impossible date is refused where it was typed."""
    ben = walk["ben"]
    ben.go(walk.contract + "due/")
    ben.shows("TP-0001").picture("road-due")
    ben.page.locator("main a", has_text="Enter the result TP-0001, Permanent work").first.click()
    ben.fill(value="yes", measured_on="31.6.2024", evidence_source="Contract of employment")
    ben.fill(evidence_location="Client folder").press("Save and go back")
    ben.shows("31.6.2024").picture("road-entry-error")
    assert not Measurement.objects.exists()
    ben.fill(measured_on="5.8.2024").press("Save and go back").shows("Saved: TP-0001")
    assert Measurement.objects.get().door == "form"


def report_by_file(walk: Walk) -> None:
    """A file with one bad row saves nothing; the mended file saves the rest at once."""
    ben = walk["ben"]
    before = Measurement.objects.count()
    upload(ben, walk, FILE.format(third="9"))
    ben.shows("“9” is too high. The highest value is 5.").picture("road-import-errors")
    ben.press("Put the file aside")
    assert Measurement.objects.count() == before
    upload(ben, walk, FILE.format(third="4"))
    assert Measurement.objects.count() == before
    ben.picture("road-import").press("Save 11 rows")
    assert Measurement.objects.count() == before + 11


def upload(ben: Person, walk: Walk, content: str) -> None:
    ben.go(walk.contract + "imports/new/")
    file = {"name": "results.csv", "mimeType": "text/csv", "buffer": content.encode()}
    ben.fill(file=file).press("Examine the file")


def verify_with_a_question(walk: Walk) -> None:
    """The portal checks, Cleo asks about one, Ben answers, Cleo verifies all."""
    jobs.sweep()
    assert set(Measurement.objects.values_list("state", flat=True)) == {MeasurementState.CHECKED}
    cleo, ben = walk["cleo"], walk["ben"]
    asked = Measurement.objects.get(participant__code="TP-0001", metric__code="permanent-work")
    address = f"/measurements/{asked.uuid}/"
    walk.keep_out_eve(address)
    cleo.go(address)
    cleo.picture("road-verify").fill(decision="queried").press("Decide")
    cleo.shows("Write")  # a question needs words
    cleo.fill(decision="queried", note="Is the contract signed by both?").press("Decide")
    ben.go("/provider/")
    ben.shows("TP-0001").picture("road-provider")
    ben.go(address)
    ben.shows("Is the contract signed by both?").fill(text="Yes, by both.").press(
        "Answer the verifier"
    )
    jobs.sweep()
    cleo.go(address)
    cleo.shows("Yes, by both.").fill(decision="verified").press("Decide")
    verify_the_rest(cleo)
    assert set(Measurement.objects.values_list("state", flat=True)) == {MeasurementState.VERIFIED}


def verify_the_rest(cleo: Person) -> None:
    cleo.go("/verification/")
    cleo.picture("road-queue")
    for box in cleo.page.locator('main [name="measurement"]').all():
        box.check()
    cleo.press("Verify the ticked ones")


def correct_one(walk: Walk) -> None:
    """What was verified wrongly is corrected by a new row, and verified again."""
    ben, cleo = walk["ben"], walk["cleo"]
    wrong = Measurement.objects.get(participant__code="TP-0002", metric__code="permanent-work")
    ben.go(f"/measurements/{wrong.uuid}/")
    ben.follow("Correct").fill(value="no", correction_reason="The contract was for a year.")
    ben.press("Save the correction").picture("road-corrected")
    wrong.refresh_from_db()
    assert wrong.state == MeasurementState.SUPERSEDED
    assert wrong.value == 1
    jobs.sweep()
    verify_the_rest(cleo)


def close_the_period(walk: Walk) -> None:
    """The portal proposes the close when nothing is missing; Cleo looks and signs."""
    jobs.sweep()
    cleo = walk["cleo"]
    cleo.go("/verifier/")
    cleo.shows("Sign the results: Young adults to work").picture("road-verifier")
    cleo.go("/verification/")
    cleo.follow("ROAD-1, period 1").follow("Look at the figures and sign").picture("road-sign")
    cleo.press("Sign and close the period").shows("Final results").picture("road-closing")


# Claim, payment, return --------------------------------------------------------------------------
def claim_return_and_claim_again(walk: Walk) -> None:
    """The portal calculates; Pia submits; Ada returns it; Pia calculates again and submits."""
    jobs.sweep()
    claim = Claim.objects.get()
    walk.claim = f"/claims/{claim.pk}/"
    walk.keep_out_eve(walk.claim, walk.contract + "claims/")
    pia, ada = walk["pia"], walk["ada"]
    pia.go(walk.claim)
    pia.shows("2 of 4 people reached both outcomes", "SEK 6,480,000.00").picture("road-claim")
    pia.press("Submit for approval")
    ada.go(walk.claim)
    ada.follow("Return to its maker").fill(reason="The date of TP is missing in our file.")
    ada.press("Return to its maker").picture("road-returned")
    pia.go(walk.claim)
    pia.shows("missing in our file").press("Calculate again")
    walk.claim = pia.here()
    pia.press("Submit for approval").picture("road-claim-again")
    newest = Claim.objects.order_by("-number").first()
    assert newest is not None
    assert newest.state == "submitted"


def approve_twice(walk: Walk) -> None:
    """Two people who did not make the claim, each on a page of its own."""
    for name in ("ada", "ari"):
        person = walk[name]
        person.go("/official/")
        person.picture("road-official").go(walk.claim)
        person.follow("Look and approve").shows("6,480,000.00").picture("road-approve")
        person.press("Approve")
    claim = Claim.objects.get(pk=walk.claim.split("/")[2])
    assert claim.state == "approved"
    assert claim.approvals.count() == 2


def pay(walk: Walk) -> None:
    pia = walk["pia"]
    pia.go(walk.claim)
    pia.follow("Record payment").fill(amount="6 480 000,00", paid_on="10.3.2025")
    pia.picture("road-pay").press("Record payment").picture("road-paid")
    assert str(Payment.objects.get().amount) == "6480000.00"
    assert [str(one.amount) for one in Allocation.objects.all()] == ["6480000.00"]


def read_the_return(walk: Walk) -> None:
    """What the investor has received is what the calculation came to; nobody is named."""
    pia, dora = walk["pia"], walk.people["dora of the fund"]
    pia.go(walk.claim)
    pia.page.locator("#lines a").first.click()
    pia.page.wait_for_load_state()
    explained = pia.picture("road-explanation").text("#why .confirm")
    dora.go("/investor/")
    dora.shows("ROAD-1").picture("road-investor").go("/statements/")  # the only one
    dora.picture("road-statement")
    statement = dora.here()
    received = dora.page.locator("dl.kpis div", has_text="Received").locator("dd.v").inner_text()
    assert received.replace("\u00a0", " ") == explained == "SEK 6,480,000.00"
    dora.shows("SEK 6,000,000.00")
    assert "TP-0" not in dora.page.content()
    dora.go(walk.claim)
    assert "2 of 4" not in dora.text()
    walk.keep_out_eve(walk.claim, statement)
