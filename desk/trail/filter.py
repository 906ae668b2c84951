"""What the trail can be narrowed by."""

import datetime
import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from core.forms import ALL, DateInput, Form
from sites.models import Site

from .deeds import FOUND_BY, Deed
from .reading import about


def kinds() -> Sequence[tuple[str, str]]:
    """The kinds of records that leave entries, by name."""
    return _kinds(get_language())


@cache
def _kinds(_language: str | None) -> Sequence[tuple[str, str]]:
    models = ((model._meta.label_lower, str(model._meta.verbose_name)) for model in auditlog.get_models())
    return (ALL[0], str(ALL[1])), *sorted(models, key=lambda kind: kind[1])


# Whose midnight, and the next one, a clock of any zone can tell.
_DAYS = (MinValueValidator(datetime.date(1900, 1, 1)), MaxValueValidator(datetime.date(9000, 1, 1)))


class TrailFilter(Form):
    """Narrows the trail; a wrong field is named and narrows nothing."""

    person = forms.CharField(label=_("Name or account"), required=False, max_length=100)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[ALL, *Role.choices])
    deed = forms.ChoiceField(label=_("What"), required=False, choices=[ALL, *Deed.choices])
    kind = forms.ChoiceField(label=_("Kind of record"), required=False, choices=kinds)
    site = forms.CharField(label=_("Site or unit"), required=False, max_length=100)
    since = forms.DateField(label=_("First day"), required=False, widget=DateInput(), validators=_DAYS)
    until = forms.DateField(label=_("Last day"), required=False, widget=DateInput(), validators=_DAYS)
    q = forms.CharField(label=_("In record or values"), required=False, max_length=100)

    def narrow(self, entries: QuerySet[LogEntry]) -> QuerySet[LogEntry]:
        self.is_valid()
        narrowing: dict[str, Callable[[Any], Q]] = {
            "person": _by_person,
            "role": lambda role: Q(actor__role=role),
            "deed": lambda deed: FOUND_BY[Deed(deed)],
            "kind": _of_kind,
            "site": _about_sites,
            "since": lambda day: Q(timestamp__gte=_midnight(day)),
            "until": lambda day: Q(timestamp__lt=_midnight(day + datetime.timedelta(days=1))),
            "q": _saying,
        }
        for name, condition in narrowing.items():
            if value := self.cleaned_data.get(name):
                entries = entries.filter(condition(value))
        return entries


def _by_person(text: str) -> Q:
    return Q(actor__name__icontains=text) | Q(actor__username__icontains=text)


def _of_kind(label: str) -> Q:
    return Q(content_type=ContentType.objects.get_by_natural_key(*label.split(".")))


def _about_sites(text: str) -> Q:
    named = Q(window_name__icontains=text) | Q(organisation__name__icontains=text)
    return about(Site.objects.filter(named).values("pk"))


def _saying(text: str) -> Q:
    """In the record's name or in the values, whose Chinese SQLite keeps escaped and PostgreSQL plain."""
    escaped = json.dumps(text)[1:-1]
    return (
        Q(object_repr__icontains=text)
        | Q(changes__icontains=text)
        | Q(changes__icontains=escaped)
        | Q(additional_data__icontains=text)
        | Q(additional_data__icontains=escaped)
    )


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
