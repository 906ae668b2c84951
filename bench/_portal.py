"""A portal with the plan and nothing else, in a throw-away home."""

import os
import subprocess
import sys
from pathlib import Path

# In its home.
DATABASE = "bench.sqlite3"


def environment(home: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "wuhai_portal.settings",
        "PORTAL_HOME": home,
        "DATABASE_URL": f"sqlite:///{Path(home) / DATABASE}",
        "REDIS_URL": "memory://",
        # Every process of a run reads the others' sessions; nothing else is ever signed with these.
        "SECRET_KEY": "bench" * 10,
        "SALT_KEY": "bench" * 10,
        "DEBUG": "",
    }


def set_up(home: str) -> None:
    """Django in this process; call it before anything of the portal is imported."""
    os.environ |= environment(home)
    import django  # noqa: PLC0415  # once the settings are known

    django.setup()


def make_files(home: str) -> None:
    """Style sheets and translations, which its pages need."""
    command = [sys.executable, "-P", "-m", "deploy.prepare", "files"]
    subprocess.run(command, env=os.environ | environment(home), check=True)


def make_database(home: str) -> None:
    set_up(home)
    from django.core.management import call_command  # noqa: PLC0415  # after set_up

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("load_plan", verbosity=0)
