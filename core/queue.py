"""Handing work to the worker. What could not be sent waits for beat to send it (core.jobs)."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def hand_over(task: str, key: int | str) -> bool:
    """Put a key into the queue for the task of that name; False while the broker is away.

    By name, because tasks import the services that hand work over to them. A test
    (`tests/core/test_queue.py`) knows every name that is written down and asks for its task.
    """
    try:
        current_app.send_task(task, args=(key,), ignore_result=True)
    except (OperationalError, ConnectionError) as error:
        logger.warning("%s %s waits: the broker cannot be reached (%s)", task, key, error)
        return False
    return True
