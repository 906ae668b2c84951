"""What a digest says."""

import datetime
from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.http import full_address, in_full

from .models import Notification, User


def written(user: User, told: Sequence[Notification], *, on: datetime.date) -> tuple[str, str]:
    """Subject and text of a digest made on that day, in Chinese: nobody's language is on record."""
    with translation.override(settings.LANGUAGE_CODE):
        count = len(told)
        subject = ngettext(
            "Demonstration sites: %(n)d reminder", "Demonstration sites: %(n)d reminders", count
        ) % {"n": count}
        return subject, "\n".join(_lines(user, told, on))


def _lines(user: User, told: Sequence[Notification], on: datetime.date) -> list[str]:
    lines = [
        _("%(name)s,") % {"name": user},
        "",
        _("As of %(date)s you have not read the following reminders in the portal, newest first:")
        % {"date": date_format(on)},
        "",
    ]
    for number, each in enumerate(told, start=1):
        lines += [f"{number}. {each.on:%Y-%m-%d} {each}", f"   {in_full(each.url)}", ""]
    lines += [
        _("All of them are on your desk: %(address)s") % {"address": in_full(reverse("desk:home"))},
        "",
        _("This mail was sent by the portal itself; please do not reply to it."),
        _("If you do not want a daily digest, switch it off here: %(address)s")
        % {"address": full_address("people:my_account")},
        "",
    ]
    return lines
