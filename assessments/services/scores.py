"""Marking items: each is saved by itself."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.rules import require_office
from accounts.services import notify
from assessments.enums import ScoreLevel, SheetRole, SheetState
from assessments.models import Assessment, Deliberation, NotDue, Score, ScoreEntry, Sheet
from assessments.queries import counted_sheets, leading
from assessments.rules import writers
from assessments.scoring import MAX_FAULTS, level_of, plain, points_after_faults, points_for
from assessments.services.final_sheet import ask_consent, is_everybodys
from core.locks import change_once
from core.prepared import prepared
from sites.workflow import InvalidTransition, WorkflowError
from standards.models import Item


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
    opened: int | None = None,
) -> int:
    """Write one item's mark and return its row version; an error in one item never blocks the others.

    `version` is the row version the page showed (0: no mark yet); when it is
    no longer the stored one nothing is written and StaleScore carries what is,
    unless the same person sends the same mark again: then it is taken as sent twice.
    Raises ValidationError naming the field, InvalidTransition when the sheet
    has been submitted, or was signed and opened again since it was marked as its version `opened`.
    Three queries: inspectors save all day.
    """
    _hold(sheet, item, by, opened)
    values = checked(sheet, item, level=level, points=points, faults=faults, reason=reason)
    if sheet.role == SheetRole.FINAL:
        values["reason"] = _reason_of_final(sheet, item, values)
    return write(sheet, item, values, version, by) or _sent_twice(sheet, item, values, by)


def _reason_of_final(sheet: Sheet, item: Item, values: Mapping[str, Any]) -> str:
    """Why the team's mark is this one; a full mark that everybody gave has no reason.

    Raises ValidationError where one is wanting: what was found wrong does not say why a mark is full.
    """
    is_full, reason = values["level"] == ScoreLevel.MET, str(values["reason"])
    if is_everybodys(sheet, item, values):
        return "" if is_full else reason
    if not reason or (is_full and _is_of_lower_marks(reason, sheet, item)):
        raise ValidationError({"reason": _("Not every member gave this mark: say why it is this one.")})
    return reason


def _is_of_lower_marks(reason: str, sheet: Sheet, item: Item) -> bool:
    """Whether it says nothing but what the team's lower mark or the members' ones said."""
    told = Score.objects.filter(Q(sheet=sheet) | Q(sheet__in=counted_sheets(sheet.assessment)), item=item)
    lower = told.exclude(level=ScoreLevel.MET).values_list("reason", flat=True)
    return set(reason.splitlines()) <= {line for each in lower for line in each.splitlines()}


def write(sheet: Sheet, item: Item, values: Mapping[str, Any], version: int, by: User) -> int:
    """Store a `checked` mark over row version `version`; its own version, 0 where another one is stored."""
    number = version + 1
    if not version and sheet.role == SheetRole.SELF:
        number += _undone(sheet, item)
    written = _write_over if version else _write_first
    if not written(sheet, item, values, number, by):
        return 0
    # What was written stays readable when it is written over.
    entry = {name: value for name, value in values.items() if name not in {"max_points", "together"}}
    ScoreEntry.objects.create(sheet=sheet, item=item, version=number, by=by, **entry)
    if sheet.role == SheetRole.FINAL and values["level"] == ScoreLevel.INAPPLICABLE:
        ask_consent(sheet, [item])
    return number


def _undone(sheet: Sheet, item: Item) -> int:
    """The version of the mark that was undone here last; 0 where none was."""
    entries = ScoreEntry.objects.filter(sheet=sheet, item=item)
    return entries.aggregate(last=Max("version"))["last"] or 0


def _write_over(sheet: Sheet, item: Item, values: Mapping[str, Any], number: int, by: User) -> bool:
    stored = Score.objects.filter(sheet=sheet, item=item, version=number - 1)
    return bool(
        stored.update(
            **{"together": "", **values},
            version=number,
            updated_by=by,
            updated_at=timezone.now(),
            consented_by=None,
            refusal="",
        )
    )


def _write_first(sheet: Sheet, item: Item, values: Mapping[str, Any], number: int, by: User) -> bool:
    try:
        with transaction.atomic():
            Score.objects.create(sheet=sheet, item=item, version=number, updated_by=by, **values)
    except IntegrityError:
        return False
    return True


def _sent_twice(sheet: Sheet, item: Item, values: Mapping[str, Any], by: User) -> int:
    """The stored row's version where it is this very mark by this person; else raises StaleScore."""
    stored = Score.objects.filter(sheet=sheet, item=item).select_related("updated_by").first()
    if stored is None:
        raise InvalidTransition(_("This item has no mark any more; look at the sheet again."))
    if stored.updated_by_id == by.pk and all(getattr(stored, name) == values[name] for name in values):
        return stored.version
    raise StaleScore(stored)


