"""What the database's query planner knows of our tables."""

from django.db import connection

# Rows that SQLite looks at of each index: enough to tell the large tables from the small. Writers wait
# meanwhile: 0.3 to 3 s at 670 MB.
ROWS_OF_AN_INDEX = 400


def renew_statistics() -> None:
    """Have the database count its tables anew; to be called whenever many rows have come.

    SQLite never does so by itself, and takes every table for equally large: at 9,200 sites the office's home
    took 15 s uncounted and takes 0.6 s. PostgreSQL does, but some time after the rows have come. Other
    connections of SQLite read it when they are opened, which is within `CONN_MAX_AGE`. PostgreSQL lets a
    table's owner alone count it, whom a function of the owner's stands for.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA analysis_limit={ROWS_OF_AN_INDEX}")
            cursor.execute("ANALYZE")
        else:
            cursor.execute("SELECT portal_renew_statistics()")
