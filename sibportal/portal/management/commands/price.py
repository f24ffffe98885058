"""Prices a file of terms and figures, such as a worked example, without touching the database."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError

from contracts.rules.terms import TermsDocument, parse
from payments.rules.inputs import read_inputs
from payments.rules.pipeline import calculate
from sibportal.kernel.errors import RuleViolation
from sibportal.web.messages import issue_sentence


class Command(BaseCommand):
    """`manage.py price FILE`: every case of the file, line by line (docs/terms-format.md)."""

    help = "Price the cases of a YAML or JSON file of terms."
    requires_system_checks: list[str] = []  # noqa: RUF012

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        example = _read(options["file"])
        try:
            terms = parse(example.get("terms"))
            for number, case in enumerate(example.get("cases") or [], start=1):
                self._price(terms, case, number)
        except RuleViolation as violation:
            said = (f"{issue.field}: {issue_sentence(issue)}" for issue in violation.issues)
            raise CommandError("\n".join(said)) from None

    def _price(self, terms: TermsDocument, case: Any, number: int) -> None:
        given = case if isinstance(case, dict) else {}
        claim = calculate(terms, read_inputs(given.get("inputs")))
        self.stdout.write(str(given.get("name") or f"case {number}"))
        for line in claim.lines:
            self.stdout.write(f"  {line.payment_term}: {line.amount} {terms.currency}")
        for share in claim.payer_shares:
            self.stdout.write(f"  paid by {share.party}: {share.amount} {terms.currency}")
        self.stdout.write(f"  total: {claim.total} {terms.currency}")


def _read(path: Path) -> dict[str, Any]:
    try:
        document = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise CommandError(f"{path} is neither YAML nor JSON.") from None
    if not isinstance(document, dict):
        raise CommandError(f"{path} holds no terms.")
    return document
