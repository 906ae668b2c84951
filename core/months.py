"""Whole months in a question to the database, as `sites.schedule.months_later` counts them."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateField, Func
from django.db.models.sql.compiler import SQLCompiler


class MonthsLater(Func):
    """`MonthsLater(day, months)`: the same day so many months on; of a month too short, its last day."""

    output_field = DateField()

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *_more: Any, **_named: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """PostgreSQL does it by itself; SQLite runs over a short month's end, and is held back."""
        day, months = (compiler.compile(part) for part in self.get_source_expressions())
        (day_sql, day_params), (months_sql, months_params) = day, months
        params = (*day_params, *months_params)
        if connection.vendor == "postgresql":
            return f"(({day_sql})::date + make_interval(months => ({months_sql})::int))::date", params
        same = f"date({day_sql}, ({months_sql}) || ' months')"
        last = f"date({day_sql}, 'start of month', ({months_sql}) || ' months', '+1 month', '-1 day')"
        return f"min({same}, {last})", (*params, *params)
