"""Opening a signed final sheet again: by the office, for a reason, before anything rests on it."""

import datetime
from collections.abc import Callable
from typing import cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.rules import require_city
from accounts.services import notify
from assessments.enums import ReplyKind, RoundKind, SheetRole, SheetState
from assessments.marks import frozen_rows, section_marks, sheet_score
from assessments.models import FindingReply, Sheet, SheetVersion
from assessments.queries import standing_members
from assessments.services.hearing import withdraw_all
from assessments.services.rectification import latest_on_site
from core.locks import change_once
from documents.models import Document
from documents.papers import INTERNAL, DocumentKind
from documents.services import withdraw
from sites.calendar import today
from sites.enums import Action
from sites.models import Site
from sites.services import liaisons
from sites.workflow import InvalidTransition, perform

# What the office and the leading group do to a named site upon a recheck.
CONSEQUENCES = (Action.WARN, Action.RESTORE, Action.REVOKE)


@transaction.atomic
def unlock(*, sheet: Sheet, reason: str, by: User) -> SheetVersion:
    """Open the final sheet to its leader again; what was signed is kept as a version.

    Findings and papers that came of the signature stay on record as withdrawn. Members' sheets and
    deliberations stay as they are. Raises ValidationError without a reason, InvalidTransition where the
    sheet is not signed or something rests on it already.
    """
    require_city(by)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why the sheet must be opened again: it is kept with it.")})
    Sheet.objects.select_for_update().get(pk=sheet.pk)
    sheet.refresh_from_db()
    if sheet.role != SheetRole.FINAL or sheet.state != SheetState.SIGNED:
        raise InvalidTransition(_("Only a signed final sheet can be unlocked."))
    kept = _keep(sheet, reason, by)
    _RELEASES[RoundKind(sheet.assessment.round.kind)](sheet, reason, by)
    _withdraw_papers(sheet, reason)
    change_once(
        Sheet.objects.filter(pk=sheet.pk, state=SheetState.SIGNED),
        state=SheetState.DRAFT,
        submitted_on=None,
        submitted_at=None,
        signed_by=None,
        signed_for=None,
        signed_on=None,
        version=sheet.version + 1,
    )
    sheet.refresh_from_db()
    _tell_team(sheet)
    return kept


def _keep(sheet: Sheet, reason: str, by: User) -> SheetVersion:
    score = sheet_score(section_marks(sheet))
    return SheetVersion.objects.create(
        sheet=sheet,
        number=sheet.version,
        rows=frozen_rows(sheet),
        points=score.points,
        maximum=score.maximum,
        signed_by=cast("User", sheet.signed_by),  # it is signed: a constraint
        signed_for=sheet.signed_for,
        signed_on=cast("datetime.date", sheet.signed_on),
        unlocked_by=by,
        unlocked_on=today(),
        reason=reason,
    )


def _release_inspection(sheet: Sheet, reason: str, by: User) -> None:
    """Take the site back to self-assessed; refused once a finding is answered, or a later team was sent.

    What the unit said in the hearing is no bar: it may be why the mark is to be put right.
    """
    assessment = sheet.assessment
    site = assessment.site
    if latest_on_site(site) != assessment:
        raise InvalidTransition(_("A later team has been sent to this site; the inspection stays as signed."))
    if told := list(liaisons(site)) if assessment.findings.exists() else []:
        notify(
            told,
            text=gettext_noop("The inspection of %(site)s is opened again; its findings are withdrawn."),
            about={"site": site},
            url=site.get_absolute_url(),
        )
    withdraw_all(assessment=assessment, reason=reason, by=by)
    # Asked after the findings are locked: no answer of the unit comes in between.
    if FindingReply.objects.filter(finding__assessment=assessment, kind=ReplyKind.ANSWER).exists():
        raise InvalidTransition(_("The unit has answered a finding; the sheet stays signed."))
    perform(site=site, action=Action.UNLOCK_INSPECTION, by=by, note=reason)


def _release_acceptance(sheet: Sheet, _reason: str, _by: User) -> None:
    # Locked as a recommendation locks it: none is written meanwhile.
    Site.objects.select_for_update(of=("self",)).get(pk=sheet.assessment.site_id)
    if sheet.assessment.acceptances.exists():
        raise InvalidTransition(_("A recommendation rests on this sheet; it stays as signed."))
    if sheet.assessment.spent_on:
        raise InvalidTransition(_("The site is visited anew; the sheet stays as signed."))


def _release_recheck(sheet: Sheet, _reason: str, _by: User) -> None:
    if sheet.assessment.site.history.filter(action__in=CONSEQUENCES, on__gte=sheet.signed_on).exists():
        raise InvalidTransition(_("A consequence of this recheck is on file; the sheet stays as signed."))


_RELEASES: dict[RoundKind, Callable[[Sheet, str, User], None]] = {
    RoundKind.INSPECTION: _release_inspection,
    RoundKind.ACCEPTANCE: _release_acceptance,
    RoundKind.RECHECK: _release_recheck,
}


def _withdraw_papers(sheet: Sheet, reason: str) -> None:
    """Withdraw the team's own papers of this signature, and in an inspection the notice to the unit."""
    of_signature = Q(kind__in=INTERNAL, context__sheet=sheet.pk)
    if sheet.assessment.round.kind == RoundKind.INSPECTION:
        of_signature |= Q(kind=DocumentKind.RECTIFICATION_NOTICE, issued_on__gte=sheet.signed_on)
    about = Document.objects.standing().filter(of_signature, sites=sheet.assessment.site_id)
    for document in about:
        withdraw(document=document, reason=reason)


def _tell_team(sheet: Sheet) -> None:
    members = standing_members(sheet.assessment).select_related("user")
    notify(
        [member.user for member in members],
        text=gettext_noop("The final sheet of %(site)s is opened again; its leader signs anew."),
        about={"site": sheet.assessment.site},
        url=sheet.get_absolute_url(),
    )
