"""The one place that publishes to the broker. It never fails: the job row is the queue."""

from __future__ import annotations

import logging
from uuid import UUID

from kombu.exceptions import KombuError

from sibportal.jobs.tasks import run_job

logger = logging.getLogger(__name__)


def wake(job_id: UUID) -> None:
    """Send a message about one job; a broker that is away is logged and the sweep takes over."""
    try:
        run_job.apply_async(args=[str(job_id)], retry=False)
    except (KombuError, OSError) as error:
        logger.warning("The broker is away (%s); the sweep will take job %s", type(error).__name__, job_id)
