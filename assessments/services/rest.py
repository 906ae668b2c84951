"""The rest of a section is met: a unit's self-assessment, many items at one press."""

from django.db import transaction

from accounts.models import User
from assessments.enums import ScoreLevel, Together
from assessments.marks import standard_items
from assessments.models import Sheet
from standards.models import Item, Section

from .scores import checked, write
from .together import hold


@transaction.atomic
def meet_rest(*, sheet: Sheet, section: Section, by: User) -> list[Item]:
    """Mark what has no mark yet in a section of the self sheet as met; returns which items.

    Raises PermissionDenied, and InvalidTransition once it is submitted.
    """
    hold(sheet, by)
    marked = set(sheet.scores.values_list("item", flat=True))
    items = [item for item in standard_items(sheet) if item.section_id == section.pk and not item.not_due]
    left = [item for item in items if item.pk not in marked]
    for item in left:
        faults = 0 if item.deduction else None
        values = checked(sheet, item, level=ScoreLevel.MET, points=None, faults=faults, reason="")
        write(sheet, item, {**values, "together": Together.REST}, 0, by)
    return left
