"""What waits of this room: a self-assessment to be opened, draws that are open, and sheets of rechecks."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.deputies import acts_as
from accounts.enums import ResolutionKind
from accounts.models import Organisation, Resolution, User
from accounts.rules import is_district_office, is_inspector, is_office
from accounts.todos import TODO_ROWS, TODOS, Asked, TodoKind, TodoRow, TodoSource, page
from assessments.enums import OwnCheckState, RoundKind
from assessments.models import Acceptance, Draw, OwnCheck, OwnCheckAnswer, Round
from assessments.pages.own_checks import BUILDING
from assessments.queries import sheets_missing
from core.union import Part
from sites.calendar import today
from sites.enums import Action, Stage
from sites.models import Phase, Programme, Site
from sites.overview import last_day_in, last_days
from sites.unresolved import waits_for_resolution


def _draws(asked: Asked) -> Part:
    waiting = Draw.objects.visible_to(asked.user).waiting().filter(round__closed_on=None)
    return TODO_ROWS.part(waiting, kind=Value("draw"), key="pk", about="round__title", since="drawn_on")


def _self_round(asked: Asked) -> Part:
    """Told once: sites of a programme are being built, and no self-assessment is open for them."""
    building = Site.objects.visible_to(asked.user).filter(programme=OuterRef("pk"), stage=Stage.BUILDING)
    opened = Round.objects.open().filter(programme=OuterRef("pk"), kind=RoundKind.SELF)
    programmes = Programme.objects.filter(Exists(building), ~Exists(opened))
    due = last_day_in(Action.SUBMIT_SELF_ASSESSMENT, "pk")
    return TODO_ROWS.part(programmes, kind=Value("self_round"), key="pk", about="document_number", due=due)


def _open_self_round(row: TodoRow) -> str:
    query = {"programme": row.key, "kind": RoundKind.SELF.value}
    return reverse("assessments:round_open", query=query)


def _rechecks(asked: Asked) -> Part:
    """No site's road shows a recheck."""
    sheets = sheets_missing().filter(Q(member=asked.user.pk), round__kind=RoundKind.RECHECK)
    return TODO_ROWS.part(
        sheets, kind=Value("recheck"), key="pk", about="site__window_name", since="assigned_on", due="due"
    )


def _rechecks_in(programme: int) -> dict[str, int]:
    """Sheets of rechecks that anybody of a team has still to submit."""
    rechecks = sheets_missing().filter(round__kind=RoundKind.RECHECK, round__programme=programme)
    return {"recheck": rechecks.count()}


# -- the districts' checks of their own governments -----------------------------------------------------


def _own_check_due(programme: str) -> Subquery:
    return last_days(programme)[f"last_day_{BUILDING}"]


def _asking() -> QuerySet[Programme]:
    """Programmes whose building phase has begun."""
    building = Phase.objects.filter(programme=OuterRef("pk"), ordinal=BUILDING, starts_on__lte=today())
    return Programme.objects.begun().filter(Exists(building))


def _own_checks_missing_in(programme: int) -> dict[str, int]:
    """Of how many districts there is none."""
    if not _asking().filter(pk=programme).exists():
        return {}
    checks = OwnCheck.objects.filter(programme=programme)
    districts = Organisation.objects.districts().filter(is_active=True)
    return {"own_none": districts.exclude(pk__in=checks.values("district")).count()}


def _own_checks_missing(asked: Asked) -> Part:
    """From the building phase on, of a district that has not begun one."""
    own = OwnCheck.objects.visible_to(asked.user).filter(programme=OuterRef("pk"))
    owing = _asking().filter(~Exists(own))
    name = Organisation.objects.filter(pk__in=[asked.user.district_id]).values("name")
    due = _own_check_due("pk")
    return TODO_ROWS.part(owing, kind=Value("own_none"), key="pk", about=Subquery(name), due=due)


