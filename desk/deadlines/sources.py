"""The open dates of every room in one shape: a query of each kind, so that one question finds them all.

Each source takes the running programme and a reader, and gives only what that person may know of; without a
reader, which is how reminders are sent, it gives all.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat

from accounts.models import Organisation, User
from accounts.models.people import lies_in
from accounts.rules import is_inspector, is_liaison, sees_city
from assessments.enums import FindingState, RoundKind
from assessments.models import Assessment, Finding, Round
from assessments.models.findings import FindingQuerySet
from assessments.queries import sheets_missing
from desk.enums import DeadlineKind
from publicity.models import Objection, Recheck, Warned
from publicity.models.naming import Naming
from sites.enums import Action, FilingState, Level, PlanState, Stage
from sites.models import DesignatedUnit, Filing, Measure, Programme, Site, WorkPlan
from sites.models.sites import SiteQuerySet, district_of
from sites.overview import last_day_for

Rows: TypeAlias = QuerySet[Any, Any]
Source: TypeAlias = Callable[[Programme | None, User | None], Iterable[Rows]]


class Row(NamedTuple):
    """One open date as the database gives it.

    `key` names the record among its kind. `how` is how the date was counted as it stands on record, or one
    of the words of `reading.HOW`. `spot` is the key of what its page is about, where that is not the record.
    """

    kind: str
    key: str
    due_on: datetime.date
    about: str
    whose: str
    site: int | None
    filing: int | None
    district: str | None
    text: str
    n: int
    how: str
    spot: int | None


# As the queries name these columns: no model has a field of such a name. `row_in` serves the filter alone.
COLUMNS = tuple(f"row_{name}" for name in Row._fields)


def open_rows(
    *,
    programme: Programme | None,
    reader: User | None = None,
    kinds: Iterable[DeadlineKind] = DeadlineKind,
    where: Q | None = None,
) -> Rows:
    """The open dates of these kinds, the earliest first, as tuples for `Row`; one query, which can be sliced.

    `where` narrows each by `row_due`, or `row_in`, the key of the district.
    """
    parts = [
        part.filter(where or Q()).values_list(*COLUMNS)
        for kind in kinds
        for part in SOURCES[kind](programme, reader)
    ]
    if not parts:
        return Site.objects.none().values_list("pk")
    whole = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return whole.order_by("row_due_on", "row_kind", "row_key")


# -- columns --------------------------------------------------------------------------------------------


def _text(value: str | Combinable) -> Cast:
    return Cast(value if isinstance(value, Combinable) else Value(value), TextField())


def _key(value: str | Combinable | None) -> Cast:
    return Cast(Value(value) if value is None else value, BigIntegerField())


def _row(
    records: Rows,
    kind: DeadlineKind,
    *,
    due: datetime.date | Combinable,
    about: str,
    whose: str,
    district: str | Combinable,
    key: str | Combinable = "pk",
    site: str | None = None,
    filing: str | Combinable | None = None,
    text: str | Combinable = "",
    how: str | Combinable = "",
    spot: str | None = None,
) -> Rows:
    """`records` with the columns of `Row`; names are paths of fields."""
    due = Value(due) if isinstance(due, datetime.date) else due
    rows: Rows = records.order_by().annotate(
        row_kind=_text(kind.value),
        row_key=Cast(key, CharField()),
        row_due_on=Cast(due, DateField()),
        row_about=_text(F(about)),
        row_whose=_text(F(whose)),
        row_site=_key(site),
        row_filing=_key(filing),
        row_in=_key(district),
        row_district=Subquery(
            Organisation.objects.filter(pk=OuterRef("row_in")).values("short_name"), output_field=CharField()
        ),
        row_text=_text(text),
        row_n=Value(1, IntegerField()),
        row_how=_text(how),
        row_spot=_key(spot),
    )
    return rows


def _of_site(records: Rows, kind: DeadlineKind, path: str = "", **columns: Any) -> Rows:
    """The row of a record that is about the site at `path`."""
    return _row(
        records,
        kind,
        about=f"{path}window_name",
        whose=f"{path}organisation__name",
        site=f"{path}pk",
        district=district_of(site=path),
        **columns,
    )


def _sites(reader: User | None) -> SiteQuerySet:
    """Those whose dates this person may know; nothing falls due of one that was taken off its list."""
    seen = Site.objects.visible_to(reader) if reader else Site.objects.all()
    return seen.exclude(stage__in=(Stage.WITHDRAWN, Stage.REVOKED))


def _filings(reader: User | None) -> QuerySet[Filing]:
    return Filing.objects.visible_to(reader) if reader else Filing.objects.all()


# -- phase one and two: lists, plans, measures ------------------------------------------------------------


def _lists(programme: Programme | None, reader: User | None) -> Iterable[Rows]:
    """Of every body that owes a list of the running programme and has not filed it (`sites.overview`)."""
    if programme is None:
        return
    units = DesignatedUnit.objects.filter(programme=programme)
    districts = Organisation.objects.districts()
    if reader and not sees_city(reader):
        # Nobody else owes one: then both are None, and nothing is found.
        own = reader.organisation_id if is_liaison(reader) else None
        units, districts = (
            units.filter(organisation__in=[own]),
            districts.filter(pk__in=[reader.district_id]),
        )
    bodies: tuple[tuple[Rows, Level, str, str, str | Combinable], ...] = (
        (units, Level.CITY, "organisation", "organisation__name", lies_in(body="organisation__")),
        (districts.filter(is_active=True), Level.DISTRICT, "pk", "name", "pk"),
    )
    due = last_day_for(Action.FILE, programme)
    for owing, level, body, name, district in bodies:
        lists = Filing.objects.filter(programme=programme, level=level, organisation=OuterRef(body))
        shut = lists.filter(pk__in=reader.recused_lists()) if reader else lists.none()
        yield _row(
            owing.exclude(Exists(lists.exclude(state__in=FilingState.EDITABLE))).exclude(Exists(shut)),
            DeadlineKind.LIST,
            due=due,
            key=Concat(Value(f"{level}-"), Cast(body, CharField()), output_field=CharField()),
            about=name,
            whose=name,
            filing=Subquery(lists.values("pk")),
            district=district,
            text=level.value,
            how="phase",
            spot=body,
        )


def _plans(programme: Programme | None, reader: User | None) -> Iterable[Rows]:
    """Of determined sites, and of districts whose list is filed, without a plan filed or agreed."""
    if programme is None:
        return
    due = last_day_for(Action.AGREE_PLAN, programme)
    standing = WorkPlan.objects.exclude(state=PlanState.RETURNED)
    sites = _sites(reader).filter(programme=programme, stage=Stage.DETERMINED)
    without = sites.exclude(Exists(standing.filter(site=OuterRef("pk"))))
    yield _of_site(without, DeadlineKind.PLAN, due=due, how="phase", key=_key_of("site"))
    lists = _filings(reader).filter(programme=programme, level=Level.DISTRICT)
    own = lists.exclude(state__in=FilingState.EDITABLE).exclude(
        Exists(standing.filter(filing=OuterRef("pk")))
    )
    yield _of_district(own, DeadlineKind.PLAN, due=due, how="phase", key=_key_of("list"))


def _key_of(owner: str) -> Concat:
    """A site and a district's list may have the same key."""
    return Concat(Value(f"{owner}-"), Cast("pk", CharField()), output_field=CharField())


