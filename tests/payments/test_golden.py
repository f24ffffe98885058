"""Claims stored years ago come out byte for byte: whoever changes a tree raises the version."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.rules.terms import parse
from payments.rules.inputs import read_inputs
from payments.rules.pipeline import RULES_VERSION
from payments.rules.versions import VERSIONS, calculate_as
from sibportal.kernel.errors import RuleViolation
from tests.payments import golden
from tests.payments.worked_examples import cases


@pytest.mark.parametrize("path", golden.stored(), ids=lambda path: path.stem)
def test_a_stored_claim_comes_out_byte_for_byte_by_its_own_rules(path: Path) -> None:
    text = path.read_text("utf-8")
    document = json.loads(text)
    version = document["calculation"]["rules_version"]
    again = calculate_as(version, parse(document["terms"]), read_inputs(document["inputs"]))
    assert golden.written(document | {"calculation": again.explanation.to_json()}) == text


def test_every_version_has_its_stored_claims_and_today_s_is_one_of_them() -> None:
    kept = {path.stem.rpartition(".v")[2] for path in golden.stored()}
    assert kept == set(VERSIONS)
    assert RULES_VERSION in VERSIONS


def test_a_version_that_is_not_kept_is_refused_and_never_called_equal() -> None:
    case = cases("deals/care_leavers_apollo")[0]
    with pytest.raises(RuleViolation, match="rules_version_unknown"):
        calculate_as("0", case.terms, case.inputs)
