"""What two people decide in this room: a running notice is withdrawn, or given more days."""

import datetime
from collections.abc import Iterator

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.decisions import DECISIONS, Decision, Fact, Values
from accounts.models import User
from publicity.models import Notice
from publicity.services import notices
from sites.calendar import days_after


def _url(notice: Notice) -> str:
    return reverse("publicity_desk:notice", args=[notice.pk])


def _withdraw(notice: Notice, values: Values, by: User) -> None:
    notices.withdraw(notice=notice, reason=values["reason"], by=by)


def _why(_notice: Notice, values: Values) -> Iterator[Fact]:
    yield _("Reason"), values["reason"]


def _extend(notice: Notice, values: Values, by: User) -> None:
    counted_from = datetime.date.fromisoformat(values["counted_from"])
    notices.extend(
        notice=notice, counted_from=counted_from, length=values["length"], reason=values["reason"], by=by
    )


def _how_long(notice: Notice, values: Values) -> Iterator[Fact]:
    counted_from = datetime.date.fromisoformat(values["counted_from"])
    end = days_after(counted_from, values["length"], notice.unit).end
    yield _("It would end on"), f"{date_format(end)} (+{values['length']} {notice.get_unit_display()})"
    yield from _why(notice, values)


DECISIONS.add(
    Decision(
        kind="notice.withdraw",
        what=_("Withdraw a public notice"),
        open_to=notices.open_to,
        take=_withdraw,
        facts=_why,
        url=_url,
    ),
    Decision(
        kind="notice.extend",
        what=_("Extend a public notice"),
        open_to=notices.open_to,
        take=_extend,
        facts=_how_long,
        url=_url,
    ),
    place=10,
)
