"""代理 asked from every room: whose hand somebody is today, and whether two people are two.

What is bound to a named person passes to the deputy while the days run; never both parts of a decision that
two people take. So whoever stands in for somebody counts as that person wherever a second one is asked for.
"""

from collections.abc import Iterable
from typing import Any, TypeAlias, TypedDict, cast

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext as _
from django_stubs_ext import WithAnnotations

from .models.deputies import Deputy
from .models.people import User


def acts_as(user: User, field: str) -> Q:
    """For a query: the field names this person, or somebody for whom they stand in today."""
    return Q(**{field: user}) | Q(**{f"{field}__in": user.stood_in_for()})


def hands_of(people: Iterable[int]) -> Q:
    """For a query over people: these, by their keys, and whoever stands in for one of them today."""
    deputies = Deputy.objects.running().filter(person__in=people).order_by()
    return Q(pk__in=people) | Q(pk__in=deputies.values("deputy"))


def is_another(user: User, *others: int | None) -> bool:
    """Whether this is a different person from each of these (None: nobody), deputies included.

    Every rule that wants two people asks this, or `acts_as` of a query.
    """
    if user.pk in others:
        return False
    known = [key for key in others if key is not None]
    return not known or not user.deputising.running().filter(person__in=known).exists()


class ActingFor(TypedDict):
    """For whom somebody is asked or told as a deputy; "" where it is for themselves."""

    acting_for: str


Addressee: TypeAlias = "WithAnnotations[User, ActingFor]"


def named_or_deputy(person: Any, *, among: QuerySet[User]) -> QuerySet[Addressee]:
    """Of these the named person, given by a subquery, and whoever stands in for them today.

    The deputy is `acting_for` them.
    """
    running = Deputy.objects.running().filter(person__in=person).order_by()
    name = running.filter(deputy=OuterRef("pk")).values("person__name")[:1]
    found = among.filter(Q(pk__in=person) | Q(pk__in=running.values("deputy")))
    return cast("QuerySet[Addressee]", found.annotate(acting_for=Coalesce(Subquery(name), Value(""))))


def with_deputy(by: object, acting_for: object) -> str:
    """Who did it, and for whom where it was done as a deputy."""
    return _of_both() % {"deputy": by, "person": acting_for} if acting_for else str(by)


def name_with_deputy(by: str, acting_for: str) -> Case:
    """The same in a query, by the paths of both."""
    first, middle, last = _of_both().replace("%(deputy)s", "\0").replace("%(person)s", "\0").split("\0")
    both = Concat(Value(first), F(f"{by}__name"), Value(middle), F(f"{acting_for}__name"), Value(last))
    return Case(When(**{acting_for: None}, then=F(f"{by}__name")), default=both, output_field=TextField())


def _of_both() -> str:
    return _("%(deputy)s (for %(person)s)")
