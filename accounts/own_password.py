"""Who signs in with a password that is too old, or that somebody else has set, chooses a new one first.

The session remembers it from the sign-in on, so that nobody is stopped while they write.
"""

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import password_changed
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from .models import User
from .second_factor import is_complete
from .services.passwords import password_ends

# Where the session says why; a `PasswordEnds`.
WHY = "password_ends"
# What waits until then; pages of the account itself, and what is public, do not.
CLOSED = ("/desk/", "/admin/")


@receiver(user_logged_in)
def ask_for_a_new_one(sender: type[User], *, request: HttpRequest, user: User, **_kwargs: object) -> None:
    used_it = any(each["method"] == "password" for each in get_authentication_records(request, user))
    if used_it and (why := password_ends(user)):
        request.session[WHY] = why.value


@receiver(password_changed)
def ask_no_more(sender: type[User], *, request: HttpRequest, **_kwargs: object) -> None:
    request.session.pop(WHY, None)


def may_work(request: HttpRequest) -> bool:
    """Whether this sign-in opens what the desk shows: for public addresses that show more to staff."""
    return is_complete(request) and WHY not in request.session


class OwnPasswordMiddleware:
    """Leads whoever must choose a new password to the page for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(CLOSED) and WHY in request.session:
            next_ = urlencode({"next": request.get_full_path()} if request.method == "GET" else {})
            return redirect(f"{reverse('account_change_password')}?{next_}")
        return self.get_response(request)
