"""Removes the second sign-in step of a person who lost it, for whoever runs the portal.

For those whom no administrator may help: people of several organisations, and technical support.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sibportal.accounts.services import remove_second_step_by_operator
from sibportal.kernel.errors import NotVisible


class Command(BaseCommand):
    """`manage.py remove_second_step ADDRESS`; the person is told by e-mail."""

    help = "Remove the two-step sign-in of the person with this e-mail address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            removed = remove_second_step_by_operator(email=options["email"])
        except NotVisible:
            raise CommandError("No person signs in with this address.") from None
        self.stdout.write("Removed." if removed else "It was not in use.")
