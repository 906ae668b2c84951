"""Telling people."""

import datetime
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import Notification, User
from accounts.models.messages import ACTING_FOR
from core.brakes import Limit


def notify(
    users: Iterable[User],
    *,
    text: str,
    about: Mapping[str, object],
    url: str,
    site: Model | None = None,
    filing: Model | None = None,
) -> None:
    """Tell each of `users` one line; the caller's transaction decides whether it is told at all.

    `text` is a msgid (gettext_noop) with named placeholders, `about` what stands
    in them: each person reads it in the language they have chosen.
    Whoever is told something as a deputy (`named_or_deputy`) reads for whom.
    `site` is the one it is about, where no record in `about` says so by its `site_key`, `filing` the
    list; whoever has stood aside from it, or from a site on it, is told nothing.
    """
    keys = {"site_key": site.pk if site else _site_key(about), "filing_key": filing.pk if filing else None}
    words = {name: str(value) for name, value in about.items()}
    aside = _aside_from(**keys)
    Notification.objects.bulk_create(
        Notification(user=user, text=text, about=words | _for_whom(user), url=url, **keys)
        for user in users
        if user.pk not in aside
    )


def _for_whom(user: User) -> dict[str, str]:
    """`accounts.deputies.named_or_deputy` says so."""
    name = getattr(user, ACTING_FOR, "")
    return {ACTING_FOR: name} if name else {}


def keepers() -> QuerySet[User]:
    """Who looks after what the portal stores: the office, and who runs it."""
    return User.objects.active().filter(role__in=(Role.OFFICE, Role.SYSTEM))


def tell_of_withheld(file: str, *, url: str) -> None:
    """Tell the keepers, once a day of each file, that it was asked for at `url` and nobody got it."""
    text = gettext_noop("A stored file is missing or was changed, so nobody gets it: %(file)s.")
    about = {"file": file}
    yesterday = timezone.now() - datetime.timedelta(days=1)
    if not Notification.objects.filter(text=text, about=about, created_at__gte=yesterday).exists():
        notify(keepers(), text=text, about=about, url=url)


def tell_of_harmful(found: str, *, sent_for: str, by: User | None) -> None:
    """Tell the keepers, once a day of each finding and sender, what the virus scanner kept out."""
    text = gettext_noop(
        "The virus scanner found “%(found)s” in a file from a reader (%(sent_for)s); it was not taken."
    )
    url, about = reverse("people:messages"), {"found": found, "sent_for": sent_for}
    if by:
        text = gettext_noop(
            "The virus scanner found “%(found)s” in a file from %(who)s (%(sent_for)s); it was not taken. "
            "Have that computer looked at."
        )
        url, about = reverse("people:person", args=[by.pk]), {**about, "who": str(by)}
    yesterday = timezone.now() - datetime.timedelta(days=1)
    if not Notification.objects.filter(text=text, about=about, created_at__gte=yesterday).exists():
        notify(keepers(), text=text, about=about, url=url)


# What was taken or read of a day, by the limit's name.
_MUCH = {
    "exports_account": gettext_noop(
        "%(who)s took out %(n)s tables within a day; %(most)s is the most. Is it their work?"
    ),
    "looks_account": gettext_noop(
        "%(who)s looked at objections and letters %(n)s times within a day; %(most)s is the most. "
        "Is it their work?"
    ),
    "dossiers_account": gettext_noop(
        "%(who)s fetched %(n)s dossiers within a day; %(most)s is the most. Is it their work?"
    ),
    "files_account": gettext_noop(
        "%(who)s fetched %(n)s papers and files within a day; %(most)s is the most. Is it their work?"
    ),
}


def tell_of_much_taken(limit: Limit, *, by: User) -> None:
    """Tell who gives roles, and who reads the trail, before the limit refuses; never who did it."""
    about = {"who": str(by), "n": limit.most * 4 // 5, "most": limit.most}
    where = {Role.SECURITY: reverse("people:person", args=[by.pk]), Role.AUDITOR: reverse("desk:trail")}
    for role, url in where.items():
        told = User.objects.active().filter(role=role).exclude(pk=by.pk)
        notify(told, text=_MUCH[limit.name], about=about, url=url)


def _site_key(about: Mapping[str, object]) -> int | None:
    keys = (getattr(value, "site_key", None) for value in about.values())
    return next((key for key in keys if key is not None), None)


def _aside_from(*, site_key: int | None, filing_key: int | None) -> set[int]:
    shut = {"recusals__site": site_key, "recusals__site__filing": filing_key}
    known = [Q((path, key)) for path, key in shut.items() if key is not None]
    return set(User.objects.filter(reduce(or_, known)).values_list("pk", flat=True)) if known else set()
