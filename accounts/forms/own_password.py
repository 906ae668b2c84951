"""A step that bears a person's name asks for their own password once more, or the code of their app."""

from typing import Any, cast

from allauth.account import forms as account
from allauth.core import context
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.http import StaffRequest
from accounts.knocking import knock_as_oneself, knock_beside, note_wrong_beside, note_wrong_own
from accounts.models import User
from accounts.services.passwords import password_ends
from core.brakes import give_back
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
        """Wrong tries are limited together with those at the pages that ask for it before a change."""
        typed: str = self.cleaned_data["password"]
        places, person = knock_as_oneself(self.request), self.request.user
        if not _is_of(person, typed):
            note_wrong_own(self.request)
            raise ValidationError(_("This is not your password."))
        give_back(places)
        return typed


class PasswordBesideForm(Form):
    """Somebody who stands beside a colleague says who they are, at the device the colleague is signed in at.

    It signs nobody in: the session stays the colleague's. A password that its owner did not choose, or
    that has run out, says nothing of who typed it.
    """

    person = forms.ModelChoiceField(label=_("Who confirms"), queryset=User.objects.none())
    password = forms.CharField(
        label=_("The own password of who confirms"),
        strip=False,
        help_text=_("Typed by nobody else. The code of your app serves as well, and need not be hidden."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, request: StaffRequest, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        cast("Any", self.fields["person"]).queryset = people

    def clean_password(self) -> str:
        """Wrong tries count as those of a sign-in as this person (`knock_beside`)."""
        typed: str = self.cleaned_data["password"]
        person: User | None = self.cleaned_data.get("person")
        if person is None:
            return typed
        places = knock_beside(self.request, person)
        if not (person.is_active and _is_of(person, typed)):
            note_wrong_beside(self.request, person)
            raise ValidationError(_("This is not the password of %(name)s.") % {"name": person})
        give_back(places)
        if password_ends(person):
            raise ValidationError(
                _("%(name)s must first sign in at an own device and choose a new password.")
                % {"name": person}
            )
        return typed


def _is_of(person: User, typed: str) -> bool:
    return person.check_password(typed) or is_code_of(person, typed)


class ChangePasswordForm(account.ChangePasswordForm, Form):  # type: ignore[misc]  # allauth tells no types
    """allauth's own; the present password is asked for here as anywhere else.

    Of the new one nothing is said before: that it was used already would tell what the present one is.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._new = cast("Any", self.fields["password1"])
        self._new.user = None

    def clean_oldpassword(self) -> str:
        places = knock_as_oneself(context.request)
        try:
            typed: str = super().clean_oldpassword()
        except ValidationError:
            note_wrong_own(context.request)
            raise
        give_back(places)
        self._new.user = self.user
        return typed
