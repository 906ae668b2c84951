"""How a ground stands today, wherever it is cited."""

from django import template

from core.clock import today
from standards.enums import GroundState
from standards.models import Ground

register = template.Library()


@register.filter
def ground_state(ground: Ground) -> GroundState:
    return ground.standing(on=today())


@register.filter
def ground_told(ground: Ground) -> str:
    """What a reader of a text that cites it must know; empty while it simply holds."""
    return ground.told(on=today())


@register.filter
def ground_successor(ground: Ground) -> Ground | None:
    """What takes its place, once that is known of."""
    return ground.successor(on=today())