def _hold(sheet: Sheet, item: Item, by: User, opened: int | None) -> None:
    """Lock the sheet, so that it is not submitted under the pen, and see that this person may write on it."""
    pen = SheetRole(sheet.role), sheet.author_id, sheet.assessment
    [(state, version, may_write, not_due, deliberated)] = _held(*pen, sheet=sheet.pk, item=item.pk, by=by.pk)
    if not may_write:
        raise PermissionDenied
    if state != SheetState.DRAFT:
        raise InvalidTransition(_("This sheet has been submitted already."))
    if opened not in (None, version):
        told = _(
            "The sheet was signed and opened again since this was marked: look at it, then mark it anew."
        )
        raise InvalidTransition(told)
    if not_due:
        raise InvalidTransition(_("This item is not due in this round and gets no mark."))
    if deliberated:
        raise InvalidTransition(_("The members deliberate on this item; what they agree on is its mark."))


@prepared
def _held(
    role: SheetRole, author: int | None, of: Assessment, *, sheet: int, item: int, by: int
) -> QuerySet[Sheet, tuple[str, int, bool, bool, bool]]:
    pens = writers(Sheet(role=role, author_id=author, assessment=of)).filter(pk=by)
    return (
        Sheet.objects.select_for_update()
        .filter(pk=sheet)
        .order_by()
        .annotate(
            may_write=Exists(pens),
            not_due=Exists(NotDue.objects.filter(round=of.round_id, item=item)),
            deliberated=Exists(Deliberation.objects.filter(sheet=sheet, item=item)),
        )
        .values_list("state", "version", "may_write", "not_due", "deliberated")
    )


def checked(
    sheet: Sheet, item: Item, *, level: str, points: Decimal | None, faults: int | None, reason: str
) -> dict[str, Any]:
    """The values of the mark's row, or ValidationError with field and cure."""
    if item.section.standard_id != sheet.assessment.standard_id:
        raise ValidationError(_("This item is not part of the sheet's standard."))
    return checked_mark(
        item,
        level=level,
        points=points,
        faults=faults,
        reason=reason,
        partly_percent=sheet.assessment.round.rulebook.partly_met_percent,
        keeps_reason=sheet.role == SheetRole.FINAL,
    )


def checked_mark(
    item: Item,
    *,
    level: str,
    points: Decimal | None,
    faults: int | None,
    reason: str,
    partly_percent: int,
    keeps_reason: bool = False,
) -> dict[str, Any]:
    """`checked` without a sheet, under a rulebook's share for “partly met”.

    Where each fault costs points (`Item.deduction`) the number of faults gives the level, unless the
    item does not apply; everywhere else the level gives the points.
    """
    reason = reason.strip()
    earned: Decimal
    if item.deduction and level != ScoreLevel.INAPPLICABLE:
        if faults is None or not 0 <= faults <= MAX_FAULTS:
            raise ValidationError({"faults": _("Say how many faults were found; 0 where there is none.")})
        earned = points_after_faults(item.points, item.deduction, faults)
        level = level_of(earned, item.points)
    else:
        faults, earned = None, _earned(item, level, points, partly_percent)
    if level == ScoreLevel.MET and not keeps_reason:
        reason = ""  # typed for a lower mark; the history keeps it there
    if level != ScoreLevel.MET and not reason:
        raise ValidationError({"reason": _("Below full marks a reason is needed.")})
    return {"level": level, "points": earned, "max_points": item.points, "faults": faults, "reason": reason}


def _earned(item: Item, level: str, points: Decimal | None, partly_percent: int) -> Decimal:
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
            partly_percent=partly_percent,
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
    _answer(score, consented_by=by, refusal="")


@transaction.atomic
def consent_to_all(*, chosen: Iterable[Score], by: User) -> None:
    """The office agrees to several marks it has seen: to all of them, or where one was changed to none."""
    for score in chosen:
        consent_inapplicable(score=score, by=by)


@transaction.atomic
def refuse_inapplicable(*, score: Score, reason: str, by: User) -> None:
    """The office holds that the item does apply, and says why; the team then gives another mark or ground."""
    require_office(by)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"text": _("Say why the item does apply to this site.")})
    _answer(score, consented_by=None, refusal=reason)
    sheet = score.sheet
    notify(
        leading(sheet.assessment),
        text=gettext_noop("%(site)s: the office does not agree that %(item)s does not apply."),
        about={"site": sheet.assessment.site, "item": score.item.code},
        url=sheet.url_of_item(score.item),
    )


def _answer(score: Score, **values: Any) -> None:
    """Record the office's word on the mark it has seen; while the sheet is open it may change its mind."""
    same = Score.objects.filter(pk=score.pk, version=score.version, level=ScoreLevel.INAPPLICABLE)
    if not change_once(same.filter(sheet__state=SheetState.DRAFT), **values):
        raise InvalidTransition(_("This item has been changed or signed since; look at the sheet again."))
