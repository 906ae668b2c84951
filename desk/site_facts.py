"""What is asked of each site before it can be said what comes next, in the one query that reads them."""

import datetime
from typing import TypeAlias, cast

from django.db.models import Case, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django_stubs_ext import WithAnnotations

from accounts.models import User
from assessments.enums import FindingState, RoundKind, SheetRole, SheetState
from assessments.models import Acceptance, Assessment, Deliberation, Finding, Round, Score, Sheet
from assessments.queries import appraisal_facts, manned
from publicity.enums import NoticeState
from publicity.models import (
    Appraisal,
    NoticeSite,
    Objection,
    Recheck,
    RevocationHearing,
    TrackingNote,
    Warned,
    WarningAnswer,
)
from publicity.models.warned import plaques_due_back
from sites.enums import Level, PlanState, Stage
from sites.models import Replacement, Site, WorkPlan
from sites.models.sites import InDistrict, SiteQuerySet
from sites.overview import last_days


class Facts(InDistrict):
    """What `with_facts` asks of each site beside its own fields; no such key or day is None."""

    decides: bool
    put_forward: datetime.date | None
    replacement: str | None
    plan_waits: bool
    plan_returned: bool
    team: int | None
    self_round_due: datetime.date | None
    visit_due: datetime.date | None
    round_due: datetime.date | None
    inspected_by: bool
    inspection_drawn_up: bool
    comment_due: datetime.date | None
    disagreed: bool
    put: bool
    deliberating: int | None
    asks_consent: int | None
    answer_due: datetime.date | None
    overdue: bool
    mended_until: datetime.date | None
    visited_until: datetime.date | None
    answered: bool
    confirmed: bool
    accepted_by: bool
    acceptance_drawn_up: bool
    acceptance_signed: bool
    answers: int | None
    answers_needed: int
    appraisal: int | None
    appraisal_end: datetime.date | None
    undecided: bool
    objection: int | None
    objection_state: str | None
    objection_due: datetime.date | None
    notice: int | None
    notice_end: datetime.date | None
    naming_key: int | None
    recheck_due: datetime.date | None
    mend_by: datetime.date | None
    mends: bool
    answered_warning: bool
    recheck_fails: bool | None
    hearing_by: datetime.date | None
    heard: bool
    plaque_due_back: bool


SiteWithFacts: TypeAlias = "WithAnnotations[Site, Facts]"


