"""What happens at a sign-in."""

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from .models import User

# Where a session keeps the time of the sign-in before its own, as ISO text; None if there was none.
PREVIOUS_SIGN_IN = "previous_sign_in"


@receiver(user_logged_in)
def remember_previous_sign_in(
    sender: type[User], *, request: HttpRequest, user: User, **_kwargs: object
) -> None:
    """Runs before Django overwrites it: `accounts` stands before `django.contrib.auth` in INSTALLED_APPS."""
    request.session[PREVIOUS_SIGN_IN] = user.last_login.isoformat() if user.last_login else None
