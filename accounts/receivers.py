"""What follows a sign-in, and a file that is lost, harmful or refused: the trail, and whom it is told."""

from collections.abc import Mapping

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import password_changed
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from audit.address import address_of
from audit.enums import SignIn
from audit.services import note_refused_upload, note_second_factor, note_sign_in
from core.brakes import Limit, nearly_used
from core.enums import UploadRefusal
from core.stored import Withheld, file_withheld
from core.uploads import Purpose, upload_refused

from .devices import device_of, network_of
from .enums import SessionEnd
from .knocking import stands_alone_in_trail, tell_of_guesses
from .models import Notification, User
from .services import second_factor, sessions
from .services.links import LINK_MADE
from .services.notifications import tell_of_harmful, tell_of_much_taken, tell_of_withheld

# Where a session keeps the time of the sign-in before its own, as ISO text; None if there was none.
PREVIOUS_SIGN_IN = "previous_sign_in"
# Of a name that was tried no more is kept: it may be anything.
LONGEST_NAME = 150


@receiver(user_logged_in)
def remember_previous_sign_in(
    sender: type[User], *, request: HttpRequest, user: User, **_kwargs: object
) -> None:
    """Runs before Django overwrites it: `accounts` stands before `django.contrib.auth` in INSTALLED_APPS."""
    request.session[PREVIOUS_SIGN_IN] = user.last_login.isoformat() if user.last_login else None


@receiver(user_logged_in)
def note_signed_in(sender: type[User], *, request: HttpRequest, user: User, **_kwargs: object) -> None:
    note_sign_in(user, name=str(user), what=SignIn.IN, address=address_of(request))


@receiver(user_logged_in)
def begin_session(sender: type[User], *, request: HttpRequest, user: User, **_kwargs: object) -> None:
    sessions.begin(
        person=user,
        key=str(request.session.session_key),
        device=device_of(request),
        network=network_of(address_of(request)),
    )


@receiver(user_logged_in)
def say_that_a_link_was_made(
    sender: type[User], *, request: HttpRequest, user: User, **_kwargs: object
) -> None:
    """Somebody else has ended the password this person had: the first page after it says so, once."""
    for line in Notification.objects.filter(user=user, text=LINK_MADE).unread():
        messages.warning(request, str(line), fail_silently=True)


@receiver(password_changed)
def end_other_sessions(sender: type[User], *, request: HttpRequest, user: User, **_kwargs: object) -> None:
    """Django would find them out at their next page; so they end at once, and are told."""
    sessions.end_all(person=user, why=SessionEnd.ACCOUNT, but=request.session.session_key)


@receiver(user_logged_out)
def note_signed_out(
    sender: type[User], *, request: HttpRequest, user: User | None, **_kwargs: object
) -> None:
    if user is not None:
        note_sign_in(user, name=str(user), what=SignIn.OUT, address=address_of(request))


@receiver(user_login_failed)
def note_failed_sign_in(
    sender: str, *, credentials: Mapping[str, str], request: HttpRequest | None = None, **_kwargs: object
) -> None:
    """The name that was tried, never the password; with the address, since no reader knocks at this door.

    Of thousands the first ones of an hour stand here, and how many there were (accounts.tasks).
    """
    if request and not stands_alone_in_trail(request):
        return
    name = str(credentials.get("username", ""))[:LONGEST_NAME]
    address = address_of(request) if request else None
    note_sign_in(None, name=name, what=SignIn.FAILED, address=address)


@receiver(mfa_signals.authenticator_added)
def begin_second_factor(
    sender: type[Authenticator],
    *,
    request: HttpRequest,
    user: User,
    authenticator: Authenticator,
    **_kwargs: object,
) -> None:
    """From now on every sign-in is asked for it: those that were not end; this one has just shown it."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    shown = {"id": authenticator.pk, "type": authenticator.type, "reauthenticated": True}
    record_authentication(request, user, "mfa", **shown)
    sessions.end_all(person=user, why=SessionEnd.ACCOUNT, but=request.session.session_key)
    second_factor.note_change(person=user, what=SignIn.FACTOR_SET, address=address_of(request))


@receiver(mfa_signals.authenticator_removed)
def note_factor_removed(
    sender: type[Authenticator], *, request: HttpRequest, user: User, **_kwargs: object
) -> None:
    second_factor.note_change(person=user, what=SignIn.FACTOR_GONE, address=address_of(request))


@receiver(mfa_signals.authenticator_reset)
def note_new_codes(
    sender: type[Authenticator], *, request: HttpRequest, user: User, **_kwargs: object
) -> None:
    second_factor.note_change(person=user, what=SignIn.CODES, address=address_of(request))


@receiver(mfa_signals.authentication_failed)
def note_failed_factor(
    sender: type[Authenticator], *, request: HttpRequest, user: User, **_kwargs: object
) -> None:
    note_second_factor(user, what=SignIn.FACTOR_FAILED, by=None, address=address_of(request))
    tell_of_guesses(user)


@receiver(file_withheld)
def tell_keepers(sender: type[Withheld], *, file: str, url: str, **_kwargs: object) -> None:
    tell_of_withheld(file, url=url)


@receiver(nearly_used)
def tell_administrators(sender: type[Limit], *, limit: Limit, user: User, **_kwargs: object) -> None:
    tell_of_much_taken(limit, by=user)


@receiver(upload_refused)
def note_upload(
    sender: type[Purpose],
    *,
    purpose: Purpose,
    why: UploadRefusal,
    size: int,
    sha256: str,
    found: str,
    **_kwargs: object,
) -> None:
    sent_for = str(purpose.name)
    entry = note_refused_upload(sent_for=sent_for, why=why, size=size, sha256=sha256, found=found)
    if why == UploadRefusal.HARMFUL:
        tell_of_harmful(found, sent_for=sent_for, by=entry.actor)
