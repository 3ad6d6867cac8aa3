"""Wake a worker after the commit. A lost nudge costs time only: the sweep finds the row."""

import logging
import time
from functools import partial
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)

silent_until = 0.0
"""Who waits for many nudges, as an upload of an archive does, waits for a dead broker once."""


def nudge(task: str, *args: Any) -> None:
    """Send the task with these JSON arguments once the current transaction has committed."""
    transaction.on_commit(partial(send, task, args), robust=True)


def send(task: str, args: tuple[Any, ...]) -> None:
    """Once the broker could not be reached, nothing is sent to it until the next sweep."""
    global silent_until
    if time.monotonic() < silent_until:
        return
    try:
        current_app.send_task(task, args, expires=10 * settings.SWEEP_SECONDS)
    except (KombuError, OSError) as error:
        silent_until = time.monotonic() + settings.SWEEP_SECONDS
        logger.warning("nudge of %s not sent, the sweep will do it: %s", task, error)
