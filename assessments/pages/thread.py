"""A finding's thread as its page shows it: what happened, whose turn it is, what the reader can do."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from assessments.enums import EscalationLevel, FindingState, ReplyKind
from assessments.evidence.before_and_after import Pictures, pictures_of
from assessments.finding_steps import STEPS, Button, confirms_first
from assessments.models import Escalation, Evidence, Finding, FindingReply
from assessments.models.findings import FindingQuerySet
from assessments.papers.rectification import late_span
from assessments.queries import with_threads
from sites.calendar import arrangements, late_words, today, working_days_between
from sites.enums import Stage
from sites.models import Holiday, Site


@dataclass(frozen=True)
class Entry:
    """One line of the thread; without `by` it is the portal's own doing."""

    what: StrOrPromise
    on: datetime.date
    by: User | None = None
    text: str = ""
    proof: Evidence | None = None
    late: str = ""


@dataclass(frozen=True)
class Thread:
    """`remark` goes before its state in the list of all; `acts`: the steps the reader finds under it."""

    finding: Finding
    remark: StrOrPromise
    entries: list[Entry]
    pictures: Pictures
    turn: str
    acts: Mapping[ReplyKind, Button] = field(default_factory=dict)


def threads(site: Site, findings: FindingQuerySet, reader: User) -> list[Thread]:
    """The threads of one site's findings, which come with their `view`; few queries for any number."""
    related = with_threads(findings.select_related("item__section", "assessment__round"))
    shown = list(related.prefetch_related("escalations"))
    pictures = pictures_of(site, shown)
    arranged = arrangements(*late_span(reply for finding in shown for reply in finding.replies.all()))
    return [
        Thread(
            finding=finding,
            remark=_remark(finding),
            entries=_entries(finding, arranged),
            pictures=pictures[finding.pk],
            turn=_turn(finding, site) if site.stage == Stage.RECTIFYING else "",
            acts=_acts(finding, site, reader),
        )
        for finding in shown
    ]


def _entries(finding: Finding, arranged: Mapping[datetime.date, Holiday]) -> list[Entry]:
    """In order of the days; escalations stand first on theirs, since they go out in the morning."""
    told = [_told(escalation) for escalation in finding.escalations.all()]
    written = [_written(reply, arranged) for reply in finding.replies.all()]
    return sorted([*told, *written], key=lambda entry: entry.on)


def _written(reply: FindingReply, arranged: Mapping[datetime.date, Holiday]) -> Entry:
    late = _late(reply, arranged) if reply.is_late else ""
    return Entry(reply.get_kind_display(), reply.on, reply.by, reply.text, reply.evidence, late)


def _told(escalation: Escalation) -> Entry:
    words = {
        EscalationLevel.UNIT: _("The unit was told that the finding is overdue."),
        EscalationLevel.OFFICES: _("The offices over the unit were told that the finding is overdue."),
        EscalationLevel.LEADING_GROUP: _("The leading group was told that the finding is overdue."),
    }
    return Entry(ReplyKind.ESCALATE.label, escalation.on, text=words[EscalationLevel(escalation.level)])


def _late(reply: FindingReply, arranged: Mapping[datetime.date, Holiday]) -> str:
    return late_words(working_days_between(reply.due_on or reply.on, reply.on, arranged))


def _remark(finding: Finding) -> StrOrPromise:
    """What its state does not say: that it is overdue, or the last word of the hearing."""
    if finding.is_overdue(today()):
        return _("overdue")
    if finding.state == FindingState.PUT and finding.view:
        return ReplyKind(finding.view).label
    return ""


def _turn(finding: Finding, site: Site) -> str:
    """Who must act, in a sentence; empty where nothing is left to do."""
    if finding.state == FindingState.PUT:
        return _turn_before_notice(finding)
    if finding.state in FindingState.WITH_UNIT:
        return _("The unit rectifies and answers.")
    if finding.state == FindingState.ANSWERED and confirms_first(site):
        return _("The district's office looks at the answer and confirms it; then the municipal office does.")
    if finding.state in FindingState.TO_VERIFY:
        return _("The municipal office looks at the answer.")
    return ""


def _turn_before_notice(finding: Finding) -> str:
    if finding.view == ReplyKind.DISAGREE:
        return _("The unit does not agree: the municipal office keeps the finding, or withdraws it.")
    if finding.view is None and finding.reply_by and finding.reply_by >= today():
        return _("The unit agrees, or says why it does not.")
    return _("The finding waits for the rectification notice; its working days begin to run then.")


def _acts(finding: Finding, site: Site, reader: User) -> dict[ReplyKind, Button]:
    if site.stage != Stage.RECTIFYING:
        return {}
    theirs = [
        (step, row.button(finding.state, finding.view, site))
        for step, row in STEPS.items()
        if row.who(reader, site)
    ]
    return {step: button for step, button in theirs if button}
