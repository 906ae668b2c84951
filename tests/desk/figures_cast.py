"""What the tests of the figures share: who looks, what is counted for them, what their table says."""

from typing import Any

from accounts.backends import StaffBackend
from accounts.enums import Role
from accounts.models import User
from assessments.models import Recusal
from desk.figures.figure import Counted, Figure
from desk.figures.scope import Scope
from sites.models import Programme, Site
from tests import factories


def scope(figure: Figure, reader: User | None = None, **query: Any) -> Scope:
    """As a page asks: by the office unless somebody else reads, with these filters."""
    reader = signed_in(reader or factories.user(Role.OFFICE))
    programme = Programme.objects.prefetch_related("phases").get(is_current=True)
    texts = {name: str(value) for name, value in query.items()}
    return Scope(programme, reader, figure.filter(texts, programme=programme, reader=reader))


def signed_in(reader: User) -> User:
    """As of now: with the end of the trail."""
    found = StaffBackend().get_user(reader.pk)
    assert found
    return found


def counted(figure: Figure, reader: User | None = None, **query: Any) -> Counted:
    return figure.count(scope(figure, reader, **query))


def table(found: Counted) -> dict[str, list[object]]:
    """The rows by what stands in their first cell."""
    return {str(row[0]): list(row[1:]) for row in found.rows}


def stand_aside(person: User, site: Site) -> None:
    Recusal.objects.create(
        user=person, site=site, reason="示例回避", declared_on="2008-01-10", declared_by=person
    )
