"""Many rows written at once without a model instance each: a third of the time that bulk_create takes."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model


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
    connection = connections[DEFAULT_DB_ALIAS]
    by_name = {field.name: field for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    columns = [quote(str(by_name[name].column)) for name in (*names, *same)]
    places = ", ".join(["%s"] * len(columns))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608  # names of ours
    prepare = [by_name[name].get_db_prep_save for name in names]
    shared = [by_name[name].get_db_prep_save(value, connection) for name, value in same.items()]
    stored = [
        [as_stored(value, connection) for as_stored, value in zip(prepare, row, strict=True)] + shared
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, stored)
