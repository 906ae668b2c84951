"""Drafting a report upward, issuing it once the leading group agrees, and keeping how it was sent."""

import datetime
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.deputies import acts_as
from accounts.models import Motion, User
from accounts.rules import is_leading_group, require_office
from core.acting import Refusal
from desk.models import UpwardReport
from desk.models.upward import UpwardReportQuerySet
from documents.papers import OFFICE, DocumentKind
from documents.services import issue
from sites.calendar import today
from sites.models import Phase
from tables.tidy import tidy_prose

from .figures import figures_of

ISSUE = "upwardreport.issue"
# What the clerk writes, and what is asked for where it is missing.
WORDS = ("practice", "problems", "next_steps")


def ended_phases() -> QuerySet[Phase]:
    """Those whose last day, extensions included, is over."""
    last_day = Coalesce("extended_to", "ends_on")
    return Phase.objects.annotate(over_on=last_day).filter(over_on__lt=today())


def open_to(user: User) -> UpwardReportQuerySet:
    """What this person may agree to: the leading group, and never who drafted it, nor their deputy."""
    seen = UpwardReport.objects.visible_to(user).select_related("phase__programme")
    return seen.exclude(acts_as(user, "drafted_by")) if is_leading_group(user) else seen.none()


def counts_all(phase: Phase, user: User) -> bool:
    """Whether this person's figures hold every site: they stood aside from none of the programme."""
    return not user.recused_sites().filter(site__programme=phase.programme_id).exists()


@transaction.atomic
def draft(*, phase: Phase, words: Mapping[str, str], by: User) -> UpwardReport:
    """Begin the one report on a phase that is over. `words`: practice, problems, next_steps."""
    held = _held(phase, by)
    if UpwardReport.objects.filter(phase=held).exists():
        raise Refusal(_("There is a report on this phase already."))
    return _write(UpwardReport(phase=held), words, by)


@transaction.atomic
def revise(*, report: UpwardReport, words: Mapping[str, str], by: User) -> None:
    """Change a draft, with the figures of today. Not while it lies before the group, nor once issued."""
    held = _held(report.phase, by)
    current = UpwardReport.objects.select_related("phase__programme").get(phase=held)
    if current.is_issued:
        raise Refusal(_("The report has been issued: it changes no more."))
    if Motion.objects.open().about(current).exists():
        told = _("The report lies before the leading group; take the proposal back before you change it.")
        raise Refusal(told)
    _write(current, words, by)


@transaction.atomic
def issue_report(*, report: UpwardReport, by: User) -> None:
    """What a motion carries out (`desk.upward.decisions`): the paper, with `by` as its 签发人."""
    phase = _ended(report.phase)
    current = UpwardReport.objects.get(phase=phase)
    if current.is_issued:
        raise Refusal(_("The report has been issued: it changes no more."))
    current.document = issue(
        kind=DocumentKind.UPWARD_REPORT,
        programme=phase.programme,
        title=f"{OFFICE}关于示范点建设{phase.name}工作情况的报告",
        sites=(),
        context={
            "phase": phase.name,
            "starts_on": phase.starts_on,
            "ends_on": phase.last_day,
            "tasks": phase.tasks,
            "as_of": current.as_of,
            "figures": current.figures,
            **{name: _paragraphs(getattr(current, name)) for name in WORDS},
        },
        by=by,
    )
    current.save(update_fields=["document"])


@transaction.atomic
def record_sent(*, report: UpwardReport, sent_on: datetime.date, sent_how: str, by: User) -> None:
    """Keep on which day and by which way the paper went out; a later entry corrects an earlier one."""
    require_office(by)
    current = UpwardReport.objects.select_for_update(of=("self",)).order_by("pk").get(pk=report.pk)
    if current.document is None:
        raise Refusal(_("The report has not been issued yet."))
    if not current.document.issued_on <= sent_on <= today():
        told = _("From the day it was issued, %(day)s, to today.")
        raise ValidationError({"sent_on": told % {"day": date_format(current.document.issued_on)}})
    if not tidy_prose(sent_how):
        raise ValidationError({"sent_how": _("Say how it was sent.")})
    current.sent_on, current.sent_how = sent_on, tidy_prose(sent_how)
    current.save(update_fields=["sent_on", "sent_how"])


def _held(phase: Phase, by: User) -> Phase:
    """The phase, locked, for somebody of the office who counts every site of its programme."""
    require_office(by)
    if not counts_all(phase, by):
        raise PermissionDenied
    return _ended(phase)


def _ended(phase: Phase) -> Phase:
    rows = Phase.objects.select_for_update(of=("self",)).order_by("pk").select_related("programme")
    held = rows.get(pk=phase.pk)
    if held.last_day >= today():
        told = _("The phase runs until %(day)s; it is reported on once it is over.")
        raise Refusal(told % {"day": date_format(held.last_day)})
    return held


def _write(report: UpwardReport, words: Mapping[str, str], by: User) -> UpwardReport:
    for name in WORDS:
        text = tidy_prose(words[name])
        if not text:
            raise ValidationError({name: _("Write a few sentences; the region reads them.")})
        setattr(report, name, text)
    report.figures, report.as_of, report.drafted_by = figures_of(report.phase, by), today(), by
    report.save()
    return report


def _paragraphs(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]
