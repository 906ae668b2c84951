"""Triggers: of two people at once the database refuses a second deputy, or one who is away as well."""

from collections.abc import Iterator

from audit.guards import guard
from core.triggers import Trigger

from .models import Deputy

MESSAGE = "this person, or the deputy, is away or stands in for somebody on these days"


def deputy_guards() -> Iterator[Trigger]:
    """Nobody has two deputies on one day, and nobody who is away stands in for somebody."""
    clash = (
        "NEW.ended_on IS NULL AND EXISTS (SELECT 1 FROM {table} other WHERE other.ended_on IS NULL{besides}"
        " AND (other.person_id IN (NEW.person_id, NEW.deputy_id) OR other.deputy_id = NEW.person_id)"
        " AND other.first_on <= NEW.last_on AND NEW.first_on <= other.last_on)"
    )
    table = Deputy._meta.db_table
    yield guard(Deputy, "INSERT", clash.format(table=table, besides=""), MESSAGE)
    yield guard(Deputy, "UPDATE", clash.format(table=table, besides=" AND other.id <> NEW.id"), MESSAGE)
