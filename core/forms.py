"""What forms of every room are made of."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, TypeVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms.utils import ErrorDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tables.tidy import tidy

from .acting import TypedAgain
from .faces import only_printable
from .look_up import FieldInPage, is_look_up
from .mongolian import only_mongolian

M = TypeVar("M", bound=Model)

# The page that shows the register of personal data.
REGISTER = "publicity:personal_data"
LINK = '<a href="{}#{}">{}</a>'

# The choice of a filter that narrows nothing.
ALL = ("", _("all"))


class _Sent(forms.BaseForm):
    """What all forms have in common.

    What was typed before a session ended is shown in the form, and is not sent (`core.acting.TypedAgain`);
    neither is what somebody typed so far who looks up what they may choose (`core.look_up`).
    """

    bound_field_class = FieldInPage
    # Fields that are kept of people → their entry in the register (core.personal).
    personal: ClassVar[Mapping[str, str]] = {}
    # Whether its texts may come to stand on a paper: then what a paper cannot print is refused here.
    printed: ClassVar[bool] = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, entry in self.personal.items():
            if name in self.fields:
                field = self.fields[name]
                told = format_html(
                    '<a href="{}#{}">{}</a>', reverse(REGISTER), entry, _("What happens to it")
                )
                field.help_text = format_html("{} {}", field.help_text, told)

    def is_valid(self) -> bool:
        if isinstance(self.data, TypedAgain):
            return False
        return super().is_valid() and not is_look_up(self.data)

    def full_clean(self) -> None:
        """Nobody is told of mistakes in a form that they are not done with."""
        if not is_look_up(self.data):
            if self.printed:
                self._ask_for_what_is_printable()
            super().full_clean()
            return
        self.cleaned_data: dict[str, Any] = {}
        self._errors = ErrorDict(renderer=self.renderer)

    def _ask_for_what_is_printable(self) -> None:
        for name, field in self.fields.items():
            is_kept = name != "q" and not isinstance(field.widget, forms.PasswordInput)
            is_asked = only_printable in field.validators or only_mongolian in field.validators
            if is_kept and isinstance(field, forms.CharField) and not is_asked:
                field.validators.append(only_printable)


class Form(_Sent, forms.Form):
    """The base of every form."""


class ModelForm(_Sent, forms.ModelForm[M]):
    """The base of every form of a record."""


class ReasonForm(Form):
    """For steps that cannot be taken silently."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class DateInput(forms.DateInput):
    """The browser's own date field; it speaks ISO whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MonthInput(forms.DateInput):
    """The browser's own field for a month, which likewise speaks ISO."""

    input_type = "month"
    FORMAT = "%Y-%m"

    def __init__(self) -> None:
        super().__init__(format=self.FORMAT)


class TidyField(forms.CharField):
    """A name or a telephone in its one spelling."""

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value) or "")


class RecordsField(forms.ModelMultipleChoiceField[M]):
    """Some records of a queryset; a key too large for SQLite, which fails over it, is no choice either."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError:
            params = {"pk": max(value, key=len)}
            raise ValidationError(
                self.error_messages["invalid_pk_value"], code="invalid_pk_value", params=params
            ) from None


def choose_from(
    form: forms.BaseForm, name: str, records: QuerySet[M], *, label: Callable[[M], str] | None = None
) -> None:
    """The form's field of that name is a choice among these records, called what `label` calls them."""
    field = cast("forms.ModelChoiceField[M]", form.fields[name])
    field.queryset = records
    if label:
        field.label_from_instance = label  # type: ignore[assignment]  # a form's own way to call records


def offer(form: forms.BaseForm, name: str, choices: Iterable[tuple[str, StrOrPromise]]) -> None:
    """The form's field of that name is a choice among these: what is sent, and how it is shown."""
    cast("forms.ChoiceField", form.fields[name]).choices = list(choices)
