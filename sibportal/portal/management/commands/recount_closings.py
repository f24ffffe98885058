"""Counts every signed closing again and says whether its digest comes out the same.

The digest pins each measurement that was counted: a restored database that lost one shows here.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from outcomes.models import Closing
from outcomes.selectors import recompute_closing
from outcomes.states import ClosingState


class Command(BaseCommand):
    """`manage.py recount_closings`; ends with 1 where one differs."""

    help = "Count every signed closing again from append-only rows and compare the digests."

    def handle(self, *args: Any, **options: Any) -> None:
        counted = differing = 0
        signed = Closing.objects.filter(state=ClosingState.SIGNED).select_related("period")
        for row in signed.order_by("pk").iterator():
            counted += 1
            if recompute_closing(row).digest != row.digest:
                differing += 1
                self.stderr.write(f"{row.pk} ({row}) has another digest")
        self.stdout.write(f"{counted} closings counted again, {differing} differ.")
        if differing:
            raise CommandError(f"{differing} closings do not come out the same.")
