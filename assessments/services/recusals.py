"""Standing aside: who may neither judge nor see a site."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import User
from accounts.rules import is_office
from accounts.services import notify
from assessments.models import Assessment, Assignment, Recusal, Team, Tie
from assessments.queries import leading, standing_members
from assessments.rules import may_declare_for
from assessments.services.deliberation import go_on
from sites.calendar import today
from sites.models import Site
from sites.services import people


@transaction.atomic
def recuse(*, user: User, site: Site, reason: str, by: User | None = None, tie: Tie | None = None) -> Recusal:
    """Stand aside from a site: from now on it is out of this person's sight, whatever the role, for good.

    Declared by oneself, or by the office (`by`) for somebody (`rules.may_declare_for`). Nobody can lift
    it.
    """
    by = by or user
    if not may_declare_for(user, by):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": _("Say what ties you to this site.")})
    # Locked as a submission locks them: of two last ones, one must see the other's.
    own = list(
        Assessment.objects.select_for_update().filter(
            site=site, pk__in=Assignment.objects.filter(team__members__user=user).values("assessment")
        )
    )
    values = {"reason": reason.strip(), "declared_on": today(), "declared_by": by, "tie": tie}
    recusal, is_new = Recusal.objects.get_or_create(user=user, site=site, defaults=values)
    if is_new:
        _tell(recusal)
        for assessment in own:
            # The others may have waited for this person's sheet, or answer, alone.
            go_on(assessment=assessment)
            _tell_team(recusal, assessment)
    return recusal


def is_last_of_office(user: User, site: Site) -> bool:
    """Whether nobody else of the office could act for the site if this person stood aside."""
    return is_office(user) and not _office_left(site).exclude(pk=user.pk).exists()


def _office_left(site: Site) -> QuerySet[User]:
    return people(Role.OFFICE).exclude(recusals__site=site)


def _tell(recusal: Recusal) -> None:
    """Tell the office, and the leading group what it must know.

    That is: the office shut somebody else out, or nobody of it is left for the site.
    """
    site, words = recusal.site, {"name": recusal.user, "site": recusal.site}
    notify(
        people(Role.OFFICE),
        text=gettext_noop("%(name)s stands aside from %(site)s."),
        about=words,
        url=site.get_absolute_url(),
    )
    if recusal.declared_by != recusal.user:
        notify(
            people(Role.LEADING_GROUP),
            text=gettext_noop("%(by)s declared that %(name)s stands aside from %(site)s."),
            about={**words, "by": recusal.declared_by},
            url=site.get_absolute_url(),
        )
    if not _office_left(site).exists():
        notify(
            people(Role.LEADING_GROUP),
            text=gettext_noop("Nobody of the office is left to act for %(site)s; another account is needed."),
            about=words,
            url=site.get_absolute_url(),
        )


def _tell_team(recusal: Recusal, assessment: Assessment) -> None:
    """Tell whoever leads the team there now, and the office if too few members are left."""
    if not assessment.round.is_open or assessment.sheets.signed_finals().exists():
        return
    words = {"name": recusal.user, "site": recusal.site}
    notify(
        leading(assessment),
        text=gettext_noop("%(name)s stands aside from %(site)s; you lead the team there."),
        about=words,
        url=recusal.site.get_absolute_url(),
    )
    if standing_members(assessment).count() < Team.SMALLEST:
        notify(
            people(Role.OFFICE),
            text=gettext_noop(
                "Of the team at %(site)s too few are left: add a member, or send another team."
            ),
            about=words,
            url=assessment.round.get_absolute_url(),
        )
