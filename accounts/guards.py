"""Triggers: of two people at once the database refuses a second deputy, or one who is away as well.

And nobody makes a password usable again by taking it out of those remembered.
"""

from collections.abc import Iterator

from audit.guards import guard
from core.triggers import Trigger

from .models import Deputy, UsedPassword
from .models.passwords import REMEMBERED

KEPT = "the last passwords of a person are remembered as they were"
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


def password_guards() -> Iterator[Trigger]:
    """What is remembered of a password is never changed, and goes when newer ones have taken its place."""
    table = UsedPassword._meta.db_table
    newer = (
        f"SELECT COUNT(*) FROM {table} o"  # noqa: S608  # our own table
        " WHERE o.person_id = OLD.person_id AND o.id > OLD.id"
    )
    yield guard(UsedPassword, "UPDATE", "TRUE", KEPT)
    yield guard(UsedPassword, "DELETE", f"({newer}) < {REMEMBERED}", KEPT)
