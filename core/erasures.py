"""A list outside the database of whose personal data was erased: an older backup holds it still.

In the storage, which all machines share, `erasures/` has a file for each with a line of JSON: table, key,
columns, time; nothing of what was erased. A backup takes the list along, and a restore from any machine
erases again.
"""

import json
from collections.abc import Iterable, Iterator

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone

FOLDER = "erasures"


def note(row: models.Model, fields: Iterable[str]) -> None:
    """Within the transaction that erases: where it cannot be noted nothing is erased, and it is tried again.

    What is noted and then not erased was due, so to erase it again does no harm.
    """
    table = row._meta.db_table
    name = f"{FOLDER}/{table}-{row.pk}.json"
    if not default_storage.exists(name):
        line = {"table": table, "pk": row.pk, "fields": list(fields), "at": timezone.now().isoformat()}
        default_storage.save(name, ContentFile(json.dumps(line).encode()))


def noted() -> Iterator[str]:
    """The lines, in no order."""
    try:
        _folders, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return
    for name in names:
        with default_storage.open(f"{FOLDER}/{name}") as file:
            yield file.read().decode().strip()