def with_facts(
    sites: SiteQuerySet, *, today: datetime.date, reader: User | None = None
) -> QuerySet[SiteWithFacts]:
    """The sites with everything `next_step` asks about, in the one query that reads them.

    Final sheets and deliberations count only as far as the reader sees them: for whoever still marks
    blind, and for the unit and its district, the team is still filling in its sheets. Without a reader all
    count.
    """
    here = {"assessment__site": OuterRef("pk")}
    visits = manned().filter(site=OuterRef("pk"), round__closed_on=None, spent_on=None)
    visit = visits.filter(
        Q(round__kind=RoundKind.INSPECTION, site__stage=Stage.SELF_ASSESSED)
        | Q(round__kind=RoundKind.ACCEPTANCE, site__stage=Stage.RECTIFIED)
    )
    self_rounds = Round.objects.open().filter(programme=OuterRef("programme"), kind=RoundKind.SELF)
    seen = (Sheet.objects.visible_to(reader) if reader else Sheet.objects.all()).filter(role=SheetRole.FINAL)
    finals = seen.filter(**here)
    drawn_up = finals.filter(state=SheetState.DRAFT)
    # Not `drawn_up`: inside another question its site would be looked for there.
    any_drawn_up = seen.filter(state=SheetState.DRAFT)
    on_drawn_up = {"sheet__assessment__site": OuterRef("pk"), "sheet__in": any_drawn_up}
    # Asked from the sheet on: from the marks on, the many of all other sheets are looked at for each site.
    asked = Score.objects.unconsented().filter(sheet=OuterRef("pk"), refusal="")
    findings = Finding.objects.filter(**here)
    with_unit = findings.filter(state__in=FindingState.WITH_UNIT)
    accepting = finals.filter(assessment__round__kind=RoundKind.ACCEPTANCE)
    acceptances = Assessment.objects.filter(
        site=OuterRef("pk"), round__kind=RoundKind.ACCEPTANCE, spent_on=None
    )
    # That there is a letter is the city's to know, never the unit's or its district's.
    known = Objection.objects.known_to(reader) if reader else Objection.objects.all()
    letters = known.open().filter(site=OuterRef("pk")).in_turn()
    on_notice = NoticeSite.objects.filter(
        site=OuterRef("pk"), removed_on=None, notice__state__in=(NoticeState.PUBLISHED, NoticeState.ENDED)
    ).order_by("-pk")
    named_here = {"naming__site": OuterRef("pk")}
    appraisals = Appraisal.objects.uncounted().filter(site=OuterRef("pk"))
    planned = Recheck.objects.visible_to(reader) if reader else Recheck.objects.all()
    rechecks = planned.waiting().filter(**named_here)
    hearings = RevocationHearing.objects.filter(warned__naming__site=OuterRef("pk"))
    plans = WorkPlan.objects.filter(site=OuterRef("pk"))
    read = (
        sites.with_district()
        .select_related("organisation", "filing__organisation")
        .annotate(
            **last_days("programme"),
            decides=Case(
                When(level=Level.DISTRICT, then=F("programme__districts_determine")),
                default=Value(value=False),
            ),
            put_forward=F("filing__put_forward_on"),
            replacement=Subquery(Replacement.objects.open().filter(site=OuterRef("pk")).values("state")[:1]),
            plan_waits=Exists(plans.filter(state=PlanState.FILED)),
            plan_returned=Exists(plans.filter(state=PlanState.RETURNED)),
            team=Subquery(visit.values("assignment__team")[:1]),
            self_round_due=Subquery(self_rounds.values("due_on")[:1]),
            visit_due=Subquery(visit.values(day=Coalesce("assignment__visit_on", "round__due_on"))[:1]),
            round_due=Subquery(visit.values("round__due_on")[:1]),
            inspected_by=Exists(visits.filter(round__kind=RoundKind.INSPECTION)),
            inspection_drawn_up=Exists(
                finals.filter(assessment__round__kind=RoundKind.INSPECTION, state=SheetState.DRAFT)
            ),
            comment_due=Subquery(
                findings.uncommented().filter(reply_by__gte=today).order_by("reply_by").values("reply_by")[:1]
            ),
            disagreed=Exists(findings.disputed()),
            put=Exists(findings.put()),
            deliberating=Subquery(
                Deliberation.objects.open().filter(**on_drawn_up).order_by("pk").values("sheet")[:1]
            ),
            asks_consent=Subquery(drawn_up.filter(Exists(asked)).order_by("pk").values("pk")[:1]),
            answer_due=Subquery(
                with_unit.values("assessment__site").annotate(due=Min("deadline")).values("due")
            ),
            mended_until=Subquery(
                findings.exclude(state=FindingState.WITHDRAWN)
                .order_by()
                .values("assessment__site")
                .annotate(day=Max(Coalesce("deadline", "reply_by")))
                .values("day")
            ),
            visited_until=Subquery(
                acceptances.order_by().values("site").annotate(day=Max("round__due_on")).values("day")
            ),
            overdue=Exists(findings.overdue(on=today)),
            answered=Exists(findings.filter(state=FindingState.ANSWERED)),
            confirmed=Exists(findings.filter(state=FindingState.CONFIRMED)),
            accepted_by=Exists(visits.filter(round__kind=RoundKind.ACCEPTANCE)),
            acceptance_drawn_up=Exists(accepting.filter(state=SheetState.DRAFT)),
            acceptance_signed=Exists(accepting.filter(state=SheetState.SIGNED, assessment__spent_on=None)),
            **appraisal_facts(),
            appraisal=Subquery(appraisals.values("pk")[:1]),
            appraisal_end=Subquery(appraisals.filter(closes_on__gte=today).values("closes_on")[:1]),
            undecided=Exists(Acceptance.objects.undecided().filter(**here)),
            objection=Subquery(letters.values("pk")[:1]),
            objection_state=Subquery(letters.values("state")[:1]),
            objection_due=Subquery(letters.values("due_on")[:1]),
            notice=Subquery(on_notice.values("notice")[:1]),
            notice_end=Subquery(on_notice.filter(notice__ends_on__gte=today).values("notice__ends_on")[:1]),
            naming_key=F("naming"),
            recheck_due=Subquery(rechecks.values("due_on")[:1]),
            mend_by=Subquery(Warned.objects.standing().filter(**named_here).values("rectify_by")[:1]),
            mends=Exists(Warned.objects.standing().filter(rectify_by__gte=today, **named_here)),
            answered_warning=Exists(
                WarningAnswer.objects.waiting().filter(warned__naming__site=OuterRef("pk"))
            ),
            recheck_fails=TrackingNote.objects.since_last_step().filter(**named_here).last_recheck_fails(),
            hearing_by=Subquery(hearings.open(on=today).values("state_by")[:1]),
            heard=Exists(hearings.over(on=today)),
            plaque_due_back=Exists(plaques_due_back().filter(**named_here)),
        )
    )
    return cast("QuerySet[SiteWithFacts]", read)
