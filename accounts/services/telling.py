"""Telling people."""

from collections.abc import Iterable, Mapping

from accounts.models import Notification, User


def notify(users: Iterable[User], *, text: str, about: Mapping[str, object], url: str) -> None:
    """Tell each of `users` one line; the caller's transaction decides whether it is told at all.

    `text` is a msgid (gettext_noop) with named placeholders, `about` what stands
    in them: each person reads it in the language they have chosen.
    """
    words = {name: str(value) for name, value in about.items()}
    Notification.objects.bulk_create(
        Notification(user=user, text=text, about=words, url=url) for user in users
    )
