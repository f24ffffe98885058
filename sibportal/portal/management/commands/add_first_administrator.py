"""Lets the first person in: an organisation and its administrator, on an empty portal.

Also the way back in for an organisation that has lost all its administrators.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from sibportal.accounts import services
from sibportal.accounts.models import Country, Language
from sibportal.accounts.roles import OrganisationKind
from sibportal.accounts.services.membership import Invitee
from sibportal.kernel.errors import RuleViolation
from sibportal.web.messages import issue_sentence


class Command(BaseCommand):
    help = "Create an organisation, or find it by its business id, and invite an administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organisation", required=True, help="name of the organisation")
        parser.add_argument("--business-id", required=True)
        parser.add_argument("--kind", choices=OrganisationKind.values, default="municipality")
        parser.add_argument("--country", choices=Country.values, default="FI")
        parser.add_argument("--name", required=True, help="name of the administrator")
        parser.add_argument("--email", required=True, help="address of the administrator")
        parser.add_argument("--language", choices=Language.values, default="fi")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
            organisation, member = services.add_first_administrator(
                name=options["organisation"],
                kind=options["kind"],
                country=options["country"],
                business_id=options["business_id"],
                administrator=Invitee(options["name"], options["email"], options["language"]),
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except RuleViolation as violation:
            raise CommandError(" ".join(map(issue_sentence, violation.issues))) from None
        self.stdout.write(f"{member.name} is an administrator of {organisation.name}.")
        if not member.has_usable_password():
            self.stdout.write("An invitation is on its way. The same link, which works once:")
            self.stdout.write(services.password_link(member))
