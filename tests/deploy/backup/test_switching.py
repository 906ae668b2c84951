"""A database takes the place of another, which is put aside and not dropped; and back."""

import os
import subprocess

import psycopg
import pytest
from django.db import connection

from deploy.backup import databases
from deploy.backup.restore import switch
from deploy.console import Stop
from tests.at_once import on_both
from tests.deploy.backup import homes


def called(database):
    return database.count("SELECT max(length(name)) FROM called")


@on_both
def test_what_stands_in_the_way_is_put_aside_and_comes_back(make, database):
    meant, new = make("switched"), make("switched_restoring")
    assert not meant.is_empty()
    switch(new, meant, aside="before")
    assert not new.is_there()
    assert called(meant) == len("switched_restoring")
    assert called(meant.beside("before")) == len("switched")
    switch(meant.beside("before"), meant, aside="after")
    assert called(meant) == len("switched")
    assert called(meant.beside("after")) == len("switched_restoring")


@pytest.mark.postgres
def test_servers_own_database_is_not_the_portals(db):
    with pytest.raises(Stop, match="give the portal one of its own"):
        databases.Postgres(homes.url_of("postgres")).is_there()


SERVES_BY = ("SELECT name FROM called", "INSERT INTO called VALUES ('more')", "SELECT * FROM later")
FORBIDDEN = ("TRUNCATE called", "DROP TABLE called", "CREATE TABLE more (id int)")


@pytest.fixture
def roles():
    """One that owns, one that serves, and one of another server's, which is gone when the dump is read."""
    names = {each: f"{each}_{os.getpid()}" for each in ("owner", "serves", "other")}
    for name in names.values():
        homes.execute(f"CREATE ROLE {name} LOGIN CREATEDB")
    yield names
    for name in names.values():
        homes.execute(f"DROP ROLE IF EXISTS {name}")


@pytest.mark.postgres
def test_a_database_is_made_with_the_rights_of_what_serves_and_no_others(roles, make, tmp_path):
    """The roles are there before the databases, so they go after them."""
    source, dump = make("rightful"), tmp_path / "dump"
    with psycopg.connect(databases.conninfo(source.config)) as inside:
        inside.execute(f"GRANT SELECT ON called TO {roles['other']}")
    command = [databases.program("pg_dump"), "--format=custom", f"--file={dump}"]
    subprocess.run([*command, "--dbname", databases.conninfo(source.config)], check=True)
    source.drop()
    homes.execute(f"DROP ROLE {roles['other']}")

    as_owner = source.url.replace(f"//{connection.settings_dict['USER']}@", f"//{roles['owner']}@")
    new = databases.Postgres(as_owner, serves=roles["serves"]).beside("new")
    new.fill(dump)
    assert new.count("SELECT has_database_privilege('public', current_database(), 'CONNECT')::int") == 0
    with psycopg.connect(databases.conninfo(new.config), autocommit=True) as owner:
        owner.execute("CREATE TABLE later (id int)")
    serving = databases.conninfo(dict(new.config) | {"USER": roles["serves"]})
    with psycopg.connect(serving, autocommit=True) as inside:
        for statement in SERVES_BY:
            inside.execute(statement)
        for statement in FORBIDDEN:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                inside.execute(statement)
