"""Right of reply: what the unit says to its findings and the office to that, until the notice goes out."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import User
from accounts.services import notify
from assessments.enums import FindingState, ReplyKind
from assessments.finding_steps import STEPS, UNLOCKED
from assessments.models import Assessment, Finding, FindingReply
from assessments.papers import rectification as papers
from assessments.queries import Hearing, findings_of, hearing_of
from assessments.services import thread
from assessments.services.evidence import NewFiles
from assessments.services.storing import files_with_rows
from documents.models import Document
from sites.calendar import on_record, today, working_days_after
from sites.enums import Action
from sites.models import Site
from sites.services import liaisons, people
from sites.workflow import InvalidTransition, perform


@files_with_rows()
def comment(*, finding: Finding, agrees: bool, text: str, files: NewFiles = (), by: User) -> FindingReply:
    """The unit agrees with a finding, or does not and says why; its latest word stands.

    Agreeing after an objection withdraws it, and the thread keeps both. Taken until the notice is out, after
    `reply_by` as a late one; not once the office has answered.
    """
    step = ReplyKind.AGREE if agrees else ReplyKind.DISAGREE
    if said := thread.begin(finding, step, by=by, text=text):
        if (said.kind in ReplyKind.AGREEING, said.text) == (agrees, text.strip()):
            raise InvalidTransition(_("You have said so already."))
        if agrees and said.kind == ReplyKind.DISAGREE:
            step = ReplyKind.RETRACT
    reply = thread.leave(finding, step, by=by, text=text, files=files)
    _tell_when_all_are_commented(finding.assessment.site)
    return reply


# The act that two people decide (assessments.offers.decisions).
NOTICE = "site.rectification_notice"


@transaction.atomic
def agree_to_rest(*, site: Site, by: User) -> int:
    """The unit agrees with every finding it has not commented on yet; returns how many those were."""
    thread.require_actor(ReplyKind.AGREE, site, by)
    thread.require_rectifying(site)
    _lock(site)
    rest = list(findings_of(site).uncommented().select_related("assessment__site"))
    if not rest:
        raise InvalidTransition(_("There is no finding left to comment on."))
    for finding in rest:
        thread.leave(finding, ReplyKind.AGREE, by=by)
    _tell_when_all_are_commented(site)
    return len(rest)


def uphold(*, finding: Finding, text: str, by: User) -> FindingReply:
    """The office has heard the unit and keeps the finding, with its reason."""
    return thread.take(finding=finding, step=ReplyKind.UPHOLD, by=by, text=text)


@transaction.atomic
def withdraw(*, finding: Finding, text: str, by: User) -> FindingReply:
    """The office takes a finding back before the notice; with the last one the site is rectified.

    The signed mark stays: it changes only where the sheet is unlocked.
    """
    site = finding.assessment.site
    _lock(site)
    reply = thread.take(finding=finding, step=ReplyKind.WITHDRAW, by=by, text=text)
    if not findings_of(site).exclude(state=FindingState.WITHDRAWN).exists():
        perform(site=site, action=Action.VERIFY_RECTIFICATION, by=by, note=reply.text)
    return reply


def withdraw_all(*, assessment: Assessment, reason: str, by: User) -> None:
    """Withdraw every unsettled finding, noticed or not: the sheet they came from is opened again."""
    for finding in assessment.findings.unsettled().select_related("assessment__site"):
        thread.advance(finding, UNLOCKED)
        thread.write(finding, ReplyKind.WITHDRAW, by=by, text=reason)


@transaction.atomic
def issue_notice(*, site: Site, by: User) -> Document:
    """The office issues the 整改通知: the findings that were kept are to be rectified, each by its deadline.

    Raises ValidationError while the unit may still comment, or a disagreement has no answer.
    """
    thread.require_actor(ReplyKind.NOTICE, site, by)
    thread.require_rectifying(site)
    _lock(site)
    findings = findings_of(site).with_view().select_related("item", "assessment__site")
    hearing = hearing_of(findings, on=today())
    if not hearing.put:
        raise InvalidTransition(_("No finding waits for a notice; perhaps it has just been issued."))
    if hearing.waiting or hearing.disputed:
        raise ValidationError(_why_not_yet(hearing))
    for finding in hearing.put:
        _open(finding)
    notify(
        liaisons(site),
        text=gettext_noop("The rectification notice for %(site)s is out; answer its findings."),
        about={"site": site},
        url=reverse("assessments:rectification", args=[site.pk]),
    )
    notice = papers.issue_notice(hearing.put[0].assessment, by=by)
    for finding in hearing.put:
        thread.write(finding, ReplyKind.NOTICE, by=by, text=notice.full_number)
    return notice


def _why_not_yet(hearing: Hearing) -> list[str]:
    told = []
    if hearing.waiting:
        told.append(_("The unit may still comment on: %(findings)s.") % {"findings": _named(hearing.waiting)})
    if hearing.disputed:
        told.append(
            _("Answer the unit's disagreement first: %(findings)s.") % {"findings": _named(hearing.disputed)}
        )
    return told


def _named(findings: Iterable[Finding]) -> str:
    return _(", ").join(finding.item.code if finding.item else str(finding) for finding in findings)


def _open(finding: Finding) -> None:
    due = working_days_after(today(), finding.working_days)
    thread.advance(finding, STEPS[ReplyKind.NOTICE], deadline=due.end, deadline_counted=on_record(due))


def _tell_when_all_are_commented(site: Site) -> None:
    if findings_of(site).uncommented().exists():
        return
    notify(
        people(Role.OFFICE),
        text=gettext_noop("%(site)s has commented on every finding."),
        about={"site": site},
        url=reverse("assessments:rectification", args=[site.pk]),
    )


def _lock(site: Site) -> None:
    """Lock the findings put to the unit until this transaction ends."""
    list(findings_of(site).put().order_by("pk").select_for_update(of=("self",)).values_list("pk"))
