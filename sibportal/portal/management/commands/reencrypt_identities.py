"""Brings every identity under the current IDENTITY_KEY, so that a former one can be destroyed.

Works in batches, each complete in itself: interrupt it at will and run it again. No name is opened.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cohorts.services import reencrypt_identities
from sibportal.kernel.errors import RuleViolation
from sibportal.web.messages import issue_sentence

BATCH = 500


class Command(BaseCommand):
    """`manage.py reencrypt_identities`; ends with 1 where something stays under another key."""

    help = "Encrypt the keys of all identities anew, under the current IDENTITY_KEY."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=BATCH, help="identities at a time")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["batch"] < 1:
            raise CommandError("A batch has at least one identity.")
        try:
            done, failed = self._run(options["batch"])
        except RuleViolation as violation:
            raise CommandError(issue_sentence(violation.issues[0])) from None
        self.stdout.write(f"{done} identities encrypted anew.")
        if failed:
            raise CommandError("\n".join(_sentence(key, count) for key, count in failed.items()))
        self.stdout.write("All identities are under the current key.")

    def _run(self, size: int) -> tuple[int, Counter[str]]:
        done, failed = 0, Counter[str]()
        batch = reencrypt_identities(size=size)
        while batch is not None:
            done += batch.done
            failed.update(batch.failed)
            self.stdout.write(f"{done} …")
            batch = reencrypt_identities(after=batch.last, size=size)
        return done, failed


def _sentence(key: str, count: int) -> str:
    if not key:
        return f"{count} identities were altered and cannot be read."
    return f"{count} identities are under the key “{key}”: add it to SIB_IDENTITY_OLD_KEYS."
