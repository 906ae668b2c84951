"""Who holds the post of a liaison, and who takes it over."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.people import NewPersonForm
from accounts.models import User
from core.changes import ChangeForm
from core.forms import choose_from
from sites.models import Liaison
from sites.models.plans import Owner
from sites.services.people import staff_of

from .fields import ProseField, TidyField


class CorrectionForm(ChangeForm):
    """Another telephone or account of the same person."""

    personal = {"phone": "sites.Liaison.phone"}

    phone = TidyField(label=_("Telephone"), max_length=40)
    user = forms.ModelChoiceField(
        label=_("Account"),
        required=False,
        queryset=User.objects.none(),
        empty_label=_("none, or not known yet"),
        help_text=_("One of the unit's accounts; what waits for the liaison is told there."),
    )

    def __init__(self, *args: Any, owner: Owner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "user", staff_of(owner).order_by("name"))


class AccountForm(NewPersonForm):
    """An account for who holds a post: the post says whose it is, and of what."""

    personal = {"name": "accounts.User.name", "phone": "accounts.User.phone", "email": "accounts.User.email"}

    def __init__(self, *args: Any, liaison: Liaison, **kwargs: Any) -> None:
        super().__init__(*args, initial={"name": liaison.name, "phone": liaison.phone}, **kwargs)
        for name in ("role", "organisation"):
            self.fields.pop(name, None)


class LiaisonForm(CorrectionForm):
    """One more liaison of a site or a district."""

    personal = {"name": "sites.Liaison.name", "phone": "sites.Liaison.phone"}

    name = TidyField(label=pgettext_lazy("of a person", "Name"), max_length=40)
    field_order = ["name"]


class HandOverForm(LiaisonForm):
    """Another person in the post, and why."""

    personal = {"phone": "sites.HandOver.to_phone"}

    name = TidyField(label=_("Who takes over"), max_length=40)
    from_name = forms.CharField(widget=forms.HiddenInput)
    reason = ProseField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
