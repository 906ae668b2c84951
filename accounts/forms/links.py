"""The form behind a link to set one's password."""

import re
from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import brakes
from core.forms import Form

ASKED = 4


class LinkPasswordForm(Form, SetPasswordForm):  # type: ignore[type-arg]  # Django knows no such type at run time
    """A new password, and the last digits of the person's telephone where one is on record.

    A slip that was lost, or sent to the wrong person, opens nothing by itself.
    """

    personal = {"digits": "accounts.User.phone"}

    digits = forms.CharField(
        label=_("The last four digits of your telephone"),
        max_length=10,
        help_text=_("As it is on record at the office that gave you the link."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    field_order = ["digits", "new_password1", "new_password2"]

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.on_record = re.sub(r"\D", "", user.phone)[-ASKED:] if user else ""
        if len(self.on_record) < ASKED:
            del self.fields["digits"]

    def validate_password_for_user(self, user: User, password_field_name: str = "") -> None:
        """What is wrong with a password is said where it was typed first, and to its person: that it was used
        before tells what another one was.
        """
        if not self.has_error("digits"):
            super().validate_password_for_user(user, "new_password1")

    def clean_digits(self) -> str:
        """Wrong ones are counted: four digits are guessed else."""
        typed: str = self.cleaned_data["digits"].strip()
        places, seconds = brakes.take([(brakes.LIMITS["link_digits"], str(self.user.pk))])
        if not places:
            told = _("Too many wrong digits. Wait %(time)s, then try again.")
            raise ValidationError(told, params={"time": brakes.in_words(seconds)})
        if typed != self.on_record:
            raise ValidationError(_("These are not the last four digits on record."))
        brakes.give_back(places)
        return typed
