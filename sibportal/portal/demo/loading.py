"""Loading the whole town in one transaction: it is there in full, or not at all."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.utils import timezone

from sibportal.jobs import registry
from sibportal.portal.demo import data_map, families, people, teams, young_adults
from sibportal.portal.demo.calendar import Calendar
from sibportal.portal.demo.clock import story_time
from sibportal.portal.demo.metrics import pick_metrics

FIRST_DAY = -8, 5  # the first organisation came to the portal in this month of the oldest contract


def load_demo_town() -> bool:
    """Load the town into an empty portal; False, and nothing done, where there is something."""
    with registry.nobody_woken(), _no_garbage_sought(), transaction.atomic():
        if people.is_there():
            return False
        with connection.cursor() as cursor:
            # The tables fill within one transaction, so the planner has no statistics of them.
            cursor.execute("SET LOCAL enable_nestloop = off")
        with story_time() as clock:
            today = timezone.localdate()
            clock.at(Calendar(today, teams.AGE).on(*FIRST_DAY))
            town = people.settle(clock)
            pick_metrics(town.person(people.FIRST, "preparer"))
            for contract in (teams, young_adults, families):
                data_map.write_down(town, contract.load(town, today), today)
    return True


@contextmanager
def _no_garbage_sought() -> Iterator[None]:
    """Looking for circular garbage would take a seventh of the time, and find little."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
