"""Answers for load balancers: is the process alive, and can it serve; nothing about anybody."""

import logging

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu import Connection
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)


@login_not_required
@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """The process can serve: the database answers and is migrated.

    A broker that is away is told but does not take the portal out of service: the sweep recovers.
    """
    database = _database_state()
    state = {"database": database, "broker": _broker_state()}
    return JsonResponse(state, status=200 if database == "ok" else 503)


def _database_state() -> str:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        logger.exception("The database does not answer")
        return "away"
    return "not migrated" if waiting else "ok"


def _broker_state() -> str:
    try:
        with Connection(settings.CELERY_BROKER_URL, connect_timeout=2) as broker:
            # Tried once more at once: whoever asks, asks again soon, and waits for the answer.
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
    except (KombuError, OSError):
        return "away"
    return "ok"
