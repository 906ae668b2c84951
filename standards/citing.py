"""Citing grounds: by items (their numbers, frozen with the version), articles and papers.

The date decides: a text that was in force when it was cited stays cited and is pointed out once it is
replaced; anew nobody cites what holds no longer.
"""

import datetime
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.acting import Refusal

from .enums import GroundState
from .models import Ground, Item


def cited_on(numbers: Iterable[str], *, on: datetime.date) -> list[Ground]:
    """The grounds of a paper's standing text as they hold on its day.

    Of one that was replaced its successor is cited, and none before it is in force. Raises Refusal where
    one has ended and nothing that is in force takes its place: the office enters that first.
    """
    grounds = Ground.objects.select_related("replaced_by").in_bulk(list(numbers), field_name="number")
    found = (_in_force(grounds[number], on) for number in numbers if number in grounds)
    return [ground for ground in found if ground]


def _in_force(ground: Ground, on: datetime.date) -> Ground | None:
    for holding in (ground, *ground.successors()):
        if holding.standing(on=on) == GroundState.IN_FORCE:
            return holding
    if ground.standing(on=on) == GroundState.NOT_YET:
        return None
    told = _("This paper cites what is no longer in force, and nothing that replaces it is in force today: ")
    raise Refusal(told + ground.told(on=on))


def check_words(words: str, *, field: str, on: datetime.date) -> None:
    """What somebody types into a paper cites nothing by its number that holds no longer (ValidationError)."""
    ended = Ground.objects.select_related("replaced_by").filter(in_force_until__lt=on)
    if wrong := [ground.told(on=on) for ground in ended if ground.number in words]:
        raise ValidationError({field: wrong})


def look_up(items: Iterable[Item]) -> None:
    """Put on each item the grounds it cites, for the page that shows them."""
    items = list(items)
    numbers = {number for item in items for number in item.grounds}
    if not numbers:
        return
    grounds = Ground.objects.select_related("replaced_by").in_bulk(list(numbers), field_name="number")
    for item in items:
        item.cited = [grounds[number] for number in item.grounds if number in grounds]


def no_longer(numbers: Iterable[str], *, on: datetime.date) -> list[str]:
    """Of these, what is said of each that holds no longer on that day."""
    ended = Ground.objects.select_related("replaced_by").filter(
        number__in=list(numbers), in_force_until__lt=on
    )
    return [ground.told(on=on) for ground in ended]
