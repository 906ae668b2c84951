"""Who is signed in."""

from collections.abc import Callable

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from audit.services import changes_only
from core.prepared import prepared

from .models import User
from .models.people import second_factors


class StaffBackend(AuthenticationBackend):
    """allauth's backend, which also reads what every desk page needs.

    That is the person's organisation; `trail_end`, the time of the last change in the trail: figures counted
    for this person stay good as long as it is the same; `stands_aside`, whether from any site at all;
    `has_second_factor`; and what rooms above want to know at once (`read_along`).
    """

    def get_user(self, user_id: int) -> User | None:
        return next(filter(self.user_can_authenticate, _with_key(user_id)), None)


_along: dict[str, Callable[[], Subquery]] = {}


def read_along(name: str, wanted: Callable[[], Subquery]) -> None:
    """Have each signed-in person bear, under this name, what is `wanted`; called when Django starts."""
    _along[name] = wanted


@prepared
def _with_key(person: int) -> QuerySet[User]:
    trail_end = changes_only().order_by("-pk").values("timestamp")[:1]
    aside = User.objects.filter(pk=OuterRef("pk"), recusals__isnull=False)
    people = User.objects.filter(pk=person).select_related("organisation")
    # One that does not open must not shut the health page, which says so.
    return people.defer("phone").annotate(
        trail_end=trail_end,
        stands_aside=Exists(aside),
        has_second_factor=Exists(second_factors()),
        **{name: wanted() for name, wanted in _along.items()},
    )
