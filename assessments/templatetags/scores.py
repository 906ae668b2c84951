"""What the sheets' pages draw: points as people write them, pieces that many pages have alike."""

from collections.abc import Hashable, Mapping
from decimal import Decimal
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from assessments.scoring import plain

register = template.Library()

# An item's words and its form, for every item of both standards and every level, and as much again.
PIECES_KEPT = 2048
# Stands on both sides of a hole in a piece; no text of the portal has it.
HOLE = "\0"


@register.filter
def points(value: Decimal | None) -> str:
    """86.5, not 86.50; nothing for no value."""
    return "" if value in (None, "") else plain(Decimal(value))


@register.filter
def percent(share: float | None) -> str:
    """A share in whole percent: 100% only of all, 0% only of none; nothing for no share."""
    if share is None or share in (0, 1):
        return "" if share is None else f"{share:.0%}"
    return f"{min(max(round(share * 100), 1), 99)}%"


@register.filter
def coefficient(value: float | None) -> str:
    """A coefficient with two decimals; nothing for none."""
    return "" if value is None else f"{value:.2f}"


@register.simple_tag
def drawn(template_name: str, **facts: Hashable) -> SafeString:
    """A piece of the page that is made of these facts alone: drawn once for all who see the same.

    It gets nothing else from the page: neither who reads it, nor a form's token.
    """
    return _drawn(template_name, get_language(), *facts.items())


@lru_cache(PIECES_KEPT)
def _drawn(template_name: str, _language: str | None, *facts: tuple[str, Hashable]) -> SafeString:
    return render_to_string(template_name, dict(facts))


@register.simple_tag(takes_context=True)
def filled(
    context: template.Context, template_name: str, facts: Hashable, filling: Mapping[str, object]
) -> SafeString:
    """A piece drawn once for all who have the same `facts`, with what is nobody else's put into its holes.

    The template writes the value `hole.name` wherever `filling` has a name, and `csrf_token`; it cannot ask
    for it, since it is drawn before it is known.
    """
    given = {**filling, "csrf_token": context.get("csrf_token")}
    parts = list(_with_holes(template_name, get_language(), facts, tuple(given)))
    parts[1::2] = (conditional_escape(str(given[name])) for name in parts[1::2])
    return mark_safe("".join(parts))  # noqa: S308 - the template's own text, and what is escaped


@lru_cache(PIECES_KEPT)
def _with_holes(
    template_name: str, _language: str | None, facts: Hashable, names: tuple[str, ...]
) -> tuple[str, ...]:
    """Text, a hole's name, text, and so on to the last text."""
    hole = {name: f"{HOLE}{name}{HOLE}" for name in names}
    shown = {"facts": facts, "hole": hole, "csrf_token": hole["csrf_token"]}
    return tuple(render_to_string(template_name, shown).split(HOLE))
