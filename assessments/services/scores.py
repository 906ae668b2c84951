"""Marking items: each is saved by itself."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import require_office
from assessments.enums import ScoreLevel, SheetRole, SheetState
from assessments.models import NotDue, Score, ScoreEntry, Sheet
from assessments.rules import writers
from assessments.scoring import level_of, plain, points_after_faults, points_for
from assessments.services.final_sheet import ask_consent
from audit.services import change_once
from sites.workflow import InvalidTransition, WorkflowError
from standards.models import Item

# Nobody counts further at a counter; a slip of the finger does.
MAX_FAULTS = 999


class StaleScore(WorkflowError):
    """Somebody else wrote this item since the page was loaded; `current` is what they wrote."""

    def __init__(self, current: Score) -> None:
        self.current = current
        super().__init__(
            _("%(name)s has written this item since you opened it; look at both before you decide.")
            % {"name": current.updated_by}
        )


@transaction.atomic
def save_score(
    *,
    sheet: Sheet,
    item: Item,
    level: str,
    points: Decimal | None,
    reason: str,
    version: int,
    by: User,
    faults: int | None = None,
) -> Score:
    """Write one item's mark; every item by itself, so an error in one never blocks the others.

    `version` is the row version the page showed (0: no mark yet); when it is
    no longer the stored one nothing is written and StaleScore carries what is,
    unless the same person sends the same mark again: then it is taken as sent twice.
    Raises ValidationError naming the field, InvalidTransition when the sheet
    has been submitted.
    """
    _hold(sheet, item, by)
    values = checked(sheet, item, level=level, points=points, faults=faults, reason=reason)
    stored = Score.objects.filter(sheet=sheet, item=item).select_related("updated_by").first()
    if stored is not None and stored.version != version:
        if stored.updated_by_id == by.pk and _says(stored, values):
            return stored
        raise StaleScore(stored)
    score = stored or Score(sheet=sheet, item=item, version=0)
    for name, value in values.items():
        setattr(score, name, value)
    score.version += 1
    score.updated_by, score.consented_by = by, None
    score.save()
    _keep_entry(score)
    if sheet.role == SheetRole.FINAL and level == ScoreLevel.INAPPLICABLE:
        ask_consent(sheet)
    return score


def _says(score: Score, values: Mapping[str, Any]) -> bool:
    return all(getattr(score, name) == value for name, value in values.items())


def _keep_entry(score: Score) -> None:
    """What was written stays readable when it is written over."""
    ScoreEntry.objects.create(
        sheet=score.sheet,
        item=score.item,
        version=score.version,
        level=score.level,
        points=score.points,
        faults=score.faults,
        reason=score.reason,
        by=score.updated_by,
    )


def _hold(sheet: Sheet, item: Item, by: User) -> None:
    """Lock the sheet, so that it is not submitted under the pen, and see that this person may write on it."""
    put_off = NotDue.objects.filter(round=sheet.assessment.round_id, item=item)
    state, may_write, not_due = (
        Sheet.objects.select_for_update()
        .filter(pk=sheet.pk)
        .annotate(may_write=Exists(writers(sheet).filter(pk=by.pk)), not_due=Exists(put_off))
        .values_list("state", "may_write", "not_due")
        .get()
    )
    if not may_write:
        raise PermissionDenied
    if state != SheetState.DRAFT:
        raise InvalidTransition(_("This sheet has been submitted already."))
    if not_due:
        raise InvalidTransition(_("This item is not due in this round and gets no mark."))


def checked(
    sheet: Sheet, item: Item, *, level: str, points: Decimal | None, faults: int | None, reason: str
) -> dict[str, Any]:
    """The values of the mark's row, or ValidationError with field and cure.

    Where each fault costs points (`Item.deduction`) the number of faults gives the level, unless the
    item does not apply; everywhere else the level gives the points.
    """
    reason = reason.strip()
    if item.section.standard_id != sheet.assessment.standard_id:
        raise ValidationError(_("This item is not part of the sheet's standard."))
    earned: Decimal
    if item.deduction and level != ScoreLevel.INAPPLICABLE:
        if faults is None or not 0 <= faults <= MAX_FAULTS:
            raise ValidationError({"faults": _("Say how many faults were found; 0 where there is none.")})
        earned = points_after_faults(item.points, item.deduction, faults)
        level = level_of(earned, item.points)
    else:
        faults, earned = None, _earned(sheet, item, level, points)
    if level != ScoreLevel.MET and not reason:
        raise ValidationError({"reason": _("Below full marks a reason is needed.")})
    return {"level": level, "points": earned, "max_points": item.points, "faults": faults, "reason": reason}


def _earned(sheet: Sheet, item: Item, level: str, points: Decimal | None) -> Decimal:
    if level not in ScoreLevel.values:
        raise ValidationError({"level": _("Choose a level.")})
    if level == ScoreLevel.INAPPLICABLE and not item.may_be_inapplicable:
        raise ValidationError(
            {"level": _("The plan demands this item of every site; it cannot be inapplicable.")}
        )
    try:
        return points_for(
            level,
            item.points,
            partly_percent=sheet.assessment.round.rulebook.partly_met_percent,
            given=points if level == ScoreLevel.PARTLY else None,
        )
    except ValueError:
        raise ValidationError(
            {
                "points": _("Give more than 0 and less than %(max)s points, or choose another level.")
                % {"max": plain(item.points)}
            }
        ) from None


@transaction.atomic
def consent_inapplicable(*, score: Score, by: User) -> None:
    """The office agrees that an item does not apply to a site."""
    require_office(by)
    same = Score.objects.filter(pk=score.pk, version=score.version, level=ScoreLevel.INAPPLICABLE)
    if not change_once(same.filter(sheet__state=SheetState.DRAFT), consented_by=by):
        raise InvalidTransition(_("This item has been changed or signed since; look at the sheet again."))
