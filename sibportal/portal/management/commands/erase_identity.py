"""Erases who a participant code is: `manage.py erase_identity TP-0147 --contract KOIVULA-1 …`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cohorts.models import Participant
from cohorts.rules.pseudonym import normalise_code
from cohorts.services import erase_identity
from sibportal.accounts.models import User
from sibportal.kernel.errors import DomainError, NotVisible, RuleViolation
from sibportal.web.messages import issue_sentence, sentence


class Command(BaseCommand):
    """Destroys name, personal id and contact details of one participant for good."""

    help = "Erase the identity of a participant. What was counted and paid stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="participant code, for example TP-0147")
        parser.add_argument("--contract", required=True, help="short name of the contract")
        parser.add_argument("--reason", required=True, help="why; no names, no personal ids")
        parser.add_argument("--by", required=True, help="e-mail address of whoever decided it")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = User.objects.filter(email__iexact=options["by"]).first()
        if actor is None:
            raise CommandError("Nobody has the e-mail address given with --by.")
        code = normalise_code(options["code"])
        participant = (
            Participant.objects.select_related("cohort__contract")
            .filter(code=code, cohort__contract__code=options["contract"])
            .first()
        )
        try:
            if participant is None:
                raise NotVisible
            erase_identity(actor=actor, participant=participant, reason=options["reason"])
        except RuleViolation as violation:
            raise CommandError("\n".join(map(issue_sentence, violation.issues))) from None
        except DomainError as error:
            raise CommandError(sentence(error.code, **error.params)) from None
        self.stdout.write(f"The identity of {code} is erased.")
