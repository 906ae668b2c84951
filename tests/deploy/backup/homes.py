"""A portal that stands on a home of its own, filled from a scene: to be backed up, destroyed and restored."""

import os
import secrets
import shutil
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from deploy.console import ROOT
from deploy.environment import foreign
from tests import database


@dataclass
class Home:
    """Its folder and its DATABASE_URL ("": SQLite in the folder)."""

    folder: Path
    url: str = ""

    @property
    def env(self) -> dict[str, str]:
        own = {"PORTAL_HOME": str(self.folder), "DATABASE_URL": self.url, "PORTAL_TODAY": "2008-05-06"}
        path = os.environ["PATH"]
        return foreign() | own | {"PATH": path, "PORTAL_KEEP_PAGES": "off"}

    def run(self, command, **environ):
        """A command as an operator types it, in the checkout; environment variables besides."""
        return subprocess.run(
            ["bash", "-c", command],
            check=False,
            cwd=ROOT,
            env=self.env | {"DJANGO_SETTINGS_MODULE": "wuhai_portal.settings"} | environ,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def done(self, *commands, **environ):
        """Run commands that must work, as they stand in docs/operate.md; what they said."""
        ran = self.run("set -e\n" + "\n".join(commands), **environ)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout


def standing(folder, scene):
    """A portal like the one the scene's snapshot holds, on a database of its own."""
    folder.mkdir(0o700, parents=True)
    kept = database.FOLDER / scene
    shutil.copytree(kept / "media", folder / "media")
    lines = (f"{name}={line}\n" for name, line in settings.PORTAL_GIVEN_KEYS.items())
    (folder / "secrets.env").touch(0o600)
    (folder / "secrets.env").write_text("".join(lines))
    (folder / "campaign").write_text("empty\n")
    (folder / "plan.stamp").touch()
    if connection.vendor == "sqlite":
        shutil.copyfile(kept / "database.sqlite3", folder / "portal.sqlite3")
        return Home(folder)
    name = f"portal_{folder.name}_{secrets.token_hex(4)}"  # another test's may have been left behind
    execute(f'CREATE DATABASE "{name}" TEMPLATE "portal_{scene}"')
    return Home(folder, url_of(name))


def url_of(name):
    server = connection.settings_dict
    return f"postgres://{server['USER']}@/{server['HOST']}/{name}"


def execute(statement):
    """On the test's PostgreSQL, outside any transaction."""
    other = connection.copy()
    other.settings_dict |= {"NAME": database.engine.server["NAME"]}
    with closing(other), other.cursor() as cursor:
        cursor.execute(statement)
