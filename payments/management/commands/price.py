"""What terms pay for given figures, from a file, without touching anything."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from payments.rules.pipeline import ClaimCalculation
from payments.rules.sent import Sent, read_file
from payments.selectors import told
from sibportal.kernel.errors import RuleViolation
from sibportal.web.messages import issue_sentence

MOST_CHARACTERS = 2_000_000


class Command(BaseCommand):
    """`manage.py price FILE`; 1 with the path of each mistake where it cannot be calculated."""

    help = "Calculate terms and figures of a YAML or JSON file (docs/terms-format.md)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="{terms, inputs}, or a worked example; - reads stdin")
        parser.add_argument("--case", type=int, metavar="N", help="one case of a worked example")
        parser.add_argument(
            "--format",
            choices=("words", "total", "json"),
            default="words",
            help="the explanation in words (default), the amount alone, or the tree as JSON",
        )
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default="en",
            help="the language of the explanation",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            try:
                cases = _chosen(read_file(_read(options["file"])), options["case"])
                answers = [(case, case.calculate()) for case in cases]
            except RuleViolation as violation:
                raise CommandError(
                    "\n".join(
                        f"{issue.field}: {issue_sentence(issue)}".removeprefix(": ")
                        for issue in violation.issues
                    )
                ) from None
            # A terminal and grep know no narrow or unbreakable spaces.
            text = _FORMATS[options["format"]](answers)
            self.stdout.write(text.replace("\u00a0", " ").replace("\u202f", " "))


Answers = list[tuple[Sent, ClaimCalculation]]


def _read(name: str) -> object:
    try:
        if name == "-":
            text = sys.stdin.read(MOST_CHARACTERS)
        else:
            with Path(name).open(encoding="utf-8") as file:
                text = file.read(MOST_CHARACTERS)
        # JSON is YAML too; numbers stay as they are written, so that 0.5 is refused by its path.
        return yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise CommandError(_("The file cannot be read: %(error)s") % {"error": error}) from None


def _chosen(cases: tuple[Sent, ...], number: int | None) -> tuple[Sent, ...]:
    if number is None:
        return cases
    if not 1 <= number <= len(cases):
        raise CommandError(_("The file has %(count)s cases.") % {"count": len(cases)})
    return (cases[number - 1],)


def _total(answers: Answers) -> str:
    return "\n".join(str(claim.total) for _case, claim in answers)


def _words(answers: Answers) -> str:
    return "\n\n".join(
        "\n".join(
            [
                *([case.name] if case.name else []),
                told.amount(claim.total, case.terms.currency),
                *told.reasons(claim, case.terms),
                "",
                *told.lines(claim, case.terms),
            ]
        )
        for case, claim in answers
    )


def _json(answers: Answers) -> str:
    trees = [
        {"name": case.name, "total": str(claim.total), **claim.explanation.to_json()}
        for case, claim in answers
    ]
    return json.dumps(trees[0] if len(trees) == 1 else trees, ensure_ascii=False, indent=2)


_FORMATS = {"words": _words, "total": _total, "json": _json}
