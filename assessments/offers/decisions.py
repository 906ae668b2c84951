"""What two people decide in this room: a signed sheet is opened again."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from accounts.decisions import DECISIONS, Decision, Fact, Values
from accounts.models import User
from accounts.rules import sees_city
from assessments.enums import SheetRole
from assessments.models import Sheet
from assessments.models.sheets import SheetQuerySet
from assessments.services import unlocking


def _open_to(user: User) -> SheetQuerySet:
    finals = Sheet.objects.visible_to(user).filter(role=SheetRole.FINAL)
    return finals.select_related("assessment__site") if sees_city(user) else finals.none()


def _unlock(sheet: Sheet, values: Values, by: User) -> None:
    unlocking.unlock(sheet=sheet, reason=values["reason"], by=by)


def _why(_sheet: Sheet, values: Values) -> Iterator[Fact]:
    yield _("Reason"), values["reason"]


DECISIONS.add(
    Decision(
        kind="sheet.unlock",
        what=_("Unlock a signed final sheet"),
        open_to=_open_to,
        take=_unlock,
        facts=_why,
        url=Sheet.get_absolute_url,
        called=lambda sheet: str(sheet.assessment.site),
    ),
    place=20,
)
