"""What the database's planner holds a table for."""

from django.db import connection, models

# SQLite: the rows of the table stand first in what is known of each of its indexes.
_KNOWN = {
    "sqlite": "SELECT CAST(stat AS INTEGER) FROM sqlite_stat1 WHERE tbl = %s LIMIT 1",
    "postgresql": "SELECT CAST(reltuples AS INTEGER) FROM pg_class WHERE relname = %s AND relkind = 'r'",
}


def rows_known(model: type[models.Model]) -> int | None:
    """How many rows it believes the table to have, as long as it was counted at all."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN[connection.vendor], [model._meta.db_table])
        row = cursor.fetchone()
    return row[0] if row else None
