"""Maintenance: announced on every page, and while it lasts everything can be read and nothing can be sent.

One file says so (`PORTAL_MAINTENANCE`; in a shared folder where there are several machines), which needs
neither the database nor a restart: `./portal maintenance` writes it (`deploy.maintenance`). It is also on by
itself in a process that began with a database that lacks triggers of ours: what they keep from being changed
must not be written without them.
"""

import datetime
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celery import Task
from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext

from core import triggers

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Maintenance:
    """`is_on`, or announced for the moment `begins_at`; `text` is the operator's own, in any language."""

    is_on: bool = False
    begins_at: datetime.datetime | None = None
    text: str = ""


def now() -> Maintenance | None:
    """What is announced or going on; None on an ordinary day, and where the file cannot be read."""
    if triggers.found_lacking():
        told = gettext("The database lacks its guards against changes. Tell the administrator.")
        return Maintenance(is_on=True, text=told)
    try:
        said = json.loads(Path(settings.PORTAL_MAINTENANCE).read_text())
        begins_at = said["begins_at"] and localtime(datetime.datetime.fromisoformat(said["begins_at"]))
        return Maintenance(is_on=said["is_on"], begins_at=begins_at or None, text=said["text"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:  # a shared folder that is away shuts no page
        log.warning("the maintenance file cannot be read, and is taken for an ordinary day: %r", error)
        return None


def is_on() -> bool:
    found = now()
    return bool(found and found.is_on)


class PausedTask(Task[Any, Any]):
    """While maintenance is on the worker does nothing: rows are the truth, and beat asks again."""

    def __call__(self, *args: object, **kwargs: object) -> object:
        return None if is_on() else super().__call__(*args, **kwargs)
