"""What waits of this room: registers, lists, district plans, vacant posts, measures, guidance."""

from collections.abc import Callable

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.deputies import acts_as
from accounts.enums import ResolutionKind
from accounts.models import Organisation, User
from accounts.rules import is_district_office, is_liaison, is_office
from accounts.todos import TODO_ROWS, TODOS, Asked, TodoKind, TodoRow, TodoSource, page
from core.union import Part
from sites.enums import Action, FilingState, JobState, Leftover, Level, PlanState
from sites.models import (
    DesignatedUnit,
    Filing,
    GuidanceNote,
    ImportJob,
    Measure,
    Programme,
    Research,
    Site,
    WorkPlan,
)
from sites.overview import last_day_in
from sites.services.vacancies import vacant_districts, vacant_sites
from sites.unresolved import waits_for_resolution

# What is owed, beside the states of a list: one that was never begun, one that lies before the head of a
# district's office, a district's own plan.
NEVER, FORWARD, PLAN, PLAN_AGAIN = "never", "forward", "plan", "plan_returned"
OWED = {
    FilingState.DRAFT.value: _("Fill and file the list"),
    FilingState.RETURNED.value: _("Mend and file the list again"),
    FilingState.DECIDED.value: _("File the list that the head of the office has determined"),
    FORWARD: _("Determine the list that was put forward"),
    NEVER: _("Fill and file the list"),
    PLAN: _("File the district's own work plan"),
    PLAN_AGAIN: _("Mend and file the district's own work plan again"),
}


def with_plans(lists: QuerySet[Filing]) -> QuerySet[Filing]:
    """Each with `has_plan`: one that was not sent back."""
    plans = WorkPlan.objects.filter(filing=OuterRef("pk")).exclude(state=PlanState.RETURNED)
    return lists.annotate(has_plan=Exists(plans))


def _files_lists(user: User) -> bool:
    return is_district_office(user) or is_liaison(user)


def _looks_after_posts(user: User) -> bool:
    return is_office(user) or is_district_office(user)


# -- what the office looks at ---------------------------------------------------------------------------


def _registers(asked: Asked) -> Part:
    read = ImportJob.objects.visible_to(asked.user).filter(state=JobState.PREVIEWED)
    return TODO_ROWS.part(read, kind=Value("import"), key="pk", about="file_name")


def _district_plans(asked: Asked) -> Part:
    plans = WorkPlan.objects.visible_to(asked.user)
    filed = plans.filter(filing__isnull=False, state=PlanState.FILED)
    return TODO_ROWS.part(
        filed,
        kind=Value("district_plan"),
        key="filing",
        about="filing__organisation__name",
        since="filed_on",
        due=last_day_in(Action.AGREE_PLAN, "filing__programme"),
    )


# -- vacant posts ---------------------------------------------------------------------------------------


def _vacant_sites(asked: Asked) -> Part:
    """A district names the liaisons of its sites, the office those of the city's."""
    sites = vacant_sites(Site.objects.in_charge_of(asked.user))
    return _vacancies(sites.filter(level=Level.CITY) if is_office(asked.user) else sites, "window_name")


def _vacant_districts(asked: Asked) -> Part:
    """Of districts whose list is determined: before that nobody looks for their liaisons.

    A district names its liaisons itself, if anybody of it can sign in.
    """
    lists = vacant_districts(_determined(Filing.objects.visible_to(asked.user)))
    if is_office(asked.user):
        lists = lists.filter(Q(has_account=False))
    return _vacancies(lists, "organisation__name")


def _determined(lists: QuerySet[Filing]) -> QuerySet[Filing]:
    return lists.filter(state=FilingState.APPROVED)


def _vacant_sites_in(programme: int) -> dict[str, int]:
    return {"no_liaison": vacant_sites(Site.objects.filter(programme=programme)).count()}


def _vacant_districts_in(programme: int) -> dict[str, int]:
    return {"no_liaison": vacant_districts(_determined(Filing.objects.filter(programme=programme))).count()}


def _vacancies(owners: Part, name: str) -> Part:
    """Sites or districts that lack somebody (`sites.services.vacancies`), each with whom."""
    kind = Case(
        When(has_liaison=False, then=Value("no_liaison")),
        When(account_off=True, then=Value("account_off")),
        default=Value("no_account"),
    )
    return TODO_ROWS.part(owners, kind=kind, key="pk", about=name)


