"""How far the teams of a round are: what they were sent to, and what they have done of it.

Counted are marks and sheets, never forms that were opened; no mark itself is read, so that nobody marks under
the eyes of those above.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role
from assessments.enums import RoundKind, SheetState
from assessments.models import Assessment, Round, Sheet, Team
from assessments.queries import count_of_items, count_of_marks, count_of_standing, sheets_that_count
from core.forms import choose_from
from sites.calendar import today
from tables.writing import Head, Row

from .bar_chart import Bar, BarChart, bar_chart
from .figure import Counted, Figure, Link
from .scope import FigureFilter, Scope

MOST_DRAWN = 24


class TeamsFilter(FigureFilter):
    """Also by round; without a choice those that are open."""

    round = forms.ModelChoiceField(
        label=gettext_lazy("Round"),
        required=False,
        empty_label=gettext_lazy("open rounds"),
        queryset=Round.objects.none(),
    )

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        rounds = Round.objects.visible_to(self.reader).filter(kind__in=RoundKind.ON_SITE)
        choose_from(self, "round", rounds.filter(programme=self.programme))


def count(scope: Scope) -> Counted:
    """Three queries: visits, members' sheets, teams."""
    done = _done(scope)
    teams = Team.objects.filter(pk__in=done).select_related("round").order_by("round__opened_on", "pk")
    heads: list[Head] = [
        _("Team"),
        _("Round"),
        _("Sites"),
        _("Visited"),
        _("Sheets expected"),
        _("Sheets submitted"),
        _("Items to assess"),
        _("Items assessed"),
        _("Sites signed"),
    ]
    rows = [_row(team, done[team.pk]) for team in teams]
    drawn = [_bars(team, done[team.pk]) for team in teams[:MOST_DRAWN]]
    return Counted(heads=heads, rows=rows, drawing=drawn or None, left_out=len(rows) - len(drawn))


def _done(scope: Scope) -> Mapping[int, Counter[str]]:
    """What each team, by its key, is to do and has done."""
    chosen = scope.chosen.get("round")
    rounds = Round.objects.filter(pk=chosen.pk) if chosen else Round.objects.open()
    visits = Assessment.objects.filter(
        round__in=rounds, round__kind__in=RoundKind.ON_SITE, site__in=scope.sites, assignment__isnull=False
    )
    found = defaultdict[int, Counter[str]](Counter)
    submitted = sheets_that_count().filter(assessment=OuterRef("pk")).exclude(state=SheetState.DRAFT)
    lines = visits.order_by().annotate(
        items=count_of_items(OuterRef("standard"), OuterRef("round")),
        standing=count_of_standing(),
        is_signed=Exists(Sheet.objects.signed_finals().filter(assessment=OuterRef("pk"))),
        has_sheet=Exists(submitted),
    )
    names = ("assignment__team", "assignment__visit_on", "items", "standing", "is_signed", "has_sheet")
    for team, day, items, standing, is_signed, has_sheet in lines.values_list(*names).iterator():
        found[team] += Counter(
            sites=1,
            visited=bool(has_sheet or (day and day <= today())),
            signed=is_signed,
            sheets=standing,
            items=standing * (items or 0),
        )
    sheets = sheets_that_count().filter(assessment__in=visits).annotate(marked=count_of_marks()).order_by()
    for team, state, marked in sheets.values_list("assessment__assignment__team", "state", "marked"):
        found[team] += Counter(submitted=state != SheetState.DRAFT, marked=marked)
    return found


def _row(team: Team, done: Counter[str]) -> Row:
    counted = ("sites", "visited", "sheets", "submitted", "items", "marked", "signed")
    return [
        Link(team.name, team.round.get_absolute_url()),
        team.round.title,
        *(done[name] for name in counted),
    ]


def _bars(team: Team, done: Counter[str]) -> BarChart:
    """Each quantity to its own scale: what is done of what is to do."""
    lines = (
        (_("Visited"), "visited", "sites"),
        (_("Items assessed"), "marked", "items"),
        (_("Sheets submitted"), "submitted", "sheets"),
        (_("Sites signed"), "signed", "sites"),
    )
    bars = [
        Bar(
            label=label,
            told=_("%(done)d of %(all)d") % {"done": done[part], "all": done[whole]},
            ground=done[whole],
            filled=done[part],
        )
        for label, part, whole in lines
    ]
    return bar_chart(team.name, bars, note=team.round.title)


TEAMS = Figure(
    key="teams",
    title=gettext_lazy("Progress of the teams"),
    lead=gettext_lazy("What the teams of the open rounds are sent to, and what they have done of it."),
    empty=gettext_lazy(
        "No team is on its way. Teams are counted once a round is open and they are sent to sites."
    ),
    count=count,
    roles=Role.CITY_WIDE,
    filter=TeamsFilter,
)
