"""Opening and submitting score sheets."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from accounts.enums import Role
from accounts.models import User
from accounts.services import notify
from assessments.enums import RoundKind, ScoreLevel, SheetRole, SheetState
from assessments.marks import section_marks, sheet_score
from assessments.models import Assessment, Assignment, Evidence, EvidencePointer, Sheet
from assessments.rules import is_assigned
from assessments.scoring import plain
from assessments.services.final_sheet import draw_up_final_when_ready
from assessments.services.rounds import assessment_for, open_round_of
from core.locks import change_once
from sites.calendar import today
from sites.enums import Action, Stage
from sites.models import Site
from sites.rules import is_own_unit
from sites.services import people
from sites.workflow import InvalidTransition, WorkflowError, check, perform
from standards.models import Item

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


# -- submitting -------------------------------------------------------------


def unshown(sheet: Sheet) -> list[Item]:
    """The items of a self sheet with full marks for which the unit has filed nothing."""
    filed = Evidence.objects.current().filter(site=sheet.assessment.site_id, assessment=None)
    shown = EvidencePointer.objects.filter(evidence__in=filed).values("item")
    met = sheet.scores.due().filter(level=ScoreLevel.MET).exclude(item__in=shown)
    return [score.item for score in met.select_related("item__section")]


@transaction.atomic
def submit_self_assessment(*, sheet: Sheet, by: User, without_evidence: Collection[Item] = ()) -> None:
    """Submit the self sheet: every item answered. The site is then ready for inspection.

    `without_evidence` are the items whose full marks the unit has confirmed although it filed nothing for
    them; another such item is refused (ValidationError of `confirmed`, which names it). The step in the
    site's history keeps which they were.
    """
    site = sheet.assessment.site
    check(site=site, action=Action.SUBMIT_SELF_ASSESSMENT, by=by)
    without = unshown(sheet)
    if left := [item.code for item in without if item not in without_evidence]:
        told = _("Full marks without evidence: %(items)s. File it, or confirm the list.")
        raise ValidationError({"confirmed": told % {"items": _(", ").join(left)}})
    submit(sheet)
    perform(site=site, action=Action.SUBMIT_SELF_ASSESSMENT, by=by, note=_confirmed(without))
    notify(
        people(Role.OFFICE),
        text=gettext_noop("%(site)s has submitted its self-assessment."),
        about={"site": site},
        url=site.get_absolute_url(),
    )


def _confirmed(items: Sequence[Item]) -> str:
    codes = "、".join(item.code for item in items)
    return f"得满分而无佐证材料{len(items)}项，单位已确认：{codes}" if items else ""


def may_recall(sheet: Sheet, user: User) -> bool:
    """Whether this person's submitting it was the site's last step."""
    site = sheet.assessment.site
    if sheet.role != SheetRole.SELF or site.stage != Stage.SELF_ASSESSED or not is_own_unit(user, site):
        return False
    last = site.history.order_by("pk").last()
    return last is not None and last.by_id == user.pk


@transaction.atomic
def recall_self_assessment(*, sheet: Sheet, reason: str, by: User) -> None:
    """Who submitted it by mistake opens it again, until a team is sent to the site."""
    site = sheet.assessment.site
    if Assignment.objects.filter(assessment__site=site).exists():
        raise InvalidTransition(
            _("A team has been sent to this site; the self-assessment stays as submitted.")
        )
    perform(site=site, action=Action.RECALL_SELF_ASSESSMENT, by=by, note=reason)
    submitted = Sheet.objects.filter(pk=sheet.pk, role=SheetRole.SELF, state=SheetState.SUBMITTED)
    change_once(submitted, state=SheetState.DRAFT, submitted_on=None, submitted_at=None)
    sheet.refresh_from_db()
    notify(
        people(Role.OFFICE),
        text=gettext_noop("%(site)s has taken its self-assessment back."),
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
    submit(sheet)
    draw_up_final_when_ready(assessment=assessment)


@transaction.atomic
def submit_kept_sheet(*, sheet: Sheet, key: UUID, points: int, by: User) -> None:
    """Submit one's own sheet as a phone finished it; sent again, by the same `key`, it changes nothing.

    `points` is the total in hundredths that the person saw there: where another device's marks make another
    one, InvalidTransition, for nobody finished that sheet. Raises as `submit_inspector_sheet` does besides.
    """
    if sheet.author_id != by.pk or not is_assigned(sheet.assessment, by):
        raise PermissionDenied
    now = Sheet.objects.select_for_update().get(pk=sheet.pk)
    if now.finish_key == key and not now.is_draft:
        return
    here = sheet_score(section_marks(sheet)).points
    if now.is_draft and here * 100 != points:
        raise InvalidTransition(
            _("This sheet has %(here)s points by now, and %(there)s where you finished it: look at it again.")
            % {"here": plain(here), "there": plain(Decimal(points) / 100)}
        )
    submit_inspector_sheet(sheet=sheet, by=by)
    Sheet.objects.filter(pk=sheet.pk).update(finish_key=key)


def submit(sheet: Sheet) -> None:
    """Close a whole sheet; ValidationError while an item is not answered."""
    score = sheet_score(section_marks(sheet))
    if not score.is_complete:
        raise ValidationError(
            ngettext("%(n)d item is not answered yet.", "%(n)d items are not answered yet.", score.unmarked)
            % {"n": score.unmarked}
        )
    draft = Sheet.objects.filter(pk=sheet.pk, state=SheetState.DRAFT)
    if not change_once(draft, state=SheetState.SUBMITTED, submitted_on=today(), submitted_at=timezone.now()):
        raise InvalidTransition(_("This sheet has been submitted already."))
    sheet.refresh_from_db()
