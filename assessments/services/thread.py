"""The one way to take a step of a finding's thread, by the table in `assessments/finding_steps.py`."""

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import notify
from assessments.enums import FindingState, ReplyKind
from assessments.finding_steps import STEPS, Step, confirms_first
from assessments.models import Evidence, Finding, FindingReply
from assessments.services.evidence import NewFiles, add_or_point, point
from assessments.services.pointers import pointers_of
from assessments.services.storing import files_with_rows
from core.transitions import move
from sites.calendar import today
from sites.enums import Stage
from sites.models import Site
from sites.services import liaisons
from sites.workflow import InvalidTransition

# What a step may change of a finding.
HELD = ("state", "reply_by", "deadline", "deadline_counted")


@files_with_rows()
def take(
    *,
    finding: Finding,
    step: ReplyKind,
    by: User,
    text: str = "",
    files: NewFiles = (),
    filed: Evidence | None = None,
) -> FindingReply:
    """Take one step and write it into the finding's thread, both or neither.

    Raises PermissionDenied (not this person), InvalidTransition (not from here, or somebody was quicker) and
    ValidationError at `text` (words are missing); then nothing is written.
    """
    begin(finding, step, by=by, text=text)
    return leave(finding, step, by=by, text=text, files=files, filed=filed)


def begin(
    finding: Finding, step: ReplyKind, *, by: User, text: str, field: str = "text"
) -> FindingReply | None:
    """Raise what forbids the step; else the finding is locked where it stands until the transaction ends.

    Missing words are told at `field`. Returns the last word of the hearing, for a step that is of it.
    """
    row = STEPS[step]
    require_actor(step, finding.assessment.site, by)
    if row.wants and not text.strip():
        raise ValidationError({field: row.wants})
    hold(finding, row)
    if not row.after:
        return None
    said = finding.replies.filter(kind__in=ReplyKind.HEARING).last()
    if (said.kind if said else None) not in row.after:
        raise InvalidTransition(str(row.refusal))
    return said


def leave(
    finding: Finding,
    step: ReplyKind,
    *,
    by: User,
    text: str = "",
    files: NewFiles = (),
    filed: Evidence | None = None,
    **changes: Any,
) -> FindingReply:
    """What a step that was begun leaves: state and `changes`, its line in the thread, a line to the unit."""
    row, site = STEPS[step], finding.assessment.site
    due_on = getattr(finding, row.due) if row.due else None
    if row.targets or changes:
        advance(finding, row, **changes)
    evidence = point_to(finding, filed, files, by) if filed else file_proof(finding, files, by)
    reply = write(finding, step, by=by, text=text, evidence=evidence, due_on=due_on)
    if row.tells:
        notify(
            liaisons(site),
            text=row.tells,
            about={"finding": finding, "site": site, "deadline": finding.deadline or ""},
            url=finding.get_absolute_url(),
        )
    return reply


def advance(finding: Finding, row: Step, **changes: Any) -> None:
    """Move a finding on, with `changes` of its other fields: the only writer of its state.

    Raises InvalidTransition where it stands elsewhere, or somebody was quicker.
    """
    require_rectifying(finding.assessment.site)
    if not move(Finding.objects.filter(pk=finding.pk), row, **changes):
        raise _moved_on(finding)
    finding.refresh_from_db(fields=HELD)


def hold(finding: Finding, row: Step) -> None:
    """Lock a finding as it stands until the transaction ends; raises as `advance` does."""
    require_rectifying(finding.assessment.site)
    sources = row.sources_at(finding.assessment.site)
    held = Finding.objects.filter(pk=finding.pk, state__in=sources).order_by("pk")
    if held.select_for_update(of=("self",)).first() is None:
        raise _moved_on(finding)
    finding.refresh_from_db(fields=HELD)


def write(
    finding: Finding,
    kind: ReplyKind,
    *,
    by: User,
    text: str = "",
    evidence: Evidence | None = None,
    due_on: datetime.date | None = None,
) -> FindingReply:
    """One step of the thread; `due_on` is the day that was set for it, if one was."""
    return FindingReply.objects.create(
        finding=finding, kind=kind, text=text.strip(), evidence=evidence, by=by, on=today(), due_on=due_on
    )


def file_proof(finding: Finding, files: NewFiles, by: User) -> Evidence | None:
    """The files of a step as evidence for the finding's item; None without files."""
    if not files:
        return None
    site, pointers = finding.assessment.site, {finding.item: ""} if finding.item else {}
    title = f"{finding.item.code if finding.item else site}整改材料"
    return add_or_point(site=site, title=title, files=files, by=by, pointers=pointers)


def point_to(finding: Finding, filed: Evidence, files: NewFiles, by: User) -> Evidence:
    """Evidence that the unit has filed already shows this finding's item too; a step bears one piece."""
    if files:
        told = _("Point to what is filed, or add files: one of the two.")
        raise ValidationError({"filed": told})
    if (filed.site_id, filed.assessment_id) != (finding.assessment.site_id, None):
        raise PermissionDenied
    if finding.item:
        point(evidence=filed, pointers={finding.item: "", **pointers_of(filed)}, by=by)
    return filed


def require_actor(step: ReplyKind, site: Site, by: User) -> None:
    """Raise PermissionDenied for whoever does not take this step at this site."""
    if not STEPS[step].who(by, site):
        raise PermissionDenied


def require_rectifying(site: Site) -> None:
    if site.stage != Stage.RECTIFYING:
        raise InvalidTransition(_("The site is not in rectification now."))


def _moved_on(finding: Finding) -> InvalidTransition:
    finding.refresh_from_db()
    site = finding.assessment.site
    if finding.state == FindingState.ANSWERED and confirms_first(site):
        return InvalidTransition(_("The district's office has not confirmed this answer yet."))
    return InvalidTransition(
        _("This finding is “%(state)s” by now; look at it again.") % {"state": finding.get_state_display()}
    )
