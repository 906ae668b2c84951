"""The bare Django site that the portal is measured against, and what is asked of it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from bench._portal import apart, database_url, make_database
from bench._serving import Page

if TYPE_CHECKING:
    from accounts.models import User

# The empty view behind Django's default middlewares.
NOTHING = Page("/")


def bare_environment(home: str) -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": "bench._bare_settings", "BENCH_DATABASE": database_url(home)}


def make_bare(home: str) -> Page:
    """The bare site's database in a new home; returns a signed-in page of 50 rows."""
    Path(home).mkdir()
    make_database(home)
    return Page("/rows/", apart(_make_bare, home))


def _make_bare(home: str) -> str:
    os.environ |= bare_environment(home)
    import django  # noqa: PLC0415  # once the settings are known

    django.setup()
    from django.contrib.auth import get_user_model  # noqa: PLC0415  # after set-up
    from django.contrib.auth.models import Permission  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    from bench._bare import ROWS  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    # Django itself brings twenty.
    content = Permission.objects.latest("pk").content_type
    Permission.objects.bulk_create(
        Permission(content_type=content, codename=f"row_{n}", name=f"Can read row {n}") for n in range(ROWS)
    )
    return session_of(get_user_model().objects.create_user("bench"))


def session_of(user: "User") -> str:
    from django.test import Client  # noqa: PLC0415  # after set-up

    client = Client()
    client.force_login(user)
    return str(client.session.session_key)
