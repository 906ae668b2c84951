"""allauth's forms that take a code: each code serves once."""

from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.services import second_factor
from core.forms import Form, ReasonForm


def use_up(person: User, secret: str, code: str) -> None:
    """Raise ValidationError where the code was used before; it stays used for as long as it would serve."""
    steps = [step for step in yield_hotp_counters_from_time() if _is_code(secret, step, code)]
    if not all(second_factor.use_step(person=person, step=step) for step in steps):
        raise ValidationError(_("This code has been used. Wait for the next one."))


def _is_code(secret: str, step: int, code: str) -> bool:
    return str(format_hotp_value(hotp_value(secret, step))) == "".join(code.split())


class _CodeOnce(base.BaseAuthenticateForm, Form):
    def clean_code(self) -> str:
        code: str = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            use_up(self.user, decrypt(self.authenticator.data["secret"]), code)
        return code


class AuthenticateForm(_CodeOnce, base.AuthenticateForm):
    pass


class ReauthenticateForm(_CodeOnce, base.ReauthenticateForm):
    pass


class ActivateTOTPForm(totp.ActivateTOTPForm, Form):
    def clean_code(self) -> str:
        code: str = super().clean_code()
        use_up(self.user, self.secret, code)
        return code


class ResetForm(ReasonForm):
    """Whoever proposes it has seen the person."""

    seen = forms.BooleanField(label=gettext_lazy("The person was here and showed an identity card."))
