"""Practice sheets: made by the office from an agreed one, and marked by inspectors."""

import re
from collections.abc import Iterable
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.rules import is_inspector, require_office
from assessments.enums import SheetRole, SheetState
from assessments.marks import standard_items
from assessments.models import PracticeAnswer, PracticeMark, PracticeRun, PracticeSheet, Sheet
from assessments.services.scores import checked_mark
from core.locks import change_once
from sites.calendar import today
from sites.models import Site
from sites.services import liaisons
from sites.workflow import InvalidTransition
from standards.models import Item

_NUMBERS = re.compile(r"\d[\d\- ]{5,}\d")


@transaction.atomic
def copy(*, source: Sheet, title: str, by: User) -> PracticeSheet:
    """A draft with the marks of a signed common sheet, without what names its unit or its people.

    Words are the office's to look through before it is released: a machine knows no names it was not told.
    """
    require_office(by)
    if source.role != SheetRole.FINAL or source.state != SheetState.SIGNED:
        raise InvalidTransition(_("Only what a team has agreed on and signed is copied."))
    assessment = source.assessment
    made = PracticeSheet.objects.create(
        title=title.strip(),
        standard=assessment.standard,
        rulebook=assessment.round.rulebook,
        made_by=by,
        made_on=today(),
    )
    scores = {score.item_id: score for score in source.scores.all()}
    names = _names_of(assessment.site, source)
    for item in standard_items(source):
        score = scores.get(item.pk)
        if item.not_due or score is None:
            continue
        told = _unnamed(score.reason, names)
        full = score.level == "met"
        PracticeMark.objects.create(
            sheet=made,
            item=item,
            level=score.level,
            points=score.points,
            faults=score.faults,
            found=item.full_example if full else told,
            reason="" if full else told,
        )
    return made


@transaction.atomic
def change_mark(
    *,
    mark: PracticeMark,
    level: str,
    points: Decimal | None,
    faults: int | None,
    found: str,
    reason: str,
    by: User,
) -> None:
    """The office says what is found there and what was agreed, until the sheet is released."""
    require_office(by)
    sheet = (
        PracticeSheet.objects.select_for_update(of=("self",)).select_related("rulebook").get(pk=mark.sheet_id)
    )
    if not sheet.is_draft:
        raise InvalidTransition(_("It is released: inspectors may have marked it already."))
    if not found.strip():
        raise ValidationError({"found": _("Say what an inspector finds there.")})
    checked = checked_mark(
        mark.item,
        level=level,
        points=points,
        faults=faults,
        reason=reason,
        partly_percent=sheet.rulebook.partly_met_percent,
    )
    del checked["max_points"]
    for name, value in {**checked, "found": found.strip()}.items():
        setattr(mark, name, value)
    mark.save()


@transaction.atomic
def release(*, sheet: PracticeSheet, by: User) -> None:
    """Inspectors find it from now on, and it stays as it is."""
    require_office(by)
    if blank := [mark.item.code for mark in sheet.marks.filter(found="").select_related("item")]:
        told = _("Say first what an inspector finds at %(codes)s.")
        raise ValidationError(told % {"codes": _(", ").join(blank)})
    if not change_once(PracticeSheet.objects.filter(pk=sheet.pk, released_on=None), released_on=today()):
        raise InvalidTransition(_("It is released already."))


@transaction.atomic
def close(*, sheet: PracticeSheet, by: User) -> None:
    """Nobody begins it any more; whoever has begun goes on."""
    require_office(by)
    open_one = PracticeSheet.objects.filter(pk=sheet.pk, released_on__isnull=False, closed_on=None)
    if not change_once(open_one, closed_on=today()):
        raise InvalidTransition(_("It is not open."))


@transaction.atomic
def begin(*, sheet: PracticeSheet, by: User) -> PracticeRun:
    """An inspector's own practice, made on first sight."""
    if not is_inspector(by):
        raise PermissionDenied
    begun = PracticeRun.objects.filter(sheet=sheet, by=by).first()
    if begun is None and not sheet.is_open:
        raise InvalidTransition(_("It is not open."))
    run, _is_new = PracticeRun.objects.get_or_create(sheet=sheet, by=by, defaults={"begun_on": today()})
    return run


@transaction.atomic
def answer(
    *,
    run: PracticeRun,
    item: Item,
    level: str,
    points: Decimal | None,
    faults: int | None,
    reason: str,
    by: User,
) -> PracticeAnswer:
    """One item's mark, by the rules of every sheet; it may be changed until the practice is finished."""
    held = _held(run, by)
    if not held.sheet.marks.filter(item=item).exists():
        raise InvalidTransition(_("This item is not part of the practice."))
    partly = held.sheet.rulebook.partly_met_percent
    values = checked_mark(
        item, level=level, points=points, faults=faults, reason=reason, partly_percent=partly
    )
    del values["max_points"]
    made, _is_new = PracticeAnswer.objects.update_or_create(run=held, item=item, defaults=values)
    return made


@transaction.atomic
def finish(*, run: PracticeRun, by: User) -> None:
    """The agreed marks are shown from now on, and the own ones stay."""
    held = _held(run, by)
    left = held.sheet.marks.count() - held.answers.count()
    if left:
        told = ngettext("%(n)d item is not answered yet.", "%(n)d items are not answered yet.", left)
        raise ValidationError(told % {"n": left})
    change_once(PracticeRun.objects.filter(pk=held.pk), finished_on=today())


def _held(run: PracticeRun, by: User) -> PracticeRun:
    """The practice, locked; of whoever marks it, and while it is not finished."""
    held = (
        PracticeRun.objects.select_for_update(of=("self",)).select_related("sheet__rulebook").get(pk=run.pk)
    )
    if held.by_id != by.pk:
        raise PermissionDenied
    if held.finished_on is not None:
        raise InvalidTransition(_("This practice is finished."))
    return held


def _names_of(site: Site, source: Sheet) -> list[str]:
    """What would say whose sheet it was, the longest first."""
    members = User.objects.filter(sheets__assessment=source.assessment_id)
    people = {person.name for person in (*liaisons(site), *members)}
    names = {site.window_name, str(site), site.organisation.name, *people}
    return sorted((name for name in names if name), key=len, reverse=True)


def _unnamed(text: str, names: Iterable[str]) -> str:
    """The text with names and long numbers blotted out."""
    for name in names:
        text = text.replace(name, "××")
    return _NUMBERS.sub("××", text)
