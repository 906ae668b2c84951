"""What the rooms offer to a person's to-do list, apart from the sites' road: asked in one question."""

from collections.abc import Callable, Iterator

from accounts.models import User
from accounts.todos import TODO_ROWS, TODOS, Asked
from desk.lights import Lights
from sites.models import Programme

from .items import Todo

AT_MOST = 200


def mine(user: User, running: Programme | None, lights: Callable[[], Lights]) -> Iterator[Todo]:
    """One query, for whoever is offered any of these at all."""
    sources = [source for source in TODOS if source.offered_to(user)]
    if not sources or running is None:
        return
    asked = Asked(user, running.pk, lambda: lights().soon_until)
    for row in TODO_ROWS.rows(TODO_ROWS.query(source.rows(asked) for source in sources)[:AT_MOST]):
        kind = sources[row.source].kinds[row.kind]
        yield Todo(
            what=str(kind.what), about=kind.about(row), url=kind.url(row), since=row.since, due=row.due
        )
