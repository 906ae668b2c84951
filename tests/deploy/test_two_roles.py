"""PostgreSQL as `./portal install` sets it up: the application's role works, and takes nothing away."""

import subprocess
import sys

import environ
import psycopg
import pytest

from deploy import postgres
from deploy.console import ROOT
from deploy.environment import as_owner, throwaway
from deploy.install.database import make_roles
from deploy.run import PYTHON

pytestmark = [pytest.mark.e2e, pytest.mark.drill]

MANAGE = [sys.executable, "manage.py"]
FORBIDDEN = {
    "drop a table": "DROP TABLE auditlog_logentry",
    "empty a table": "TRUNCATE auditlog_logentry",
    "disable a trigger": "ALTER TABLE auditlog_logentry DISABLE TRIGGER ALL",
    "change a table": "ALTER TABLE accounts_user ADD COLUMN more text",
    "drop a function": "DROP FUNCTION portal_renew_statistics() CASCADE",
    "pass by the triggers": "SET session_replication_role = replica",
    "make a table": "CREATE TABLE more (id int)",
    "become the owner": "SET ROLE portal_owner",
}
# As the worker does it; each writes, and the third counts the tables anew.
TASKS = """
from core.tasks import renew_statistics, resend_lost_jobs
from audit.tasks import seal_trail
from desk.tasks import begin_day, check_open_steps, make_digests
from accounts.models import User
for task in (renew_statistics, resend_lost_jobs, begin_day, check_open_steps, make_digests, seal_trail):
    task()
User.objects.create_superuser(username="first", password="a long one 2026", name="示例")
seal_trail()
"""


@pytest.fixture(scope="module")
def env(tmp_path_factory):
    """Of a portal that the owner has prepared."""
    home = tmp_path_factory.mktemp("home")
    with postgres.server() as url:
        folder = url.removeprefix("postgres://portal@/").removesuffix("/postgres")
        psql = ["psql", "--host", folder, "--username", "portal", "--dbname", "postgres"]
        names = ("portal_app:it%27s%5Cnone", "portal_owner:two")
        application, owner = (f"postgres://{name}@/{folder}/campaign" for name in names)
        for _again in range(2):
            make_roles(application, owner, psql=psql)
        env = throwaway(home) | {"DATABASE_URL": application, "PORTAL_OWNER_DATABASE_URL": owner}
        env |= {"REDIS_URL": "memory://"}
        subprocess.run([*PYTHON, "deploy.prepare", "empty"], env=as_owner(env), cwd=ROOT, check=True)
        yield env


def connect(env):
    asked = environ.Env.db_url_config(env["DATABASE_URL"])
    return psycopg.connect(host=asked["HOST"], user=asked["USER"], dbname=asked["NAME"])


def test_the_application_works(env):
    command = [*MANAGE, "shell", "--no-imports", "-c", TASKS]
    done = subprocess.run(command, check=False, env=env, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with connect(as_owner(env)) as connection:
        assert connection.execute("SELECT count(*) FROM audit_seal").fetchone()[0] >= 1
        counted = "SELECT count(*) FROM pg_stat_user_tables WHERE last_analyze IS NULL"
        assert connection.execute(counted).fetchone()[0] == 0
    checked = [*MANAGE, "migrate", "--check"]
    assert subprocess.run(checked, env=env, cwd=ROOT, check=False, capture_output=True).returncode == 0


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_application_takes_nothing_away(env, what):
    with connect(env) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(FORBIDDEN[what])


def test_nobody_else_comes_in(env):
    with connect(as_owner(env)) as connection:
        asked = "SELECT has_database_privilege('public', current_database(), 'CONNECT')"
        assert connection.execute(asked).fetchone()[0] is False
