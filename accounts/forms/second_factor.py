"""allauth's forms that take a code: each code serves once."""

from typing import Any

from allauth.core import context
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.knocking import knock_as_oneself, knock_with_code
from accounts.models import User
from accounts.services import second_factor
from core.brakes import give_back
from core.forms import Form, ReasonForm


def use_up(person: User, secret: str, code: str) -> None:
    """Raise ValidationError where the code was used before; it stays used for as long as it would serve."""
    steps = [step for step in yield_hotp_counters_from_time() if _is_code(secret, step, code)]
    if not all(second_factor.use_step(person=person, step=step) for step in steps):
        raise ValidationError(_("This code has been used. Wait for the next one."))


def _is_code(secret: str, step: int, code: str) -> bool:
    return str(format_hotp_value(hotp_value(secret, step))) == "".join(code.split())


def is_code_of(person: User, typed: str) -> bool:
    """Whether the person's app shows this code; from now on it is used."""
    found = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
    if found is None or not found.wrap().validate_code(typed):
        return False
    use_up(person, decrypt(found.data["secret"]), typed)
    return True


class _CodeOnce(base.BaseAuthenticateForm, Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_what_is_asked(self)

    def knock(self) -> list[str]:
        """The places that this try takes."""
        return knock_with_code(context.request, self.user)

    def clean_code(self) -> str:
        places = self.knock()
        code: str = super().clean_code()
        give_back(places)
        if self.authenticator.type == Authenticator.Type.TOTP:
            use_up(self.user, decrypt(self.authenticator.data["secret"]), code)
        return code


def _say_what_is_asked(form: forms.Form) -> None:
    """allauth calls it a code, as it calls much else."""
    form.fields["code"].label = gettext_lazy("Code of the app")
    form.fields["code"].widget.attrs |= {"placeholder": "", "inputmode": "numeric"}


class AuthenticateForm(_CodeOnce, base.AuthenticateForm):
    pass


class ReauthenticateForm(_CodeOnce, base.ReauthenticateForm):
    def knock(self) -> list[str]:
        return knock_as_oneself(context.request)


class ActivateTOTPForm(totp.ActivateTOTPForm, Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_what_is_asked(self)

    def clean_code(self) -> str:
        code: str = super().clean_code()
        use_up(self.user, self.secret, code)
        return code


class AddPasskeyForm(webauthn.AddWebAuthnForm, Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = gettext_lazy("Name of the passkey")


class ResetForm(ReasonForm):
    """Whoever proposes it has seen the person."""

    seen = forms.BooleanField(label=gettext_lazy("The person was here and showed an identity card."))
