"""A database that takes no writing for a while, as a standby or a full disk has it; by its own means."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

SWITCH = {
    "sqlite": "PRAGMA query_only = {}",
    "postgresql": "SET SESSION default_transaction_read_only = {}",
}


@contextmanager
def reading_only() -> Iterator[None]:
    """On PostgreSQL it holds from the connection's next transaction on: for tests that commit."""
    _switch("on")
    try:
        yield
    finally:
        _switch("off")


def _switch(to: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SWITCH[connection.vendor].format(to))
