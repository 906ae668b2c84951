"""The trail's entries in words: which record, which fields, old and new."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, ForeignKey, ManyToManyField, Model, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from sites.models import Site

ACTIONS = {
    LogEntry.Action.CREATE: _("created"),
    LogEntry.Action.UPDATE: _("changed"),
    LogEntry.Action.DELETE: _("deleted"),
    LogEntry.Action.ACCESS: _("looked at"),
}
# What every record has and nobody asks for.
UNTOLD = ("id", "version")


def seen_by(user: User) -> QuerySet[LogEntry]:
    """The trail without entries about sites this person has stood aside from, of whatever record."""
    entries: QuerySet[LogEntry] = LogEntry.objects.order_by("-pk")
    if not user.recused_sites().exists():
        return entries
    for model in auditlog.get_models():
        if path := _path_to_site(model):
            about = model._default_manager.filter(**{f"{path}__in": user.recused_sites()}).order_by()
            of_model = ContentType.objects.get_for_model(model)
            entries = entries.exclude(content_type=of_model, object_id__in=about.values("pk"))
    return entries


@cache
def _path_to_site(model: type[Model]) -> str:
    """The shortest lookup from a record to its site or sites; "" where there is none.

    It follows required keys only: a reply always has a finding, but only perhaps evidence.
    """
    reached: dict[type[Model], str] = {model: ""}
    for current in (queue := [model]):
        if current is Site:
            return reached[Site] or "pk"
        for field in current._meta.get_fields():
            target = field.related_model
            always = isinstance(field, ForeignKey) and not field.null
            to_site = isinstance(field, ForeignKey | ManyToManyField) and target is Site
            if (always or to_site) and isinstance(target, type) and target not in reached:
                reached[target] = f"{reached[current]}__{field.name}".removeprefix("__")
                queue.append(target)
    return ""


@dataclass(frozen=True)
class Change:
    field: str
    old: str
    new: str


def changes(entry: LogEntry) -> list[Change]:
    """The fields an update changed, in the reader's words; a related record only by its field. No query."""
    model: type[Model] | None = entry.content_type.model_class()
    if entry.action != LogEntry.Action.UPDATE or model is None:
        return []
    return [
        change
        for name, values in entry.changes_dict.items()
        if name not in UNTOLD and isinstance(values, list)
        for change in _in_words(model, name, values)
    ]


def _in_words(model: type[Model], name: str, values: Iterable[object]) -> Iterable[Change]:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return
    if not isinstance(field, Field):
        return
    old, new = ("" if field.is_relation else _value(field, value) for value in values)
    yield Change(str(field.verbose_name), old, new)


def _value(field: "Field[object, object]", value: object) -> str:
    """A choice by its label; nothing as nothing."""
    words = dict(field.flatchoices).get(value, value)
    return "" if words in (None, "None") else str(words)
