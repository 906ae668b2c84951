"""A city that takes letters, on a home of its own."""

import datetime
import os
import sqlite3
from contextlib import closing

import psycopg
import pytest
from django.db import connection

from audit import keys, sealing
from deploy.backup import databases
from publicity.models import Notice
from sites.calendar import pinned
from tests.assessments import builders, photos
from tests.deploy.backup import homes
from tests.files import pdf
from tests.publicity import scene
from tests.scenes import made_once

DAY = datetime.date(2008, 5, 6)


@made_once(DAY.isoformat())
def city():
    """Files, a letter with an attachment, and a sealed trail; the key of a notice that takes letters."""
    with pinned(DAY):
        notice = scene.publish()
        letter = scene.object_to(notice)
        scene.objections.attach(objection=letter, files=[builders.upload("示例.pdf", pdf(b"letter"))])
        scene.outlet_in_public(notice)
        scene.drafted(files=[photos.upload(), builders.upload("示例.pdf", pdf(b"sample"))])
    sealing.seal_trail()
    keys.note()
    return notice.pk


@pytest.fixture
def portal(city, tmp_path):
    assert Notice.objects.filter(pk=city).exists()
    return homes.standing(tmp_path / "first", "deploy-backup-conftest-city")


@pytest.fixture
def make(tmp_path, db):
    """Makes a database that says its name; it goes with the test, and so does what was put beside it."""
    ours = f"of_{os.getpid()}_"

    def made(name):
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(tmp_path / name)) as new:
                new.execute("CREATE TABLE called AS SELECT ? AS name", [name])
                new.commit()
            return databases.Sqlite(tmp_path / name)
        homes.execute(f'CREATE DATABASE "{ours}{name}"')
        new = databases.Postgres(homes.url_of(f"{ours}{name}"))
        with psycopg.connect(databases.conninfo(new.config)) as inside:
            inside.execute(f"CREATE TABLE called AS SELECT '{name}' AS name")
        return new

    yield made
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [ours])
            left = [name for (name,) in cursor]
        for name in left:
            homes.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
