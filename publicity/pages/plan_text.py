"""The plan as a document, its words to the letter, and beside each clause what has come of it by now."""

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, IntegerField, Model, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy
from django_stubs_ext import StrOrPromise

from assessments.enums import FindingState, RoundKind, SheetRole, SheetState
from assessments.models import Finding, Sheet, Team
from publicity.enums import NoticeState, TrackingKind
from publicity.models import Appraisal, Article, Naming, Notice, TrackingNote
from publicity.pages.ground import named_in
from sites.calendar import today
from sites.enums import Level, PlanState, Stage
from sites.models import DesignatedUnit, Facility, GuidanceNote, Liaison, Programme, Site, WorkPlan
from standards.enums import Kind, VersionState
from standards.models import Ground, Section

# How a line of the plan is set, by what it begins with; the first that fits.
_STYLES = (
    ("section", re.compile(r"[一二三四五六七八九十]+、")),
    ("part", re.compile(r"（[一二三四五六七八九十]+）")),
    ("point", re.compile(r"\d+、")),
    ("date", re.compile(r"[二○〇零一三四五六七八九\d]{4}年[^年月日]{1,3}月[^年月日]{1,3}日$")),
    ("addressee", re.compile(r".+：$")),
)
# What a part or point is called, up to its first full stop.
_NAME = re.compile(r"[^。]{1,40}。")


@dataclass(frozen=True)
class Result:
    """One thing that came of a clause, in words with their figure, and where it stands."""

    words: str
    url: str = ""


@dataclass(frozen=True)
class Line:
    """A paragraph of the plan: `name` and `rest` are its text to the letter."""

    style: str  # title, addressee, date, section, part, point, body
    name: str
    rest: str
    results: list[Result] = field(default_factory=list)


def lines(programme: Programme, units: list[DesignatedUnit]) -> list[Line]:
    """The plan's paragraphs in their order; `units` are those that it names.

    The text, without which a programme is read elsewhere, comes in one question with all that is counted.
    """
    asked = {name: _counted(records, path) for name, (records, path) in _records().items()}
    found = Programme.objects.filter(pk=programme.pk).values_list("text", *asked.values()).get()
    programme.text, *counts = found
    facts = _Facts(programme, units, today(), dict(zip(asked, counts, strict=True)))
    titles = (programme.title, programme.notice_title)
    return [_line(text, titles, facts) for text in programme.text.splitlines()]


def _line(text: str, titles: tuple[str, str], facts: "_Facts") -> Line:
    style = "title" if text.startswith(titles) else _style(text)
    told = (tell(facts) for phrase, tell in _TOLD if phrase in text)
    results = [*chain.from_iterable(told), *facts.grounds_of(text), *facts.standard_of(text)]
    return Line(style, *_split(style, text), results)


def _style(text: str) -> str:
    return next((style for style, begins in _STYLES if begins.match(text)), "body")


def _split(style: str, text: str) -> tuple[str, str]:
    """A part's or a point's name stands out from what it says; a line that is all name is a heading."""
    if style not in ("part", "point"):
        return (text, "")
    name = _NAME.match(text)
    return (text[: name.end()], text[name.end() :]) if name else (text, "")


class _Sites(NamedTuple):
    """Published sites that are alike; one of the city has its `key` and `window`."""

    level: str
    kind: str
    stage: str
    filer: int
    place: str
    key: int | None
    window: str
    number: int


@dataclass
class _Facts:
    """What the clauses are told with; all but the counts is read when the first clause asks for it."""

    programme: Programme
    units: list[DesignatedUnit]
    on: datetime.date
    counts: dict[str, int]  # of other records, by the names of `_records`

    @cached_property
    def sites(self) -> list[_Sites]:
        """Published sites: a district's together as far as they are alike, each of the city's by itself."""
        listed = Site.objects.listed().filter(programme=self.programme).order_by()
        by_itself = listed.annotate(
            key=Case(When(level=Level.CITY, then="pk")),
            window=Case(When(level=Level.CITY, then="window_name"), default=Value("")),
            filer=F("filing__organisation"),
            place=F("filing__organisation__short_name"),
        )
        grouped = by_itself.values_list("level", "kind", "stage", "filer", "place", "key", "window")
        return [_Sites(*row) for row in grouped.annotate(Count("pk"))]

    def number(self, level: str = "", kind: str = "", stages: tuple[str, ...] = ()) -> int:
        return sum(
            row.number
            for row in self.sites
            if level in ("", row.level) and kind in ("", row.kind) and (not stages or row.stage in stages)
        )

    @cached_property
    def sections(self) -> list[Any]:
        """Of the standards in force, each with its `item_count`."""
        in_force = Section.objects.filter(standard__state=VersionState.PUBLISHED).select_related("standard")
        return list(in_force.annotate(item_count=Count("items")))

    @cached_property
    def grounds(self) -> list[Ground]:
        known = Ground.objects.known(on=self.on).select_related("replaced_by")
        return named_in(self.programme, list(known))

    def grounds_of(self, text: str) -> Iterator[Result]:
        for ground in self.grounds:
            if f"《{ground.title}》" in text:
                state = ground.standing(on=self.on).label
                yield Result(
                    _("%(ground)s: %(state)s") % {"ground": ground, "state": state},
                    _page("ground", ground.pk),
                )

    def standard_of(self, text: str) -> Iterator[Result]:
        """A clause of the two standards leads to the items it was broken into."""
        for part in self.sections:
            if part.text in text:
                told = ngettext("Measured by %(n)d item", "Measured by %(n)d items", part.item_count)
                address = _page("standard", part.standard.kind)
                yield Result(told % {"n": part.item_count}, f"{address}#section-{part.ordinal}")


