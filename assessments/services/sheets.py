"""Filling, submitting and signing score sheets."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from accounts.enums import Role
from accounts.models import User
from accounts.rules import require_office
from accounts.services import notify
from assessments import papers
from assessments.enums import RoundKind, ScoreLevel, SheetRole, SheetState
from assessments.marks import section_marks, sheet_score
from assessments.models import Assessment, Score, Sheet
from assessments.rules import is_assigned, leads, writers
from assessments.scoring import plain, points_for
from assessments.services.final_sheet import ask_consent, draw_up_final_when_ready, waiting_members
from assessments.services.rectification import record_findings
from assessments.services.rounds import assessment_for, open_round_of
from audit.services import change_once
from sites.calendar import today
from sites.enums import Action, Stage
from sites.models import Site
from sites.rules import is_own_unit
from sites.services import liaisons, people
from sites.workflow import InvalidTransition, WorkflowError, check, perform
from standards.models import Item


class StaleScore(WorkflowError):
    """Somebody else wrote this item since the page was loaded; `current` is what they wrote."""

    def __init__(self, current: Score) -> None:
        self.current = current
        super().__init__(
            _("%(name)s has written this item since you opened it; look at both before you decide.")
            % {"name": current.updated_by}
        )


# -- opening ----------------------------------------------------------------


@transaction.atomic
def self_sheet(*, site: Site, by: User) -> Sheet:
    """The site's submitted self sheet, or the one of the open self-assessment round, made on first sight."""
    if not is_own_unit(by, site):
        raise PermissionDenied
    submitted = Sheet.objects.filter(assessment__site=site, role=SheetRole.SELF).exclude(
        state=SheetState.DRAFT
    )
    if done := submitted.order_by("-pk").first():
        return done
    if site.stage != Stage.BUILDING:
        raise InvalidTransition(_("The self-assessment begins once the work plan is agreed."))
    self_round = open_round_of(site.programme, RoundKind.SELF)
    assessment = assessment_for(round=self_round, site=site)
    sheet, _created = Sheet.objects.get_or_create(assessment=assessment, role=SheetRole.SELF)
    return sheet


@transaction.atomic
def inspector_sheet(*, assessment: Assessment, by: User) -> Sheet:
    """This member's own sheet for a site its team was sent to, made on first sight."""
    if not is_assigned(assessment, by):
        raise PermissionDenied
    if not assessment.round.is_open:
        raise WorkflowError(_("This round is closed."))
    if assessment.round.kind == RoundKind.INSPECTION and assessment.site.stage != Stage.SELF_ASSESSED:
        raise InvalidTransition(_("The inspection begins once the site has submitted its self-assessment."))
    sheet, _created = Sheet.objects.get_or_create(assessment=assessment, role=SheetRole.INSPECTOR, author=by)
    return sheet


# -- filling ----------------------------------------------------------------


@transaction.atomic
def save_score(
    *, sheet: Sheet, item: Item, level: str, points: Decimal | None, reason: str, version: int, by: User
) -> None:
    """Write one item's mark; every item by itself, so an error in one never blocks the others.

    `version` is the row version the page showed (0: no mark yet); when it is
    no longer the stored one nothing is written and StaleScore carries what is.
    Raises ValidationError naming the field, InvalidTransition when the sheet
    has been submitted.
    """
    _hold(sheet, by)
    values = _checked(sheet, item, level, points, reason)
    if version:
        written = bool(
            Score.objects.filter(sheet=sheet, item=item, version=version).update(
                **values,
                version=F("version") + 1,
                updated_by=by,
                updated_at=timezone.now(),
                consented_by=None,
            )
        )
    else:
        written = _first_mark(sheet, item, values, by)
    if not written:
        raise StaleScore(sheet.scores.select_related("updated_by").get(item=item))
    if sheet.role == SheetRole.FINAL and level == ScoreLevel.INAPPLICABLE:
        ask_consent(sheet)


def _hold(sheet: Sheet, by: User) -> None:
    """Lock the sheet, so that it is not submitted under the pen, and see that this person may write on it."""
    state, may_write = (
        Sheet.objects.select_for_update()
        .filter(pk=sheet.pk)
        .annotate(may_write=Exists(writers(sheet).filter(pk=by.pk)))
        .values_list("state", "may_write")
        .get()
    )
    if not may_write:
        raise PermissionDenied
    if state != SheetState.DRAFT:
        raise InvalidTransition(_("This sheet has been submitted already."))


def _first_mark(sheet: Sheet, item: Item, values: Mapping[str, Any], by: User) -> bool:
    try:
        with transaction.atomic():
            Score.objects.create(sheet=sheet, item=item, updated_by=by, **values)
    except IntegrityError:
        return False
    return True


