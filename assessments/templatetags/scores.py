"""What the sheets' pages draw: points as people write them, pieces that many pages have alike."""

from collections.abc import Hashable
from decimal import Decimal
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from assessments.scoring import plain

register = template.Library()

# An item's words and its fields, for every item of both standards and every level, and as much again.
PIECES_KEPT = 2048


@register.filter
def points(value: Decimal | None) -> str:
    """86.5, not 86.50; nothing for no value."""
    return "" if value in (None, "") else plain(Decimal(value))


@register.simple_tag
def drawn(template_name: str, **facts: Hashable) -> SafeString:
    """A piece of the page that is made of these facts alone: drawn once for all who see the same.

    It gets nothing else from the page: neither who reads it, nor a form's token.
    """
    return _drawn(template_name, get_language(), *facts.items())


@lru_cache(PIECES_KEPT)
def _drawn(template_name: str, _language: str | None, *facts: tuple[str, Hashable]) -> SafeString:
    return render_to_string(template_name, dict(facts))
