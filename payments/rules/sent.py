"""Terms and inputs as somebody sends them to be calculated, by REST or in a file.

Every mistake is named by its path in what was sent: terms.claim.cap, inputs.period.end.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from contracts.rules.terms import TermsDocument, parse
from payments.rules.inputs import ClaimInputs, read_inputs
from payments.rules.pipeline import ClaimCalculation, calculate
from sibportal.kernel.errors import Issue, RuleViolation


@dataclass(frozen=True, slots=True)
class Sent:
    """Terms and what to calculate from them; `name` is that of a case of a worked example."""

    terms: TermsDocument
    inputs: ClaimInputs
    name: str = ""
    path: str = "inputs"

    def calculate(self) -> ClaimCalculation:
        """What would be owed. RuleViolation naming the path of each open question and figure."""
        try:
            return calculate(self.terms, self.inputs)
        except RuleViolation as violation:
            raise RuleViolation(
                _below("terms" if issue.code.startswith("terms.") else self.path, issue)
                for issue in violation.issues
            ) from None


def read_sent(document: object) -> Sent:
    """Terms and inputs, {terms, inputs}; RuleViolation naming the path of each mistake in both."""
    if not isinstance(document, Mapping):
        raise RuleViolation("terms.not_a_mapping")
    issues = _entries(document, ("terms", "inputs"))
    terms = inputs = None
    if "terms" in document:
        with _collected(issues, "terms"):
            terms = parse(document["terms"])
    if "inputs" in document:
        with _collected(issues, "inputs"):
            inputs = read_inputs(document["inputs"])
    if issues or terms is None or inputs is None:
        raise RuleViolation(issues)
    return Sent(terms, inputs)


def read_file(document: object) -> tuple[Sent, ...]:
    """What a file holds: {terms, inputs}, or a worked example, {terms, cases: [{name, inputs}]};
    what an example says besides is for its readers."""
    if not isinstance(document, Mapping) or "cases" not in document:
        return (read_sent(document),)
    issues: list[Issue] = []
    found: list[Sent] = []
    terms = None
    with _collected(issues, "terms"):
        terms = parse(document.get("terms"))
    cases = document["cases"]
    if not isinstance(cases, list) or not cases:
        issues.append(Issue("terms.not_a_list", "cases"))
        cases = []
    for position, case in enumerate(cases):
        path = f"cases[{position}].inputs"
        given = case if isinstance(case, Mapping) else {}
        with _collected(issues, path):
            inputs = read_inputs(given.get("inputs"))
            if terms is not None:
                found.append(Sent(terms, inputs, str(given.get("name", "")), path))
    if issues:
        raise RuleViolation(issues)
    return tuple(found)


def _entries(document: Mapping[str, Any], names: tuple[str, ...]) -> list[Issue]:
    """What is missing of exactly these entries, and what is there besides them."""
    issues = [Issue("terms.required", name) for name in names if name not in document]
    return issues + [
        Issue("terms.unknown_entry", str(name)[:60]) for name in document if name not in names
    ]


@contextmanager
def _collected(issues: list[Issue], path: str) -> Iterator[None]:
    try:
        yield
    except RuleViolation as violation:
        issues.extend(_below(path, issue) for issue in violation.issues)


def _below(path: str, issue: Issue) -> Issue:
    """The issue with its path as seen from the whole document."""
    return dataclasses.replace(issue, field=f"{path}.{issue.field}" if issue.field else path)
