"""Filters for the official papers: how a date, an ordinal or a title is written in Chinese."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core.numerals import zh_ordinal
from documents.breaking import columns
from documents.facts import zh_day
from documents.typesetting import break_title
from documents.wording import filled, of_paper
from documents.wordings import delivered

register = template.Library()
register.filter("zh_ordinal", zh_ordinal)


@register.filter
def zh_date(value: str) -> str:
    return zh_day(value)


@register.simple_tag(takes_context=True)
def passage(context: Context, name: str) -> str:
    """A passage of the kind's standing text with the paper's facts: as frozen with it, else as delivered."""
    said, kind = context["said"], context["paper"].kind
    text = said.get("words", {}).get(name) or delivered(kind)[name]
    return filled(text, of_paper(kind, said))


@register.filter
def zh_date_cell(value: str) -> str:
    """The same in a narrow column: the year on a line of its own."""
    year, mark, day = zh_date(value).partition("年")
    return format_html("{}{}<br>{}", year, mark, day) if day else ""


@register.filter
def by_sense(title: str) -> SafeString:
    """The heading of an annex in lines that keep words whole, as a paper's own title has them."""
    return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in break_title(title)))


@register.filter
def upright(name: str) -> SafeString:
    """A name in the Mongolian script, from top to bottom, in columns from left to right."""
    column = '<span class="mongolian" style="height: {}em"><span>{}</span></span>'
    return format_html_join("", column, ((height, words) for words, height in columns(name)))


@register.filter
def where(rows: Iterable[Mapping[str, Any]], condition: str) -> list[Mapping[str, Any]]:
    """The rows whose field has a value ("verified_on"), or this value ("kind=政务公开").

    An older paper's rows may lack a field.
    """
    field, _, value = condition.partition("=")
    return [row for row in rows if (row.get(field) == value if value else row.get(field))]
