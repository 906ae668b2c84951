"""Triggers: what the database itself does at each change of a table, whoever makes it; for both databases.

A room registers its own; they are lifted before each migration and made anew after it.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

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


def _sqlite(trigger: Trigger) -> list[str]:
    when = f"{trigger.when} ON {trigger.table} WHEN {trigger.condition}"
    return [f"CREATE TRIGGER {trigger.name} {when} BEGIN {trigger.statement('sqlite')}; END"]


def _postgres(trigger: Trigger) -> list[str]:
    row = "OLD" if "DELETE" in trigger.when else "NEW"
    does = f"IF {trigger.condition} THEN {trigger.statement('postgresql')}; END IF;"
    body = f"$$ BEGIN {does} RETURN {row}; END $$"
    when = f"{trigger.when} ON {trigger.table} FOR EACH ROW"
    return [
        f"CREATE FUNCTION {trigger.name}() RETURNS trigger LANGUAGE plpgsql AS {body}",
        f"CREATE TRIGGER {trigger.name} {when} EXECUTE FUNCTION {trigger.name}()",
    ]
