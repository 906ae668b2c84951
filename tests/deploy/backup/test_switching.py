"""A database takes the place of another, which is put aside and not dropped; and back."""

import pytest

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
