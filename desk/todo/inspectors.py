"""The sheets of a team that its leader still waits for."""

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.rules import is_inspector
from assessments.queries import AwaitedSheet, waited_for_by
from core.prepared import prepared
from sites.enums import Stage

from .items import Missing


def of_others(user: User) -> Iterator[Missing]:
    """The members' whose team an inspector leads. One query."""
    if not is_inspector(user):
        return
    visits: Iterable[AwaitedSheet] = _waited_for(user)
    for visit in visits:
        yield Missing(
            what=_("Submit the score sheet"),
            about=str(visit.site),
            url=visit.round.get_absolute_url(),
            since=visit.assigned_on,
            due=visit.due,
            role=Role.INSPECTOR,
            who=visit.member_name,
            district=visit.district_name or _("city level"),
            district_key=visit.district_key,
            stage=Stage(visit.site.stage),
        )


@prepared
def _waited_for(user: User) -> QuerySet[AwaitedSheet]:
    return waited_for_by(user)
