"""The funnel of stages: how many sites stand at each step of the road, and how many have come so far."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Count, F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Organisation
from accounts.rules import is_district_office
from sites.enums import Level, Stage
from sites.models.sites import district_of
from standards.enums import Kind
from tables.writing import Head, Row

from .bar_chart import Bar, BarChart, bar_chart
from .figure import Counted, Figure
from .scope import FigureFilter, Scope

# How far a site beside the road had come before it left it; one that was not filed, nowhere.
_CAME_TO = {Stage.NOT_ACCEPTED: Stage.RECTIFIED, Stage.WARNED: Stage.NAMED, Stage.REVOKED: Stage.NAMED}
_BESIDE = (Stage.DRAFT, Stage.DECIDED, Stage.RETURNED, Stage.NOT_ACCEPTED, Stage.WARNED, Stage.REVOKED)
# More groups than this are counted and not drawn.
MOST_DRAWN = 12


class FunnelFilter(FigureFilter):
    """Also: which groups stand side by side; of a district office's own sites only the kinds differ."""

    by = forms.ChoiceField(
        label=gettext_lazy("Side by side"),
        required=False,
        choices=[
            ("district", gettext_lazy("Districts")),
            ("level", gettext_lazy("Levels")),
            ("kind", gettext_lazy("Kinds")),
        ],
    )

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        if is_district_office(self.reader):
            del self.fields["by"]


class Stages:
    """How many sites stand at which stage, of the whole or of a group."""

    def __init__(self) -> None:
        self.here: Counter[str] = Counter()

    @property
    def total(self) -> int:
        return self.here.total()

    def so_far(self, stage: str) -> int:
        """How many stand at this step of the road or have passed it."""
        place = Stage.ROAD.index(stage)
        passed = sum(self.here[later] for later in Stage.ROAD[place:])
        return passed + sum(
            self.here[beside] for beside, came_to in _CAME_TO.items() if Stage.ROAD.index(came_to) >= place
        )


@dataclass(frozen=True)
class Funnels:
    whole: BarChart
    groups: Sequence[BarChart]


def count(scope: Scope) -> Counted:
    """Two queries where districts stand side by side, else one."""
    whole, named = stages(scope)
    heads, rows = _table(whole, named)
    if not whole.total:
        return Counted(heads=heads, rows=[])
    drawn = [funnel(name, stages) for name, stages in named[:MOST_DRAWN]]
    return Counted(
        heads=heads,
        rows=rows,
        drawing=Funnels(funnel(_("All sites"), whole), drawn),
        numbers=_numbers(whole),
        left_out=len(named) - len(drawn),
    )


def stages(scope: Scope) -> tuple[Stages, list[tuple[str, Stages]]]:
    """The whole, and the groups that have a site, by name and in their order."""
    by = "kind" if is_district_office(scope.reader) else scope.chosen.get("by", "district")
    whole, groups = Stages(), defaultdict[Any, Stages](Stages)
    lines = scope.sites.order_by().annotate(group=_group(by)).values("stage", "group").annotate(n=Count("pk"))
    for line in lines:
        whole.here[line["stage"]] += line["n"]
        groups[line["group"]].here[line["stage"]] += line["n"]
    return whole, [(name, groups[key]) for key, name in _names(by) if key in groups]


def funnel(name: str, stages: Stages) -> BarChart:
    """A bar for each step of the road, the longest as wide as the drawing; who left the road stands below."""
    bars = [
        Bar(
            label=str(Stage(stage).label),
            told=_("%(so_far)d so far, %(here)d here")
            % {"so_far": stages.so_far(stage), "here": stages.here[stage]},
            ground=stages.so_far(stage),
            filled=stages.here[stage],
        )
        for stage in Stage.ROAD
    ]
    beside = [f"{stage.label} {stages.here[stage]}" for stage in _BESIDE if stages.here[stage]]
    return bar_chart(
        name,
        bars,
        longest=max(bar.ground for bar in bars),
        note=ngettext("%(n)d site", "%(n)d sites", stages.total) % {"n": stages.total},
        below=_("Beside the road: %(stages)s") % {"stages": _(", ").join(beside)} if beside else "",
    )


def _group(by: str) -> Any:
    return district_of() if by == "district" else F(by)


def _names(by: str) -> list[tuple[Any, str]]:
    """The groups there can be, by their keys, in order."""
    if by == "district":
        districts = Organisation.objects.districts()
        return [(None, _("City units")), *((one.pk, one.short_name) for one in districts.order_by("code"))]
    return [(value, str(label)) for value, label in (Level if by == "level" else Kind).choices]


def _table(whole: Stages, groups: Sequence[tuple[str, Stages]]) -> tuple[list[Head], list[Row]]:
    columns = [(_("All sites"), whole), *groups]
    heads: list[Head] = [_("Stage")]
    for name, _stages in columns:
        heads += [_("%(group)s: come so far") % {"group": name}, _("%(group)s: stand here") % {"group": name}]
    rows: list[Row] = []
    for stage in (*Stage.ROAD, *_BESIDE):
        row: list[object] = [str(Stage(stage).label)]
        for _name, stages in columns:
            row += [stages.so_far(stage) if stage in Stage.ROAD else None, stages.here[stage]]
        rows.append(row)
    total: list[object] = [_("In all")]
    for _name, stages in columns:
        total += [None, stages.total]
    return heads, [*rows, total]


def _numbers(whole: Stages) -> list[tuple[str, object]]:
    beside = [(stage.label, whole.here[stage]) for stage in _BESIDE[1:]]
    return [
        (_("Sites in all"), whole.total),
        (_("Determined or further"), whole.so_far(Stage.DETERMINED)),
        (_("Accepted or further"), whole.so_far(Stage.ACCEPTED)),
        (str(Stage.NAMED.label), whole.here[Stage.NAMED]),
        *((str(label), n) for label, n in beside if n),
    ]


FUNNEL = Figure(
    key="funnel",
    title=gettext_lazy("Stages"),
    lead=gettext_lazy("How many sites stand at each stage, and how many have come so far."),
    empty=gettext_lazy("No site fits. Sites are counted once a list holds them."),
    count=count,
    filter=FunnelFilter,
)
