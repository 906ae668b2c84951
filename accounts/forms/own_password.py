"""A step that bears a person's name asks for their own password once more, or the code of their app."""

from typing import Any

from allauth.core import ratelimit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.http import StaffRequest
from core.forms import Form

from .second_factor import is_code_of


class OwnPasswordForm(Form):
    """A session that was left open, or made by somebody else, signs nothing."""

    password = forms.CharField(
        label=_("Your own password"),
        strip=False,
        help_text=_(
            "A signature binds you by name, so it asks who you are once more. The code of your app serves "
            "as well."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: StaffRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        """Wrong tries are limited as those of allauth's own page that asks for it are."""
        typed: str = self.cleaned_data["password"]
        if not ratelimit.consume(self.request, action="reauthenticate", user=self.request.user):
            raise ValidationError(_("Too many tries. Wait a minute and sign then."))
        person = self.request.user
        if not (person.check_password(typed) or is_code_of(person, typed)):
            raise ValidationError(_("This is not your password."))
        return typed
