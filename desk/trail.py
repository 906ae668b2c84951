"""The trail's entries in words: which record, which fields, old and new."""

from collections.abc import Iterable
from dataclasses import dataclass

from auditlog.models import LogEntry
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.utils.translation import gettext_lazy as _

ACTIONS = {
    LogEntry.Action.CREATE: _("created"),
    LogEntry.Action.UPDATE: _("changed"),
    LogEntry.Action.DELETE: _("deleted"),
    LogEntry.Action.ACCESS: _("looked at"),
}
# What every record has and nobody asks for.
UNTOLD = ("id", "version")


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
