"""Calculates stored claims again and names the first step that does not come out the same."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from payments.models import Claim
from payments.selectors.recalculation import recalculate, recalculate_all


class Command(BaseCommand):
    """`manage.py recalculate --all`, or the ids of claims; ends with 1 where one differs."""

    help = "Calculate stored claims again from their inputs and compare them step by step."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("claims", nargs="*", type=UUID, help="ids of claims")
        parser.add_argument("--all", action="store_true", help="every claim there is")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["all"] == bool(options["claims"]):
            raise CommandError("Give the ids of claims, or --all.")
        if options["all"]:
            found = recalculate_all()
        else:
            claims = Claim.objects.select_related("contract", "terms", "closing__period")
            chosen = list(claims.filter(pk__in=options["claims"]))
            if len(chosen) != len(set(options["claims"])):
                raise CommandError("There is no claim with one of these ids.")
            found = (recalculate(claim) for claim in chosen)
        checked = differing = 0
        for one in found:
            checked += 1
            if not one.is_equal:
                differing += 1
                self.stderr.write(f"{one.claim.pk} ({one.claim}) differs at {one.difference}")
        self.stdout.write(f"{checked} claims calculated again, {differing} differ.")
        if differing:
            raise CommandError(f"{differing} claims do not come out the same.")
