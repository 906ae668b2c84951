"""Triggers by which the database itself refuses what the code never does; for SQLite and PostgreSQL.

They hold against a slip, a script and the administrator's pages. Whoever owns the database can drop a
trigger: against that stand the seals (`audit.sealing`), which tell afterwards.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

APPEND_ONLY = "this record is append-only"


class Guard(NamedTuple):
    """`event` (INSERT, UPDATE, DELETE) on `table` is refused where `condition` holds of OLD or NEW."""

    name: str
    table: str
    event: str
    condition: str


def create(connection: BaseDatabaseWrapper, guards: Iterable[Guard], message: str) -> None:
    statements = _postgres if connection.vendor == "postgresql" else _sqlite
    with connection.cursor() as cursor:
        for guard in guards:
            for statement in statements(guard, message):
                cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper, guards: Iterable[Guard]) -> None:
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for guard in guards:
            on_table = f" ON {guard.table}" if postgres else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {guard.name}{on_table}")
            if postgres:
                cursor.execute(f"DROP FUNCTION IF EXISTS {guard.name}()")


_append_only: list[type[Model]] = []


def append_only(*models: type[Model]) -> None:
    """Rows of these models are written once: the database refuses to change or delete one.

    The triggers are made after every migration (`keep`): SQLite makes a table anew to change it, and its
    triggers are lost with the old one.
    """
    _append_only.extend(models)


def append_only_guards() -> list[Guard]:
    tables = [model._meta.db_table for model in _append_only]
    return [
        Guard(f"{table}_{event.lower()}_guard", table, event, "TRUE")
        for table in tables
        for event in ("UPDATE", "DELETE")
    ]


def keep(*, using: str, **_kwargs: Any) -> None:
    """Make the triggers of what is append-only anew: Django's `post_migrate` calls this."""
    connection = connections[using]
    there = connection.introspection.table_names()
    guards = [guard for guard in append_only_guards() if guard.table in there]
    with transaction.atomic(using=using):
        drop(connection, guards)
        create(connection, guards, APPEND_ONLY)


def _sqlite(guard: Guard, message: str) -> list[str]:
    refuse = f"SELECT RAISE(ABORT, '{message}');"
    when = f"BEFORE {guard.event} ON {guard.table} WHEN {guard.condition}"
    return [f"CREATE TRIGGER {guard.name} {when} BEGIN {refuse} END"]


def _postgres(guard: Guard, message: str) -> list[str]:
    row = "OLD" if guard.event == "DELETE" else "NEW"
    refuse = f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';"
    body = f"BEGIN IF {guard.condition} THEN {refuse} END IF; RETURN {row}; END"
    when = f"BEFORE {guard.event} ON {guard.table}"
    return [
        f"CREATE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"CREATE TRIGGER {guard.name} {when} FOR EACH ROW EXECUTE FUNCTION {guard.name}()",
    ]
