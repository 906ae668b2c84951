"""What waits for a person: the next steps that are theirs to take, and lists still to be filed."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import DateField, Exists, OuterRef, Q, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind, Role
from accounts.models import User
from assessments.enums import SheetRole, SheetState
from assessments.models import Assessment, Deliberation, Sheet
from assessments.queries import led_by
from publicity.enums import ArticleState
from publicity.models import Appraisal, Article, Recheck, Reuse
from publicity.models.naming import plaques_due_back
from sites.calendar import today
from sites.enums import FilingState, Level, PlanState, Stage
from sites.models import DesignatedUnit, Filing, Programme, Site, WorkPlan
from sites.overview import due_on

from .next_step import next_step, step_besides, with_facts

# Stages in which somebody has to act; a list's own stages are told once for the list. Of named and revoked
# sites only some want anything: the years' many others are not read.
ACTIVE = tuple(
    stage
    for stage in Stage
    if stage not in (Stage.DRAFT, Stage.RETURNED, Stage.NAMED, Stage.REVOKED, Stage.WITHDRAWN)
)
# More would not be read; the lists of the rooms have them all.
AT_MOST = 200


@dataclass(frozen=True)
class Todo:
    """One thing to do: what, about which site or list, since when, until when, and where."""

    what: str
    about: str
    url: str
    since: datetime.date | None = None
    due: datetime.date | None = None


def todos(user: User) -> list[Todo]:
    """Everything that waits for this person, what is due first, then the oldest. At most six queries."""
    found = {(todo.url, todo.about): todo for todo in (*_lists(user), *_besides(user), *_steps(user))}
    return sorted(found.values(), key=lambda todo: todo.due or todo.since or datetime.date.max)[:AT_MOST]


def _steps(user: User) -> Iterator[Todo]:
    """Next steps of this person's role among the sites they see; a list of several sites counts once."""
    if user.role == Role.AUDITOR:
        return
    sites = Site.objects.visible_to(user).filter(_in_motion())
    if user.role == Role.INSPECTOR:
        sites = sites.filter(_my_turn(user))
    for site in with_facts(sites, today=today(), reader=user).order_by("stage_since", "pk")[: 5 * AT_MOST]:
        for step in (next_step(site), step_besides(site)):
            if step is None or step.role != user.role:
                continue
            whole_list = site.stage in (Stage.FILED, Stage.REVIEWED)
            yield Todo(
                str(step.what), str(site.filing if whole_list else site), step.url, site.stage_since, step.due
            )


def _in_motion() -> Q:
    """Where somebody may have to act: on the road, warned, to be rechecked, or a plaque to be taken back."""
    rechecks = Recheck.objects.waiting().values("naming__site")
    plaques = plaques_due_back().values("naming__site")
    return (
        Q(stage__in=ACTIVE) | Q(stage=Stage.NAMED, pk__in=rechecks) | Q(stage=Stage.REVOKED, pk__in=plaques)
    )


def _my_turn(user: User) -> Q:
    """An inspector's turn: a sheet to fill in, a proposed mark to answer, or a final sheet to sign."""
    submitted = Sheet.objects.filter(author=user).exclude(state=SheetState.DRAFT)
    visits = Assessment.objects.filter(round__closed_on=None, assignment__team__members__user=user)
    to_fill = visits.exclude(pk__in=submitted.values("assessment"))
    asked = Deliberation.objects.waiting_for(user)
    to_sign = led_by(user).filter(sheets__role=SheetRole.FINAL, sheets__state=SheetState.DRAFT)
    return (
        Q(pk__in=to_fill.values("site"))
        | Q(pk__in=asked.values("sheet__assessment__site"))
        | Q(pk__in=to_sign.values("site"))
    )


def _lists(user: User) -> Iterator[Todo]:
    """Lists of one's own that are still to be filed, begun or not, or were sent back.

    Of an earlier programme only while it can still be filed.
    """
    if user.role not in (Role.DISTRICT, Role.LIAISON):
        return
    plans = WorkPlan.objects.filter(filing=OuterRef("pk")).exclude(state=PlanState.RETURNED)
    begun = Filing.objects.visible_to(user).select_related("organisation", "programme")
    begun = begun.annotate(has_plan=Exists(plans))
    lists = list(begun.prefetch_related("programme__phases"))
    for own in lists:
        due = _due(own.programme)
        if own.is_editable and (own.programme.is_current or due):
            returned = own.state == FilingState.RETURNED
            what = _("Mend and file the list again") if returned else _("Fill and file the list")
            yield Todo(what, str(own), own.get_absolute_url(), due=due)
        elif own.level == Level.DISTRICT and own.programme.is_current and not own.has_plan:  # type: ignore[attr-defined]  # annotated
            url = reverse("sites:district_plan", args=[own.pk])
            yield Todo(_("File the district's own work plan"), str(own.organisation), url, own.filed_on)
    begun_one = any(own.programme.is_current for own in lists)
    running = None if begun_one or not _owes_a_list(user) else Programme.objects.current()
    if running:
        yield Todo(
            _("Fill and file the list"),
            str(user.organisation),
            reverse("sites:my_filing"),
            due=_due(running),
        )


def _due(programme: Programme) -> datetime.date | None:
    """The last day for filing, unless it is over."""
    last = due_on(programme)
    return last if last >= today() else None


def _owes_a_list(user: User) -> bool:
    """Under the programme that runs; most units file none, so that is asked before it is read."""
    if user.role == Role.DISTRICT:
        return True
    return DesignatedUnit.objects.filter(
        programme__is_current=True, organisation=user.organisation_id
    ).exists()


def _besides(user: User) -> Iterator[Todo]:
    """What waits for the office apart from the sites' road, whatever their stage; asked in one question.

    Public appraisals whose window is over, good practices that units and districts have drafted, and what
    they entered of those taken up.
    """
    if user.role != Role.OFFICE:
        return
    closed = Appraisal.objects.visible_to(user).closed(on=today()).order_by()
    articles = Article.objects.visible_to(user).order_by()
    drafts = articles.in_state(ArticleState.DRAFT).exclude(organisation__kind=OrganisationKind.OFFICE)
    reuses = Reuse.objects.waiting().filter(article__in=articles).order_by()
    rows = closed.values_list(Value("appraisal"), "pk", "site__window_name", "closes_on").union(
        drafts.values_list(Value("article"), "pk", "title", Value(None, DateField())),
        reuses.values_list(Value("reuse"), "article", "article__title", "on"),
        all=True,
    )
    pages = {
        "appraisal": (_("Count the public appraisal, or prolong it"), "publicity_desk:appraisal"),
        "article": (_("Read a drafted good practice and publish it"), "publicity_desk:article"),
        "reuse": (_("Confirm that a unit took a good practice up"), "publicity_desk:article"),
    }
    for kind, key, about, since in rows[:AT_MOST]:
        what, page = pages[kind]
        yield Todo(what, about, reverse(page, args=[key]), since)
