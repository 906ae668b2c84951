"""Triggers by which the database itself refuses to change a published wording."""

from collections.abc import Iterator

from audit.guards import guard
from core.triggers import Trigger

from .models import Wording

MESSAGE = "a published wording never changes"


def wording_guards() -> Iterator[Trigger]:
    yield guard(Wording, "UPDATE", "OLD.published_on IS NOT NULL", MESSAGE)
    yield guard(Wording, "DELETE", "OLD.published_on IS NOT NULL", MESSAGE)
