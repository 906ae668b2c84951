"""Handing a row to the worker. The row is the truth: one that could not be sent waits for beat to send it."""

import logging
from typing import Any

from celery import Task
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def hand_over(task: "Task[[Any], None]", key: int | str) -> bool:
    """Put the row's key into the queue; False while the broker is away."""
    try:
        task.delay(key)
    except (OperationalError, ConnectionError) as error:
        logger.warning("%s %s waits: the broker cannot be reached (%s)", task.name, key, error)
        return False
    return True
