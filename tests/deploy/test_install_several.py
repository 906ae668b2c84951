"""An installation over two machines of one network, made by the page's own commands, in its order."""

import json
import re
import subprocess

import pytest

from deploy.environment import foreign
from tests import operating
from tests.deploy.machines import Machine, connect

pytestmark = [pytest.mark.drill, pytest.mark.e2e, pytest.mark.xdist_group("several")]

TRUSTED = ["curl", "-sS", "--max-time", "90", "--cacert", "/etc/portal/tls/root.pem"]
SHARED = "/root/shared.env"
FIRST, OTHERS = (block.replace("\\\n", "") for block in operating.blocks("Several machines", "sh")[:2])
INSTALLING = re.search(r"^/opt/portal/portal install.+$", OTHERS, re.MULTILINE).group(0)


def asked(machine, command, env):
    """How a command of the page's ends, and what it said."""
    done = subprocess.run(
        machine.within("sh", "-ec", command), check=False, env=foreign() | env, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    """The first has database, queue and files, the second serves."""
    with Machine(tmp_path_factory.mktemp("one")) as first, Machine(tmp_path_factory.mktemp("two")) as second:
        addresses = connect(first, second)
        first.start_cluster()
        (shared := tmp_path_factory.mktemp("shared")).chmod(0o755)
        env = {"NAME": "localhost", "NETWORK": "10.213.0.0/24", "SHARED": SHARED}
        env |= {"WEB1": addresses[1], "WEB2": addresses[1]}
        for machine in (first, second):
            machine.run("mount", "-t", "tmpfs", "none", "/root")
            machine.run("mount", "--bind", shared, "/srv")  # as a folder that both mount
        first.run("sh", "-ec", FIRST, env=foreign() | env | {"ADDRESS": addresses[0]})
        first.start_unit("portal-broker.service")
        second.run("tee", SHARED, input=first.read(SHARED))
        second.run("sh", "-ec", OTHERS, env=foreign() | env | {"ADDRESS": addresses[1]})
        second.start("nginx", "-g", "daemon off;")
        for role in ("web", "worker", "beat"):
            second.start_unit(f"portal-{role}.service")
        page = [*TRUSTED, "https://localhost/accounts/login/"]
        second.until(lambda: "csrfmiddlewaretoken" in second.run(*page), "the first page")
        yield first, second


def test_they_are_one_portal(machines):
    _first, second = machines

    def amiss():
        told = asked(second, "portal doctor --json", {})[1]
        found = {each["id"]: each for each in json.loads(told)}
        wanted = (
            "database",
            "broker",
            "storage",
            "migrations",
            "workers",
            "beat",
            "keys",
            "files",
            "settings",
        )
        return [found[name] for name in wanted if found[name]["severity"] != "ok"]

    second.until(lambda: not amiss(), "a healthy portal")
    assert "PORTAL_STORAGE=/srv/portal" in second.read("/etc/portal/portal.env")
    assert second.run("stat", "--format=%U %a", "/srv/portal") == "portal 750\n"
    assert "down" not in second.run(*TRUSTED, "https://localhost/readyz")


def test_maintenance_of_one_is_maintenance_of_all(machines):
    first, second = machines
    assert "Maintenance is on" in asked(first, "portal maintenance on --text 示例维护", {})[1]
    try:
        assert "示例维护" in second.run(*TRUSTED, "https://localhost/accounts/login/")
    finally:
        asked(second, "portal maintenance off", {})
    assert "No maintenance" in asked(first, "portal maintenance", {})[1]


def test_a_backup_of_one_machine_is_known_to_the_others(machines):
    first, second = machines
    second.run("install", "--directory", "--owner=portal", "/srv/backups")
    made = second.run("/usr/local/sbin/portal", "backup", "/srv/backups", "--without-keys")
    assert "were not told" not in made
    told = json.loads(asked(first, "portal doctor --json", {})[1])
    (found,) = (each for each in told if each["id"] == "backup")
    assert found["figures"]["backup_age_seconds"] < 600


def test_the_first_alone_has_the_owners_password_and_all_have_the_same_keys(machines):
    first, second = machines
    assert "portal_owner:" in first.read("/etc/portal/owner.env")
    assert not second.answers("test", "-e", "/etc/portal/owner.env")
    keys = first.read("/etc/portal/keys/secrets.env").split()
    assert set(keys) < set(second.read("/etc/portal/portal.env").split())
    assert not second.answers("test", "-e", "/etc/portal/keys/secrets.env")
    assert not second.answers("test", "-e", SHARED)


def test_the_owner_comes_in_from_another_machine_to_put_a_database_in_the_old_ones_place(machines):
    first, second = machines
    owner = first.read("/etc/portal/owner.env").split("URL=", 1)[1].split()[0]
    elsewhere = owner.replace("127.0.0.1", "10.213.0.1").removesuffix("portal")
    for database in ("postgres", "portal"):
        assert second.answers("psql", elsewhere + database, "--command", "SELECT 1")


def test_a_machine_does_not_serve_what_nobody_migrated(machines):
    first, second = machines
    owner = first.read("/etc/portal/owner.env").split("URL=", 1)[1].split()[0]
    first.run("psql", owner, "--command", "ALTER TABLE django_migrations RENAME TO aside")
    try:
        code, told = asked(second, "portal install", {})
    finally:
        first.run("psql", owner, "--command", "ALTER TABLE aside RENAME TO django_migrations")
    assert code == 1
    assert re.search(r"the database lacks \d+ migrations", told)
    assert "it is installed first" in told
