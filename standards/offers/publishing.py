"""What this room puts out, as a second person reads it before: a version that comes into force (保密审查)."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Field, Model, QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.publishing import PUBLISHABLES, Part, Publishable, Values
from accounts.rules import sees_city
from standards.models import Rulebook, Standard

# What only says where something stands.
_NOT_SAID = {"id", "version", "state", "published_on", "ordinal", "key"}


def of_version(version: Standard | Rulebook, _values: Values) -> Iterator[Part]:
    """Each field of its own, and everything that is in it: a standard's items, a rulebook's articles."""
    for field, text in _said(version):
        yield Part(key=field.name, label=str(field.verbose_name), text=text)
    for lookup in version.parts:
        yield from _within(version, lookup.split("__"))


def _within(record: Model, names: list[str]) -> Iterator[Part]:
    """A part for each record below, by the relations' names, those below it after it."""
    for part in getattr(record, names[0]).all() if names else ():
        text = "\n".join(text for _field, text in _said(part))
        yield Part(key=part._meta.model_name, label=str(part._meta.verbose_name), text=text)
        yield from _within(part, names[1:])


def _said(record: Model) -> Iterator[tuple["Field[Any, Any]", str]]:
    """Every field that says something, with its text: one that is added later as well."""
    for field in record._meta.concrete_fields:
        value = getattr(record, field.attname)
        if not field.is_relation and field.name not in _NOT_SAID and value not in ("", None, []):
            yield field, str(value)


def _open(text: type[Standard] | type[Rulebook], user: User) -> QuerySet[Any]:
    rows: QuerySet[Any] = text.objects.visible_to(user).with_items()
    return rows if sees_city(user) else rows.none()


PUBLISHABLES.add(
    Publishable(
        kind="standard",
        what=gettext_lazy("A version of a standard"),
        open_to=lambda user: _open(Standard, user),
        parts=of_version,
        url=Standard.get_absolute_url,
    ),
    Publishable(
        kind="rulebook",
        what=gettext_lazy("A version of the rulebook"),
        open_to=lambda user: _open(Rulebook, user),
        parts=of_version,
        url=Rulebook.get_absolute_url,
    ),
    place=30,
)
