"""Loading the whole town in one transaction: it is there in full, or not at all."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from sibportal.portal.demo import families, people, teams, young_adults
from sibportal.portal.demo.metrics import define_metrics


@transaction.atomic
def load_demo_town() -> bool:
    """Load the town into an empty portal; False, and nothing done, where there is something."""
    if people.is_there():
        return False
    town, today = people.settle(), timezone.localdate()
    define_metrics(town.person(people.FIRST, "preparer"))
    young_adults.load(town, today)
    families.load(town, today)
    teams.load(town, today)
    return True
