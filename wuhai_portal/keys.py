"""A last look before a process serves.

With other keys than the database's it would show ciphertext; without the database's guards it writes nothing.
"""

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


def look_at_triggers(**_from_celery: object) -> None:
    """Let this process know whether the database has them (the check tagged "triggers")."""
    run_checks(tags=["triggers"])
    connections.close_all()
