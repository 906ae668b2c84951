"""What waits of this room: a self-assessment to be opened, draws that are open, and sheets of rechecks."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.enums import ResolutionKind
from accounts.models import Resolution
from accounts.rules import is_inspector, is_office
from accounts.todos import TODO_ROWS, TODOS, Asked, TodoKind, TodoRow, TodoSource, page
from assessments.enums import RoundKind
from assessments.models import Acceptance, Draw, Round
from assessments.queries import sheets_missing
from core.union import Part
from sites.enums import Action, Stage
from sites.models import Programme, Site
from sites.overview import last_day_in
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