def _records() -> dict[str, tuple[QuerySet[Any], str]]:
    """What is counted, and the path of each to its programme."""
    visits = Sheet.objects.filter(
        role=SheetRole.FINAL, state=SheetState.SIGNED, assessment__round__kind=RoundKind.INSPECTION
    )
    gaps = Finding.objects.exclude(state__in=FindingState.UNNOTICED)
    return {
        "plans": (WorkPlan.objects.filter(state=PlanState.AGREED), "site__programme"),
        "guidance": (GuidanceNote.objects.all(), "site__programme"),
        "teams": (Team.objects.filter(round__kind=RoundKind.INSPECTION), "round__programme"),
        "visits": (visits, "assessment__round__programme"),
        "gaps": (gaps, "assessment__round__programme"),
        "mended": (gaps.filter(state=FindingState.VERIFIED), "assessment__round__programme"),
        "appraisals": (Appraisal.objects.all(), "site__programme"),
        "notices": (Notice.objects.published().exclude(state=NoticeState.WITHDRAWN), "programme"),
        "named": (Naming.objects.published(), "site__programme"),
        "liaisons": (Liaison.objects.all(), "site__programme"),
        "facilities": (Facility.objects.all(), "site__programme"),
        "articles": (Article.objects.listed(on=today()), "programme"),
        "rechecks": (TrackingNote.objects.filter(kind=TrackingKind.RECHECK), "naming__site__programme"),
    }


