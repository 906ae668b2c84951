"""Standing aside, and ties to units."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Organisation, User
from assessments.models import Recusal, Tie
from core.forms import Form, ModelForm, choose_from

from .teams import with_unit


class RecusalForm(ModelForm[Recusal]):
    class Meta:
        model = Recusal
        fields = ["reason"]
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"reason": _("What ties you to this site or its unit.")}


class RecusalOfAnotherForm(Form):
    """The office declares for somebody that they stand aside."""

    user = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none())
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What ties them to this site or its unit."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "user", _declarable(), label=with_unit)


class TieForm(ModelForm[Tie]):
    """A tie of one's own; `seen` is what was shown of it before (`pages.tie.fingerprint`)."""

    seen = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    class Meta:
        model = Tie
        fields = ["organisation", "reason"]
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "reason": _("For example: worked there until last year; a close relative works there."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "organisation", Organisation.objects.filter(is_active=True).order_by("name"))

    def hide(self, seen: str) -> None:
        """Carry everything along out of sight, with what is shown beside it."""
        shown = cast("QueryDict", self.data).copy()
        shown["seen"] = seen
        self.data = shown
        for field in self.fields.values():
            field.widget = forms.HiddenInput()


class TieOfAnotherForm(TieForm):
    """The office declares a tie for somebody."""

    class Meta(TieForm.Meta):
        fields = ["user", "organisation", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "user", _declarable(), label=with_unit)


def _declarable() -> Any:
    """Those for whom the office may declare (`rules.may_declare_for`)."""
    people = User.objects.active().exclude(role__in=("", Role.LIAISON, *Role.OVER_THE_OFFICE))
    return people.select_related("organisation").order_by("name", "pk")
