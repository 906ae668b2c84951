"""What waits apart from the sites' road, whatever their stage: asked in one question a role."""

import datetime
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext

from accounts.enums import MessageState, OrganisationKind, Role
from accounts.models import Message, Organisation, User
from accounts.rules import is_liaison
from assessments.enums import RoundKind
from assessments.models import Draw
from assessments.queries import sheets_missing
from desk.lights import Lights
from documents.enums import RenderState
from documents.models import Document
from publicity.enums import ArticleState, NoticeState, ObjectionState
from publicity.models import Appraisal, Article, Objection, Reuse
from sites.calendar import today
from sites.enums import Action, FilingState, JobState, Level, PlanState
from sites.models import Filing, GuidanceNote, ImportJob, Measure, Programme, WorkPlan
from sites.overview import last_day_in
from sites.services.vacancies import vacant_districts, vacant_sites

from .lists import NEVER, PLAN, WORDS, with_plans
from .things import Todo

AT_MOST = 200
# Kind of a record → what is to be done about it, and the page on which it is.
_KINDS = {
    "draft": (WORDS["draft"], "sites:filing"),
    "returned": (WORDS["returned"], "sites:filing"),
    NEVER: (WORDS[NEVER], "sites:my_filing"),
    PLAN: (WORDS[PLAN], "sites:district_plan"),
    "plan_returned": (_("Mend and file the district's own work plan again"), "sites:district_plan"),
    "appraisal": (_("Count the public appraisal, or prolong it"), "publicity_desk:appraisal"),
    "article": (_("Read a drafted good practice and publish it"), "publicity_desk:article"),
    "reuse": (_("Confirm that a unit took a good practice up"), "publicity_desk:article"),
    "objection": (_("Handle the objection"), "publicity_desk:objection"),
    "objection_ended": (
        _("Answer the objection: the result of the ended notice waits for it"),
        "publicity_desk:objection",
    ),
    "inquiry": (_("Look into the objection and conclude it"), "publicity_desk:objection"),
    "inquiry_outside": (_("Look into the objection and tell the office what you found"), "publicity:notice"),
    "recheck": (_("Recheck the site and fill in the sheet"), "assessments:inspect"),
    "paper": (_("Have the paper made again: it failed"), "documents:detail"),
    "import": (_("Look at the rows of the register and confirm them"), "sites:import"),
    "draw": (_("Hold the draw or abandon it"), "assessments:draw"),
    "district_plan": (_("Agree the district's own work plan"), "sites:district_plan"),
    "no_liaison": (_("Name a liaison: the post is vacant"), "sites:liaisons"),
    "account_off": (_("Name another liaison: the account is switched off"), "sites:liaisons"),
    "no_account": (_("Open an account: nobody of the unit can sign in"), "sites:liaisons"),
    "district_no_liaison": (_("Name a liaison: the post is vacant"), "sites:district_liaisons"),
    "district_account_off": (
        _("Name another liaison: the account is switched off"),
        "sites:district_liaisons",
    ),
    "district_no_account": (
        _("Open an account: nobody of the unit can sign in"),
        "sites:district_liaisons",
    ),
    "measure": (_("Carry the measure out and tick it off"), "sites:timetable"),
    "district_measure": (_("Carry the measure out and tick it off"), "sites:district_timetable"),
    "guidance": (_("Reply to the guidance"), "sites:means"),
    "messages": (_("Read the outgoing messages, then release or discard them"), "people:messages"),
}
_NO_DAY = Cast(Value(None), DateField())
_NO_WORD = Value("", CharField())
# (kind, key of the page's record, about, a word more, since, due), one a record.
_Rows = QuerySet[Any, tuple[Any, ...]]


class _Row(NamedTuple):
    kind: str
    key: int
    about: str
    detail: str
    since: datetime.date | None
    due: datetime.date | None


def mine(user: User, running: Programme | None, lights: Callable[[], Lights]) -> Iterator[Todo]:
    """One query, for a role that has any of these at all."""
    parts_of = _PARTS.get(user.role)
    parts = list(parts_of(user, running, lights)) if parts_of and running else []
    if not parts:
        return
    first, *rest = (part.order_by() for part in parts)
    for row in first.union(*rest, all=True)[:AT_MOST]:
        yield _todo(_Row(*row))


