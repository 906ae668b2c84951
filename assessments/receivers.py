"""What this room does when an inspector leaves: places in teams are open work, and with them sheets begun."""

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import Notification, User
from accounts.services import notify
from accounts.signals import OpenWork, open_work, work_handed_over
from sites.services import people

from .eligibility import bars, named
from .enums import SheetRole, SheetState
from .models import Assessment, Sheet, Team, TeamMember
from .services.teams import of_two_units


@receiver(open_work)
def places_held(sender: type[User], *, user: User, **_kwargs: object) -> list[OpenWork]:
    told = _("%(team)s of “%(round)s”")
    return [
        OpenWork(told % {"team": place.team, "round": place.team.round}, place.team.round.get_absolute_url())
        for place in _places(user).select_related("team__round")
    ]


@receiver(work_handed_over)
def hand_over_places(sender: type[User], *, leaver: User, successor: User | None, **_kwargs: object) -> None:
    """The successor takes the leaver's places and goes on with the sheets begun; submitted ones stay.

    Raises ValidationError where the successor is in the team already or must stand aside from its sites.
    Where only people of one unit are left in a team, the office is told, and mends it.
    """
    if successor is None:
        return
    for place in _places(leaver).select_related("team").select_for_update(of=("self",)):
        # Locked as a submission locks them: no sheet is submitted while it changes hands.
        unsigned = list(
            _unsigned()
            .filter(assignment__team=place.team)
            .select_related("site__filing")
            .select_for_update(of=("self",))
        )
        _check(place, successor, unsigned)
        begun = Sheet.objects.filter(role=SheetRole.INSPECTOR, author=leaver, state=SheetState.DRAFT)
        for sheet in begun.filter(assessment__in=unsigned):
            sheet.author = successor
            sheet.save(update_fields=["author"])
        place.user = successor
        place.save(update_fields=["user"])
        _keep_from_successor(leaver, unsigned)
        if not of_two_units(member.user for member in place.team.members.select_related("user")):
            _tell_of_one_unit(place.team)


def _keep_from_successor(leaver: User, visits: list[Assessment]) -> None:
    """What the leaver was told of these visits counts as read, so that it is not handed on.

    It may speak of items in dispute, and the successor must mark blind.
    """
    about = Notification.objects.filter(user=leaver, site_key__in=[visit.site_id for visit in visits])
    about.unread().update(read_at=timezone.now())


def _places(user: User) -> QuerySet[TeamMember]:
    """In teams of open rounds that still have a site to mark, or are not sent to any yet."""
    sent = Assessment.objects.filter(assignment__team=OuterRef("team"))
    left = _unsigned().filter(assignment__team=OuterRef("team"))
    places = TeamMember.objects.filter(user=user, team__round__closed_on=None)
    return places.filter(Exists(left) | ~Exists(sent)).order_by("pk")


def _unsigned() -> QuerySet[Assessment]:
    signed = Sheet.objects.signed_finals().filter(assessment=OuterRef("pk"))
    return Assessment.objects.filter(~Exists(signed)).order_by("pk")


def _check(place: TeamMember, successor: User, unsigned: list[Assessment]) -> None:
    if place.team.members.filter(user=successor).exists():
        told = _("%(name)s is in %(team)s already; choose somebody else.")
        raise ValidationError({"successor": told % {"name": successor, "team": place.team}})
    sites = [visit.site for visit in unsigned]
    found = bars([successor], sites)
    told = _("%(people)s must stand aside from %(site)s.")
    for site in sites:
        if who := named(found, [successor], site):
            raise ValidationError({"successor": told % {"people": who, "site": site}})


def _tell_of_one_unit(team: Team) -> None:
    notify(
        people(Role.OFFICE),
        text=gettext_noop("After a hand-over all members of %(team)s of “%(round)s” are of one unit."),
        about={"team": team, "round": team.round},
        url=team.round.get_absolute_url(),
    )