def _checked(sheet: Sheet, item: Item, level: str, points: Decimal | None, reason: str) -> dict[str, Any]:
    """The row's values, or ValidationError with field and cure."""
    reason = reason.strip()
    if item.section.standard_id != sheet.assessment.standard_id:
        raise ValidationError(_("This item is not part of the sheet's standard."))
    if level not in ScoreLevel.values:
        raise ValidationError({"level": _("Choose a level.")})
    if level == ScoreLevel.INAPPLICABLE and not item.may_be_inapplicable:
        raise ValidationError(
            {"level": _("The plan demands this item of every site; it cannot be inapplicable.")}
        )
    try:
        earned = points_for(
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
    if level != ScoreLevel.MET and not reason:
        raise ValidationError({"reason": _("Below full marks a reason is needed.")})
    return {"level": level, "points": earned, "max_points": item.points, "reason": reason}


@transaction.atomic
def consent_inapplicable(*, score: Score, by: User) -> None:
    """The office agrees that an item does not apply to a site."""
    require_office(by)
    same = Score.objects.filter(pk=score.pk, version=score.version, level=ScoreLevel.INAPPLICABLE)
    if not change_once(same.filter(sheet__state=SheetState.DRAFT), consented_by=by):
        raise InvalidTransition(_("This item has been changed or signed since; look at the sheet again."))


# -- submitting -------------------------------------------------------------


@transaction.atomic
def submit_self_assessment(*, sheet: Sheet, by: User) -> None:
    """Submit the self sheet: every item answered. The site is then ready for inspection."""
    site = sheet.assessment.site
    check(site=site, action=Action.SUBMIT_SELF_ASSESSMENT, by=by)
    _submit(sheet)
    perform(site=site, action=Action.SUBMIT_SELF_ASSESSMENT, by=by)
    notify(
        people(Role.OFFICE),
        text=gettext_noop("%(site)s has submitted its self-assessment."),
        about={"site": site},
        url=site.get_absolute_url(),
    )


@transaction.atomic
def submit_inspector_sheet(*, sheet: Sheet, by: User) -> None:
    """Submit one's own sheet; with the team's last one the final sheet is drawn up."""
    if sheet.author_id != by.pk or not is_assigned(sheet.assessment, by):
        raise PermissionDenied
    # Two members who submit at once must not each take the other for missing.
    assessment = Assessment.objects.select_for_update().get(pk=sheet.assessment_id)
    _submit(sheet)
    draw_up_final_when_ready(assessment=assessment, by=by)


def _submit(sheet: Sheet) -> None:
    score = sheet_score(section_marks(sheet))
    if not score.is_complete:
        raise ValidationError(
            ngettext("%(n)d item is not answered yet.", "%(n)d items are not answered yet.", score.unmarked)
            % {"n": score.unmarked}
        )
    draft = Sheet.objects.filter(pk=sheet.pk, state=SheetState.DRAFT)
    if not change_once(draft, state=SheetState.SUBMITTED, submitted_on=today()):
        raise InvalidTransition(_("This sheet has been submitted already."))
    sheet.refresh_from_db()


# -- signing ----------------------------------------------------------------


@transaction.atomic
def sign(
    *, sheet: Sheet, opinions: Mapping[int, str], deadline: datetime.date | None = None, by: User
) -> None:
    """The leader signs the final sheet.

    In an inspection each item below full marks becomes a finding with the
    opinion of `opinions` (item id → text) and a deadline of the rulebook's
    working days unless `deadline` is given; the site goes on to rectification,
    or past it when nothing is wanting (plan, part five, three).
    """
    assessment = sheet.assessment
    if sheet.role != SheetRole.FINAL or not leads(assessment, by):
        raise PermissionDenied
    inspection = assessment.round.kind == RoundKind.INSPECTION
    if inspection:
        check(site=assessment.site, action=Action.SIGN_INSPECTION, by=by)
    if waiting := waiting_members(assessment):
        raise ValidationError(
            _("Not submitted yet: %(people)s.") % {"people": _(", ").join(user.name for user in waiting)}
        )
    if sheet.scores.filter(level=ScoreLevel.INAPPLICABLE, consented_by=None).exists():
        raise ValidationError(_("The office has not yet agreed to every item marked inapplicable."))
    _submit(sheet)
    change_once(Sheet.objects.filter(pk=sheet.pk), state=SheetState.SIGNED, signed_by=by, signed_on=today())
    sheet.refresh_from_db()
    if inspection:
        _conclude_inspection(sheet, opinions, deadline, by)


def items_below_full(sheet: Sheet) -> list[Score]:
    """The scores that become findings, in the standard's order."""
    return list(
        sheet.scores.filter(level__in=(ScoreLevel.PARTLY, ScoreLevel.UNMET)).select_related("item__section")
    )


def _conclude_inspection(
    sheet: Sheet, opinions: Mapping[int, str], deadline: datetime.date | None, by: User
) -> None:
    site, wanting = sheet.assessment.site, items_below_full(sheet)
    if not wanting:
        perform(site=site, action=Action.SIGN_INSPECTION, by=by, to=Stage.RECTIFIED)
        return
    if missing := [score.item.code for score in wanting if not opinions.get(score.item_id, "").strip()]:
        raise ValidationError(
            _("Write an opinion for improvement for each: %(codes)s.") % {"codes": _(", ").join(missing)}
        )
    record_findings(assessment=sheet.assessment, scores=wanting, opinions=opinions, deadline=deadline)
    perform(site=site, action=Action.SIGN_INSPECTION, by=by, to=Stage.RECTIFYING)
    papers.issue_rectification_notice(sheet.assessment, by=by)
    notify(
        liaisons(site),
        text=gettext_noop("The inspection of %(site)s is signed; answer its findings."),
        about={"site": site},
        url=reverse("assessments:rectification", args=[site.pk]),
    )
