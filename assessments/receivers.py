"""What this room does when an inspector leaves: places in teams are open work, and with them sheets begun."""

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.dispatch import receiver
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.signals import OpenWork, open_work, work_handed_over
from sites.models import Site

from .enums import SheetRole, SheetState
from .models import Assessment, Sheet, TeamMember


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
    """
    if successor is None:
        return
    for place in _places(leaver).select_related("team").select_for_update(of=("self",)):
        # Held as a submission holds them: no sheet is submitted while it changes hands.
        unsigned = list(_unsigned().filter(assignment__team=place.team).select_for_update(of=("self",)))
        _check(place, successor, unsigned)
        begun = Sheet.objects.filter(role=SheetRole.INSPECTOR, author=leaver, state=SheetState.DRAFT)
        for sheet in begun.filter(assessment__in=unsigned):
            sheet.author = successor
            sheet.save(update_fields=["author"])
        place.user = successor
        place.save(update_fields=["user"])


def _places(user: User) -> QuerySet[TeamMember]:
    """In teams of open rounds that still have a site to mark, or are not sent to any yet."""
    sent = Assessment.objects.filter(assignment__team=OuterRef("team"))
    left = _unsigned().filter(assignment__team=OuterRef("team"))
    places = TeamMember.objects.filter(user=user, team__round__closed_on=None)
    return places.filter(Exists(left) | ~Exists(sent)).order_by("pk")


def _unsigned() -> QuerySet[Assessment]:
    signed = Sheet.objects.filter(assessment=OuterRef("pk"), role=SheetRole.FINAL, state=SheetState.SIGNED)
    return Assessment.objects.filter(~Exists(signed)).order_by("pk")


def _check(place: TeamMember, successor: User, unsigned: list[Assessment]) -> None:
    if place.team.members.filter(user=successor).exists():
        told = _("%(name)s is in %(team)s already; choose somebody else.")
        raise ValidationError({"successor": told % {"name": successor, "team": place.team}})
    barred = Site.objects.filter(assessments__in=unsigned).filter(
        Q(organisation=successor.organisation_id) | Q(recusals__user=successor)
    )
    if site := barred.first():
        told = _("%(name)s must stand aside from %(site)s: own unit or a declared recusal.")
        raise ValidationError({"successor": told % {"name": successor, "site": site}})
