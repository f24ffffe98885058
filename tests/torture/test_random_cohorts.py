"""A thousand random cohorts, counted by the database and by the definition (decision 4)."""

from __future__ import annotations

import random

import pytest
from django.db import transaction

from tests.outcomes.counting_twice import DENOMINATORS, count_twice

COHORTS = 1000
PARTS = 4  # so that several processes share the work


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("denominator", DENOMINATORS)
def test_the_database_counts_a_thousand_cohorts_as_the_definition_does(
    denominator: str, part: int, seed: int
) -> None:
    for number in range(COHORTS // len(DENOMINATORS) // PARTS):
        with transaction.atomic():
            name = f"{seed} {denominator} {part} {number}"
            print(name)
            count_twice(random.Random(name), denominator)
            transaction.set_rollback(True)
