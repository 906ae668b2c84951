"""Telling people."""

from collections.abc import Iterable

from .models import Notification, User


def notify(users: Iterable[User], *, text: str, url: str) -> None:
    """Tell each of `users` one line; the caller's transaction decides whether it is told at all."""
    Notification.objects.bulk_create(Notification(user=user, text=text[:300], url=url) for user in users)
