"""Findings from the signature to the written report: recording, answering, verifying, extending, closing."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from accounts.enums import Role
from accounts.models import User
from accounts.services import notify
from assessments.enums import FindingState, ReplyKind, RoundKind, Verdict
from assessments.finding_steps import LEFT_OUT, confirms_first
from assessments.models import (
    Acceptance,
    Assessment,
    Evidence,
    Finding,
    FindingReply,
    Score,
    Sheet,
    UnitSummary,
)
from assessments.papers import rectification as papers
from assessments.queries import findings_of, items_below_full
from assessments.services import thread
from assessments.services.evidence import NewFiles
from assessments.services.storing import files_with_rows
from sites import rules
from sites.calendar import on_record, today, working_days_after
from sites.enums import Action
from sites.models import Site, StageChange
from sites.services import filers, liaisons, people
from sites.workflow import InvalidTransition, check, perform
from standards.models import RANGES

# What may be set for one finding, and what an extension may add: as the rulebook's own days.
WORKING_DAYS = RANGES["rectification_days"]


@files_with_rows()
def answer(
    *, finding: Finding, text: str, files: NewFiles, by: User, filed: Evidence | None = None
) -> FindingReply:
    """The unit says what it has done about a finding, with files, or evidence that is `filed` already.

    After the deadline it is taken all the same, and its late day stays on record.
    """
    site = finding.assessment.site
    reply = thread.take(finding=finding, step=ReplyKind.ANSWER, by=by, text=text, files=files, filed=filed)
    if not findings_of(site).filter(state__in=FindingState.WITH_UNIT).exists():
        notify(
            filers(site.filing) if confirms_first(site) else people(Role.OFFICE),
            text=gettext_noop("%(site)s has answered every finding."),
            about={"site": site},
            url=finding.get_absolute_url(),
        )
    return reply


@transaction.atomic
def confirm(*, finding: Finding, text: str, by: User) -> FindingReply:
    """The district has looked at what its site answers; then the office verifies it."""
    site = finding.assessment.site
    reply = thread.take(finding=finding, step=ReplyKind.CONFIRM, by=by, text=text)
    waiting = (*FindingState.WITH_UNIT, FindingState.ANSWERED)
    if not findings_of(site).filter(state__in=waiting).exists():
        notify(
            people(Role.OFFICE),
            text=gettext_noop("The district has confirmed every answer of %(site)s."),
            about={"site": site},
            url=finding.get_absolute_url(),
        )
    return reply


def give_back(*, finding: Finding, text: str, by: User) -> FindingReply:
    """The district is not satisfied with an answer of its site, and says why; the deadline stays."""
    return thread.take(finding=finding, step=ReplyKind.RETURN, by=by, text=text)


@transaction.atomic
def send_back(*, finding: Finding, text: str, working_days: int | None = None, by: User) -> FindingReply:
    """The office is not satisfied yet, and says why; the deadline stays unless more days are given.

    They are counted as `extend` counts them, so that an answer in time is not overdue once it is sent back.
    """
    reply = thread.take(finding=finding, step=ReplyKind.SEND_BACK, by=by, text=text)
    if working_days is not None:
        extend(finding=finding, working_days=working_days, reason=text, by=by)
    return reply


def verify(*, finding: Finding, text: str, by: User) -> FindingReply:
    """The office has looked and the gap is closed."""
    return thread.take(finding=finding, step=ReplyKind.VERIFY, by=by, text=text)


@transaction.atomic
def extend(*, finding: Finding, working_days: int, reason: str, by: User) -> FindingReply:
    """The office gives more time: from the deadline on, or from today where that is over."""
    thread.begin(finding, ReplyKind.EXTEND, by=by, text=reason, field="reason")
    _check_days(working_days)
    due = working_days_after(max(finding.deadline or today(), today()), working_days)
    return _give(finding, due.end, on_record(due), reason, by)


@transaction.atomic
def extend_to(*, finding: Finding, day: datetime.date, reason: str, by: User) -> FindingReply:
    """The office gives more time with a phase that is prolonged to this day."""
    thread.begin(finding, ReplyKind.EXTEND, by=by, text=reason, field="reason")
    with translation.override("zh-hans"):
        counted = _("The day to which its phase was prolonged.")
    return _give(finding, day, counted, reason, by)


def _give(finding: Finding, day: datetime.date, counted: str, reason: str, by: User) -> FindingReply:
    text = _moved(finding.deadline or today(), day, reason)
    return thread.leave(finding, ReplyKind.EXTEND, by=by, text=text, deadline=day, deadline_counted=counted)


@transaction.atomic
def summarise(*, site: Site, text: str, by: User) -> UnitSummary:
    """What the unit itself says of its rectification, until it is closed; the report quotes it."""
    if not rules.is_own_unit(by, site):
        raise PermissionDenied
    thread.require_rectifying(site)
    if not text.strip():
        raise ValidationError({"text": _("Write what has been done in all.")})
    summary, _made = UnitSummary.objects.update_or_create(
        site=site, defaults={"text": text.strip(), "by": by, "on": today()}
    )
    return summary


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
    papers.issue_report(site, by=by)
    notify(
        people(Role.LEADING_GROUP),
        text=gettext_noop("%(site)s is rectified; the written report is on file."),
        about={"site": site},
        url=site.get_absolute_url(),
    )
    return step


@transaction.atomic
def reopen(
    *,
    site: Site,
    reason: str,
    by: User,
    left_out: Mapping[int, str] | None = None,
    others: Sequence[str] = (),
) -> list[Finding]:
    """A site that was not accepted goes back to rectification, with reasons and a new deadline.

    What the sheet it failed on has below full marks becomes findings, and each of `others` does. What the
    office leaves out, by item id with why, is withdrawn at once and stays on record. Where nothing is left
    the reason itself is what has to be mended. Returns what the unit has to answer.
    """
    perform(site=site, action=Action.REOPEN, by=by, note=reason)
    found, why = [], left_out or {}
    for score in failed_on(site):
        finding = _at_once(site, by, reason=score.reason, score=score)
        if text := why.get(score.item_id, "").strip():
            _leave_out(finding, text, by)
        else:
            found.append(finding)
    found += [_at_once(site, by, reason=text) for text in others if text.strip()]
    found = found or [_at_once(site, by, reason=reason)]
    _tell_of_new(site, found[0])
    return found


def failed_on(site: Site) -> list[Score]:
    """What was below full marks on the newest sheet the site failed on."""
    failed = Acceptance.objects.filter(assessment__site=site, decision=Verdict.FAIL).order_by("-pk")
    sheets = Sheet.objects.signed_finals().filter(assessment__in=failed.values("assessment")[:1])
    sheet = sheets.first()
    return items_below_full(sheet) if sheet else []


def add_general_finding(*, site: Site, reason: str, by: User, objection: int | None = None) -> Finding:
    """A gap of the whole site, due by the rulebook's days; `objection`: the key of the letter it comes of."""
    finding = _at_once(site, by, reason=reason, objection=objection)
    _tell_of_new(site, finding)
    return finding


