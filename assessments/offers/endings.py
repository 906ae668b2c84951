"""What of this room falls due within a phase: the rounds that are open, findings to be answered."""

from collections.abc import Iterable

from django.db.models import Count, Min

from accounts.models import User
from assessments.enums import FindingState
from assessments.models import Finding, Round
from assessments.models.findings import FindingQuerySet
from assessments.services.rectification import extend_to
from assessments.services.rounds import put_off
from sites.endings import ENDINGS, Ending, EndingKind
from sites.models import Extension, Phase

from .deadlines import answer_words


def _rounds(phase: Phase, _reader: User) -> Iterable[Ending]:
    opened = Round.objects.open().filter(programme=phase.programme_id)
    for one in opened.filter(due_on__range=(phase.starts_on, phase.last_day)).order_by("due_on", "pk"):
        yield Ending(one.pk, one.title, one.due_on)


def _put_off(key: int, extension: Extension) -> None:
    put_off(round=Round.objects.get(pk=key), due_on=extension.new_end, by=extension.by)


def _findings(phase: Phase, reader: User) -> Iterable[Ending]:
    """Those of an assessment that are due on one day go together; the first stands for them."""
    here = _open().filter(assessment__site__programme=phase.programme_id).visible_to(reader)
    due = here.filter(deadline__range=(phase.starts_on, phase.last_day)).order_by()
    together = due.values_list("assessment__site__window_name", "assessment", "deadline")
    counted = together.annotate(first=Min("pk"), n=Count("pk")).order_by("deadline", "first")
    for site, _assessment, day, first, n in counted:
        yield Ending(first, f"{site} {answer_words(n)}", day)


def _extend(key: int, extension: Extension) -> None:
    first = Finding.objects.get(pk=key)
    together = _open().filter(assessment=first.assessment_id, deadline=first.deadline)
    for finding in together.select_related("assessment__site").order_by("pk"):
        extend_to(finding=finding, day=extension.new_end, reason=extension.reason, by=extension.by)


def _open() -> FindingQuerySet:
    return Finding.objects.filter(state__in=FindingState.WITH_UNIT)


ENDINGS.add(
    EndingKind(key="round", within=_rounds, move=_put_off),
    EndingKind(key="finding", within=_findings, move=_extend),
    place=10,
)
