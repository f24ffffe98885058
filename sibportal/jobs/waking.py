"""The one place that publishes to the broker. It never fails: the job row is the queue."""

from __future__ import annotations

import logging
import time
from uuid import UUID

from celery import current_app
from kombu.exceptions import KombuError

from sibportal.jobs.tasks import run_job

logger = logging.getLogger(__name__)

WAIT_SECONDS = 2.0  # for the answer to one short command
SLOW_SECONDS = 1.8
QUIET_SECONDS = 30.0
_quiet_until = 0.0


def wake(job_id: UUID) -> None:
    """Send a message about one job; a broker that is away is logged and the sweep takes over.

    It is tried once: a person waits for the answer of the page that enqueued the job. Where the
    attempt ran into its time limit, the next ones are not made for half a minute.
    """
    global _quiet_until
    started = time.monotonic()
    if started < _quiet_until:
        return
    options = current_app.conf.broker_transport_options
    once = {**options, "max_retries": 0, "socket_timeout": WAIT_SECONDS}
    try:
        with current_app.connection_for_write(transport_options=once) as connection:
            run_job.apply_async((str(job_id),), connection=connection, retry=False)  # type: ignore[call-arg]
    except (KombuError, OSError) as error:
        name = type(error).__name__
        logger.warning("The broker is away (%s); the sweep will take job %s", name, job_id)
        now = time.monotonic()
        if now - started > SLOW_SECONDS:
            _quiet_until = now + QUIET_SECONDS
