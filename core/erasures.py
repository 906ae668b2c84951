"""A list outside the database of whose personal data was erased: an older backup holds it still.

`PORTAL_HOME/erasures.log` has a line of JSON each: table, key, columns, time; nothing of what was erased. A
restore takes it and erases again.
"""

import json
import os
from collections.abc import Iterable

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

LOG = "erasures.log"


def note(row: models.Model, fields: Iterable[str]) -> None:
    """Once the erasure is committed, before anybody is told that it is done."""
    line = {
        "table": row._meta.db_table,
        "pk": row.pk,
        "fields": list(fields),
        "at": timezone.now().isoformat(),
    }
    transaction.on_commit(lambda: _append(json.dumps(line)))


def _append(line: str) -> None:
    descriptor = os.open(settings.PORTAL_HOME / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{line}\n")
        file.flush()
        os.fsync(descriptor)
