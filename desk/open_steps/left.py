"""What waits at the sites of a programme when another takes over: every step that is kept, by its words."""

from collections.abc import Iterator

from django.db.models import Count

from desk.models import OpenStep
from sites.leftovers import OPEN, Left

from .renewing import bring_up_to_date


def steps_left(programme: int) -> Iterator[Left]:
    """As those read them who may know of an objection: it is one of the steps, and told among the letters."""
    bring_up_to_date()
    steps = OpenStep.objects.filter(site__programme=programme, named=False).exclude(knows_letter=False)
    counted = steps.order_by().values_list("what").annotate(Count("pk"))
    return (Left(what, count) for what, count in counted)


OPEN.add(steps_left, place=10)
