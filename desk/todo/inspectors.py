"""The sheets of a team that its leader still waits for."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.rules import is_inspector
from assessments.queries import waited_for_by
from sites.enums import Stage
from sites.models.sites import district_of

from .items import Missing


def of_others(user: User) -> Iterator[Missing]:
    """The members' whose team an inspector leads. One query."""
    if not is_inspector(user):
        return
    where = {"district_name": district_of("name", site="site__"), "district_key": district_of(site="site__")}
    for visit in waited_for_by(user).annotate(**where).select_related("round", "site"):
        yield Missing(
            what=_("Submit the score sheet"),
            about=str(visit.site),
            url=visit.round.get_absolute_url(),
            since=visit.assigned_on,  # type: ignore[attr-defined]  # annotated, as all below
            due=visit.due,  # type: ignore[attr-defined]
            role=Role.INSPECTOR,
            who=visit.member_name,  # type: ignore[attr-defined]
            district=visit.district_name or _("city level"),  # type: ignore[attr-defined]
            district_key=visit.district_key,  # type: ignore[attr-defined]
            stage=Stage(visit.site.stage),
        )
