"""The daily check of the trail, and who is told when it does not hold."""

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import User
from accounts.services import notify
from audit.checking import check_trail
from audit.models import Check

# Asked every hour: a little less than a day, so that the check does not wander through the hours.
AGAIN_AFTER = datetime.timedelta(hours=23, minutes=30)


def check() -> Check:
    """Check the trail now; every auditor is told what was found wrong."""
    made = check_trail()
    if made.fault:
        auditors = User.objects.active().filter(role=Role.AUDITOR)
        told = gettext_noop("The trail does not hold: %(found)s")
        notify(auditors, text=told, about={"found": made.found}, url=reverse("desk:seals"))
    return made


def check_for(asker: User) -> None:
    """Check the trail and tell who asked, whatever was found."""
    made = check()
    if not made.fault:
        holds = gettext_noop("The check of the trail that you asked for is done: the trail holds.")
        unsealed = gettext_noop(
            "The check of the trail that you asked for is done: "
            "nothing is sealed yet, so nothing was compared."
        )
        told = unsealed if made.nothing_is_sealed else holds
        notify([asker], text=told, about={}, url=reverse("desk:seals"))


def check_daily() -> None:
    """Check the trail unless that was done within the day."""
    if not Check.objects.filter(checked_at__gt=timezone.now() - AGAIN_AFTER).exists():
        check()
