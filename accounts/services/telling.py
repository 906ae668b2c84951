"""Telling people."""

from collections.abc import Iterable, Mapping

from django.db.models import Model

from accounts.models import Notification, User


def notify(
    users: Iterable[User],
    *,
    text: str,
    about: Mapping[str, object],
    url: str,
    site: Model | None = None,
) -> None:
    """Tell each of `users` one line; the caller's transaction decides whether it is told at all.

    `text` is a msgid (gettext_noop) with named placeholders, `about` what stands
    in them: each person reads it in the language they have chosen.
    `site` is the one it is about, where no record in `about` says so by its `site_key`; whoever has
    stood aside from it is told nothing.
    """
    key = site.pk if site else _site_key(about)
    words = {name: str(value) for name, value in about.items()}
    aside = _aside_from(key)
    Notification.objects.bulk_create(
        Notification(user=user, text=text, about=words, url=url, site_key=key)
        for user in users
        if user.pk not in aside
    )


def _site_key(about: Mapping[str, object]) -> int | None:
    keys = (getattr(value, "site_key", None) for value in about.values())
    return next((key for key in keys if key is not None), None)


def _aside_from(site_key: int | None) -> set[int]:
    if site_key is None:
        return set()
    return set(User.objects.filter(recusals__site=site_key).values_list("pk", flat=True))
