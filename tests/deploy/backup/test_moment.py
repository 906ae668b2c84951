"""Somebody takes all letters' files away: the portal comes back as it was a moment before, on PostgreSQL."""

import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from deploy.backup import databases
from deploy.console import ROOT, end
from deploy.install.database import AS_SUPERUSER, make_roles
from tests import operating
from tests.deploy.backup.homes import Home
from tests.deploy.backup.test_drill import tell
from tests.deploy.machines import Machine

pytestmark = [pytest.mark.drill, pytest.mark.django_db, pytest.mark.postgres]

OWNER, APPLICATION = (
    f"postgres://{role}:sample@127.0.0.1:5432/portal" for role in ("portal_owner", "portal")
)
LETTERS = "SELECT objection_id || ' ' || sha256 FROM publicity_objectionfile"
FILES = "SELECT file FROM publicity_objectionfile ORDER BY id"


@pytest.fixture
def machine(tmp_path):
    """A machine with PostgreSQL as Debian's package leaves it, and the page's settings for pgbackrest."""
    (tmp_path / "machine").mkdir()
    with Machine(tmp_path / "machine") as machine:
        version = machine.start_cluster()
        config = operating.block("Point in time", "ini").replace("VERSION", version)
        machine.run("tee", "/etc/pgbackrest.conf", input=config)
        yield machine
        for cluster in ("moment", "main"):
            machine.answers("pg_ctlcluster", version, cluster, "stop", "--mode=immediate")


@pytest.fixture
def env(portal, machine, tmp_path):
    """The portal's own, once the machine's PostgreSQL holds it."""
    machine.run("mkdir", "--parents", "/etc/portal")
    machine.run("tee", "/etc/portal/portal.env", input=f"DATABASE_URL={APPLICATION}\n")
    machine.run("tee", "/etc/portal/owner.env", input=f"PORTAL_OWNER_DATABASE_URL={OWNER}\n")
    make_roles(APPLICATION, OWNER, psql=machine.within(*AS_SUPERUSER))
    dump, server = tmp_path / "database.dump", databases.Postgres(portal.url).config
    dumping = [databases.program("pg_dump"), "--format=custom", f"--file={dump}"]
    subprocess.run([*dumping, "--dbname", databases.conninfo(server)], check=True)
    machine.run(databases.program("pg_restore"), "--no-owner", "--exit-on-error", "--dbname", OWNER, dump)
    (tmp_path / "passphrase").write_text("sixteen letters and more\n")
    return Home(portal.folder, APPLICATION).env | {
        "DJANGO_SETTINGS_MODULE": "wuhai_portal.settings",
        "PORTAL_SETTINGS": "/etc/portal/portal.env",
        "PORTAL_BACKUP_PASSPHRASE": str(tmp_path / "passphrase"),
        "BACKUPS": str(tmp_path / "backups"),
    }


@contextmanager
def somebody_writes(machine, env, notice, said):
    """Letters with a file each; those acknowledged stand in `said`."""
    said.touch()
    writing = f"cd {ROOT} && exec {sys.executable} -P -m tests.deploy.backup.writing {notice} >{said}"
    process = subprocess.Popen(machine.within("bash", "-c", writing), env=env)
    try:
        yield
    finally:
        end(process)


def some_more(said):
    """All that was acknowledged, in its order, once it is five more."""
    before, deadline = len(said.read_text().splitlines()), time.monotonic() + 60
    while len(told := said.read_text().splitlines()) < before + 5:
        assert time.monotonic() < deadline, "nobody wrote"
        time.sleep(0.1)
    return told


def told_by_the_second(moment):
    return time.strftime("%Y-%m-%d %H:%M:%S%z", time.localtime(moment))


def how_the_log_is_kept(operate):
    look = "from core.conditions.machine import archive; print(archive().severity)"
    return operate(f'./portal manage shell --no-imports -c "{look}"').splitlines()[-1]


def asked(machine, question, role=APPLICATION):
    return machine.run("psql", role, "--tuples-only", "--no-align", "--command", question).splitlines()


def test_portal_comes_back_as_it_was_a_moment_before(portal, city, machine, env, tmp_path, capsys):
    def operate(*lines, **environ):
        return machine.run("bash", "-ec", "\n".join([f"cd {ROOT}", *lines]), env=env | environ)

    lines = operating.commands("Point in time")
    first = next(number for number, line in enumerate(lines) if "pg_switch_wal" in line)
    started = next(number for number, line in enumerate(lines) if line.endswith("moment start"))
    switching, backing_up, (export, *_), dropping = (
        lines[first],
        operating.commands("Backup"),
        lines,
        lines[-1],
    )
    began = time.monotonic()
    operate(*lines[:first])
    set_up, said = time.monotonic() - began, tmp_path / "acknowledged"
    with somebody_writes(machine, env, city, said):
        some_more(said)
        operate(*backing_up)
        before = some_more(said)
        time.sleep(1)  # a moment is told by the second
        moment = told_by_the_second(time.time())
        time.sleep(1)
        some_more(said)
    written = said.read_text().splitlines()
    let_go = portal.folder / "media" / asked(machine, FILES)[0]
    let_go.unlink()
    asked(machine, "DELETE FROM publicity_objectionfile", role=OWNER)
    operate(*backing_up)
    assert asked(machine, LETTERS) == []

    with pytest.raises(AssertionError, match="recovery ended before configured recovery target was reached"):
        operate(export, *lines[first : started + 1], MOMENT=told_by_the_second(time.time() + 3600))
    operate(export, dropping)
    began = time.monotonic()
    told = operate(export, *lines[first:], MOMENT=moment)
    took = time.monotonic() - began
    letters = set(asked(machine, LETTERS))
    public = "SELECT has_database_privilege('public', current_database(), 'CONNECT')"
    assert asked(machine, public, role=OWNER) == ["f"]
    assert asked(machine, "SELECT count(*) FROM pg_tables WHERE tableowner = 'portal'", role=OWNER) == ["0"]
    kept = [letter for letter in written if letter in letters]
    assert kept == written[: len(kept)]
    assert len(before) <= len(kept) < len(written)
    assert let_go.exists()
    assert f"{let_go.name} is named by a record and is not in the storage: an earlier backup has it" in told
    assert asked(machine, "SELECT count(*) FROM pg_database WHERE datname = 'portal_broken'") == ["1"]
    assert how_the_log_is_kept(operate) == "ok"
    machine.run("mv", "/srv/portal-wal", "/srv/away")
    asked(machine, "CREATE TABLE more (id integer)", role=OWNER)
    operate(switching)
    machine.until(lambda: how_the_log_is_kept(operate) == "warning", "a word of the archive that is away")
    machine.run("mv", "/srv/away", "/srv/portal-wal")
    size = machine.run("du", "--summarize", "--human-readable", "/srv/portal-wal").split()[0]
    tell(
        f"Point in time: set up in {set_up:.1f} s, back at the moment in {took:.1f} s. Of {len(written)} "
        f"letters the {len(kept)} that came before it are there, and no other. The archive has {size}.",
        capsys,
    )
