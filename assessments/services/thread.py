"""What every step of a finding's thread shares: holding the finding, moving it on, writing the step down."""

import datetime
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.enums import FindingState, ReplyKind
from assessments.models import Evidence, Finding, FindingReply
from assessments.services.evidence import AlreadyFiled, NewFiles, add_evidence, point
from assessments.services.pointers import pointers_of
from core.locks import change_once
from sites.calendar import today
from sites.enums import Stage
from sites.models import Site
from sites.workflow import InvalidTransition


def advance(finding: Finding, sources: Sequence[str], target: FindingState) -> None:
    """Move a finding on; raises InvalidTransition where it stands elsewhere, or somebody was quicker."""
    require_rectifying(finding.assessment.site)
    if not change_once(Finding.objects.filter(pk=finding.pk, state__in=sources), state=target):
        raise _moved_on(finding)
    finding.state = target


def hold(finding: Finding, sources: Sequence[str]) -> None:
    """Lock a finding that stays where it is until the transaction ends; raises as `advance` does."""
    require_rectifying(finding.assessment.site)
    held = Finding.objects.filter(pk=finding.pk, state__in=sources).order_by("pk")
    if held.select_for_update(of=("self",)).first() is None:
        raise _moved_on(finding)
    finding.refresh_from_db(fields=["state", "reply_by", "deadline", "deadline_counted"])


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
    """The files of a step as evidence for the finding's item; None without files.

    Files that are on file already, as one piece, are pointed to: a picture may show several gaps closed.
    """
    if not files:
        return None
    site, pointers = finding.assessment.site, {finding.item: ""} if finding.item else {}
    title = f"{finding.item.code if finding.item else site}整改材料"
    try:
        return add_evidence(site=site, title=title, files=files, by=by, pointers=pointers)
    except AlreadyFiled as error:
        pieces = {file.evidence for file in error.found}
        if len(pieces) > 1 or len(error.found) < len(files):
            raise
        (evidence,) = pieces
        point(evidence=evidence, pointers={**pointers, **pointers_of(evidence)}, by=by)
        return evidence


def require_text(text: str, message: str) -> None:
    if not text.strip():
        raise ValidationError({"text": message})


def require_rectifying(site: Site) -> None:
    if site.stage != Stage.RECTIFYING:
        raise InvalidTransition(_("The site is not in rectification now."))


def _moved_on(finding: Finding) -> InvalidTransition:
    finding.refresh_from_db()
    return InvalidTransition(
        _("This finding is “%(state)s” by now; look at it again.") % {"state": finding.get_state_display()}
    )
