"""An open date as people read it: what is due, where it is done, how it was counted, and who moved it."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from accounts.enums import Role
from accounts.models import User
from assessments.enums import ReplyKind
from assessments.models import FindingReply
from desk.enums import DeadlineKind
from sites.enums import Action, Level
from sites.models import Extension, Phase, Programme
from sites.workflow import TRANSITIONS

from .sources import Row

# How a date came about that is not counted from another one; `phase` is said with the phase itself.
HOW: Mapping[str, StrOrPromise] = {
    "round": gettext_lazy("The day the office set for the round."),
    "visit": gettext_lazy("The day of the visit, as the team set it."),
    "measure": gettext_lazy("The end of the measure, as the agreed work plan says."),
    "recheck": gettext_lazy("The day the office set for the recheck."),
}
PHASE = "phase"
# The step of the plan whose phases give the last day.
STEPS = {
    DeadlineKind.LIST: Action.FILE,
    DeadlineKind.PLAN: Action.AGREE_PLAN,
    DeadlineKind.SELF_ASSESSMENT: Action.SUBMIT_SELF_ASSESSMENT,
}


@dataclass(frozen=True)
class Moved:
    """One time a date was moved: by whom, when, and from where to where with the reason."""

    by: User
    on: datetime.date
    text: str


@dataclass(frozen=True)
class Deadline:
    """One open date; `moved` oldest first."""

    row: Row
    counted: str = ""
    moved: Sequence[Moved] = ()

    @property
    def kind(self) -> DeadlineKind:
        return DeadlineKind(self.row.kind)

    @property
    def due_on(self) -> datetime.date:
        return self.row.due_on

    @property
    def about(self) -> str:
        return self.row.about

    @property
    def what(self) -> str:
        """What is to be done, in the reader's language."""
        return _WHAT[self.kind](self.row)

    @property
    def is_on_record(self) -> bool:
        """Whether its words are those of the record, in Chinese whatever the reader's language."""
        return self.row.how != PHASE and self.row.how not in HOW

    def url_for(self, role: str) -> str:
        """Where a person of this role acts upon it, or else sees how it stands."""
        return _PAGES[self.kind](self.row, role)


def read(rows: Iterable[Row], programme: Programme | None) -> list[Deadline]:
    """Rows with how they were counted and who moved them; at most two queries, however many rows.

    `programme` is the one that was asked for the rows, with its phases.
    """
    rows = list(rows)
    phases = _closing_phases(rows, programme)
    extensions = _extensions(phases.values())
    replies = _extended_findings(rows)

    def deadline(row: Row) -> Deadline:
        if row.how != PHASE:
            how = HOW.get(row.how, row.how)
            return Deadline(row, str(how), replies.get((row.kind, row.spot, row.due_on), ()))
        phase = phases[DeadlineKind(row.kind)]
        told = _("The phase “%(phase)s” ends on %(day)s.")
        counted = told % {"phase": phase.name, "day": date_format(phase.last_day)}
        return Deadline(row, counted, extensions.get(phase.pk, ()))

    return [deadline(row) for row in rows]


def _closing_phases(rows: Iterable[Row], programme: Programme | None) -> dict[DeadlineKind, Phase]:
    """Of each kind that ends with a phase, that phase."""
    kinds = {DeadlineKind(row.kind) for row in rows if row.how == PHASE}
    if programme is None:
        return {}
    phases = programme.phases.all()

    def closing(action: Action) -> Phase:
        ordinals = TRANSITIONS[action].phases
        return max((one for one in phases if one.ordinal in ordinals), key=lambda one: one.last_day)

    return {kind: closing(STEPS[kind]) for kind in kinds}


def _extensions(phases: Iterable[Phase]) -> dict[int, list[Moved]]:
    """By the key of the phase."""
    found: dict[int, list[Moved]] = defaultdict(list)
    moved = [phase for phase in phases if phase.extended_to]
    for one in Extension.objects.filter(phase__in=moved).select_related("by") if moved else ():
        days = {"was": date_format(one.previous_end), "end": date_format(one.new_end), "reason": one.reason}
        found[one.phase_id].append(Moved(one.by, one.on, _("From %(was)s to %(end)s: %(reason)s") % days))
    return found


