"""Many rows written at once without a model instance each: a third of the time that bulk_create takes."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model


def insert_rows(
    model: type[Model],
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    same: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Insert rows that hold the fields `names` in their order, and what is the `same` in each of them.

    Of a relation they hold the key. No signal is sent, no default filled in, no key given back: what needs
    these uses bulk_create.
    """
    by_name = _fields(model)
    shared = [by_name[name].get_db_prep_save(value, _database()) for name, value in same.items()]
    columns = [_column(by_name[name]) for name in (*names, *same)]
    places = ", ".join(["%s"] * len(columns))
    _execute(
        f"INSERT INTO {_table(model)} ({', '.join(columns)}) VALUES ({places})",  # noqa: S608  # names of ours
        [row + shared for row in _stored([by_name[name] for name in names], rows)],
    )


def update_rows(model: type[Model], names: Sequence[str], records: Sequence[Model]) -> None:
    """Write these fields of records that are there already. No signal is sent."""
    by_name = _fields(model)
    fields = [by_name[name] for name in (*names, model._meta.pk.name)]
    *columns, key = [f"{_column(field)} = %s" for field in fields]
    values = ([getattr(record, field.attname) for field in fields] for record in records)
    _execute(
        f"UPDATE {_table(model)} SET {', '.join(columns)} WHERE {key}",  # noqa: S608  # names of ours
        _stored(fields, values),
    )


def _database() -> BaseDatabaseWrapper:
    return connections[DEFAULT_DB_ALIAS]


def _fields(model: type[Model]) -> dict[str, Field[Any, Any]]:
    return {field.name: field for field in model._meta.concrete_fields}


def _table(model: type[Model]) -> str:
    return _database().ops.quote_name(model._meta.db_table)


def _column(field: Field[Any, Any]) -> str:
    return _database().ops.quote_name(str(field.column))


def _stored(fields: Sequence[Field[Any, Any]], rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    database = _database()
    prepare = [field.get_db_prep_save for field in fields]
    return [
        [as_stored(value, database) for as_stored, value in zip(prepare, row, strict=True)] for row in rows
    ]


def _execute(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    with _database().cursor() as cursor:
        cursor.executemany(sql, rows)
