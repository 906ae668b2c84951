"""Forms that change what exists, so that of two people who do so at once nobody overwrites the other unseen.

Such a form carries a digest of each value it shows. When it is sent, what is stored may have changed since:

- a field that only somebody else changed keeps what they wrote;
- one that only this person changed is changed;
- one that both changed otherwise is shown with both values, and the person chooses which holds. The choice
  names the value it was made over: whoever comes third in between is not overwritten either.

It is the values that are compared, whatever changed them: this form at another desk, an import, a correction.
A form that was drawn before, without digests, changes what it says, as ever.
"""

import datetime
import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from auditlog.models import LogEntry
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils.formats import localize
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .forms import Form, ModelForm
from .look_up import is_look_up

M = TypeVar("M", bound=Model)

# The hidden field of the digests, and the choice between two values of a field.
SHOWN, TAKE = "shown", "take"
MINE, STORED = "mine", "stored"


@dataclass(frozen=True)
class Clash:
    """A field that two people changed: what this one typed, and what is stored by now."""

    name: str
    label: str
    mine: str
    stored: str
    digest: str

    @property
    def choices(self) -> Iterator[tuple[str, str, str]]:
        """What is sent for each of the two, what it is called, and its text."""
        yield f"{MINE}:{self.digest}", _("What I wrote"), self.mine
        yield f"{STORED}:{self.digest}", _("What is stored"), self.stored


class _Changes(forms.BaseForm):
    """Carries the lock; `record` is what is changed, for saying who changed it last."""

    record: Model | None = None

    @property
    def lock(self) -> SafeString:
        """What the form's template draws within the form: the digests, and what two people changed."""
        clashing = {clash.name: self._seen[clash.name] for clash in self.clashes}
        shown = {name: clashing.get(name, digest) for name, digest in self._digests().items()}
        context = {
            "name": self.add_prefix(SHOWN),
            "shown": " ".join(f"{name}:{digest}" for name, digest in shown.items()),
            "clashes": [(self.add_prefix(f"{TAKE}-{clash.name}"), clash) for clash in self.clashes],
            "last": self._last_change() if self.clashes else None,
        }
        return render_to_string("components/lock.html", context)

    @property
    def clashes(self) -> list[Clash]:
        return self._compared[1]

    def keeps_stored(self, name: str) -> bool:
        """Whether what is stored in this field holds, since this person left it or chose it."""
        return self.add_prefix(name) in self._compared[0]

    def full_clean(self) -> None:
        super().full_clean()
        for clash in () if is_look_up(self.data) else self.clashes:
            told = _("Somebody else changed this meanwhile. Choose at the top which of the two holds.")
            self.add_error(clash.name, told)

    def _widget_data_value(self, widget: forms.Widget, html_name: str) -> Any:
        """What a field is taken to hold: what somebody else wrote, where this person left it as it was."""
        taken = self._compared[0]
        if html_name in taken:
            return taken[html_name]
        return super()._widget_data_value(widget, html_name)  # type: ignore[misc]  # Django's own, unstubbed

    @property
    def _compared(self) -> tuple[dict[str, Any], list[Clash]]:
        """The stored values that hold, by their fields' names in the page, and the clashes; found once."""
        if not hasattr(self, "_found"):
            self._found = self._compare() if self.is_bound else ({}, [])
        return self._found

    def _compare(self) -> tuple[dict[str, Any], list[Clash]]:
        taken: dict[str, Any] = {}
        clashes = []
        for name, now in self._digests().items():
            field = self.fields[name]
            if self._seen.get(name, now) == now:
                continue
            typed = super()._widget_data_value(field.widget, self.add_prefix(name))  # type: ignore[misc]
            choice, _colon, over = self.data.get(self.add_prefix(f"{TAKE}-{name}"), "").partition(":")
            if _digest(field, typed) == self._seen[name] or (choice, over) == (STORED, now):
                taken[self.add_prefix(name)] = field.prepare_value(self._stored(name))
            elif _digest(field, typed) != now and (choice, over) != (MINE, now):
                mine, stored = _told(field, typed), _told(field, self._stored(name))
                clashes.append(Clash(name, str(self[name].label), mine, stored, now))
        return taken, clashes

    @property
    def _seen(self) -> dict[str, str]:
        """The digest of each value that the person was shown."""
        sent = self.data.get(self.add_prefix(SHOWN), "") if self.is_bound else ""
        return dict(part.split(":", 1) for part in sent.split() if ":" in part)

    def _digests(self) -> dict[str, str]:
        """Of what is stored now, by field; files are not compared, they are only ever added."""
        compared = {name: field for name, field in self.fields.items() if _is_compared(field)}
        return {name: _digest(field, self._stored(name)) for name, field in compared.items()}

    def _stored(self, name: str) -> Any:
        return self.get_initial_for_field(self.fields[name], name)

    def _last_change(self) -> LogEntry | None:
        if self.record is None:
            return None
        entries = LogEntry.objects.get_for_object(self.record).exclude(action=LogEntry.Action.ACCESS)
        return entries.select_related("actor").order_by("-pk").first()


class ChangeForm(_Changes, Form):
    """Changes something that exists; its `initial` is what is stored, sent or not."""


class ChangeModelForm(_Changes, ModelForm[M]):
    """Changes a record."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record = self.instance if self.instance.pk else None


def _is_compared(field: forms.Field) -> bool:
    return not (field.disabled or field.widget.is_hidden or field.widget.needs_multipart_form)


def _digest(field: forms.Field, value: Any) -> str:
    return hashlib.sha256(_written(field, value).encode()).hexdigest()[:12]


def _written(field: forms.Field, value: Any) -> str:
    """A value as one text, the same whether it was typed or is stored."""
    value = field.prepare_value(value)
    if not isinstance(field, forms.ModelChoiceField):  # it would ask the database
        with suppress(ValidationError):  # a typed value that cannot be read is itself
            value = field.to_python(value)
    if isinstance(value, list | tuple | set):
        return "\n".join(sorted(map(str, value)))
    if isinstance(value, Decimal):
        value = value.normalize()
    if isinstance(value, datetime.datetime):
        value = value.isoformat()
    return "" if value is None or value is False else "\n".join(str(value).strip().splitlines())


def _told(field: forms.Field, value: Any) -> str:
    """A value as the form's reader knows it: a choice by its name, a day as a date."""
    prepared = field.prepare_value(value)
    chosen = prepared if isinstance(prepared, list | tuple | set) else [prepared]
    if isinstance(field, forms.ChoiceField):
        names = {str(key): str(label) for key, label in _choices(field)}
        return _(", ").join(names.get(str(key), str(key)) for key in chosen if key not in (None, ""))
    try:
        return str(localize(field.to_python(prepared)) or "")
    except ValidationError:
        return str(prepared)


def _choices(field: forms.ChoiceField) -> Iterator[tuple[Any, Any]]:
    """Without its groups."""
    choices: Any = field.choices
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label
