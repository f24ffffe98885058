"""Every code of the rules has its sentence."""

import re
from pathlib import Path

import pytest

from sibportal.web.messages import MESSAGES

ROOT = Path(__file__).parents[2]


def codes_of(app: str) -> set[str]:
    """Codes as written in the rules of an app; they are always written out in full."""
    sources = (ROOT / app / "rules").rglob("*.py")
    pattern = re.compile(rf'"({app}\.[a-z0-9_]+)"')
    return {code for path in sources for code in pattern.findall(path.read_text())}


@pytest.mark.parametrize("app", ["cohorts", "outcomes"])
def test_every_code_of_the_rules_has_a_sentence(app: str) -> None:
    found = codes_of(app)
    assert len(found) > 40
    assert found - MESSAGES.keys() == set()