def _of_district(records: Rows, kind: DeadlineKind, path: str = "", **columns: Any) -> Rows:
    """The row of a district's own record, which its list stands for."""
    name, district = f"{path}organisation__name", f"{path}organisation"
    return _row(records, kind, about=name, whose=name, filing=f"{path}pk", district=district, **columns)


def _measures(programme: Programme | None, reader: User | None) -> Iterable[Rows]:
    """Of agreed plans of the running programme, not ticked off."""
    waiting = Measure.objects.agreed().filter(done_on=None)
    columns: dict[str, Any] = {"due": F("ends_on"), "text": F("text"), "how": "measure"}
    of_sites = waiting.filter(plan__site__in=_sites(reader).filter(programme=programme))
    yield _of_site(of_sites, DeadlineKind.MEASURE, "plan__site__", **columns)
    of_districts = waiting.filter(plan__filing__in=_filings(reader).filter(programme=programme))
    yield _of_district(of_districts, DeadlineKind.MEASURE, "plan__filing__", **columns)


# -- phases two to four: assessments and findings ---------------------------------------------------------


def _self_assessments(programme: Programme | None, reader: User | None) -> Iterable[Rows]:
    """Of sites being built: by the day of the open round, or the last one of the phase where none is open."""
    if programme is None:
        return
    rounds = Round.objects.open().filter(programme=programme, kind=RoundKind.SELF)
    set_by = Subquery(rounds.values("due_on")[:1])
    last = Value(last_day_for(Action.SUBMIT_SELF_ASSESSMENT, programme), DateField())
    yield _of_site(
        _sites(reader).filter(programme=programme, stage=Stage.BUILDING),
        DeadlineKind.SELF_ASSESSMENT,
        due=Coalesce(set_by, last),
        how=Case(When(Exists(rounds), then=Value("round")), default=Value("phase")),
    )


