"""Larger campaigns: the demo's sites with all that hangs on them, copied so many times.

A copy has units, liaisons with accounts, lists of the city level, papers, notices, sheets, findings and so on
of its own. It shares with the demo what a larger campaign has no more of: the programme, the districts and
their lists, the rounds, and whoever is no liaison; an inspector's team has all copies of its sites.

The rows are found by following foreign keys, so that a new model comes along by itself, and are written by
one statement a table: `INSERT … SELECT` over the numbers of the copies; those of the trail as the portal
writes them, so that it holds. A copied key is the old one and so many times the largest of its table. What
must be unique and points at nothing copied ends in its own key.
Texts and JSON that name a record by its key go on naming the first one. What waits at each site is worked out
by the portal itself.
"""

from copy import copy
from typing import Any

from auditlog.models import LogEntry
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import (
    CharField,
    Field,
    ForeignKey,
    IntegerField,
    Max,
    Model,
    OuterRef,
    Subquery,
    TextField,
    UniqueConstraint,
    UUIDField,
)

from accounts.enums import OrganisationKind, ResolutionKind, Role
from accounts.models import Organisation, Resolution, User
from audit.sealing import seal_trail
from core.planner import renew_statistics
from desk.models import OpenStep, Reminder, StepsDay, Touched, UpwardReport
from desk.open_steps import bring_up_to_date
from documents.models import Document, DraftPaper, Series, Signature
from publicity.models import Notice
from sites.enums import Level
from sites.models import DesignatedUnit, Filing, Liaison, Site, StageChange

TRAIL = 20_000  # entries, about
KEY_DIGITS = 8  # of an end that makes a text unique
# The resolutions of the leading group that speak of one site.
OF_ONE_SITE = (ResolutionKind.WARNING, ResolutionKind.RESTORATION, ResolutionKind.REVOCATION)
PLAIN = (Organisation, User, Filing, Site, Liaison, StageChange)
# Of several fields that are unique together and point at nothing copied: the one that tells copies apart.
TOLD_APART_BY: dict[type[Model], str] = {Document: "number", Reminder: "key"}

Pointer = ForeignKey[Any, Any]


