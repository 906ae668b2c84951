"""One running portal for all faults of a module; the test's own process works on its database too."""

import shutil
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

import environ
import pytest
from django.conf import settings as portal_settings
from django.db import connection, connections
from django.test import Client, override_settings
from django.urls import reverse

from accounts.enums import Role
from bench._running import Running
from deploy import postgres
from sites.enums import Stage
from tests import database, factories
from tests.deploy.test_run import collected as collected
from tests.deploy.test_run import free_port
from tests.e2e.backstage import point_at, redis_to_celery

# Where the mail server would be.
MAIL_PORT = free_port()


@contextmanager
def small_disk():
    """A disk of its own, on which all lies that a portal writes; mounted, which only root may."""
    place = Path(tempfile.mkdtemp(prefix="pf-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128m,mode=700", "portal", place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)
        place.rmdir()


@contextmanager
def own_database(disk):
    """Where a database with the plan is, for this process too: a file on the disk, or a server's own."""
    database.engine.put_back(database.PLAN)
    before = dict(connection.settings_dict)
    with ExitStack() as stack:
        if connection.vendor == "sqlite":
            own = {"NAME": str(disk / "portal.sqlite3")}
            with connection.cursor() as cursor:  # whose file is not all of it: there is a journal beside it
                cursor.execute("VACUUM INTO %s", [own["NAME"]])
            url = f"sqlite:///{own['NAME']}"
        else:
            url = stack.enter_context(postgres.server())
            own = {name: environ.Env.db_url_config(url)[name] for name in ("HOST", "NAME", "USER")}
            dump = subprocess.run(["pg_dump", *_at(before)], check=True, capture_output=True)
            subprocess.run(["psql", "--quiet", *_at(own)], input=dump.stdout, check=True, capture_output=True)
        connections.close_all()
        connection.settings_dict |= own
        yield url
        connections.close_all()
        connection.settings_dict |= before


def _at(where):
    return [f"--host={where['HOST']}", f"--username={where['USER']}", f"--dbname={where['NAME']}"]


@pytest.fixture(scope="module")
def portal(django_db_setup, django_db_blocker, tmp_path_factory, collected):
    """It runs on a copy of the plan with one site and one of the office."""
    with django_db_blocker.unblock(), ExitStack() as stack:
        disk = stack.enter_context(small_disk())
        (temporary := disk / "tmp").mkdir()
        (home := disk / "home").mkdir(mode=0o700)
        (home / "campaign").write_text("empty\n")
        shutil.copytree(collected, home / "static")
        stack.enter_context(override_settings(MEDIA_ROOT=home / "media"))
        url = stack.enter_context(own_database(disk))
        office, site = factories.user(Role.OFFICE), factories.site(Stage.BUILDING)
        client = Client()
        client.force_login(office)
        running = Running(
            home,
            free_port(),
            {
                "DATABASE_URL": url,
                "TMPDIR": str(temporary),
                "PORTAL_TODAY": "2008-03-20",
                **portal_settings.PORTAL_GIVEN_KEYS,
                "PORTAL_DEMO_RULES": "1",  # nobody here has a second factor
                "PORTAL_RENDER_STALE_SECONDS": "4",
                "PORTAL_RENDER_SECONDS": "10",
                "PORTAL_RESEND_SECONDS": "1",
                "EMAIL_URL": f"smtp://127.0.0.1:{MAIL_PORT}",
                "PORTAL_MAIL_DOMAINS": "wuhai.example",
                "PORTAL_MESSAGE_STALE_SECONDS": "4",
            },
            session=client.cookies["sessionid"].value,
            action=reverse("sites:guidance_add", args=[site.pk]),
        )
        try:
            running.start()
            point_at(redis_to_celery(f"unix://{home / 'valkey.sock'}"))
            yield running
        finally:
            running.stop()
            point_at(portal_settings.CELERY_BROKER_URL)
            connections.close_all()
    with django_db_blocker.unblock():
        database.put_back()