def _kinds_of_vacancies(url: Callable[[TodoRow], str]) -> dict[str, TodoKind]:
    return {
        "no_liaison": TodoKind(_("Name a liaison: the post is vacant"), url),
        "account_off": TodoKind(_("Name another liaison: the account is switched off"), url),
        "no_account": TodoKind(_("Open an account: nobody of the unit can sign in"), url),
    }


# -- what a unit or a district owes ---------------------------------------------------------------------


def _begun_lists(asked: Asked) -> Part:
    """Lists of one's own that are still to be filed, or were sent back.

    What lies before the head of a district's office waits for the head alone.
    """
    user, due = asked.user, last_day_in(Action.FILE, "programme")
    begun = Filing.objects.visible_to(user).filter(state__in=FilingState.EDITABLE)
    if is_district_office(user):
        begun = begun.exclude(before_the_head() & (acts_as(user, "prepared_by") if user.is_head else Q()))
    return TODO_ROWS.part(
        begun, kind=owed_kind(), key="pk", about="organisation__name", detail="level", due=due
    )


def before_the_head() -> Q:
    """Of a list: it was put forward, and its district has still to determine it."""
    return Q(put_forward_on__isnull=False, programme__districts_determine=True)


def owed_kind() -> Case:
    """What of `OWED` a list is that is not filed."""
    return Case(When(before_the_head(), then=Value(FORWARD)), default=F("state"), output_field=CharField())


def _list(row: TodoRow) -> str:
    return Filing.called(row.about, row.detail)


def _lists_not_begun(asked: Asked) -> Part:
    user = asked.user
    own = Filing.objects.visible_to(user).filter(programme=OuterRef("pk"))
    owing = Programme.objects.filter(~Exists(own), is_current=True)
    if is_liaison(user):  # most units file none
        owing = owing.filter(designated_units__organisation=user.organisation_id)
    name = Organisation.objects.filter(Q(pk=user.organisation_id)).values("name")
    due = last_day_in(Action.FILE, "pk")
    return TODO_ROWS.part(owing, kind=Value(NEVER), key="pk", about=Subquery(name), due=due)


def _not_begun_in(programme: int) -> dict[str, int]:
    """Of how many bodies that owe a list there is none."""
    lists = Filing.objects.filter(programme=programme)
    units = DesignatedUnit.objects.filter(programme=programme).exclude(
        organisation__in=lists.filter(level=Level.CITY).values("organisation")
    )
    districts = Organisation.objects.districts().filter(is_active=True)
    owing = districts.exclude(pk__in=lists.filter(level=Level.DISTRICT).values("organisation"))
    return {NEVER: units.count() + owing.count()}


def _own_plan(asked: Asked) -> Part:
    """A district's own work plan, once its list is filed."""
    filed = Filing.objects.visible_to(asked.user).filter(level=Level.DISTRICT)
    returned = Exists(WorkPlan.objects.filter(filing=OuterRef("pk"), state=PlanState.RETURNED))
    return TODO_ROWS.part(
        with_plans(filed.exclude(state__in=FilingState.EDITABLE)).filter(Q(has_plan=False)),
        kind=Case(When(returned, then=Value(PLAN_AGAIN)), default=Value(PLAN)),
        key="pk",
        about="organisation__name",
        since="filed_on",
        due=last_day_in(Action.AGREE_PLAN, "programme"),
    )


def _measures(owner: str, name: str) -> Callable[[Asked], Part]:
    """The timetable's measures that are late or due soon, of sites or of districts."""

    def rows(asked: Asked) -> Part:
        measures = Measure.objects.visible_to(asked.user).agreed().filter(done_on=None)
        ours = measures.filter(**{f"plan__{owner}__isnull": False})
        return TODO_ROWS.part(
            ours.filter(ends_on__lte=asked.soon_until()),
            kind=Value("measure"),
            key=f"plan__{owner}",
            about=f"plan__{owner}__{name}",
            detail="text",
            since="starts_on",
            due="ends_on",
        )

    return rows


def _guidance(asked: Asked) -> Part:
    notes = GuidanceNote.objects.visible_to(asked.user).filter(replied_on=None)
    return TODO_ROWS.part(notes, kind=Value("guidance"), key="site", about="site__window_name", since="on")


