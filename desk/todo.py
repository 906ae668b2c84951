"""What waits for a person, drawn from the workflow table and the rooms' open matters."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from accounts.models import User
from assessments.enums import FindingState, SheetState
from assessments.models import Sheet
from publicity.models import Objection
from sites.enums import Action, FilingState, Level, PlanState, Stage
from sites.models import Filing, Site, WorkPlan
from sites.workflow import TRANSITIONS

# Where a step is taken. The steps that are not here are answers to something out
# of the ordinary (sending back, withdrawing, warning …) and wait for nobody.
PAGES: dict[Action, Callable[[Site], str]] = {
    Action.REVIEW: lambda site: reverse("sites:filing", args=[site.filing_id]),
    Action.DETERMINE: lambda site: reverse("sites:filing", args=[site.filing_id]),
    Action.SUBMIT_SELF_ASSESSMENT: lambda site: reverse("assessments:self_sheet", args=[site.pk]),
    Action.SIGN_INSPECTION: lambda site: reverse("assessments:my_sheets"),
    Action.VERIFY_RECTIFICATION: lambda site: reverse("assessments:rectification", args=[site.pk]),
    Action.PASS_ACCEPTANCE: lambda site: reverse("assessments:acceptance", args=[site.pk]),
    Action.REOPEN: lambda site: reverse("assessments:rectification", args=[site.pk]),
    Action.ANNOUNCE: lambda site: reverse("publicity_desk:notice_add"),
    Action.NAME: lambda site: reverse("publicity_desk:notices"),
}
# More would not be read; the lists of the rooms have them all.
AT_MOST = 200


@dataclass(frozen=True)
class Todo:
    """One thing to do: what, about which site or list, since when, and where."""

    what: str
    about: str
    url: str
    since: datetime.date | None = None
    due: datetime.date | None = None


def todos(user: User) -> list[Todo]:
    """Everything that waits for this person, the oldest first. One query a source at most."""
    found = [
        *_lists(user),
        *_plans(user),
        *_findings(user),
        *_sheets(user),
        *_objections(user),
        *_steps(user),
    ]
    return sorted(found, key=lambda todo: todo.due or todo.since or datetime.date.max)[:AT_MOST]


def _steps(user: User) -> list[Todo]:
    """The steps of the workflow table that this person could take now."""
    mine = {action: row for action, row in TRANSITIONS.items() if action in PAGES and user.role in row.roles}
    stages = {stage for row in mine.values() for stage in row.sources}
    sites = (
        Site.objects.visible_to(user)
        .filter(stage__in=stages)
        .select_related("filing__organisation")[:AT_MOST]
        if stages
        else []
    )
    found: dict[tuple[str, str], Todo] = {}
    for site in sites:
        for action, row in mine.items():
            if site.stage not in row.sources or not row.who.test(user, site):
                continue
            whole_list = action in (Action.REVIEW, Action.DETERMINE)
            about = str(site.filing) if whole_list else str(site)
            url = PAGES[action](site)
            found.setdefault((url, about), Todo(str(action.label), about, url, site.stage_since))
    return list(found.values())


def _lists(user: User) -> list[Todo]:
    """Lists of one's own that are still to be filed, or were sent back."""
    if user.role not in (Role.DISTRICT, Role.LIAISON):
        return []
    filings = (
        Filing.objects.visible_to(user).filter(state__in=FilingState.EDITABLE).select_related("organisation")
    )
    return [
        Todo(
            _("Mend and file the list again")
            if filing.state == FilingState.RETURNED
            else _("Fill and file the list"),
            str(filing),
            filing.get_absolute_url(),
        )
        for filing in filings
    ]


def _plans(user: User) -> list[Todo]:
    """Plans to write (the unit), plans to agree (office for the city's sites, district for its own)."""
    if user.role == Role.LIAISON:
        sites = (
            Site.objects.visible_to(user).filter(stage=Stage.DETERMINED).exclude(plans__state=PlanState.FILED)
        )
        what = _("File the work plan")
    elif user.role in (Role.OFFICE, Role.DISTRICT):
        level = Level.CITY if user.role == Role.OFFICE else Level.DISTRICT
        waiting = WorkPlan.objects.filter(state=PlanState.FILED).values("site")
        sites = Site.objects.visible_to(user).filter(stage=Stage.DETERMINED, level=level, pk__in=waiting)
        what = _("Read and agree the work plan")
    else:
        return []
    return [
        Todo(what, str(site), reverse("sites:plan", args=[site.pk]), site.stage_since)
        for site in sites[:AT_MOST]
    ]


def _findings(user: User) -> list[Todo]:
    """Findings to answer (the unit), answers to verify (the office), one line a site."""
    if user.role == Role.LIAISON:
        states: tuple[str, ...] = FindingState.WITH_UNIT
    elif user.role == Role.OFFICE:
        states = (FindingState.ANSWERED,)
    else:
        return []
    theirs = Q(assessments__findings__state__in=states)
    sites = (
        Site.objects.visible_to(user)
        .filter(stage=Stage.RECTIFYING)
        .annotate(
            waiting=Count("assessments__findings", filter=theirs),
            due=Min("assessments__findings__deadline", filter=theirs),
        )
        .filter(waiting__gt=0)
    )
    rows = sites.values_list("pk", "window_name", "stage_since", "waiting", "due")
    return [
        Todo(_say_findings(user, waiting), name, reverse("assessments:rectification", args=[pk]), since, due)
        for pk, name, since, waiting, due in rows[:AT_MOST]
    ]


def _say_findings(user: User, count: int) -> str:
    if user.role == Role.LIAISON:
        return ngettext("Answer %(n)d finding", "Answer %(n)d findings", count) % {"n": count}
    return ngettext("Look at %(n)d answer", "Look at %(n)d answers", count) % {"n": count}


def _sheets(user: User) -> list[Todo]:
    """An inspector's own sheets that are begun and not submitted."""
    if user.role != Role.INSPECTOR:
        return []
    sheets: QuerySet[Sheet] = (
        Sheet.objects.visible_to(user)
        .filter(author=user, state=SheetState.DRAFT)
        .select_related("assessment__site", "assessment__round")
    )
    return [
        Todo(
            _("Fill and submit the sheet"),
            str(sheet.assessment.site),
            sheet.get_absolute_url(),
            due=sheet.assessment.round.due_on,
        )
        for sheet in sheets[:AT_MOST]
    ]


def _objections(user: User) -> list[Todo]:
    return [
        Todo(
            _("Handle the objection"),
            str(objection.site),
            objection.get_absolute_url(),
            objection.received_on,
        )
        for objection in Objection.objects.visible_to(user).open().select_related("site")[:AT_MOST]
    ]
