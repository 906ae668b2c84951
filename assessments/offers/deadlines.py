"""Open dates of phases two to four: self-assessments, sheets of a visit, findings."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from django.db.models import Case, Count, DateField, Exists, Max, Min, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.enums import Role
from accounts.models import User
from accounts.rules import is_inspector, sees_city
from assessments.enums import FindingState, ReplyKind, RoundKind
from assessments.models import Assessment, Finding, FindingReply, Round
from assessments.models.findings import FindingQuerySet
from assessments.queries import sheets_missing
from assessments.services.final_sheet import waiting_members
from core.http import record_address
from core.union import Part
from sites.deadlines import (
    ALL_RUNGS,
    DEADLINES,
    PHASE,
    WITHOUT_DISTRICT,
    DeadlineKind,
    Moved,
    OpenDate,
    dated,
    dated_sites,
    of_site,
)
from sites.enums import Action, Rung, Stage
from sites.models import Site

SELF_ASSESSMENT, INSPECTION, COMMENT, RECTIFICATION = (
    "self_assessment",
    "inspection",
    "comment",
    "rectification",
)
_BY_ROUND = {"round": gettext_lazy("The day the office set for the round.")}
_BY_VISIT = {"visit": gettext_lazy("The day of the visit, as the team set it.")}
# All findings of an assessment that are due on one day are one date.
_TOGETHER = (
    "kind",
    "key",
    "due_on",
    "about",
    "whose",
    "site",
    "filing",
    "district_key",
    "district",
    "text",
    "spot",
    "number",
)


def _self_assessments(
    programme: int | None, reader: User | None, last_day: datetime.date | None
) -> Iterable[Part]:
    """Of sites being built: by the day of the open round, or the last one of the phase where none is open."""
    if programme is None:
        return
    rounds = Round.objects.open().filter(programme=programme, kind=RoundKind.SELF)
    set_by = Subquery(rounds.values("due_on")[:1])
    last = Value(last_day, DateField())
    yield of_site(
        dated_sites(reader).filter(programme=programme, stage=Stage.BUILDING),
        SELF_ASSESSMENT,
        due_on=Coalesce(set_by, last),
        how=Case(When(Exists(rounds), then=Value("round")), default=Value(PHASE)),
    )


def _inspections(
    _programme: int | None, reader: User | None, _last_day: datetime.date | None
) -> Iterable[Part]:
    """Of visits in open rounds while a member's sheet is missing; a member knows of the own one alone.

    Neither the unit nor its district is told how far a team is.
    """
    missing = sheets_missing()
    if reader and not sees_city(reader):
        missing = missing.filter(Q(member=reader.pk)) if is_inspector(reader) else missing.none()
    visits = dated(Assessment.objects.filter(pk__in=missing.values("pk")), reader, "site__")
    yield of_site(
        visits,
        INSPECTION,
        "site__",
        due_on=Coalesce("assignment__visit_on", "round__due_on"),
        text="round__title",
        how=Case(When(assignment__visit_on=None, then=Value("round")), default=Value("visit")),
        spot="round",
    )


def _comments(_programme: int | None, reader: User | None, _last_day: datetime.date | None) -> Iterable[Part]:
    """Of findings put to a unit that has not commented yet."""
    put = Finding.objects.uncommented().filter(reply_by__isnull=False)
    yield _of_findings(put, reader, COMMENT, "reply_by")


def _rectifications(
    _programme: int | None, reader: User | None, _last_day: datetime.date | None
) -> Iterable[Part]:
    """Of findings that are the unit's to answer."""
    with_unit = Finding.objects.filter(state__in=FindingState.WITH_UNIT)
    yield _of_findings(with_unit, reader, RECTIFICATION, "deadline")


def _of_findings(findings: FindingQuerySet, reader: User | None, kind: str, field: str) -> Part:
    seen = findings.visible_to(reader) if reader else findings
    return of_site(
        seen.filter(assessment__site__stage=Stage.RECTIFYING),
        kind,
        "assessment__site__",
        due_on=field,
        key="assessment",
        spot="assessment",
        number="assessment",
        by=_TOGETHER,
        n=Count("pk"),
        how=Coalesce(Min(f"{field}_counted"), Value("")),
    )


def _visited_until(kind: RoundKind) -> Callable[[Site], datetime.date | None]:
    """The last day that was set for a site's visits in rounds of the kind, or for the round."""

    def until(site: Site) -> datetime.date | None:
        visits = site.assessments.filter(round__kind=kind, spent_on=None)
        days = visits.aggregate(round=Max("round__due_on"), visit=Max("assignment__visit_on"))
        return max((day for day in days.values() if day), default=None)

    return until


