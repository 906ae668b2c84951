"""PostgreSQL's two roles: one that owns and migrates, and the application's own, which does neither."""

import subprocess
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from deploy.console import Stop
from deploy.install.site import FILES

AS_SUPERUSER = ("runuser", "-u", "postgres", "--", "psql", "--dbname", "postgres")


def make_roles(application_url: str, owner_url: str, *, psql: Sequence[str] = AS_SUPERUSER) -> None:
    """Make what both addresses say, or bring it to that; `psql` is a superuser's."""
    application, owner = urlsplit(application_url), urlsplit(owner_url)
    said = {
        "owner": owner.username,
        "owner_password": owner.password,
        "application": application.username,
        "application_password": application.password,
        "database": application.path.strip("/").rpartition("/")[2],
    }
    # By its standard input: what stands in a command's line is seen by every user of the machine.
    lines = [f"\\set {name} {_quoted(unquote(value or ''))}" for name, value in said.items()]
    script = "\n".join([*lines, (FILES / "database.sql").read_text()])
    made = subprocess.run(
        [*psql, "--no-psqlrc", "--quiet"], check=False, input=script, capture_output=True, text=True, cwd="/"
    )
    if made.returncode:
        raise Stop(f"PostgreSQL's roles could not be made:\n{made.stderr.strip()}")


def _quoted(value: str) -> str:
    """For psql's `\\set`."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
