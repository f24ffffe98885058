"""REST of outcomes, and that the three doors give one row."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from outcomes import services
from outcomes.models import Import, Measurement
from sibportal.accounts.models import User
from tests.factories.outcomes import Scene

pytestmark = pytest.mark.django_db
URL = "/api/v1/measurements/"


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def body(scene: Scene, *people: int, **changes: Any) -> dict[str, Any]:
    rows = [
        {
            "participant": scene.participants[person].code,
            "metric": "permanent-work",
            "point": "after",
            "measured_on": scene.after_on.isoformat(),
            "value": True,
            "evidence_source": "Contract of employment",
            "evidence_location": "Client folder",
            **changes,
        }
        for person in people
    ]
    return {"contract": str(scene.contract.pk), "rows": rows}


def test_rows_are_saved_and_read_back(scene: Scene) -> None:
    client = client_of(scene.ben)
    created = client.post(URL, body(scene, 0, 1), format="json")
    assert created.status_code == 201, created.data
    assert [row["participant"] for row in created.data] == ["TP-0001", "TP-0002"]
    one = client.get(f"{URL}{created.data[0]['id']}/")
    assert one.data["value"] == "1.0000"
    assert one.data["state"] == "submitted"
    listed = client.get(
        URL, {"contract": str(scene.contract.pk), "period": "3", "state": "submitted"}
    )
    assert listed.data["count"] == 2
    assert client.get(URL, {"metric": "self-rated-health"}).data["count"] == 0


def test_what_is_due_comes_visit_by_visit_and_only_to_who_may_see_it(scene: Scene) -> None:
    url = f"/api/v1/contracts/{scene.contract.pk}/due/"
    client = client_of(scene.ben)
    client.post(URL, body(scene, 0), format="json")
    visits = client.get(url).data["results"]
    found = {(one["participant"], one["point"]): one["metrics"] for one in visits}
    assert found["TP-0001", "after"] == ["self-rated-health"]
    assert sorted(found["TP-0002", "after"]) == ["permanent-work", "self-rated-health"]
    assert {one["status"] for one in visits} == {"overdue"}
    for reader in (scene.eve, scene.dag):
        assert client_of(reader).get(url).status_code == 404


def test_the_same_row_again_is_a_conflict_with_a_code(scene: Scene) -> None:
    client = client_of(scene.ben)
    client.post(URL, body(scene, 0), format="json")
    again = client.post(URL, body(scene, 0), format="json")
    assert again.status_code == 409
    assert again.data["code"] == "outcomes.already_reported"
    assert again.data["errors"][0]["field"] == "rows[0].measured_on"
    assert Measurement.objects.count() == 1


def test_bad_rows_are_named_and_none_is_saved(scene: Scene) -> None:
    given = body(scene, 0, 1)
    given["rows"][1]["value"] = "maybe"
    refused = client_of(scene.ben).post(URL, given, format="json")
    assert refused.status_code == 422
    assert [error["field"] for error in refused.data["errors"]] == ["rows[1].value"]
    assert not Measurement.objects.exists()


@pytest.mark.parametrize("given", [{}, {"rows": []}, {"contract": "x", "rows": [{}]}, [1], "text"])
def test_a_shapeless_body_is_refused(scene: Scene, given: Any) -> None:
    assert client_of(scene.ben).post(URL, given, format="json").status_code == 422


def test_a_correction_over_rest_is_a_new_row(scene: Scene) -> None:
    client = client_of(scene.ben)
    (row,) = client.post(URL, body(scene, 0), format="json").data
    values = body(scene, 0, value=False, correction_reason="Mistyped.")["rows"][0]
    new = client.post(f"{URL}{row['id']}/correct/", values, format="json")
    assert new.status_code == 201, new.data
    assert new.data["supersedes"] == row["id"]
    again = client.post(f"{URL}{row['id']}/correct/", values, format="json")
    assert again.status_code == 409


def test_strangers_get_404_and_others_403(scene: Scene) -> None:
    assert client_of(scene.eve).post(URL, body(scene, 0), format="json").status_code == 404
    assert client_of(scene.eve).get(URL).data["count"] == 0
    (row,) = client_of(scene.ben).post(URL, body(scene, 0), format="json").data
    assert client_of(scene.eve).get(f"{URL}{row['id']}/").status_code == 404
    values = body(scene, 0, value=False, correction_reason="x")["rows"][0]
    address = f"{URL}{row['id']}/correct/"
    assert client_of(scene.cleo).post(address, values, format="json").status_code == 403
    assert APIClient().get(URL).status_code in (401, 403)


def test_results_hide_small_numbers_from_the_investor(scene: Scene) -> None:
    closing = services.force_closing(actor=scene.pia, period=scene.periods[0], reason="End.")
    from outcomes import selectors

    digest = selectors.draft(closing.period).pinned.digest
    services.sign_closing(actor=scene.cleo, closing=closing, digest=digest)
    shown = client_of(scene.pia).get("/api/v1/results/", {"contract": str(scene.contract.pk)}).data
    assert [row["denominator"] for row in shown["results"]] == [3, 3, 3]
    hidden = client_of(scene.dag).get("/api/v1/results/").data["results"]
    assert {(row["denominator"], row["estimate"], row["protected"]) for row in hidden} == {
        (None, None, True)
    }
    one = client_of(scene.dag).get(f"/api/v1/results/{hidden[0]['id']}/")
    assert one.data == hidden[0]
    assert client_of(scene.eve).get(f"/api/v1/results/{hidden[0]['id']}/").status_code == 404


def test_form_file_and_rest_give_the_same_row(scene: Scene) -> None:
    browser = Client()
    browser.force_login(scene.ben)
    day = scene.after_on
    entry = reverse("outcomes:measurement-submit", args=[scene.participants[0].pk])
    values = {
        "value": "yes", "measured_on": f"{day.day}.{day.month}.{day.year}",
        "evidence_source": "Contract of employment", "evidence_location": "Client folder",
    }  # fmt: skip
    browser.post(f"{entry}?metric=permanent-work&point=after", values)
    text = (
        "Osallistujatunnus;Mittari;Mittauspiste;Mittauspäivä;Arvo;Näytön lähde;Missä näyttö on\n"
        f"tp-0002;permanent-work;after;{day.day}.{day.month}.{day.year};kyllä;"
        "Contract of employment;Client folder\n"
    )
    address = reverse("outcomes:import-create", args=[scene.contract.pk])
    browser.post(address, {"file": SimpleUploadedFile("r.csv", text.encode())})
    import_ = Import.objects.get()
    browser.post(reverse("outcomes:import-confirm", args=[import_.pk]), {"rows": "all"})
    client_of(scene.ben).post(URL, body(scene, 2), format="json")
    rows = Measurement.objects.order_by("participant__code")
    assert [row.door for row in rows] == ["form", "csv", "api"]
    own = {"id", "uuid", "participant_id", "door", "recorded_at"}
    found = [{k: v for k, v in row.items() if k not in own} for row in rows.values()]
    assert found[0] == found[1] == found[2]
