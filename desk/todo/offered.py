"""What the rooms offer to a person's to-do list, apart from the sites' road: asked in one question."""

import datetime
from collections.abc import Callable, Iterator

from accounts.models import User
from accounts.models.messages import for_whom
from accounts.todos import TODO_ROWS, TODOS, Asked, TodoSource
from core.prepared import prepared
from core.union import Part
from desk.lights import Lights
from sites.leftovers import not_closed
from sites.models import Programme

from .items import AT_MOST, Todo


def mine(user: User, running: Programme | None, lights: Callable[[], Lights]) -> Iterator[Todo]:
    """One query, for whoever is offered any of these at all."""
    sources = _offered_to(user)
    if running is None:
        return
    for row in TODO_ROWS.rows(_waiting(user, lambda: lights().soon_until)[: AT_MOST + 1]):
        kind = sources[row.source].kinds[row.kind]
        yield Todo(
            what=for_whom(str(kind.what), row.acting_for),
            about=kind.about(row),
            url=kind.url(row),
            since=row.since,
            due=row.due,
        )


@prepared
def _waiting(user: User, soon_until: Callable[[], datetime.date]) -> Part:
    asked = Asked(user, soon_until)
    parts = [not_closed(source, source.rows(asked)) for source in _offered_to(user)]
    return TODO_ROWS.query(parts) if parts else User.objects.none().values_list("pk")


def _offered_to(user: User) -> list[TodoSource]:
    return [source for source in TODOS if source.offered_to(user)]