def _todo(row: _Row) -> Todo:
    what, page = _KINDS[row.kind]
    if row.kind == "messages":  # told once, however many: the key is their number
        about = ngettext("%(n)d message", "%(n)d messages", row.key) % {"n": row.key}
        url = reverse(page, query={"state": MessageState.HELD.value})
        return Todo(what=str(what), about=about, url=url, since=row.since)
    if row.kind in FilingState.EDITABLE:
        about = str(Filing(organisation=Organisation(name=row.about), level=row.detail))
        return Todo(what=str(what), about=about, url=reverse(page, args=[row.key]), due=row.due)
    if row.kind == NEVER:
        return Todo(what=str(what), about=row.about, url=reverse(page), due=row.due)
    colon = pgettext("between a label and its text", ": ")
    return Todo(
        what=str(what),
        about=f"{row.about}{colon}{row.detail}" if row.detail else row.about,
        url=reverse(page, args=[row.key]) + ("#guidance" if row.kind == "guidance" else ""),
        since=row.since,
        due=row.due,
    )


def _office(user: User, running: Programme, lights: Callable[[], Lights]) -> Iterator[_Rows]:
    appraisals = Appraisal.objects.visible_to(user).closed(on=today())
    yield appraisals.values_list(
        Value("appraisal"), "pk", "site__window_name", _NO_WORD, "closes_on", _NO_DAY
    )
    articles = Article.objects.visible_to(user)
    drafts = articles.in_state(ArticleState.DRAFT).exclude(organisation__kind=OrganisationKind.OFFICE)
    yield drafts.values_list(Value("article"), "pk", "title", _NO_WORD, _NO_DAY, _NO_DAY)
    reuses = Reuse.objects.waiting().filter(article__in=articles.order_by())
    yield reuses.values_list(Value("reuse"), "article", "article__title", _NO_WORD, "on", _NO_DAY)
    yield _letters(user)
    papers = Document.objects.visible_to(user).filter(state=RenderState.FAILED)
    yield papers.values_list(Value("paper"), "pk", "title", _NO_WORD, "issued_on", _NO_DAY)
    jobs = ImportJob.objects.visible_to(user).filter(state=JobState.PREVIEWED)
    yield jobs.values_list(Value("import"), "pk", "file_name", _NO_WORD, _NO_DAY, _NO_DAY)
    draws = Draw.objects.visible_to(user).waiting().filter(round__closed_on=None)
    yield draws.values_list(Value("draw"), "pk", "round__title", _NO_WORD, "drawn_on", _NO_DAY)
    plans = WorkPlan.objects.visible_to(user).filter(filing__programme=running, state=PlanState.FILED)
    yield plans.values_list(
        Value("district_plan"),
        "filing",
        "filing__organisation__name",
        _NO_WORD,
        "filed_on",
        last_day_in(Action.AGREE_PLAN, "filing__programme"),
    )
    held = Message.objects.visible_to(user).held().order_by().values("state")
    counted = held.annotate(n=Count("pk"), since=Min("made_on"))
    yield counted.values_list(Value("messages"), "n", _NO_WORD, _NO_WORD, "since", _NO_DAY)
    city = vacant_sites(reader=user, programme=running).filter(level=Level.CITY)
    yield _vacancies(city, "", "window_name")
    # A district names its liaisons itself, if anybody of it can sign in.
    yield _district_vacancies(user, running).filter(has_account=False)


def _letters(user: User) -> _Rows:
    """Open letters: whose inquiry it is, and what waits for the answer."""
    waits = Q(notice__state=NoticeState.ENDED, notice__result__isnull=True)
    kind = Case(
        When(investigator=user, then=Value("inquiry")),
        When(waits, then=Value("objection_ended")),
        default=Value("objection"),
    )
    letters = Objection.objects.visible_to(user).open()
    return letters.values_list(kind, "pk", "site__window_name", _NO_WORD, "received_on", "due_on")


def _vacancies(owners: QuerySet[Any], prefix: str, name: str) -> _Rows:
    """Sites or districts that lack somebody (`sites.services.vacancies`), each with whom."""
    kind = Case(
        When(has_liaison=False, then=Value(f"{prefix}no_liaison")),
        When(account_off=True, then=Value(f"{prefix}account_off")),
        default=Value(f"{prefix}no_account"),
    )
    return owners.values_list(kind, "pk", name, _NO_WORD, _NO_DAY, _NO_DAY)


def _district_vacancies(user: User, running: Programme) -> _Rows:
    """Of districts whose list is determined: before that nobody looks for their liaisons."""
    lists = vacant_districts(reader=user, programme=running).filter(state=FilingState.APPROVED)
    return _vacancies(lists, "district_", "organisation__name")