def _inspections(programme: Programme | None, reader: User | None) -> Iterable[Rows]:
    """Of visits in open rounds while a member's sheet is missing; a member knows of the own one alone.

    Neither the unit nor its district is told how far a team is.
    """
    missing = sheets_missing()
    if reader and not sees_city(reader):
        missing = missing.filter(member=reader.pk) if is_inspector(reader) else missing.none()  # type: ignore[misc]  # annotated
    visits = Assessment.objects.filter(pk__in=missing.values("pk"), site__in=_sites(reader))
    yield _of_site(
        visits,
        DeadlineKind.INSPECTION,
        "site__",
        due=Coalesce("assignment__visit_on", "round__due_on"),
        text=F("round__title"),
        how=Case(When(assignment__visit_on=None, then=Value("round")), default=Value("visit")),
        spot="round",
    )


def _comments(programme: Programme | None, reader: User | None) -> Iterable[Rows]:
    """Of findings put to a unit that has not commented yet: one for all of an assessment on one day."""
    put = Finding.objects.uncommented().filter(reply_by__isnull=False)
    yield _of_findings(put, reader, DeadlineKind.COMMENT, "reply_by")


def _rectifications(programme: Programme | None, reader: User | None) -> Iterable[Rows]:
    """Of findings that are the unit's to answer: one for all of an assessment on one day."""
    with_unit = Finding.objects.filter(state__in=FindingState.WITH_UNIT)
    yield _of_findings(with_unit, reader, DeadlineKind.RECTIFICATION, "deadline")


def _of_findings(findings: FindingQuerySet, reader: User | None, kind: DeadlineKind, field: str) -> Rows:
    seen = findings.filter(
        assessment__site__in=_sites(reader).filter(stage=Stage.RECTIFYING),
        pk__in=(Finding.objects.visible_to(reader) if reader else Finding.objects.all()).values("pk"),
    )
    rows = _of_site(
        seen, kind, "assessment__site__", due=F(field), key="assessment", how="", spot="assessment"
    )
    same = [name for name in (*COLUMNS, "row_in") if name not in ("row_n", "row_how")]
    counted = _text(Coalesce(Min(f"{field}_counted"), Value("")))
    grouped: Rows = rows.values(*same).annotate(row_n=Count("pk"), row_how=counted)
    return grouped


# -- after the acceptance: letters, warnings, rechecks ----------------------------------------------------


def _objections(programme: Programme | None, reader: User | None) -> Iterable[Rows]:
    """Of letters to be answered: known to the city alone, never to the unit or its district."""
    letters = Objection.objects.known_to(reader) if reader else Objection.objects.all()
    waiting = letters.open().filter(due_on__isnull=False)
    yield _of_site(waiting, DeadlineKind.OBJECTION, "site__", due=F("due_on"), how=F("counted"))


def _warnings(programme: Programme | None, reader: User | None) -> Iterable[Rows]:
    """Of warnings that stand."""
    standing = _of_naming(Warned.objects.standing(), reader)
    yield _of_site(
        standing,
        DeadlineKind.WARNING,
        "naming__site__",
        due=F("rectify_by"),
        how=F("counted"),
        spot="naming",
    )


def _rechecks(programme: Programme | None, reader: User | None) -> Iterable[Rows]:
    """Of rechecks that wait: for those who look after many sites, a unit is not told beforehand."""
    seen = Recheck.objects.visible_to(reader) if reader else Recheck.objects.all()
    waiting = _of_naming(seen.waiting(), reader)
    yield _of_site(
        waiting, DeadlineKind.RECHECK, "naming__site__", due=F("due_on"), how="recheck", spot="naming"
    )


def _of_naming(records: Rows, reader: User | None) -> Rows:
    return records.filter(naming__in=Naming.objects.visible_to(reader)) if reader else records


SOURCES: Mapping[DeadlineKind, Source] = {
    DeadlineKind.LIST: _lists,
    DeadlineKind.PLAN: _plans,
    DeadlineKind.MEASURE: _measures,
    DeadlineKind.SELF_ASSESSMENT: _self_assessments,
    DeadlineKind.INSPECTION: _inspections,
    DeadlineKind.COMMENT: _comments,
    DeadlineKind.RECTIFICATION: _rectifications,
    DeadlineKind.OBJECTION: _objections,
    DeadlineKind.WARNING: _warnings,
    DeadlineKind.RECHECK: _rechecks,
}
