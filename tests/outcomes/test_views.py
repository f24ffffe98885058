"""The pages of outcomes as provider, verifier, official, investor and outsider meet them."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from outcomes import selectors, services
from outcomes.models import Closing, Door, Import, Measurement
from sibportal.accounts.models import User
from tests.factories.outcomes import Scene

pytestmark = pytest.mark.django_db
HEADER = "participant;metric;point;measured_on;value;evidence_source;evidence_location"


def browser(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def entry_url(scene: Scene, person: int = 0) -> str:
    participant = scene.participants[person]
    address = reverse("outcomes:measurement-submit", args=[participant.pk])
    return f"{address}?metric=permanent-work&point=after"


def typed(scene: Scene, **changes: str) -> dict[str, str]:
    day = scene.after_on
    return {
        "value": "yes",
        "measured_on": f"{day.day}.{day.month}.{day.year}",
        "evidence_source": "Contract of employment",
        "evidence_location": "Client folder",
        **changes,
    }


def line(scene: Scene, person: int, value: str = "yes", **changes: str) -> str:
    cells = {
        "participant": scene.participants[person].code,
        "metric": "permanent-work",
        "point": "after",
        "measured_on": scene.after_on.isoformat(),
        "value": value,
        "evidence_source": "Contract of employment",
        "evidence_location": "Client folder",
    } | changes
    return ";".join(cells.values())


def upload(client: Client, scene: Scene, *lines: str) -> str:
    content = "\n".join((HEADER, *lines)).encode()
    response = client.post(
        reverse("outcomes:import-create", args=[scene.contract.pk]),
        {"file": SimpleUploadedFile("rows.csv", content)},
    )
    assert response.status_code == 302, response.content
    return str(response["Location"])


def checked(scene: Scene) -> Measurement:
    (row,) = services.submit_measurements(
        actor=scene.ben, contract=scene.contract, rows=[scene.candidate(0)], door=Door.FORM
    ).measurements
    services.check_measurements(actor=scene.system, contract=scene.contract)
    row.refresh_from_db()
    return row


def test_the_due_list_shows_what_is_due_and_the_entry_leads_to_the_next(scene: Scene) -> None:
    ben = browser(scene.ben)
    listed = ben.get(reverse("outcomes:due-list", args=[scene.contract.pk]))
    assert listed.status_code == 200
    assert b"TP-0001" in listed.content
    assert ben.get(entry_url(scene)).status_code == 200
    saved = ben.post(entry_url(scene), typed(scene, next="1"))
    assert saved.status_code == 302
    assert "/measurements/new/?point=" in saved["Location"]
    row = Measurement.objects.get()
    assert row.value == 1
    assert (row.measured_on, row.door) == (scene.after_on, "form")


def test_a_refused_entry_keeps_what_was_typed_and_saves_nothing(scene: Scene) -> None:
    refused = browser(scene.ben).post(
        entry_url(scene), typed(scene, measured_on="31.2.2025", evidence_source="")
    )
    assert refused.status_code == 422
    assert b"31.2.2025" in refused.content
    assert b"is not a date" in refused.content
    assert b"Name the source of the evidence" in refused.content
    assert not Measurement.objects.exists()


def test_a_file_is_examined_and_nothing_is_saved_before_it_is_confirmed(scene: Scene) -> None:
    ben = browser(scene.ben)
    report_url = upload(ben, scene, line(scene, 0), line(scene, 1, "maybe"))
    report = ben.get(report_url).content.decode()
    assert "is neither yes nor no" in report
    assert not Measurement.objects.exists()
    import_ = Import.objects.get()
    every = ben.post(reverse("outcomes:import-confirm", args=[import_.pk]), {"rows": "all"})
    assert every.status_code == 422
    assert not Measurement.objects.exists()
    good = ben.post(reverse("outcomes:import-confirm", args=[import_.pk]), {"rows": "good"})
    assert good.status_code == 302
    assert Measurement.objects.get().door == "csv"
    again = ben.post(reverse("outcomes:import-confirm", args=[import_.pk]), {"rows": "good"})
    assert again.status_code == 409
    assert Measurement.objects.count() == 1


def test_rows_to_mend_come_back_as_a_file_that_runs_no_formula(scene: Scene) -> None:
    ben = browser(scene.ben)
    upload(ben, scene, line(scene, 0, "maybe", evidence_location="=1+1"))
    import_ = Import.objects.get()
    content = ben.get(reverse("outcomes:import-errors", args=[import_.pk])).content.decode()
    rows = list(csv.reader(io.StringIO(content.lstrip("\ufeff")), delimiter=";"))
    assert rows[1][0] == "2"
    assert rows[1][7] == "'=1+1"
    assert "neither yes nor no" in rows[1][-1]


def test_the_same_file_twice_says_so(scene: Scene) -> None:
    ben = browser(scene.ben)
    upload(ben, scene, line(scene, 0))
    first = Import.objects.get()
    ben.post(reverse("outcomes:import-confirm", args=[first.pk]), {"rows": "all"})
    again = ben.get(upload(ben, scene, line(scene, 0)))
    assert b"This very file was saved before" in again.content


def test_a_cancelled_file_is_forgotten(scene: Scene) -> None:
    ben = browser(scene.ben)
    upload(ben, scene, line(scene, 0))
    import_ = Import.objects.get()
    ben.post(reverse("outcomes:import-cancel", args=[import_.pk]))
    import_.refresh_from_db()
    assert bytes(import_.content) == b""
    assert not Measurement.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", b"empty"),
        (b"PK\x03\x04" + b"x" * 50, b"The file is damaged"),
        (b"name;age\nAda;7\n", b"not known"),
        (b"x" * 10_100_000, b"larger than"),
    ],
)
def test_an_unusable_file_gets_one_clear_message(
    scene: Scene, content: bytes, words: bytes
) -> None:
    refused = browser(scene.ben).post(
        reverse("outcomes:import-create", args=[scene.contract.pk]),
        {"file": SimpleUploadedFile("rows.csv", content)},
    )
    assert refused.status_code == 422
    assert words in refused.content
    assert not Import.objects.exists()


def test_the_template_names_what_is_due(scene: Scene) -> None:
    content = (
        browser(scene.ben)
        .get(reverse("outcomes:import-template", args=[scene.contract.pk]))
        .content.decode()
    )
    assert "TP-0001;permanent-work;after" in content


def test_the_verifier_decides_in_the_queue_and_on_the_page(scene: Scene) -> None:
    row = checked(scene)
    cleo = browser(scene.cleo)
    assert b"TP-0001" in cleo.get(reverse("outcomes:verification-queue")).content
    detail = reverse("outcomes:measurement-detail", args=[row.uuid])
    assert b"Contract of employment" in cleo.get(detail).content
    verify = reverse("outcomes:measurement-verify", args=[row.uuid])
    unsaid = cleo.post(verify, {"decision": "queried", "note": ""})
    assert unsaid.status_code == 422
    assert b"Write what you ask" in unsaid.content
    cleo.post(verify, {"decision": "queried", "note": "Is it permanent?"})
    ben = browser(scene.ben)
    assert b"Is it permanent?" in ben.get(detail).content
    answer = reverse("outcomes:measurement-answer", args=[row.uuid])
    assert ben.post(answer, {"text": ""}).status_code == 422
    assert ben.post(answer, {"text": "Yes, from May on."}).status_code == 302
    together = reverse("outcomes:verification-together", args=[scene.contract.pk])
    cleo.post(together, {"measurement": [str(row.uuid), "nonsense"]})
    row.refresh_from_db()
    assert row.state == "verified"


def test_a_correction_page_shows_the_old_value_and_makes_a_new_row(scene: Scene) -> None:
    row = checked(scene)
    ben = browser(scene.ben)
    correct = reverse("outcomes:measurement-correct", args=[row.uuid])
    assert ben.get(correct).status_code == 200
    unsaid = ben.post(correct, typed(scene, value="no"))
    assert unsaid.status_code == 422
    said = ben.post(correct, typed(scene, value="no", correction_reason="Mistyped."))
    assert said.status_code == 302
    assert Measurement.objects.get(supersedes=row).value == 0


def test_closing_is_forced_seen_and_signed(scene: Scene) -> None:
    pia, cleo = browser(scene.pia), browser(scene.cleo)
    force = reverse("outcomes:closing-force", args=[scene.periods[0].pk])
    assert pia.get(force).status_code == 200
    assert pia.post(force, {"reason": ""}).status_code == 422
    assert pia.post(force, {"reason": "The provider stopped."}).status_code == 302
    closing = Closing.objects.get()
    detail = reverse("outcomes:closing-detail", args=[closing.pk])
    assert b"The provider stopped." in cleo.get(detail).content
    sign = reverse("outcomes:closing-sign", args=[closing.pk])
    seen = selectors.draft(closing.period).pinned.digest
    assert seen[:12].encode() in cleo.get(sign).content
    assert cleo.post(sign, {"digest": "0" * 64}).status_code == 422
    assert cleo.post(sign, {"digest": seen}).status_code == 302
    assert b"Final results" in cleo.get(detail).content
    for user in (scene.pia, scene.dag, scene.ben):
        results = browser(user).get(reverse("outcomes:result-list", args=[scene.contract.pk]))
        assert results.status_code == 200


def test_an_investor_sees_no_small_number(scene: Scene) -> None:
    for number in (1, 2, 3):
        if number == 3:
            row = checked(scene)
            services.verify_measurement(actor=scene.cleo, measurement=row)
        closing = services.force_closing(
            actor=scene.pia, period=scene.periods[number - 1], reason="End."
        )
        digest = selectors.draft(closing.period).pinned.digest
        services.sign_closing(actor=scene.cleo, closing=closing, digest=digest)
    address = reverse("outcomes:result-list", args=[scene.contract.pk])
    assert b"1 of 3" in browser(scene.pia).get(address).content
    investor = browser(scene.dag).get(address).content
    assert b"of 3" not in investor
    assert b"Too few people to show" in investor


def test_the_list_searches_filters_and_downloads(scene: Scene) -> None:
    checked(scene)
    address = reverse("outcomes:measurement-list", args=[scene.contract.pk])
    ben = browser(scene.ben)
    assert b"TP-0001" in ben.get(address, {"q": "0001", "state": "checked"}).content
    assert b"No measurements here" in ben.get(address, {"q": "0002"}).content
    fragment = ben.get(address, headers={"HX-Request": "true"})
    assert fragment.content.lstrip().startswith(b"<section")
    exported = ben.get(reverse("outcomes:measurement-export", args=[scene.contract.pk]))
    assert b"TP-0001;permanent-work;after" in exported.content


def test_outsiders_find_nothing_and_others_do_not_act(scene: Scene) -> None:
    row = checked(scene)
    closing = services.force_closing(actor=scene.pia, period=scene.periods[0], reason="End.")
    on_contract = ("due-list", "measurement-list", "measurement-export", "import-create",
                   "import-template", "result-list")  # fmt: skip
    pages = [reverse(f"outcomes:{name}", args=[scene.contract.pk]) for name in on_contract]
    pages += [
        reverse("outcomes:measurement-detail", args=[row.uuid]),
        reverse("outcomes:measurement-correct", args=[row.uuid]),
        reverse("outcomes:closing-detail", args=[closing.pk]),
        reverse("outcomes:closing-sign", args=[closing.pk]),
        reverse("outcomes:closing-force", args=[scene.periods[1].pk]),
        entry_url(scene, 1),
    ]
    eve = browser(scene.eve)
    assert {address: eve.get(address).status_code for address in pages} == dict.fromkeys(pages, 404)
    posts = [
        reverse("outcomes:measurement-verify", args=[row.uuid]),
        reverse("outcomes:measurement-answer", args=[row.uuid]),
        reverse("outcomes:verification-together", args=[scene.contract.pk]),
    ]
    assert {eve.post(address).status_code for address in posts} == {404}
    decided = browser(scene.ben).post(posts[0], {"decision": "verified", "note": ""})
    assert decided.status_code == 403
    row.refresh_from_db()
    assert row.state == "checked"


def test_no_page_of_the_provider_names_an_amount_of_a_claim(scene: Scene) -> None:
    pages = (reverse("outcomes:due-list", args=[scene.contract.pk]), entry_url(scene))
    for address in pages:
        content = browser(scene.ben).get(address).content.decode().replace("\xa0", "")
        assert "6000000" not in content
        assert "6,000,000" not in content
