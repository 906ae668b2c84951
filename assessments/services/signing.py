"""The leader's signature, and what follows from it."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.services import notify
from assessments.enums import RoundKind, SheetRole, SheetState
from assessments.models import Sheet
from assessments.papers import scores as papers
from assessments.queries import items_below_full, stood_in_for
from assessments.rules import leads
from assessments.services.rectification import record_findings
from assessments.services.sheets import submit
from assessments.services.signature_conditions import guards
from core.locks import change_once
from sites.calendar import today
from sites.enums import Action, Stage
from sites.services import liaisons
from sites.workflow import check, perform


@transaction.atomic
def sign(
    *,
    sheet: Sheet,
    gaps: Mapping[int, str] | None = None,
    opinions: Mapping[int, str],
    working_days: Mapping[int, int] | None = None,
    by: User,
) -> None:
    """The leader signs the final sheet, or their deputy under the own name.

    In an inspection each item below full marks becomes a finding that is put to
    the unit, with its gap (the mark's reason where none is given), its opinion and its working days by item
    id (the rulebook's where none are given); the site goes on to rectification, or past it when
    nothing is wanting (plan, part five, three).
    """
    assessment = sheet.assessment
    # Nobody deliberates, marks, unlocks or stands aside while it is being signed.
    Sheet.objects.select_for_update().get(pk=sheet.pk)
    if sheet.role != SheetRole.FINAL or not leads(assessment, by):
        raise PermissionDenied
    inspection = assessment.round.kind == RoundKind.INSPECTION
    if inspection:
        check(site=assessment.site, action=Action.SIGN_INSPECTION, by=by)
    if unmet := [guard.refusal for guard in guards(sheet) if not guard.is_met]:
        raise ValidationError(unmet)
    submit(sheet)
    change_once(
        Sheet.objects.filter(pk=sheet.pk),
        state=SheetState.SIGNED,
        signed_by=by,
        signed_for=stood_in_for(assessment, by),
        signed_on=today(),
    )
    sheet.refresh_from_db()
    papers.issue_at_signing(sheet, by=by)
    if inspection:
        _conclude_inspection(sheet, gaps or {}, opinions, working_days or {}, by)


def _conclude_inspection(
    sheet: Sheet,
    gaps: Mapping[int, str],
    opinions: Mapping[int, str],
    working_days: Mapping[int, int],
    by: User,
) -> None:
    site, wanting = sheet.assessment.site, items_below_full(sheet)
    if not wanting:
        perform(
            site=site, action=Action.SIGN_INSPECTION, by=by, to=Stage.RECTIFIED, acted_for=sheet.signed_for
        )
        return
    if missing := [score.item.code for score in wanting if not opinions.get(score.item_id, "").strip()]:
        raise ValidationError(
            _("Write an opinion for improvement for each: %(codes)s.") % {"codes": _(", ").join(missing)}
        )
    record_findings(
        assessment=sheet.assessment,
        scores=wanting,
        gaps=gaps,
        opinions=opinions,
        working_days=working_days,
        by=by,
    )
    perform(site=site, action=Action.SIGN_INSPECTION, by=by, to=Stage.RECTIFYING, acted_for=sheet.signed_for)
    notify(
        liaisons(site),
        text=gettext_noop("The inspection of %(site)s is signed; say what you think of its findings."),
        about={"site": site},
        url=reverse("assessments:rectification", args=[site.pk]),
    )
