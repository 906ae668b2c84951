"""Triggers: what the database itself does at each change of a table, whoever makes it; for both databases.

A room registers its own; they are lifted before each migration and made anew after it.
"""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.core import checks
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

log = logging.getLogger(__name__)

TAG = "triggers"

# When a whole table is emptied by one statement, which only PostgreSQL has; there is no row then.
TRUNCATE = "BEFORE TRUNCATE"

# What a trigger does, as a statement for the database of this vendor.
Statement = Callable[[str], str]


class Trigger(NamedTuple):
    """`when` (BEFORE INSERT, AFTER UPDATE OF stage ...) a row of `table` changes, if `condition` holds of it.

    The row is OLD before the change and NEW after it.
    """

    name: str
    table: str
    when: str
    condition: str
    statement: Statement


_registered: list[Callable[[], Iterable[Trigger]]] = []


def register(triggers: Callable[[], Iterable[Trigger]]) -> None:
    """A room's triggers, asked for once all models are known."""
    _registered.append(triggers)


def all_triggers() -> list[Trigger]:
    return [trigger for triggers in _registered for trigger in triggers()]


def lift(*, using: str, **_kwargs: Any) -> None:
    """Take every trigger away before a migration (Django's `pre_migrate` calls this).

    SQLite makes a table anew to change it, which triggers that read it do not survive; and a migration may
    have to carry over rows that nobody else may touch.
    """
    drop(connections[using], all_triggers())


def keep(*, using: str, **_kwargs: Any) -> None:
    """Make every trigger anew after a migration (Django's `post_migrate` calls this)."""
    with transaction.atomic(using=using):
        lift(using=using)
        create(connections[using], all_triggers())


def create(connection: BaseDatabaseWrapper, triggers: Iterable[Trigger]) -> None:
    """Those whose table is there: in the midst of migrations not all are."""
    statements = _postgres if connection.vendor == "postgresql" else _sqlite
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for trigger in triggers:
            for statement in statements(trigger) if trigger.table in there else ():
                cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper, triggers: Iterable[Trigger]) -> None:
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for trigger in triggers:
            if postgres:  # its trigger goes with it
                cursor.execute(f"DROP FUNCTION IF EXISTS {trigger.name}() CASCADE")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}")


def lacking(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of those that are not in the database as we would make them: gone, altered or switched off.

    Of tables that are there; a database in the midst of a migration has lifted all.
    """
    with connection.cursor() as cursor:
        found = _found_on_postgres(cursor) if connection.vendor == "postgresql" else _found_on_sqlite(cursor)
    there = set(connection.introspection.table_names())
    statements = _postgres if connection.vendor == "postgresql" else _sqlite
    return [
        trigger.name
        for trigger in all_triggers()
        if trigger.table in there and (wanted := statements(trigger)) and found.get(trigger.name) != wanted
    ]


_AGAIN = 10.0  # seconds until a process that found some lacking looks anew
_found_lacking: list[str] = []
_looked_at = 0.0


def look(**_kwargs: Any) -> list[checks.CheckMessage]:
    """System check, run when a process begins: without one it writes nothing (`core.maintenance`)."""
    global _looked_at  # noqa: PLW0603  # a process has one database
    _looked_at = time.monotonic()
    try:
        found = lacking(connections[DEFAULT_DB_ALIAS])
    except OperationalError as error:  # what it then does fails by itself
        return [checks.Warning(f"The database's triggers could not be compared: {error}", id="core.W001")]
    told = f"Nothing is written, for the database lacks {named(found)}. Its owner makes them anew: migrate"
    if found and not _found_lacking:
        log.critical(told)
    _found_lacking[:] = found
    return [checks.Warning(told, id="core.W002")] if found else []


def found_lacking() -> list[str]:
    """What this process found lacking when it began, and still does."""
    if _found_lacking and time.monotonic() > _looked_at + _AGAIN:
        look()
    return _found_lacking


def named(names: list[str]) -> str:
    return ", ".join(names[:3]) + (" …" if names[3:] else "")


def _found_on_sqlite(cursor: CursorWrapper) -> dict[str, list[str]]:
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return {name: [sql] for name, sql in cursor.fetchall()}


# Each trigger with its function, as the statements of `_postgres`; A: it fires whatever a session sets.
_POSTGRES = """
    SELECT tgname, prosrc, pg_get_triggerdef(pg_trigger.oid, true), tgrelid::regclass::text, tgenabled,
           proname = tgname AND lanname = 'plpgsql' AND proconfig IS NULL AND NOT prosecdef
      FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid JOIN pg_language ON pg_language.oid = prolang
     WHERE NOT tgisinternal"""


def _found_on_postgres(cursor: CursorWrapper) -> dict[str, list[str]]:
    cursor.execute(_POSTGRES)
    return {
        name: [_function(name, body), definition, _always(table, name)]
        for name, body, definition, table, enabled, is_plain in cursor.fetchall()
        if is_plain and enabled == "A"
    }


def _sqlite(trigger: Trigger) -> list[str]:
    if trigger.when == TRUNCATE:
        return []  # it has no such statement
    when = f"{trigger.when} ON {trigger.table} WHEN {trigger.condition}"
    return [f"CREATE TRIGGER {trigger.name} {when} BEGIN {trigger.statement('sqlite')}; END"]


def _postgres(trigger: Trigger) -> list[str]:
    row = "OLD" if "DELETE" in trigger.when else "NEW"
    does = f"IF {trigger.condition} THEN {trigger.statement('postgresql')}; END IF;"
    each = "FOR EACH STATEMENT" if trigger.when == TRUNCATE else "FOR EACH ROW"
    on = f"{trigger.when} ON {trigger.table} {each}"
    return [
        _function(trigger.name, f" BEGIN {does} RETURN {'NULL' if trigger.when == TRUNCATE else row}; END "),
        f"CREATE TRIGGER {trigger.name} {on} EXECUTE FUNCTION {trigger.name}()",
        _always(trigger.table, trigger.name),
    ]


def _function(name: str, body: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"


def _always(table: str, name: str) -> str:
    """Else a session that calls itself a replica passes by it."""
    return f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
