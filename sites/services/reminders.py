"""催报: those whose list is late or missing are reminded, once a day."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import require_office
from accounts.services import notify
from sites.calendar import today
from sites.enums import Action
from sites.models import Programme
from sites.overview import REMINDER, Standing, last_day_for, standings


@transaction.atomic
def remind(*, programme: Programme, by: User, only: str = "") -> list[Standing]:
    """Tell the people of every body that is late, or of the one named by its key, late or not.

    Returns those who were told. A body is reminded once a day; one without an account cannot be told.
    Raises PermissionDenied (the office reminds) and ValidationError when nobody is left to tell.
    """
    require_office(by)
    # Of two who press the button together the second finds everybody reminded.
    Programme.objects.select_for_update().get(pk=programme.pk)
    owing = [one for one in standings(programme) if not one.is_filed]
    asked = [one for one in owing if (one.key == only if only else one.is_late)]
    to_tell = [one for one in asked if one.can_be_reminded]
    if not to_tell:
        raise ValidationError(_why_nobody(asked))
    for one in to_tell:
        notify(
            one.people,
            text=REMINDER,
            about={
                "list": one.organisation,
                "due": last_day_for(Action.FILE, programme).isoformat(),
                "on": today().isoformat(),
                "programme": programme.pk,
            },
            url=_spot(one, programme),
            filing=one.filing,
        )
    return to_tell


def _spot(standing: Standing, programme: Programme) -> str:
    """Where the list is filled; one that is not begun is made there on first sight."""
    if standing.filing:
        return standing.filing.get_absolute_url()
    return reverse("sites:my_filing", query={"programme": programme.pk})


def _why_nobody(asked: list[Standing]) -> str:
    if not asked:
        return _("Nobody is late: there is nobody to remind.")
    if any(one.is_reminded for one in asked):
        return _("Reminded today already; the next reminder can go out tomorrow.")
    return _("Nobody there has an account; tell them by telephone.")
