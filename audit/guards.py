"""Triggers by which the database itself refuses what the code never does; for SQLite and PostgreSQL.

They hold against a slip, a script and the administrator's pages. Whoever owns the database can drop a
trigger: against that stand the seals (`audit.sealing`), which tell afterwards.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

APPEND_ONLY = "this record is append-only"


class Guard(NamedTuple):
    """`event` (INSERT, UPDATE, DELETE) on `table` is refused where `condition` holds of OLD or NEW.

    `message` is the database's answer.
    """

    name: str
    table: str
    event: str
    condition: str
    message: str


_append_only: list[type[Model]] = []
_further: list[Callable[[], Iterable[Guard]]] = []


def append_only(*models: type[Model]) -> None:
    """Rows of these models are written once: the database refuses to change or delete one."""
    _append_only.extend(models)


def register(guards: Callable[[], Iterable[Guard]]) -> None:
    """A room's own guards, asked for once all models are known."""
    _further.append(guards)


def append_only_guards() -> list[Guard]:
    tables = [model._meta.db_table for model in _append_only]
    return [
        Guard(f"{table}_{event.lower()}_guard", table, event, "TRUE", APPEND_ONLY)
        for table in tables
        for event in ("UPDATE", "DELETE")
    ]


def all_guards() -> list[Guard]:
    return [*append_only_guards(), *(guard for guards in _further for guard in guards())]


def lift(*, using: str, **_kwargs: Any) -> None:
    """Take every trigger away before a migration (Django's `pre_migrate` calls this).

    SQLite makes a table anew to change it, which triggers that read it do not survive; and a migration may
    have to carry over rows that nobody else may touch.
    """
    drop(connections[using], all_guards())


def keep(*, using: str, **_kwargs: Any) -> None:
    """Make every trigger anew after a migration (Django's `post_migrate` calls this)."""
    with transaction.atomic(using=using):
        lift(using=using)
        create(connections[using], all_guards())


def create(connection: BaseDatabaseWrapper, guards: Iterable[Guard]) -> None:
    statements = _postgres if connection.vendor == "postgresql" else _sqlite
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for guard in guards:
            for statement in statements(guard) if guard.table in there else ():
                cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper, guards: Iterable[Guard]) -> None:
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for guard in guards:
            if postgres:  # its trigger goes with it
                cursor.execute(f"DROP FUNCTION IF EXISTS {guard.name}() CASCADE")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {guard.name}")


def _sqlite(guard: Guard) -> list[str]:
    refuse = f"SELECT RAISE(ABORT, '{guard.message}');"
    when = f"BEFORE {guard.event} ON {guard.table} WHEN {guard.condition}"
    return [f"CREATE TRIGGER {guard.name} {when} BEGIN {refuse} END"]


def _postgres(guard: Guard) -> list[str]:
    refuse = f"RAISE EXCEPTION '{guard.message}' USING ERRCODE = 'integrity_constraint_violation';"
    row = "OLD" if guard.event == "DELETE" else "NEW"
    body = f"BEGIN IF {guard.condition} THEN {refuse} END IF; RETURN {row}; END"
    when = f"BEFORE {guard.event} ON {guard.table}"
    return [
        f"CREATE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"CREATE TRIGGER {guard.name} {when} FOR EACH ROW EXECUTE FUNCTION {guard.name}()",
    ]
