"""Draw the sample of a round again, from its seed and its locked items, and compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from outcomes.models import VerificationRound
from outcomes.rules import sampling
from outcomes.selectors import samples

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`manage.py draw ROUND` prints the sample, or fails where it is not the stored one."""

    help = "Draw the sample of a round of verification again and compare it with the stored one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("round", type=UUID, help="The id of the round, from its address.")

    def handle(self, *_args: Any, **options: Any) -> None:
        row = VerificationRound.objects.filter(pk=options["round"]).select_related("draw").first()
        if row is None or getattr(row, "draw", None) is None:
            raise CommandError("No sample is drawn for a round of this id.")
        items = [item for _pk, item in samples.population(row)]
        if sampling.population_digest(items) != row.digest:
            raise CommandError("The locked items are not those of the stored digest.")
        again = sampling.draw(row.draw.seed, items, row.draw.size)
        for item in again:
            self.stdout.write(item.id)
        if {item.id for item in again} != samples.drawn_ids(row):
            raise CommandError("The stored sample is another one.")
        self.stderr.write(f"The same {len(again)} of {len(items)} items.")
