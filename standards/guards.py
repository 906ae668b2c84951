"""Triggers by which the database itself refuses to change what was published.

Used by migrations; written for SQLite and PostgreSQL.
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from audit import guards
from audit.guards import Guard

_VERSIONS = ("standards_standard", "standards_rulebook")
MESSAGE = "a published version never changes"

_STATE_OF_SECTION = "(SELECT state FROM standards_standard WHERE id = {row}.standard_id)"
_STATE_OF_ITEM = (
    "(SELECT v.state FROM standards_standard v JOIN standards_section p ON p.standard_id = v.id"
    " WHERE p.id = {row}.section_id)"
)


def create(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        columns = {table: _columns(connection, cursor, table) for table in _VERSIONS}
    guards.create(connection, _guards(columns, postgres=connection.vendor == "postgresql"), MESSAGE)


def drop(connection: BaseDatabaseWrapper) -> None:
    guards.drop(connection, _guards({table: [] for table in _VERSIONS}, postgres=False))


def _columns(connection: BaseDatabaseWrapper, cursor: CursorWrapper, table: str) -> list[str]:
    """The columns the table has at this point of the migrations: all of them are guarded but the state."""
    described = connection.introspection.get_table_description(cursor, table)
    return sorted(column.name for column in described if column.name not in ("id", "state"))


def _guards(columns: dict[str, list[str]], *, postgres: bool) -> Iterator[Guard]:
    # An update may not take a row out of a published standard, nor move one of a draft into it.
    for table, state in (("standards_section", _STATE_OF_SECTION), ("standards_item", _STATE_OF_ITEM)):
        for event, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            condition = " OR ".join(f"{state.format(row=row)} <> 'draft'" for row in rows)
            yield Guard(f"{table}_{event.lower()}_guard", table, event, condition)
    # A version's own row may move on from published to retired, and nothing else.
    for table in _VERSIONS:
        differs, as_text = ("IS DISTINCT FROM", "::text") if postgres else ("IS NOT", "")
        changed = " OR ".join(
            f"NEW.{column}{as_text} {differs} OLD.{column}{as_text}" for column in columns[table]
        )
        backwards = "NEW.state = 'draft' OR (OLD.state = 'retired' AND NEW.state <> 'retired')"
        yield Guard(
            f"{table}_update_guard", table, "UPDATE", f"OLD.state <> 'draft' AND ({changed} OR {backwards})"
        )
        yield Guard(f"{table}_delete_guard", table, "DELETE", "OLD.state <> 'draft'")