def _research(asked: Asked) -> Part:
    """Visits of which nothing has come yet."""
    open_ones = Research.objects.visible_to(asked.user).open()
    return TODO_ROWS.part(open_ones, kind=Value("research"), key="pk", about="theme", since="on")


def _reviewed(asked: Asked) -> QuerySet[Filing]:
    return Filing.objects.visible_to(asked.user).filter(state=FilingState.REVIEWED)


def _undesignated(asked: Asked) -> Part:
    """A programme that runs, with designated units the leading group has still to designate."""
    waiting = DesignatedUnit.objects.filter(programme=OuterRef("pk"), resolution=None)
    owing = Programme.objects.filter(Exists(waiting), is_current=True)
    return TODO_ROWS.part(owing, kind=Value("designate"), key="pk", about="title")


TODOS.add(
    TodoSource(
        offered_to=is_office,
        rows=_undesignated,
        programme="pk",
        kinds={
            "designate": TodoKind(
                _("Say by which resolution the units are designated"), page("sites:programme_designate")
            )
        },
    ),
    place=54,
)
TODOS.add(waits_for_resolution(ResolutionKind.DETERMINATION, _reviewed, "programme"), place=55)
_CARRY_OUT = _("Carry the measure out and tick it off")
TODOS.add(
    TodoSource(
        offered_to=is_office,
        rows=_registers,
        programme=None,
        kinds={
            "import": TodoKind(_("Look at the rows of the register and confirm them"), page("sites:import"))
        },
    ),
    place=30,
)
TODOS.add(
    TodoSource(
        offered_to=is_office,
        rows=_district_plans,
        programme="filing__programme",
        kinds={
            "district_plan": TodoKind(_("Agree the district's own work plan"), page("sites:district_plan"))
        },
    ),
    TodoSource(
        offered_to=is_office,
        rows=_research,
        programme="programme",
        kinds={
            "research": TodoKind(
                _("Say what comes of the research visit: guidance, a change in a draft, or nothing"),
                page("sites:research"),
            )
        },
    ),
    place=50,
)
TODOS.add(
    TodoSource(
        offered_to=_files_lists,
        rows=_begun_lists,
        programme="programme",
        may_close=Leftover.LISTS,
        kinds={
            kind: TodoKind(OWED[kind], page("sites:filing"), _list)
            for kind in (*FilingState.EDITABLE, FORWARD)
        },
    ),
    TodoSource(
        offered_to=_files_lists,
        rows=_lists_not_begun,
        programme="pk",
        may_close=Leftover.LISTS_NOT_BEGUN,
        in_all=_not_begun_in,
        kinds={NEVER: TodoKind(OWED[NEVER], lambda _row: reverse("sites:my_filing"))},
    ),
    TodoSource(
        offered_to=is_district_office,
        rows=_own_plan,
        programme="programme",
        may_close=Leftover.DISTRICT_PLANS,
        kinds={kind: TodoKind(OWED[kind], page("sites:district_plan")) for kind in (PLAN, PLAN_AGAIN)},
    ),
    TodoSource(
        offered_to=_looks_after_posts,
        rows=_vacant_sites,
        in_all=_vacant_sites_in,
        programme="programme",
        may_close=Leftover.POSTS,
        kinds=_kinds_of_vacancies(page("sites:liaisons")),
    ),
    TodoSource(
        offered_to=_looks_after_posts,
        rows=_vacant_districts,
        in_all=_vacant_districts_in,
        programme="programme",
        may_close=Leftover.POSTS,
        kinds=_kinds_of_vacancies(page("sites:district_liaisons")),
    ),
    TodoSource(
        offered_to=is_district_office,
        rows=_measures("filing", "organisation__name"),
        programme="plan__filing__programme",
        may_close=Leftover.MEASURES,
        kinds={"measure": TodoKind(_CARRY_OUT, page("sites:district_timetable"))},
    ),
    TodoSource(
        offered_to=is_liaison,
        rows=_measures("site", "window_name"),
        programme="plan__site__programme",
        may_close=Leftover.MEASURES,
        kinds={"measure": TodoKind(_CARRY_OUT, page("sites:timetable"))},
    ),
    TodoSource(
        offered_to=is_liaison,
        rows=_guidance,
        programme="site__programme",
        may_close=Leftover.GUIDANCE,
        kinds={"guidance": TodoKind(_("Reply to the guidance"), page("sites:means", "#guidance"))},
    ),
    place=70,
)