def _own_checks_open(asked: Asked) -> Part:
    """Being drafted, or sent back for more."""
    checks = OwnCheck.objects.visible_to(asked.user).filter(state__in=OwnCheckState.EDITABLE)
    due = _own_check_due("programme")
    return TODO_ROWS.part(
        checks, kind=Concat(Value("own_"), F("state")), key="pk", about="district__name", due=due
    )


def _own_checks_forward(asked: Asked) -> Part:
    """Before a head who did not draft it."""
    wrote = OwnCheckAnswer.objects.filter(acts_as(asked.user, "by"), check_of=OuterRef("pk"))
    checks = OwnCheck.objects.visible_to(asked.user).filter(state=OwnCheckState.FORWARD)
    checks = checks.exclude(acts_as(asked.user, "drafted_by") | Exists(wrote))
    due = _own_check_due("programme")
    return TODO_ROWS.part(checks, kind=Value("own_forward"), key="pk", about="district__name", due=due)


def _own_checks_filed(asked: Asked) -> Part:
    checks = OwnCheck.objects.visible_to(asked.user).filter(state=OwnCheckState.FILED)
    return TODO_ROWS.part(checks, kind=Value("own_filed"), key="pk", about="district__name", since="filed_on")


def _heads_district_office(user: User) -> bool:
    return user.is_head and is_district_office(user)


def _recommended(asked: Asked) -> QuerySet[Acceptance]:
    """Results that no item decided since their recommendation can carry: one carries those of many sites."""
    seen = Acceptance.objects.visible_to(asked.user).undecided()
    since = Resolution.objects.of(ResolutionKind.ACCEPTANCE, OuterRef("assessment__site__programme"))
    return seen.exclude(Exists(since.filter(decided_on__gte=OuterRef("recommended_on"))))


TODOS.add(
    waits_for_resolution(ResolutionKind.ACCEPTANCE, _recommended, "assessment__site__programme"), place=45
)
TODOS.add(
    TodoSource(
        offered_to=is_office,
        rows=_draws,
        programme="round__programme",
        kinds={"draw": TodoKind(_("Hold the draw or abandon it"), page("assessments:draw"))},
    ),
    TodoSource(
        offered_to=is_office,
        rows=_self_round,
        programme="pk",
        kinds={"self_round": TodoKind(_("Open the self-assessment: sites wait for it"), _open_self_round)},
    ),
    TodoSource(
        offered_to=is_inspector,
        rows=_rechecks,
        programme="round__programme",
        in_all=_rechecks_in,
        kinds={"recheck": TodoKind(_("Recheck the site and fill in the sheet"), page("assessments:inspect"))},
    ),
    place=40,
)
_OWN_CHECK = page("assessments:own_check")
TODOS.add(
    TodoSource(
        offered_to=is_district_office,
        rows=_own_checks_missing,
        programme="pk",
        in_all=_own_checks_missing_in,
        kinds={
            "own_none": TodoKind(
                _("Begin the self-check of the district's own government"),
                lambda row: reverse("assessments:own_checks", query={"programme": row.key}),
            )
        },
    ),
    TodoSource(
        offered_to=is_district_office,
        rows=_own_checks_open,
        programme="programme",
        kinds={
            "own_draft": TodoKind(_("Go on with the self-check, and put it before the head"), _OWN_CHECK),
            "own_returned": TodoKind(_("Add to the self-check what the office asks for"), _OWN_CHECK),
        },
    ),
    TodoSource(
        offered_to=_heads_district_office,
        rows=_own_checks_forward,
        programme="programme",
        kinds={"own_forward": TodoKind(_("Confirm and file the self-check"), _OWN_CHECK)},
    ),
    TodoSource(
        offered_to=is_office,
        rows=_own_checks_filed,
        programme="programme",
        kinds={"own_filed": TodoKind(_("Read the self-check of a district's government"), _OWN_CHECK)},
    ),
    place=605,
)