def multiply(times: int, *, complete: int | None = None) -> None:
    """Have so many times the demo's sites, `complete` times with all that hangs on them.

    The others have their unit, its liaison, its list and the steps they took: nothing was inspected.
    """
    complete = times if complete is None else complete
    with transaction.atomic():
        world = _World()
        for model in world.rows:
            world.copy(model, times if model in PLAIN else complete)
        world.write_trail(min(complete, TRAIL // LogEntry.objects.count()))
        numbers = Document.objects.filter(series=OuterRef("code"), year=OuterRef("year")).order_by("-number")
        papers = Series.objects.filter(code__in=Document.objects.values("series"))  # the plaques count on
        papers.update(last_number=Subquery(numbers.values("number")[:1]))
        _go_on_counting(list(world.rows))
        Touched.objects.all().delete()  # a mark a written row, where one a site will do
        StepsDay.objects.update(day=None)
    renew_statistics()  # what follows reads much, and writes more
    bring_up_to_date()
    seal_trail()
    renew_statistics()


class _World:
    """What is copied: the sites and whatever points at them, at their units, liaisons, papers or notices.

    `rows` are each model's keys, `largest` the largest key of its table.
    """

    def __init__(self) -> None:
        units = Organisation.objects.filter(sites__isnull=False)
        begin_with = {
            Organisation: units,
            User: User.objects.filter(role=Role.LIAISON, organisation__in=units),
            Filing: Filing.objects.filter(level=Level.CITY),
            Site: Site.objects.all(),
            Document: Document.objects.all(),
            # Each carries one warning or revocation, which is copied.
            Resolution: Resolution.objects.filter(kind__in=OF_ONE_SITE),
            Notice: Notice.objects.all(),
        }
        self.rows: dict[type[Model], set[int]] = {
            model: set(found.values_list("pk", flat=True)) for model, found in begin_with.items()
        }
        # A report upward has a paper, which is copied, and is of a phase of the programme, which is not.
        # A signature is of its paper's own bytes, and many kilobytes that no page reads.
        shared = {
            *begin_with,
            DesignatedUnit,
            DraftPaper,
            LogEntry,
            OpenStep,
            Signature,
            Touched,
            UpwardReport,
        }
        others = [model for model in apps.get_models(include_auto_created=True) if model not in shared]
        while sum(self._follow(model) for model in others):
            pass
        self.largest: dict[type[Model], int] = {
            model: model._base_manager.aggregate(largest=Max("pk"))["largest"] for model in self.rows
        }

    def _follow(self, model: type[Model]) -> bool:
        """Add the rows that point at a row of ours; say whether there were new ones."""
        known = self.rows.get(model, set())
        found = {
            key
            for field in self._pointers(model)
            for key, target in model._base_manager.values_list("pk", field.attname)
            if target in self.rows[_target(field)]
        }
        if found - known:
            self.rows[model] = known | found
        return bool(found - known)

    def _pointers(self, model: type[Model]) -> list[Pointer]:
        fields = [field for field in model._meta.local_concrete_fields if isinstance(field, ForeignKey)]
        # A unit lies in the district that is there, though a district's government may run a site itself.
        return [field for field in fields if _target(field) in self.rows and field.name != "district"]

    def copy(self, model: type[Model], times: int) -> None:
        """Write the copies of a table's rows; the rows that are there are one of so many times."""
        key, table = _column(model._meta.pk), connection.ops.quote_name(model._meta.db_table)
        values = {_column(field): self._value(field) for field in model._meta.local_concrete_fields}
        which = _is_in(key, self.rows[model]) if model in self.rows else "TRUE"
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH RECURSIVE copies(n) AS"  # noqa: S608  # names of our tables, and numbers
                f" (SELECT 1 WHERE 1 < {times} UNION ALL SELECT n + 1 FROM copies WHERE n + 1 < {times})"
                f" INSERT INTO {table} ({', '.join(values)})"
                f" SELECT {', '.join(values.values())} FROM {table} CROSS JOIN copies WHERE {which}"
                f" ORDER BY n, {key}"
            )

    def _value(self, field: "Field[Any, Any]") -> str:
        """What a copy has in this column."""
        column, model = _column(field), field.model
        if field.primary_key:
            return f"{column} + n * {self.largest[model]}"
        if isinstance(field, ForeignKey) and field in self._pointers(model):
            return self._shifted(column, _target(field))
        if field in self._made_unique(model):
            return self._unique(field)
        if model is Organisation and field.name == "kind":  # who runs a site, but is no second district
            government, unit = OrganisationKind.DISTRICT_GOVERNMENT, OrganisationKind.DEPARTMENT
            return f"CASE {column} WHEN '{government}' THEN '{unit}' ELSE {column} END"
        return column

    def _shifted(self, column: str, target: type[Model]) -> str:
        is_copied = _is_in(column, self.rows[target])
        return f"CASE WHEN {is_copied} THEN {column} + n * {self.largest[target]} ELSE {column} END"

    def _made_unique(self, model: type[Model]) -> "list[Field[Any, Any]]":
        """The fields that must differ from copy to copy, and do not by pointing at what is copied."""
        meta = model._meta
        alone = [(field.name,) for field in meta.local_concrete_fields if field.unique]
        named = [each.fields for each in meta.constraints if isinstance(each, UniqueConstraint)]
        groups = [*alone, *named, *meta.unique_together]
        pointers = {field.name for field in self._pointers(model)}
        free = [group for group in groups if not pointers & set(group)]
        names = [group[0] if len(group) == 1 else TOLD_APART_BY[model] for group in free]
        return [field for field in meta.local_concrete_fields if field.name in names]

    def _unique(self, field: "Field[Any, Any]") -> str:
        column, model = _column(field), field.model
        if isinstance(field, IntegerField):
            largest = model._base_manager.aggregate(largest=Max(field.name))["largest"]
            return f"{column} + n * {largest}"
        if isinstance(field, UUIDField) and field.null:
            return "NULL"  # what a request bore that may come twice
        assert isinstance(field, CharField | TextField), f"{field}: how is it made unique?"
        length = (field.max_length or 100) - KEY_DIGITS - 1
        key = f"{_column(model._meta.pk)} + n * {self.largest[model]}"
        return f"substr({column}, 1, {length}) || '-' || ({key})"

    def write_trail(self, times: int) -> None:
        """Have the trail so many times, each entry about the copy's own record and by its own liaison."""
        kinds = ContentType.objects.get_for_models(*self.rows)
        models = {kind.pk: model for model, kind in kinds.items()}
        entries = list(LogEntry.objects.order_by("pk"))
        for n in range(1, times):
            copies = []
            for entry in map(copy, entries):
                entry.pk, entry._state.adding = None, True
                model = models.get(entry.content_type_id)
                if model and entry.object_id in self.rows[model]:
                    entry.object_id += n * self.largest[model]
                    entry.object_pk = str(entry.object_id)
                if entry.actor_id in self.rows[User]:
                    entry.actor_id += n * self.largest[User]
                copies.append(entry)
            LogEntry.objects.bulk_create(copies, batch_size=1000)


def _target(field: Pointer) -> type[Model]:
    return field.related_model


def _column(field: "Field[Any, Any]") -> str:
    return connection.ops.quote_name(field.column or field.name)


def _is_in(column: str, keys: set[int]) -> str:
    return f"{column} IN ({', '.join(map(str, sorted(keys)))})"


def _go_on_counting(models: list[type[Model]]) -> None:
    """The next row gets a key of its own; SQLite sees to that by itself."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
