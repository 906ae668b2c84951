"""Filters for the official papers: how a date, an ordinal or a title is written in Chinese."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import format_html

from core.numerals import zh_ordinal

register = template.Library()
register.filter("zh_ordinal", zh_ordinal)


@register.filter
def zh_date(value: str) -> str:
    """2008-05-20 → 2008年5月20日: Arabic figures, no zero in front (GB/T 9704-2012, 7.3.5)."""
    if not value:
        return ""
    day = datetime.date.fromisoformat(value[:10])
    return f"{day.year}年{day.month}月{day.day}日"


@register.filter
def zh_date_cell(value: str) -> str:
    """The same in a narrow column: the year on a line of its own."""
    year, mark, day = zh_date(value).partition("年")
    return format_html("{}{}<br>{}", year, mark, day) if day else ""


@register.filter
def where(rows: Iterable[Mapping[str, Any]], condition: str) -> list[Mapping[str, Any]]:
    """The rows whose field has a value ("verified_on"), or this value ("kind=政务公开").

    An older paper's rows may lack a field.
    """
    field, _, value = condition.partition("=")
    return [row for row in rows if (row.get(field) == value if value else row.get(field))]