def _at_once(
    site: Site, by: User, *, reason: str, score: Score | None = None, objection: int | None = None
) -> Finding:
    """A finding whose working days run from today: of the item the score is of, or of the whole site."""
    assessment = score.sheet.assessment if score else latest_on_site(site)
    due = working_days_after(today(), assessment.round.rulebook.rectification_days)
    finding = Finding.objects.create(
        assessment=assessment,
        item=score.item if score else None,
        points=score.points if score else None,
        reason=reason.strip(),
        opinion=reason.strip(),
        working_days=due.length,
        deadline=due.end,
        deadline_counted=on_record(due),
        objection_key=objection,
    )
    thread.write(finding, ReplyKind.RAISE, by=by)
    return finding


def _leave_out(finding: Finding, why: str, by: User) -> None:
    thread.advance(finding, LEFT_OUT)
    thread.write(finding, ReplyKind.WITHDRAW, by=by, text=why)


def _tell_of_new(site: Site, finding: Finding) -> None:
    notify(
        liaisons(site),
        text=gettext_noop("%(site)s is back in rectification; answer the new finding."),
        about={"site": site},
        url=finding.get_absolute_url(),
    )


def record_findings(
    *,
    assessment: Assessment,
    scores: Iterable[Score],
    gaps: Mapping[int, str],
    opinions: Mapping[int, str],
    working_days: Mapping[int, int],
    by: User,
) -> None:
    """One finding for each score below full marks, put to the unit for its comment.

    `gaps`, `opinions` and `working_days` go by item id; without a gap the mark's reason stands, without a
    number the rulebook's days are given. They begin to run when the notice is issued.
    """
    rulebook = assessment.round.rulebook
    comment = working_days_after(today(), rulebook.comment_days)
    for score in scores:
        days = working_days.get(score.item_id, rulebook.rectification_days)
        _check_days(days)
        finding = Finding.objects.create(
            assessment=assessment,
            item=score.item,
            points=score.points,
            reason=gaps.get(score.item_id, "").strip() or score.reason,
            opinion=opinions[score.item_id].strip(),
            working_days=days,
            state=FindingState.PUT,
            reply_by=comment.end,
            reply_by_counted=on_record(comment),
        )
        thread.write(finding, ReplyKind.RAISE, by=by)


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


def _check_days(days: int) -> None:
    least, most = WORKING_DAYS
    if not least <= days <= most:
        raise ValidationError(
            {"working_days": _("Give %(least)d to %(most)d working days.") % {"least": least, "most": most}}
        )


def _moved(was: datetime.date, day: datetime.date, reason: str) -> str:
    """The old day and the new one with the reason, in Chinese whoever writes it: it stays on record."""
    with translation.override("zh-hans"):
        return _("From %(was)s to %(end)s: %(reason)s") % {
            "was": date_format(was),
            "end": date_format(day),
            "reason": reason.strip(),
        }
