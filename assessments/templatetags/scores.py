"""Points as people write them."""

from decimal import Decimal

from django import template

from assessments.scoring import plain

register = template.Library()


@register.filter
def points(value: Decimal | None) -> str:
    """86.5, not 86.50; nothing for no value."""
    return "" if value in (None, "") else plain(Decimal(value))