def _self_assessed_until(site: Site) -> datetime.date | None:
    rounds = Round.objects.open().filter(programme=site.programme_id, kind=RoundKind.SELF)
    return rounds.values_list("due_on", flat=True).first()


def _rectified_until(site: Site) -> datetime.date | None:
    """The last day that a unit was given to comment on a finding or to answer it."""
    findings = Finding.objects.filter(assessment__site=site).exclude(state=FindingState.WITHDRAWN)
    until: datetime.date | None = findings.aggregate(day=Max(Coalesce("deadline", "reply_by")))["day"]
    return until


_OF_INSPECTION = (Action.SIGN_INSPECTION, Action.UNLOCK_INSPECTION)
_OF_ACCEPTANCE = (Action.PASS_ACCEPTANCE, Action.FAIL_ACCEPTANCE, Action.ANNOUNCE)
# What follows upon the unit's answers, up to the notice: a site may be mended after its phases.
_AFTER_FINDINGS = (Action.VERIFY_RECTIFICATION, *_OF_ACCEPTANCE)


def _extended(dates: Sequence[OpenDate]) -> Mapping[OpenDate, Sequence[Moved]]:
    """What the office gave more time for: of an assessment, the findings that are due on that day now."""
    replies = FindingReply.objects.filter(
        kind=ReplyKind.EXTEND, finding__assessment__in={date.spot for date in dates}
    )
    found = defaultdict(list)
    for reply in replies.select_related("by", "finding"):
        of = reply.finding.assessment_id, reply.finding.deadline
        found[of].append(Moved(reply.by, reply.on, reply.text))
    return {date: found.get((date.spot or 0, date.due_on), ()) for date in dates}


def _comment(date: OpenDate) -> str:
    told = ngettext("Comment on %(n)d finding", "Comment on %(n)d findings", date.n)
    return told % {"n": date.n}


def _answer(date: OpenDate) -> str:
    return answer_words(date.n)


def answer_words(n: int) -> str:
    return ngettext("Answer %(n)d finding", "Answer %(n)d findings", n) % {"n": n}


def _self_sheet(date: OpenDate, role: str) -> str:
    return record_address("assessments:self_sheet" if role == Role.LIAISON else "desk:site", date.site)


def _visit(date: OpenDate, role: str) -> str:
    if role == Role.INSPECTOR:
        return reverse("assessments:my_sheets")
    return record_address("assessments:round", date.spot)


def _rectification(date: OpenDate, _role: str) -> str:
    return record_address("assessments:rectification", date.site)


def _still_to_submit(date: OpenDate) -> list[User]:
    return [one for one in waiting_members(Assessment.objects.get(pk=date.key)) if one.is_active]


DEADLINES.add(
    DeadlineKind(
        key=SELF_ASSESSMENT,
        label=gettext_lazy("self-assessment to be submitted"),
        parts=_self_assessments,
        what=lambda _date: _("Submit the self-assessment"),
        page=_self_sheet,
        rungs=ALL_RUNGS,
        phase_step=Action.SUBMIT_SELF_ASSESSMENT,
        keeps_open={Action.SUBMIT_SELF_ASSESSMENT: _self_assessed_until},
        how=_BY_ROUND,
    ),
    DeadlineKind(
        key=INSPECTION,
        label=gettext_lazy("sheets of a visit to be submitted"),
        parts=_inspections,
        what=lambda date: _("Submit the sheets of “%(round)s”") % {"round": date.text},
        page=_visit,
        rungs=WITHOUT_DISTRICT,  # which is told of no team's sheets
        acting=_still_to_submit,
        how={**_BY_ROUND, **_BY_VISIT},
        keeps_open={
            **dict.fromkeys(_OF_INSPECTION, _visited_until(RoundKind.INSPECTION)),
            **dict.fromkeys(_OF_ACCEPTANCE, _visited_until(RoundKind.ACCEPTANCE)),
        },
    ),
    DeadlineKind(
        key=COMMENT,
        label=gettext_lazy("findings to be commented on"),
        parts=_comments,
        what=_comment,
        page=_rectification,
        rungs=ALL_RUNGS,
    ),
    DeadlineKind(
        key=RECTIFICATION,
        label=gettext_lazy("findings to be answered"),
        parts=_rectifications,
        what=_answer,
        page=_rectification,
        rungs=(Rung.AHEAD,),  # overdue ones are told in their threads (`services.escalation`)
        moved=_extended,
        keeps_open=dict.fromkeys(_AFTER_FINDINGS, _rectified_until),
    ),
    place=20,
)
