"""Failed sign-ins by the hour: one entry of the trail says how many there were of what it does not name."""

import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import TriesInHour
from audit.enums import SignIn
from audit.services import note_sign_in

KEPT = datetime.timedelta(days=90)


def tell_trail() -> int:
    """An entry for each hour that is over and was not told yet; gives how many."""
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    with transaction.atomic():
        over = list(TriesInHour.objects.select_for_update().filter(hour__lt=hour, is_told=False))
        for each in over:
            note_sign_in(None, name=str(each), what=SignIn.TRIES, address=None)
        TriesInHour.objects.filter(pk__in=[each.pk for each in over]).update(is_told=True)
    return len(over)


def of_late() -> tuple[int, int]:
    """Wrong passwords and refused tries of this hour and the one before."""
    since = timezone.now() - datetime.timedelta(hours=2)
    found = TriesInHour.objects.filter(hour__gt=since).values_list("failed", "refused")
    return sum(failed for failed, _refused in found), sum(refused for _failed, refused in found)


def forget_old() -> None:
    TriesInHour.objects.filter(hour__lt=timezone.now() - KEPT, is_told=True).delete()
