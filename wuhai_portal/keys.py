"""A last look before a process serves: with other keys than the database's it would show ciphertext."""

import logging

from django.core.checks import run_checks
from django.db import connections

log = logging.getLogger(__name__)


def refuse_other_keys(**_from_celery: object) -> None:
    """End this process unless its keys are the database's (the check tagged "keys"); Django is set up."""
    complaints = run_checks(tags=["keys"])
    connections.close_all()  # a worker's pool must not inherit one
    for complaint in complaints:
        log.critical(complaint.msg)
    if complaints:
        raise SystemExit(1)