def _counted(records: QuerySet[Model], path: str) -> Coalesce:
    of_it = records.filter(**{path: OuterRef("pk")}).order_by().annotate(one=Value(1)).values("one")
    return Coalesce(Subquery(of_it.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def _page(name: str, *arguments: object) -> str:
    return reverse(f"publicity:{name}", args=arguments)


# -- what is told of a clause ----------------------------------------------------------------------------


def _number(words: StrOrPromise, n: int, page: str = "") -> Result:
    return Result(str(words % {"n": n}), _page(page) if page else "")


def _all_sites(facts: _Facts) -> Iterator[Result]:
    yield _number(
        ngettext_lazy("%(n)d site determined", "%(n)d sites determined", "n"), facts.number(), "sites"
    )
    for kind in Kind:
        told = _("%(kind)s: %(n)d") % {"kind": kind.label, "n": facts.number(kind=kind)}
        yield Result(told, f"{_page('sites')}?kind={kind}")


def _span(facts: _Facts) -> Iterator[Result]:
    first, last = facts.programme.first_day, facts.programme.last_day
    if first and last:
        yield Result(_("%(first)s to %(last)s") % {"first": date_format(first), "last": date_format(last)})


def _named_sites(facts: _Facts) -> Iterator[Result]:
    named = facts.number(stages=Stage.TITLED)
    words = ngettext_lazy("%(n)d site bears the title", "%(n)d sites bear the title", "n")
    yield _number(words, named, "namings")


def _levels(facts: _Facts) -> Iterator[Result]:
    for level in Level:
        told = _("%(level)s: %(n)d") % {"level": level.label, "n": facts.number(level=level)}
        yield Result(told, f"{_page('sites')}?level={level}")


def _designated(facts: _Facts) -> Iterator[Result]:
    """Each unit with its window, in the plan's order."""
    for unit in facts.units:
        windows = [row for row in facts.sites if row.key and row.filer == unit.organisation_id]
        for row in windows:
            told = _("%(unit)s: %(window)s") % {"unit": unit.name_in_plan, "window": row.window}
            yield Result(told, _page("site", row.key))
        if not windows:
            yield Result(_("%(unit)s: not determined yet") % {"unit": unit.name_in_plan})


def _districts(facts: _Facts) -> Iterator[Result]:
    """How many sites each district has; the plan wants four to six."""
    counted: dict[str, int] = {}
    for row in facts.sites:
        if row.level == Level.DISTRICT:
            counted[row.place] = counted.get(row.place, 0) + row.number
    for filer, count in sorted(counted.items()):
        yield Result(
            ngettext("%(place)s: %(n)d site", "%(place)s: %(n)d sites", count) % {"place": filer, "n": count}
        )


def _phase(ordinal: int) -> Callable[[_Facts], Iterator[Result]]:
    def told(facts: _Facts) -> Iterator[Result]:
        for phase in facts.programme.phases.all():
            if phase.ordinal == ordinal:
                days = {"first": date_format(phase.starts_on), "last": date_format(phase.last_day)}
                yield Result(_("%(first)s to %(last)s") % days, "#phases")

    return told


def _count_of(name: str, words: StrOrPromise, page: str = "") -> Callable[[_Facts], Iterator[Result]]:
    def told(facts: _Facts) -> Iterator[Result]:
        yield _number(words, facts.counts[name], page)

    return told


def _gaps(facts: _Facts) -> Iterator[Result]:
    told = ngettext(
        "%(n)d gap found, of which %(mended)d were mended and verified",
        "%(n)d gaps found, of which %(mended)d were mended and verified",
        facts.counts["gaps"],
    )
    yield Result(told % {"n": facts.counts["gaps"], "mended": facts.counts["mended"]})


# The plan's words → what is told of them; several may stand in one clause.
_TOLD: tuple[tuple[str, Callable[[_Facts], Iterator[Result]]], ...] = (
    ("在全市范围内开展政务公开和办事公开示范点建设工作", _all_sites),
    ("通过半年时间的努力", _span),
    ("能够发挥引导带动和辐射作用", _named_sites),
    ("分级负责、分级建点的原则", _levels),
    ("以上各部门要尽快确定1个基础较好的窗口单位", _designated),
    ("选择4-6个部门", _districts),
    ("（一）确定示范点和制定方案阶段", _phase(1)),
    (
        "制定各自的具体工作方案",
        _count_of("plans", ngettext_lazy("%(n)d work plan agreed", "%(n)d work plans agreed", "n")),
    ),
    ("（二）组织实施阶段", _phase(2)),
    (
        "组织、指导和监督各示范点单位",
        _count_of("guidance", ngettext_lazy("%(n)d guidance note", "%(n)d guidance notes", "n")),
    ),
    ("（三）检查督促和完善提高阶段", _phase(3)),
    (
        "联合有关部门组成督查组",
        _count_of("teams", ngettext_lazy("%(n)d inspection team", "%(n)d inspection teams", "n")),
    ),
    (
        "建设情况进行督查",
        _count_of("visits", ngettext_lazy("%(n)d site inspected", "%(n)d sites inspected", "n")),
    ),
    ("对存在差距的单位，提出改进意见", _gaps),
    ("（四） 验收阶段", _phase(4)),
    (
        "实地检查、社会评议等形式",
        _count_of(
            "appraisals",
            ngettext_lazy("%(n)d public appraisal opened", "%(n)d public appraisals opened", "n"),
            "appraise",
        ),
    ),
    (
        "以适当形式进行社会公示",
        _count_of("notices", ngettext_lazy("%(n)d public notice", "%(n)d public notices", "n"), "notices"),
    ),
    (
        "无异议后，进行命名",
        _count_of("named", ngettext_lazy("%(n)d site named", "%(n)d sites named", "n"), "namings"),
    ),
    (
        "交流会、现场会、表彰会、新闻宣传",
        _count_of("articles", ngettext_lazy("%(n)d article", "%(n)d articles", "n"), "articles"),
    ),
    (
        "落实工作机构和联络员",
        _count_of("liaisons", ngettext_lazy("%(n)d liaison", "%(n)d liaisons", "n")),
    ),
    (
        "改善政务公开的基础设施条件",
        _count_of("facilities", ngettext_lazy("%(n)d facility entered", "%(n)d facilities entered", "n")),
    ),
    (
        "实行动态跟踪管理",
        _count_of("rechecks", ngettext_lazy("%(n)d recheck on file", "%(n)d rechecks on file", "n")),
    ),
)
