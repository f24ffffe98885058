"""Terms and figures that are sent are calculated without touching anything: file and REST."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client

from payments.api.preview import EXAMPLE, MOST_BYTES
from sibportal.accounts.models import User
from sibportal.kernel.explain import Calculation
from tests.payments.worked_examples import FOLDER, cases, load
from tests.worlds import Town

YOUNG = "youth_employment_and_health"
ADDRESS = "/api/v1/terms/preview/"
SignIn = Callable[[User], Client]


def priced(*arguments: str) -> str:
    out = io.StringIO()
    call_command("price", *arguments, stdout=out)
    return out.getvalue()


# manage.py price ---------------------------------------------------------------------------------
def test_a_file_is_priced_in_words_as_an_amount_and_as_a_tree(tmp_path: Path) -> None:
    example = load(YOUNG)
    file = tmp_path / "two.yaml"
    file.write_text(
        yaml.safe_dump({"terms": example["terms"], "inputs": example["cases"][1]["inputs"]}),
        "utf-8",
    )
    assert priced(str(file), "--format", "total") == "6480000.00\n"
    words = priced(str(file))
    assert "SEK 6,480,000.00" in words
    assert "The threshold of at least 50% is met" in words
    assert "Kynnysarvo vähintään 50 % täyttyy" in priced(str(file), "--language", "fi")
    tree = json.loads(priced(str(file), "--format", "json"))
    assert Calculation.from_json({**tree, "context": {}}).root.result == Decimal("6480000.00")


def test_every_case_of_a_worked_example_comes_to_its_total() -> None:
    expected = [case.total for case in cases(YOUNG)]
    assert priced(str(FOLDER / f"{YOUNG}.yaml"), "--format", "total").split() == expected
    second = priced(str(FOLDER / f"{YOUNG}.yaml"), "--case", "2", "--format", "total")
    assert second == f"{expected[1]}\n"


def test_price_needs_neither_servers_nor_keys_and_reads_standard_input() -> None:
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "manage.py", "price", "-", "--format", "total"],
        input=json.dumps(EXAMPLE),
        cwd=FOLDER.parents[2],
        env=bare,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "18000.00\n", "")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("terms: {currency: XYZ}", "terms.currency: XYZ is not a currency"),
        ("terms: {currency: XYZ}", "inputs: "),
        ("terms: {}\ncases: [{name: one}]", r"cases\[0\].inputs: "),
        ("terms: {}\ncases: 3", "cases: "),
        ("a: [", "cannot be read"),
        ("[]", "."),
    ],
)
def test_a_file_that_cannot_be_priced_names_the_path(
    tmp_path: Path, content: str, words: str
) -> None:
    file = tmp_path / "terms.yaml"
    file.write_text(content)
    with pytest.raises(CommandError, match=words):
        priced(str(file))
    with pytest.raises(CommandError, match="No such file"):
        priced(str(tmp_path / "none.yaml"))


# POST /api/v1/terms/preview/ ---------------------------------------------------------------------
def counts() -> dict[str, int]:
    """How many rows there are of everything that holds what people entered."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.app_label in {"contracts", "cohorts", "outcomes", "payments", "audit"}
    }


def test_a_sent_calculation_comes_back_with_its_reasons_and_nothing_is_stored(
    town: Town, sign_in: SignIn
) -> None:
    before = counts()
    sent = load(YOUNG)
    body = {"terms": sent["terms"], "inputs": sent["cases"][1]["inputs"]}
    client = sign_in(town.eve)
    answer = client.post(ADDRESS, body, "application/json", headers={"accept-language": "fi"})
    found = answer.json()
    assert answer.status_code == 200, found
    assert found["total"] == found["lines"][0]["amount"] == "6480000.00"
    assert found["payer_shares"] == [{"party": "payer", "amount": "6480000.00"}]
    assert "Kynnysarvo vähintään 50\xa0% täyttyy." in found["sentences"]
    assert found["explanation"]["children"][0]["sentence"]
    english = client.post(ADDRESS, body, "application/json", headers={"accept-language": "en"})
    assert "The threshold of at least 50% is met." in english.json()["sentences"]
    assert counts() == before


def test_each_mistake_in_what_was_sent_is_named_by_its_path(town: Town, sign_in: SignIn) -> None:
    def refused(body: Any, status: int = 400) -> dict[str, str]:
        answer = sign_in(town.eve).post(ADDRESS, body, "application/json")
        assert answer.status_code == status, answer.content
        return {error["field"]: error["message"] for error in answer.json()["errors"]}

    sent = load(YOUNG)
    terms, inputs = sent["terms"], sent["cases"][1]["inputs"]
    assert set(refused({"extra": 1})) == {"terms", "inputs", "extra"}
    assert set(refused([1])) == {""}
    wrong = json.loads(json.dumps(terms))
    wrong["payment_terms"][0]["gate"]["value"] = "150"
    late = {**inputs, "period": {"start": "2028-07-01", "end": "2028-01-01"}}
    found = refused({"terms": wrong, "inputs": late})
    assert set(found) == {"terms.payment_terms[0].gate.value", "inputs.period.end"}
    assert set(refused({"terms": {**terms, "rounding": None}, "inputs": inputs})) == {
        "terms.rounding"
    }
    assert "inputs.observations" in refused(
        {"terms": terms, "inputs": {**inputs, "observations": []}}
    )
    refused("[" * 50_000, 400)
    refused({"terms": terms, "inputs": inputs, "extra": "x" * MOST_BYTES}, 413)
    assert Client().post(ADDRESS, {}, "application/json").status_code == 401


def test_the_example_in_the_documentation_of_rest_can_be_sent(town: Town, sign_in: SignIn) -> None:
    answer = sign_in(town.eve).post(ADDRESS, EXAMPLE, "application/json")
    assert answer.json()["total"] == "18000.00"
    schema = Client().get("/api/v1/schema/", headers={"accept": "application/json"}).content
    assert b"/api/v1/terms/preview/" in schema