def _own_lists(user: User) -> Iterator[_Rows]:
    """Lists of one's own that are still to be filed, begun or not, or were sent back.

    Of an earlier programme only while it can still be filed.
    """
    name, last_day = "organisation__name", last_day_in(Action.FILE, "programme")
    begun = Filing.objects.visible_to(user).filter(state__in=FilingState.EDITABLE).annotate(last_day=last_day)
    open_ones = begun.filter(Q(programme__is_current=True) | Q(last_day__gte=today()))
    yield open_ones.values_list("state", "pk", name, "level", _NO_DAY, "last_day")
    own = Filing.objects.visible_to(user).filter(programme=OuterRef("pk"))
    owing = Programme.objects.filter(~Exists(own), is_current=True)
    if is_liaison(user):  # most units file none
        owing = owing.filter(designated_units__organisation=user.organisation_id)
    due = last_day_in(Action.FILE, "pk")
    yield owing.values_list(Value(NEVER), "pk", Value(str(user.organisation)), _NO_WORD, _NO_DAY, due)


def _own_plan(user: User, running: Programme) -> _Rows:
    """A district's own work plan, once its list is filed."""
    filed = Filing.objects.visible_to(user).filter(programme=running, level=Level.DISTRICT)
    returned = Exists(WorkPlan.objects.filter(filing=OuterRef("pk"), state=PlanState.RETURNED))
    owed = with_plans(filed.exclude(state__in=FilingState.EDITABLE)).filter(Q(has_plan=False))
    kind = Case(When(returned, then=Value("plan_returned")), default=Value(PLAN))
    due = last_day_in(Action.AGREE_PLAN, "programme")
    return owed.values_list(kind, "pk", "organisation__name", _NO_WORD, "filed_on", due)


def _district(user: User, running: Programme, lights: Callable[[], Lights]) -> Iterator[_Rows]:
    yield from _own_lists(user)
    yield _own_plan(user, running)
    yield _vacancies(vacant_sites(reader=user, programme=running), "", "window_name")
    yield _district_vacancies(user, running)
    own = _late(user, running, lights).filter(plan__filing__isnull=False)
    yield own.values_list(
        Value("district_measure"),
        "plan__filing",
        "plan__filing__organisation__name",
        "text",
        "starts_on",
        "ends_on",
    )


def _liaison(user: User, running: Programme, lights: Callable[[], Lights]) -> Iterator[_Rows]:
    yield from _own_lists(user)
    own = _late(user, running, lights).filter(plan__site__isnull=False)
    yield own.values_list(
        Value("measure"), "plan__site", "plan__site__window_name", "text", "starts_on", "ends_on"
    )
    notes = GuidanceNote.objects.visible_to(user).filter(replied_on=None, site__programme=running)
    yield notes.values_list(Value("guidance"), "site", "site__window_name", _NO_WORD, "on", _NO_DAY)


def _late(user: User, running: Programme, lights: Callable[[], Lights]) -> QuerySet[Measure]:
    """The timetable's measures that are late or due soon."""
    ours = Q(plan__site__programme=running) | Q(plan__filing__programme=running)
    measures = Measure.objects.visible_to(user).agreed().filter(ours, done_on=None)
    return measures.filter(ends_on__lte=lights().soon_until)


def _inspector(user: User, running: Programme, lights: Callable[[], Lights]) -> Iterator[_Rows]:
    """An inspector may not read the letter and asks the office about it; the notice is everybody's."""
    letters = Objection.objects.filter(investigator=user, state=ObjectionState.ACCEPTED)
    yield letters.exclude(site__in=user.recused_sites()).values_list(
        Value("inquiry_outside"), "notice", "site__window_name", _NO_WORD, F("taken_up_on"), "due_on"
    )
    # No site's road shows a recheck.
    sheets = sheets_missing().filter(Q(member=user.pk), round__kind=RoundKind.RECHECK)
    yield sheets.values_list(
        Value("recheck"), "pk", "site__window_name", _NO_WORD, F("assigned_on"), F("due")
    )


_PARTS: dict[str, Callable[[User, Programme, Callable[[], Lights]], Iterator[_Rows]]] = {
    Role.OFFICE: _office,
    Role.DISTRICT: _district,
    Role.LIAISON: _liaison,
    Role.INSPECTOR: _inspector,
}
