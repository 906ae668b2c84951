"""The bare Django site that the portal is measured against, and what is asked of it."""

import os
from typing import TYPE_CHECKING

from bench._serving import Load

if TYPE_CHECKING:
    from accounts.models import User


def bare_environment(database: str) -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": "bench._bare_settings", "BENCH_DATABASE": database}


def make_bare(database: str) -> str:
    """The bare site's database; returns a session."""
    os.environ |= bare_environment(database)
    import django  # noqa: PLC0415  # once the settings are known

    django.setup()
    from django.contrib.auth import get_user_model  # noqa: PLC0415  # after set-up
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    return session_of(get_user_model().objects.create_user("bench"))


def session_of(user: "User") -> str:
    from django.test import Client  # noqa: PLC0415  # after set-up

    client = Client()
    client.force_login(user)
    return str(client.session.session_key)


def nothing() -> Load:
    """The empty view behind Django's default middlewares."""
    return lambda _client, _number: ("GET", "/", "", {})


def rows_of(session: str) -> Load:
    """A signed-in page of 50 rows with 2 queries."""
    headers = {"Cookie": f"sessionid={session}"}
    return lambda _client, _number: ("GET", "/rows/", "", headers)
