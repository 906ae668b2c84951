"""PostgreSQL's two roles: one that owns and migrates, and the application's own, which does neither."""

import subprocess
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from psycopg import sql

from deploy.console import Stop
from deploy.install.site import FILES

AS_SUPERUSER = ("runuser", "-u", "postgres", "--", "psql", "--dbname", "postgres")
# In the database, as its owner or a superuser; whoever makes one says them.
_RIGHTS = sql.SQL("""
REVOKE ALL ON DATABASE {database} FROM PUBLIC;
GRANT CONNECT ON DATABASE {database} TO {application};
ALTER SCHEMA public OWNER TO {owner};
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {application};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {application};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {application};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {application};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {application};
""")


def rights(**roles: str) -> str:
    """What the two roles may do in a database; `owner`, `application` and `database` are names."""
    return _RIGHTS.format(**{each: sql.Identifier(name) for each, name in roles.items()}).as_string()


def make_roles(application_url: str, owner_url: str, *, psql: Sequence[str] = AS_SUPERUSER) -> None:
    """Make what both addresses say, or bring it to that; `psql` is a superuser's."""
    application, owner = urlsplit(application_url), urlsplit(owner_url)
    named = {
        "owner": unquote(owner.username or ""),
        "application": unquote(application.username or ""),
        "database": unquote(application.path.strip("/").rpartition("/")[2]),
    }
    secret = {"owner_password": owner.password, "application_password": application.password}
    said = named | {name: unquote(value or "") for name, value in secret.items()}
    # By its standard input: what stands in a command's line is seen by every user of the machine.
    lines = [f"\\set {name} {_quoted(value)}" for name, value in said.items()]
    script = "\n".join([*lines, (FILES / "database.sql").read_text(), rights(**named)])
    made = subprocess.run(
        [*psql, "--no-psqlrc", "--quiet"], check=False, input=script, capture_output=True, text=True, cwd="/"
    )
    if made.returncode:
        raise Stop(f"PostgreSQL's roles could not be made:\n{made.stderr.strip()}")


def _quoted(value: str) -> str:
    """For psql's `\\set`."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
