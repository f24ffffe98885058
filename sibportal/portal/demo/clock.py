"""The clock of the town's story: when each thing was recorded, over years, though it loads at once.

It replaces the database's clock for one transaction, and only in a demonstration: the portal
itself has no way to record anything at another time than now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from outcomes.models import Measurement

NOW = "STATEMENT_TIMESTAMP()"
FIRST_HOUR, WORKING_MINUTES = 7, 420  # UTC
BETWEEN_STEPS = timedelta(seconds=11)
# The database dates every measurement itself, whatever the row says; here the story does.
DATES = {"recorded_by_the_database_clock"}


class StoryClock:
    """The time at which what is written now was recorded: moved by `at`, never beyond the present.

    As a wrapper of `connection.execute` it gives every statement that asks for the time the time
    of the story, each a little later than the one before.
    """

    def __init__(self) -> None:
        self._present = self._now = timezone.now()

    def at(self, day: date) -> None:
        """Go to a working hour of a day; of the next Monday where the day is no working day."""
        day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
        if day != self._now.date():
            morning = datetime(day.year, day.month, day.day, FIRST_HOUR, tzinfo=UTC)
            # Not everything happens at the same minute: each day has one of its own.
            self._now = morning + timedelta(minutes=day.toordinal() * 37 % WORKING_MINUTES)

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if NOW in sql:
            self._now = min(self._now + BETWEEN_STEPS, self._present)
            sql = sql.replace(NOW, f"'{self._now.isoformat()}'::timestamptz")
        return execute(sql, params, many, context)


@contextmanager
def story_time() -> Iterator[StoryClock]:
    """Inside this block, which lies inside a transaction, the story's clock dates every row."""
    if not settings.SIB_DEMO:
        raise RuntimeError("Only a demonstration tells a story; the portal records when it is.")
    clock, features = StoryClock(), connection.features
    _ignore(*story_triggers())
    # Columns filled by default then ask for the time in the statement, where the wrapper sees it.
    features.supports_default_keyword_in_insert = False
    features.supports_default_keyword_in_bulk_insert = False
    try:
        with connection.execute_wrapper(clock):
            yield clock
        _ignore()
    finally:
        del features.supports_default_keyword_in_insert
        del features.supports_default_keyword_in_bulk_insert


def story_triggers() -> list[str]:
    """The triggers that a story passes by, as the database names them; migrations allow it to
    the serving role in a demonstration only (sibportal/portal/grants.py)."""
    declared: Any = Measurement._meta
    return [one.get_pgid(Measurement) for one in declared.triggers if one.name in DATES]


def _ignore(*triggers: str) -> None:
    with connection.cursor() as cursor:
        names = "{" + ",".join(triggers) + "}"
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [names])
