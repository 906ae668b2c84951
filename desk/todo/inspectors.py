"""The sheets of a team that its leader still waits for."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.rules import is_inspector
from assessments.models import Sheet
from assessments.queries import led_by, sheets_missing
from sites.enums import Stage

from .steps import district_of
from .things import Missing


def of_others(user: User) -> Iterator[Missing]:
    """The members' whose team an inspector leads. One query.

    Of a colleague's a leader learns whether it is submitted, as everywhere, once the own one is.
    """
    if not is_inspector(user):
        return
    submitted = Sheet.objects.submitted_by(user).values("assessment")
    waited_for = sheets_missing().filter(pk__in=led_by(user).values("pk")).filter(pk__in=submitted)
    for visit in waited_for.select_related(
        "round", "site__organisation__district", "site__filing__organisation"
    ):
        district = district_of(visit.site)
        yield Missing(
            what=_("Submit the score sheet"),
            about=str(visit.site),
            url=visit.round.get_absolute_url(),
            since=visit.assigned_on,  # type: ignore[attr-defined]  # annotated, as all below
            due=visit.due,  # type: ignore[attr-defined]
            role=Role.INSPECTOR,
            who=visit.member_name,  # type: ignore[attr-defined]
            district=str(district or _("city level")),
            district_key=district.pk if district else None,
            stage=Stage(visit.site.stage),
        )
