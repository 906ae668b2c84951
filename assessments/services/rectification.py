"""Answering findings, verifying answers, closing a site's rectification."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from accounts.enums import Role
from accounts.models import User
from accounts.rules import require_office
from accounts.services import notify
from assessments import papers
from assessments.enums import FindingState, ReplyKind, RoundKind
from assessments.models import Assessment, Finding, FindingReply, Score
from assessments.queries import findings_of
from assessments.services.evidence import Uploads, add_evidence
from audit.services import change_once
from sites import rules
from sites.calendar import Deadline, on_record, today, working_days_after
from sites.enums import Action, Stage
from sites.models import Site, StageChange
from sites.services import liaisons, people
from sites.workflow import InvalidTransition, check, perform
from standards.models import Rulebook


@transaction.atomic
def answer(*, finding: Finding, text: str, files: Uploads, by: User) -> FindingReply:
    """The unit says what it has done about a finding, with files where there are any."""
    site = finding.assessment.site
    if not rules.is_own_unit(by, site):
        raise PermissionDenied
    if not text.strip():
        raise ValidationError({"text": _("Say what has been done.")})
    _advance(finding, FindingState.WITH_UNIT, FindingState.ANSWERED)
    evidence = None
    if files:
        evidence = add_evidence(
            site=site,
            title=f"{finding.item.code if finding.item else site}整改材料",
            files=files,
            by=by,
            items=[finding.item] if finding.item else [],
        )
    reply = FindingReply.objects.create(
        finding=finding, kind=ReplyKind.ANSWER, text=text.strip(), evidence=evidence, by=by, on=today()
    )
    if not findings_of(site).filter(state__in=FindingState.WITH_UNIT).exists():
        notify(
            people(Role.OFFICE),
            text=gettext_noop("%(site)s has answered every finding."),
            about={"site": site},
            url=finding.get_absolute_url(),
        )
    return reply


@transaction.atomic
def send_back(*, finding: Finding, text: str, by: User) -> FindingReply:
    """The office is not satisfied yet, and says why."""
    require_office(by)
    if not text.strip():
        raise ValidationError({"text": _("Say what is still wanting.")})
    _advance(finding, (FindingState.ANSWERED,), FindingState.SENT_BACK)
    notify(
        liaisons(finding.assessment.site),
        text=gettext_noop("Your answer to %(finding)s has been sent back."),
        about={"finding": finding},
        url=finding.get_absolute_url(),
    )
    return FindingReply.objects.create(
        finding=finding, kind=ReplyKind.SEND_BACK, text=text.strip(), by=by, on=today()
    )


@transaction.atomic
def verify(*, finding: Finding, text: str, by: User) -> FindingReply:
    """The office has looked and the gap is closed."""
    require_office(by)
    _advance(finding, (FindingState.ANSWERED,), FindingState.VERIFIED)
    return FindingReply.objects.create(
        finding=finding, kind=ReplyKind.VERIFY, text=text.strip(), by=by, on=today()
    )


@transaction.atomic
def close(*, site: Site, by: User) -> StageChange:
    """Every finding verified: the site is rectified and the leading group gets the written report."""
    check(site=site, action=Action.VERIFY_RECTIFICATION, by=by)
    if left := findings_of(site).unsettled().count():
        raise ValidationError(
            ngettext("%(n)d finding is not verified yet.", "%(n)d findings are not verified yet.", left)
            % {"n": left}
        )
    step = perform(site=site, action=Action.VERIFY_RECTIFICATION, by=by)
    papers.issue_rectification_report(site, by=by)
    notify(
        people(Role.LEADING_GROUP),
        text=gettext_noop("%(site)s is rectified; the written report is on file."),
        about={"site": site},
        url=site.get_absolute_url(),
    )
    return step


@transaction.atomic
def reopen(*, site: Site, reason: str, by: User) -> Finding:
    """A site that was not accepted goes back to rectification, with reasons and a new deadline."""
    perform(site=site, action=Action.REOPEN, by=by, note=reason)
    return add_general_finding(site=site, reason=reason, by=by)


def add_general_finding(*, site: Site, reason: str, by: User) -> Finding:
    """A gap of the whole site, such as one an upheld objection showed; due by the rulebook's days."""
    assessment = latest_on_site(site)
    due = rectification_deadline(assessment.round.rulebook)
    finding = Finding.objects.create(
        assessment=assessment,
        reason=reason.strip(),
        opinion=reason.strip(),
        working_days=due.working_days,
        deadline=due.end,
        deadline_counted=on_record(due),
    )
    notify(
        liaisons(site),
        text=gettext_noop("%(site)s is back in rectification; answer the new finding."),
        about={"site": site},
        url=finding.get_absolute_url(),
    )
    return finding


def record_findings(
    *,
    assessment: Assessment,
    scores: Iterable[Score],
    opinions: Mapping[int, str],
    deadline: datetime.date | None = None,
) -> None:
    """One finding for each score below full marks, with its opinion of `opinions` (item id → text).

    Due on `deadline`, or after the rulebook's working days with the counting on record.
    """
    if deadline and deadline <= today():
        raise ValidationError({"deadline": _("The deadline must lie in the future.")})
    counted = rectification_deadline(assessment.round.rulebook)
    for score in scores:
        Finding.objects.create(
            assessment=assessment,
            item=score.item,
            points=score.points,
            reason=score.reason,
            opinion=opinions[score.item_id].strip(),
            working_days=counted.working_days,
            deadline=deadline or counted.end,
            deadline_counted="" if deadline else on_record(counted),
        )


def rectification_deadline(rulebook: Rulebook) -> Deadline:
    """The end of the rulebook's working days from today."""
    return working_days_after(today(), rulebook.rectification_days)


def latest_on_site(site: Site) -> Assessment:
    """The newest assessment in which a team was at the site."""
    found = (
        site.assessments.filter(round__kind__in=RoundKind.ON_SITE)
        .order_by("-round__opened_on", "-pk")
        .first()
    )
    if found is None:
        raise InvalidTransition(_("No team has been at this site yet."))
    return found


def _advance(finding: Finding, sources: Sequence[str], target: FindingState) -> None:
    if finding.assessment.site.stage != Stage.RECTIFYING:
        raise InvalidTransition(_("The site is not in rectification now."))
    if not change_once(Finding.objects.filter(pk=finding.pk, state__in=sources), state=target):
        finding.refresh_from_db()
        raise InvalidTransition(
            _("This finding is “%(state)s” by now; look at it again.")
            % {"state": finding.get_state_display()}
        )
    finding.state = target
