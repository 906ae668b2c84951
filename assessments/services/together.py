"""Marks that a unit sets many at a time on its self sheet, at one press, and takes back at one press."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.enums import SheetRole, Together
from assessments.models import EvidencePointer, Sheet
from assessments.rules import writers
from sites.workflow import InvalidTransition
from standards.models import Item, Section


def hold(sheet: Sheet, by: User) -> None:
    """Lock the sheet, so that it is not submitted meanwhile, and see that this person may write on it."""
    held = Sheet.objects.select_for_update(of=("self",)).select_related("assessment__site").get(pk=sheet.pk)
    if held.role != SheetRole.SELF or not writers(held).filter(pk=by.pk).exists():
        raise PermissionDenied
    if not held.is_draft:
        raise InvalidTransition(_("This sheet has been submitted already."))


@transaction.atomic
def undo(*, sheet: Sheet, press: Together, by: User, section: Section | None = None) -> list[Item]:
    """Take the marks of a press (in one section) off again which nobody has written since; returns which.

    The history keeps them. What was pointed to with them shows their items no more. Raises PermissionDenied,
    and InvalidTransition once the sheet is submitted.
    """
    hold(sheet, by)
    marks = sheet.scores.filter(together=press)
    if section:
        marks = marks.filter(item__section=section)
    undone = [score.item for score in marks.select_related("item__section")]
    pieces = EvidencePointer.objects.filter(evidence__site=sheet.assessment.site_id, is_carried=True)
    if press == Together.CARRIED:
        pieces.filter(item__in=undone).delete()
    marks.delete()
    return undone
