"""SQLite and PostgreSQL alike: a new database beside the one that is meant, filled from a dump, and then put
in its place. What was there is put aside under another name, never dropped.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import environ
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from deploy import debian
from deploy.backup.shelf import to_disk
from deploy.console import Stop, run
from deploy.install.database import rights

# As Django's settings have a database.
Config: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Sqlite:
    path: Path

    vendor = "sqlite"
    dump = "database.sqlite3"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    @property
    def name(self) -> str:
        return str(self.path)

    def beside(self, word: str) -> "Sqlite":
        """Another database of a name that says whose it is."""
        return Sqlite(self.path.with_name(f"{self.path.name}.{word}"))

    def is_there(self) -> bool:
        return self.path.exists()

    def is_empty(self) -> bool:
        with closing(sqlite3.connect(self.path)) as database:
            return not database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()

    def size(self) -> int:
        return self.path.stat().st_size

    def count(self, question: str) -> int:
        with closing(sqlite3.connect(self.path)) as database:
            return int(database.execute(question).fetchone()[0])

    def users(self) -> list[str]:
        """Nobody that its home's lock does not tell of: it lies on this machine."""
        return []

    @contextmanager
    def being_exchanged(self) -> Iterator[None]:
        """The home's lock does for it."""
        yield

    def fill(self, dump: Path) -> None:
        self.drop()
        shutil.copyfile(dump, self.path)
        self.path.chmod(0o600)

    def rename(self, to: "Sqlite") -> None:
        """All it knows is in the one file by then."""
        with closing(sqlite3.connect(self.path)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for ending in ("-wal", "-shm"):
            Path(f"{self.path}{ending}").unlink(missing_ok=True)
        to_disk(self.path)
        self.path.replace(to.path)
        to_disk(self.path.parent)

    def drop(self) -> None:
        for ending in ("", "-wal", "-shm"):
            Path(f"{self.path}{ending}").unlink(missing_ok=True)


@dataclass(frozen=True)
class Postgres:
    """`url` is its owner's; `serves` the role of what serves, where that is another."""

    url: str
    serves: str = ""

    vendor = "postgresql"
    dump = "database.dump"

    @property
    def config(self) -> Config:
        config: Config = environ.Env.db_url_config(self.url)
        return config

    @property
    def name(self) -> str:
        return str(self.config["NAME"])

    def beside(self, word: str) -> "Postgres":
        address, mark, options = self.url.partition("?")
        return replace(self, url=f"{address.rpartition('/')[0]}/{self.name}_{word}{mark}{options}")

    def is_there(self) -> bool:
        with self._maintenance() as server:
            found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name])
            return found.fetchone() is not None

    def is_empty(self) -> bool:
        with _connect(self.config) as database:
            ours = "SELECT 1 FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            return database.execute(ours).fetchone() is None

    def size(self) -> int:
        return self.count("SELECT pg_database_size(current_database())")

    def count(self, question: str) -> int:
        with _connect(self.config) as database:
            found = database.execute(question).fetchone()
            return int(found[0]) if found else 0

    def users(self) -> list[str]:
        """From where somebody else is connected in the name of the portal's roles, and how often."""
        connected = """
            SELECT coalesce(host(client_addr), 'the machine of the database'), count(*)
              FROM pg_stat_activity
             WHERE datname = %s AND usename IN (current_user, %s) AND pid <> pg_backend_pid()
             GROUP BY 1 ORDER BY 1"""
        with self._maintenance() as server:
            found = server.execute(connected, [self.name, self.serves]).fetchall()
        return [f"{place} (connections: {count})" for place, count in found]

    @contextmanager
    def being_exchanged(self) -> Iterator[None]:
        """One restore or upgrade at a time, of all machines; the server lets go of it however we end."""
        with self._maintenance() as server:
            lock = "SELECT pg_try_advisory_lock(hashtext('exchanged'), hashtext(%s))"
            (is_ours,) = server.execute(lock, [self.name]).fetchone() or (False,)
            if not is_ours:
                raise Stop(f"the database {self.name} is being restored or upgraded, by another machine too")
            yield

    def fill(self, dump: Path) -> None:
        self.drop()
        as_installed = "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
        self._execute(f"CREATE DATABASE {{}} {as_installed}", self)
        options = ["--no-owner", "--no-acl", "--exit-on-error", "--dbname", conninfo(self.config)]
        run([program("pg_restore"), *options, str(dump)], env=with_password(self.config))
        self._give_rights()

    def _give_rights(self) -> None:
        """Those that the installation gives: the roles of the portal that the dump is from may be others."""
        with _connect(self.config) as database:
            owner = database.info.user
            if self.serves not in ("", owner):
                roles = {"owner": owner, "application": self.serves, "database": self.name}
                try:
                    database.execute(rights(**roles).encode())
                except psycopg.Error as error:
                    raise Stop(f"{self.serves} cannot be given its rights in {self.name}: {error}") from error

    def rename(self, to: "Postgres") -> None:
        self._end_connections()
        self._execute("ALTER DATABASE {} RENAME TO {}", self, to)

    def drop(self) -> None:
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", self)

    def _end_connections(self) -> None:
        with self._maintenance() as server:
            ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            server.execute(ending, [self.name])

    def _execute(self, statement: str, *databases: "Postgres") -> None:
        names = [sql.Identifier(database.name) for database in databases]
        try:
            with self._maintenance() as server:
                server.execute(sql.SQL(statement).format(*names))
        except psycopg.Error as error:
            raise Stop(
                f"PostgreSQL refuses {statement.format(*(d.name for d in databases))}: {error}"
            ) from error

    def _maintenance(self) -> "psycopg.Connection[Any]":
        """A database that is always there, for what is done to others."""
        if self.name == "postgres":
            raise Stop(
                "DATABASE_URL names PostgreSQL's own database postgres; give the portal one of its own"
            )
        return _connect({**self.config, "NAME": "postgres"})


