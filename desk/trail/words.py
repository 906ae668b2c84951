"""What an entry says, in the reader's words: fields, old and new values, names of related records."""

import datetime
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Any

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Field, Max, Model, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User

from .reading import seen_by

# What every record has and nobody asks for.
UNTOLD = ("id", "version")
NOTHING = (None, "", "None", "[]", "{}")
# (content type, key) of a record → what the trail last called it.
Names = Mapping[tuple[int, int], str]


@dataclass(frozen=True)
class Change:
    field: str
    old: str
    new: str


def changes(entry: LogEntry, names: Names) -> list[Change]:
    """The fields an entry tells of; of a new or a deleted record those that held something. No query."""
    return [
        Change(str(field.verbose_name), *(_value(field, value, names) for value in values))
        for field, values in _told(entry)
    ] + list(_put_in_or_taken_off(entry))


def names_in(entries: Iterable[LogEntry], reader: User) -> Names:
    """What the related records these entries tell of are called, as this reader's trail last put it.

    Two queries, whatever the records: the trail holds the name of each.
    """
    wanted: dict[int, set[int]] = defaultdict(set)
    for entry in entries:
        for field, values in _told(entry):
            if field.is_relation:
                wanted[_type_of(field)] |= {int(str(value)) for value in values if str(value).isdecimal()}
    asked = [Q(content_type=kind, object_id__in=keys) for kind, keys in wanted.items() if keys]
    if not asked:
        return {}
    named = seen_by(reader).filter(reduce(or_, asked)).order_by()
    newest = named.values("content_type", "object_id").annotate(newest=Max("pk")).values("newest")
    rows = LogEntry.objects.filter(pk__in=newest).order_by()
    return {
        (kind, key): name for kind, key, name in rows.values_list("content_type", "object_id", "object_repr")
    }


def _told(entry: LogEntry) -> Iterator[tuple[Field[Any, Any], Sequence[object]]]:
    """The fields with their old and new value, as the trail keeps them."""
    model: type[Model] | None = entry.content_type.model_class()
    if model is None:
        return
    for name, values in (entry.changes or {}).items():
        if name in UNTOLD or not isinstance(values, list) or all(value in NOTHING for value in values):
            continue
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if isinstance(field, Field):
            yield field, values


def _put_in_or_taken_off(entry: LogEntry) -> Iterator[Change]:
    """Of a relation to many only the difference is kept, by name."""
    model: type[Model] | None = entry.content_type.model_class()
    for name, told in (entry.changes or {}).items():
        if model and isinstance(told, dict) and told.get("type") == "m2m":
            names = _(", ").join(told["objects"])
            label = str(getattr(model._meta.get_field(name), "verbose_name", name))
            added = told["operation"] == "add"
            yield Change(label, "" if added else names, names if added else "")


def _type_of(field: Field[Any, Any]) -> int:
    related: Any = field.related_model
    return ContentType.objects.get_for_model(related).pk


def _value(field: Field[Any, Any], value: object, names: Names) -> str:
    """As people write it: a choice by its label, a day as a date, a record by name, nothing as nothing."""
    if value in NOTHING:
        return ""
    text = str(value)
    if field.is_relation:
        known = names.get((_type_of(field), int(text))) if text.isdecimal() else text
        return known or _("No. %(key)s") % {"key": text}
    if field.flatchoices:
        return str(_labels(field).get(text, text))
    if isinstance(field, models.BooleanField):
        return pgettext("answer", "yes") if text == "True" else pgettext("answer", "no")
    try:
        return _date_or_json(field, text)
    except ValueError:
        return text


@cache
def _labels(field: Field[Any, Any]) -> dict[str, object]:
    """What each of its choices is called, by the choice as the trail keeps it; still to be translated."""
    return {str(key): label for key, label in field.flatchoices}


def _date_or_json(field: Field[Any, Any], text: str) -> str:
    """ValueError when it is not what the field says."""
    if isinstance(field, models.DateTimeField):
        # auditlog keeps times as naive UTC.
        moment = datetime.datetime.fromisoformat(text)
        aware = moment if timezone.is_aware(moment) else moment.replace(tzinfo=datetime.UTC)
        return date_format(timezone.localtime(aware), "DATETIME_FORMAT")
    if isinstance(field, models.DateField):
        return date_format(datetime.date.fromisoformat(text), "DATE_FORMAT")
    if isinstance(field, models.JSONField):
        return json.dumps(json.loads(text), ensure_ascii=False)
    return text