def _extended_findings(rows: Iterable[Row]) -> dict[tuple[str, int | None, datetime.date], list[Moved]]:
    """By kind, assessment and the day its findings are due now: what the office gave more time for."""
    kind = DeadlineKind.RECTIFICATION.value
    assessments = {row.spot for row in rows if row.kind == kind}
    found: dict[tuple[str, int | None, datetime.date], list[Moved]] = defaultdict(list)
    replies = FindingReply.objects.filter(kind=ReplyKind.EXTEND, finding__assessment__in=assessments)
    for reply in replies.select_related("by", "finding") if assessments else ():
        if day := reply.finding.deadline:
            found[kind, reply.finding.assessment_id, day].append(Moved(reply.by, reply.on, reply.text))
    return found


# -- what is to be done -----------------------------------------------------------------------------------


def _file_the_list(row: Row) -> str:
    return _("File the list (%(level)s)") % {"level": Level(row.text).label}


def _file_the_plan(row: Row) -> str:
    return _("File the work plan") if row.site else _("File the district's own work plan")


def _comment(row: Row) -> str:
    told = ngettext("Comment on %(n)d finding", "Comment on %(n)d findings", row.n)
    return told % {"n": row.n}


def _answer(row: Row) -> str:
    return ngettext("Answer %(n)d finding", "Answer %(n)d findings", row.n) % {"n": row.n}


_WHAT: dict[DeadlineKind, Callable[[Row], str]] = {
    DeadlineKind.LIST: _file_the_list,
    DeadlineKind.PLAN: _file_the_plan,
    DeadlineKind.MEASURE: lambda row: _("Carry out “%(measure)s”") % {"measure": row.text},
    DeadlineKind.SELF_ASSESSMENT: lambda row: _("Submit the self-assessment"),
    DeadlineKind.INSPECTION: lambda row: _("Submit the sheets of “%(round)s”") % {"round": row.text},
    DeadlineKind.COMMENT: _comment,
    DeadlineKind.RECTIFICATION: _answer,
    DeadlineKind.OBJECTION: lambda row: _("Answer an objection"),
    DeadlineKind.WARNING: lambda row: _("Mend what the warning says"),
    DeadlineKind.RECHECK: lambda row: _("Recheck the site"),
}

# -- where ------------------------------------------------------------------------------------------------


def _site(row: Row) -> str:
    return reverse("desk:site", args=[row.site])


def _list_page(row: Row, role: str) -> str:
    if row.filing:
        return reverse("sites:filing", args=[row.filing])
    return reverse("sites:my_filing" if role in (Role.DISTRICT, Role.LIAISON) else "sites:filings")


def _owners(page: str) -> Callable[[Row, str], str]:
    """The `page` of a site, or of a district."""

    def url(row: Row, role: str) -> str:
        return reverse(f"sites:{'' if row.site else 'district_'}{page}", args=[row.site or row.filing])

    return url


def _self_sheet(row: Row, role: str) -> str:
    return reverse("assessments:self_sheet", args=[row.site]) if role == Role.LIAISON else _site(row)


def _visit(row: Row, role: str) -> str:
    if role == Role.INSPECTOR:
        return reverse("assessments:my_sheets")
    return reverse("assessments:round", args=[row.spot])


def _rectification(row: Row, role: str) -> str:
    return reverse("assessments:rectification", args=[row.site])


def _letter(row: Row, role: str) -> str:
    """Whoever looks into it without being of the office asks the office about it."""
    if role == Role.OFFICE:
        return reverse("publicity_desk:objection", args=[row.key])
    return reverse("desk:home") if role == Role.INSPECTOR else _site(row)


def _naming(row: Row, role: str) -> str:
    return reverse("publicity_desk:naming", args=[row.spot])


_PAGES: dict[DeadlineKind, Callable[[Row, str], str]] = {
    DeadlineKind.LIST: _list_page,
    DeadlineKind.PLAN: _owners("plan"),
    DeadlineKind.MEASURE: _owners("timetable"),
    DeadlineKind.SELF_ASSESSMENT: _self_sheet,
    DeadlineKind.INSPECTION: _visit,
    DeadlineKind.COMMENT: _rectification,
    DeadlineKind.RECTIFICATION: _rectification,
    DeadlineKind.OBJECTION: _letter,
    DeadlineKind.WARNING: _naming,
    DeadlineKind.RECHECK: _naming,
}