Database: TypeAlias = Sqlite | Postgres


def of_portal(home: Path, env: Mapping[str, str]) -> Database:
    """The database of a portal, as who may make and change its tables."""
    serving = env.get("DATABASE_URL") or ""
    url = env.get("PORTAL_OWNER_DATABASE_URL") or serving
    if url.startswith("postgres"):
        return Postgres(url, serves=environ.Env.db_url_config(serving)["USER"] if serving else "")
    if not url:
        return Sqlite(home.resolve() / "portal.sqlite3")
    return Sqlite(Path(environ.Env.db_url_config(url)["NAME"]))


def conninfo(config: Config) -> str:
    """For PostgreSQL's own programs; without the password, which others could read on the command line."""
    names = {"dbname": "NAME", "host": "HOST", "port": "PORT", "user": "USER"}
    told = {ours: config[theirs] for ours, theirs in names.items() if config.get(theirs)}
    safety = {name: value for name, value in (config.get("OPTIONS") or {}).items() if name.startswith("ssl")}
    return make_conninfo("", **told, **safety)


def with_password(config: Config) -> dict[str, str]:
    return {**os.environ, **({"PGPASSWORD": config["PASSWORD"]} if config.get("PASSWORD") else {})}


def program(name: str) -> str:
    """The newest of what is installed: it reads a server of its own version and of older ones."""
    debian.install(() if _programs(name) else ("postgresql-client",))
    if found := _programs(name):
        return found[-1]
    raise Stop(f"{name} is missing; it is in Debian's postgresql-client")


def _programs(name: str) -> list[str]:
    versions = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest_last = sorted(versions, key=lambda path: float(path.parts[-3]))
    on_path = shutil.which(name)
    return [str(path) for path in newest_last] or ([on_path] if on_path else [])


def _connect(config: Config) -> "psycopg.Connection[Any]":
    try:
        return psycopg.connect(conninfo(config), password=config.get("PASSWORD") or None, autocommit=True)
    except psycopg.Error as error:
        raise Stop(f"the database server cannot be reached: {error}") from error
