"""Calculates stored claims again and names the first step that does not come out the same."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from contracts.models import Contract
from payments import services
from payments.models import Claim
from payments.selectors.recalculation import Recalculated
from sibportal.accounts.services import system_user
from sibportal.web.messages import issue_sentence


class Command(BaseCommand):
    """`manage.py recalculate --all`, `--contract CODE`, or ids of claims; 1 where one differs."""

    help = "Calculate stored claims again from their inputs and compare them step by step."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("claims", nargs="*", type=UUID, help="ids of claims")
        parser.add_argument("--all", action="store_true", help="every claim there is")
        parser.add_argument("--contract", metavar="CODE", help="every claim of one contract")

    def handle(self, *args: Any, **options: Any) -> None:
        ids: set[UUID] = set(options["claims"])
        if sum(map(bool, (options["all"], options["contract"], ids))) != 1:
            raise CommandError("Give the ids of claims, --contract CODE, or --all.")
        contract = None
        if options["contract"]:
            contract = Contract.objects.filter(code=options["contract"]).first()
            if contract is None:
                raise CommandError("There is no contract with this code.")
        if ids and Claim.objects.filter(pk__in=ids).count() != len(ids):
            raise CommandError("There is no claim with one of these ids.")
        found = services.recalculate_claims(
            actor=system_user(), contract=contract, ids=ids if ids else None
        )
        for one in found.differing:
            self.stderr.write(f"{one.claim.pk} ({one.claim}) differs at {_where(one)}")
        differing = len(found.differing)
        self.stdout.write(f"{found.count} claims calculated again, {differing} differ.")
        if differing:
            raise CommandError(f"{differing} claims do not come out the same.")


def _where(one: Recalculated) -> str:
    """Path and both values; why, where it could not be calculated at all."""
    if one.issues:
        return "; ".join(issue_sentence(issue) for issue in one.issues)
    return str(one.difference)
