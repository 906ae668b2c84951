"""The leader's signature, and what follows from it."""

import datetime
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.services import notify
from assessments import papers
from assessments.enums import RoundKind, ScoreLevel, SheetRole, SheetState
from assessments.models import Score, Sheet
from assessments.rules import leads
from assessments.services.final_sheet import waiting_members
from assessments.services.rectification import record_findings
from assessments.services.sheets import submit
from audit.services import change_once
from sites.calendar import today
from sites.enums import Action, Stage
from sites.services import liaisons
from sites.workflow import check, perform


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
    submit(sheet)
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
