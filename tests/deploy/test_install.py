"""`./portal install`: what it writes, and a machine that serves with it."""

import hashlib
import http.client
import json
import os
import re
import signal
import stat
import subprocess
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509

from core import key_file
from deploy import debian
from deploy.backup import releases
from deploy.console import ROOT, Stop
from deploy.environment import foreign
from deploy.install import authority, certificate, command, settings
from deploy.install.machine import UNITS, packages_of
from deploy.install.settings import Setting
from deploy.install.site import BODY_MAX, FILES
from deploy.install.units import changed, taking_over
from tests import operating
from tests.deploy.backup.releasing import ADDS_A_TABLE, release
from tests.deploy.machines import Machine
from tests.deploy.serving import OverPath

# One machine for all.
pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("install")]

# Of systemd's own scale from 0 (none) to 10.
MOST_EXPOSED = 2.0
NAME = "portal.example"


def install(root, *arguments, **options):
    """What it tells."""
    done = subprocess.run(
        [ROOT / "portal", "install", "--root", root, *arguments],
        check=False,
        env=foreign(),
        capture_output=True,
        text=True,
        **options,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def children_of(pid):
    return {int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def digests(root):
    files = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    root = tmp_path_factory.mktemp("root")
    install(root, "--name", NAME, "--name", "10.1.0.2")
    path = root / "etc/portal/portal.env"
    path.write_text(path.read_text().replace("#PORTAL_BACKUPS=", "PORTAL_BACKUPS="))
    install(root)
    return root


def test_one_process_has_all_of_these(request):
    grouped = request.config.getoption("loadgroup", False)
    assert request.node.nodeid.endswith("@install") is grouped


def test_again_it_changes_nothing(installed):
    before = digests(installed)
    told = install(installed)
    assert digests(installed) == before
    assert "wrote" not in told


def test_its_data_is_nobody_elses_and_the_proxy_passes_through(installed):
    modes = {
        "var/lib/portal": 0o710,
        "var/lib/portal/media": 0o700,
        "var/lib/portal/static": 0o2750,
        "etc/portal/portal.env": 0o640,
        "etc/portal/owner.env": 0o600,
        "etc/portal/valkey.conf": 0o640,
        "etc/portal/keys": 0o700,
        "etc/portal/tls": 0o711,
        "etc/portal/tls/root.key": 0o600,
        "etc/portal/tls/portal.key": 0o600,
    }
    assert {path: stat.S_IMODE((installed / path).stat().st_mode) for path in modes} == modes


def test_a_strict_umask_of_roots_shuts_out_nobody_who_is_to_read(tmp_path):
    def modes(umask):
        root = tmp_path / f"{umask:o}"
        root.mkdir(mode=0o755)
        install(root, "--name", NAME, umask=umask)
        return {path.relative_to(root): path.lstat().st_mode for path in root.rglob("*")}

    assert modes(0o077) == modes(0o022)


def test_nothing_of_the_demo_and_no_password_twice(installed):
    kept = settings.read(installed / "etc/portal/portal.env")
    assert kept["PORTAL_INSTALLED"] == "1"
    assert "PORTAL_TODAY" not in kept
    owner = settings.read(installed / "etc/portal/owner.env")["PORTAL_OWNER_DATABASE_URL"]
    urls = (kept["DATABASE_URL"], kept["REDIS_URL"], owner)
    passwords = [re.search(r":([^:@]+)@", url).group(1) for url in urls]
    assert len(set(passwords)) == 3
    assert min(map(len, passwords)) >= 32


def test_each_setting_is_explained(installed):
    page = (ROOT / "docs" / "settings.md").read_text()
    lines = (installed / "etc/portal/portal.env").read_text().splitlines()
    names = [line.lstrip("#").split("=")[0] for line in lines if "=" in line and not line.startswith("# ")]
    assert len(names) > 20
    assert len(set(names)) == len(names)
    assert [name for name in names if f"`{name}`" not in page] == []


def test_what_an_operator_wrote_stands_and_what_differs_is_told(installed, tmp_path):
    path = tmp_path / "portal.env"
    wanted = [Setting("PORTAL_HOSTS", "one"), Setting("EMAIL_URL", example="smtp://…")]
    settings.write_once(path, "# ours\n", wanted, {})
    path.write_text(path.read_text() + "PORTAL_DIGEST_HOUR=7\n")
    told = settings.write_once(path, "", [*wanted, Setting("PORTAL_NEW", "on")], {"PORTAL_HOSTS": "two"})
    lines = path.read_text().splitlines()
    assert lines[:4] == ["# ours", "PORTAL_HOSTS=one", "#EMAIL_URL=smtp://…", "PORTAL_DIGEST_HOUR=7"]
    assert lines[-1] == "#PORTAL_NEW=on"
    assert told == [
        f"{path} now knows PORTAL_NEW (commented)",
        f"{path} stands: PORTAL_HOSTS is 'one' there, and not 'two'",
    ]


def test_what_would_start_the_portal_again_is_stopped_with_it():
    starting = {f"{Path(unit).stem}.socket" for unit in releases.UNITS}
    assert {path.name for path in FILES.iterdir()} & starting <= set(releases.UNITS)


def test_a_backup_is_asked_for_each_night_where_there_is_a_place_for_it_and_nowhere_else(tmp_path):
    """Another machine's `PORTAL_BACKUPS` is not taken over: the database is backed up once."""
    install(tmp_path, "--name", NAME, "--roles", "web,database,broker", "--address", "10.1.0.9")
    assert {name for name in units_in(tmp_path) if "backup" in name} == set()
    with (tmp_path / "etc/portal/portal.env").open("a") as kept:
        kept.write("PORTAL_BACKUPS=/srv/backups\nSECRET_KEY=a\nSALT_KEY=b\nDATA_KEY_1=c\nTRAIL_KEY_1=d\n")
    install(tmp_path)
    assert {"portal-backup.timer", "portal-backup.service"} <= units_in(tmp_path)
    other = tmp_path / "other"
    install(other, "--shared", tmp_path / "etc/portal/portal.env", "--roles", "web", "--address", "10.1.0.3")
    assert {name for name in units_in(other) if "backup" in name} == set()


def test_a_machine_that_backs_up_has_what_a_backup_calls():
    assert set(debian.BACKUP) <= set(packages_of({"web"}))


def test_other_machines_may_restore_and_what_listens_for_them_is_open_before_the_network_is_up(tmp_path):
    """A restore goes to the databases `postgres` and `portal_restoring` besides the portal's own."""
    told = install(tmp_path, "--name", NAME, "--address", "10.1.0.3")
    hinted = "host all portal,portal_owner THEIR_NETWORK scram-sha-256"
    assert hinted in told
    assert hinted.replace("THEIR_NETWORK", "$NETWORK") in operating.block("Several machines", "sh")
    listening = "listen_addresses = '*'"  # an address that is not there yet would be let go for good
    assert listening in told
    assert listening in operating.block("Several machines", "sh")
    for unit in (tmp_path / "etc/systemd/system").glob("portal-*.socket"):
        assert "FreeBind=yes" in unit.read_text().splitlines()


SHARED = """\
PORTAL_HOSTS=portal.example,10.1.0.9
PORTAL_URL=https://portal.example
PORTAL_ADDRESS=10.1.0.9
PORTAL_ROLES=database,broker
PORTAL_STORAGE=/srv/portal
EMAIL_URL=smtp://mail.example:25
DATABASE_URL=postgres://a:b@10.1.0.9/portal
REDIS_URL=redis://:c@10.1.0.9/0
SECRET_KEY=one
SALT_KEY=two
DATA_KEY_1=three
TRAIL_KEY_1=four
"""


def test_another_machine_takes_the_firsts_settings_but_what_is_its_own(tmp_path):
    (tmp_path / "shared.env").write_text(SHARED)
    from_first = ["--shared", tmp_path / "shared.env", "--roles", "web", "--address", "10.1.0.3"]
    install(tmp_path, *from_first)
    kept, first = settings.read(tmp_path / "etc/portal/portal.env"), settings.read(tmp_path / "shared.env")
    own = {"PORTAL_ROLES", "PORTAL_ADDRESS"}
    assert {name: kept[name] for name in first.keys() - own} == {
        name: value for name, value in first.items() if name not in own
    }
    assert (kept["PORTAL_ROLES"], kept["PORTAL_ADDRESS"]) == ("web", "10.1.0.3")
    told = install(tmp_path, *from_first, "--name", "other.example", "--database", "postgres://a:secret@b/c")
    assert "PORTAL_HOSTS is 'portal.example,10.1.0.9' there, and not 'other.example'" in told
    assert "DATABASE_URL is another there" in told
    assert "secret" not in told


def test_web_machines_have_one_ca_where_the_second_has_the_firsts_root(installed, tmp_path):
    (tls := tmp_path / "etc/portal/tls").mkdir(parents=True)
    for name in ("root.pem", "root.key"):
        (tls / name).write_bytes((installed / "etc/portal/tls" / name).read_bytes())
    shared = SHARED.replace("10.1.0.9\nPORTAL_URL", "10.1.0.2\nPORTAL_URL")
    (tmp_path / "shared.env").write_text(shared)
    install(tmp_path, "--shared", tmp_path / "shared.env", "--roles", "web", "--address", "10.1.0.3")
    checked = ["openssl", "verify", "-CAfile", installed / "etc/portal/tls/root.pem", tls / "portal.pem"]
    subprocess.run(checked, check=True, capture_output=True)
    assert stat.S_IMODE((tls / "root.key").stat().st_mode) == 0o600


def test_files_of_several_machines_lie_in_one_place_or_it_is_told(tmp_path):
    told = "files lie on this machine alone"
    of_first = ["--name", NAME, "--roles", "database,broker,storage", "--address", "10.1.0.9"]
    assert told not in install(tmp_path / "first", *of_first)
    kept = settings.read(tmp_path / "first/etc/portal/portal.env")
    assert kept["PORTAL_STORAGE"] == "/srv/portal"
    assert kept["PORTAL_MAINTENANCE"] == "/srv/portal/maintenance.json"
    assert (tmp_path / "first/srv/portal").is_dir()
    assert told in install(
        tmp_path / "one", "--name", NAME, "--roles", "database,broker", "--address", "10.1.0.9"
    )
    assert told not in install(tmp_path / "alone", "--name", NAME)


def test_a_queue_may_have_a_machine_of_its_own_and_knows_no_database(tmp_path):
    install(tmp_path, "--name", NAME, "--roles", "broker", "--address", "10.1.0.4")
    assert "DATABASE_URL" not in settings.read(tmp_path / "etc/portal/portal.env")


@pytest.mark.parametrize(
    ("roles", "wanted"),
    [
        ("web", {"portal-web.service", "portal-web.socket", "portal-metrics.service"}),
        ("worker", {"portal-worker.service", "portal-beat.service", "portal-metrics.service"}),
        ("broker", {"portal-broker.service"}),
        ("database,storage", {"portal-metrics.service"}),
    ],
)
def test_a_machine_has_the_units_of_its_roles(tmp_path, roles, wanted):
    (tmp_path / "shared.env").write_text(SHARED)
    install(tmp_path, "--shared", tmp_path / "shared.env", "--roles", roles, "--address", "10.1.0.3")
    every = {unit for each in UNITS.values() for unit in each if "certificate" not in unit}
    assert units_in(tmp_path) & every == wanted
    stopped = set(releases.units_in(tmp_path / "etc/systemd/system"))
    assert stopped == wanted - {"portal-broker.service"}
    if roles == "web":
        assert "server 10.1.0.3:8000" in (tmp_path / "etc/nginx/sites-available/portal").read_text()
        assert "ListenStream=10.1.0.3:8000" in (tmp_path / "etc/systemd/system/portal-web.socket").read_text()
    assert (tmp_path / "etc/portal/owner.env").exists() is ("database" in roles)


def units_in(root):
    return {path.name for path in (root / "etc/systemd/system").iterdir()}


def test_what_a_role_brought_goes_with_it(tmp_path):
    install(tmp_path, "--name", NAME)
    path = tmp_path / "etc/portal/portal.env"
    path.write_text(
        re.sub("^PORTAL_ROLES=.+$", "PORTAL_ROLES=database, broker", path.read_text(), flags=re.MULTILINE)
    )
    assert {"portal-web.socket", "portal-certificate.service"} <= units_in(tmp_path)
    install(tmp_path)
    assert {name for name in units_in(tmp_path) if re.search("web|worker|beat|certificate", name)} == set()
    assert "portal-broker.service" in units_in(tmp_path)
    assert not (tmp_path / "etc/nginx/sites-enabled/portal").is_symlink()


def test_a_role_in_the_file_that_is_none_is_refused(tmp_path):
    install(tmp_path, "--name", NAME, "--roles", "web, database,broker")
    path = tmp_path / "etc/portal/portal.env"
    assert settings.read(path)["PORTAL_ROLES"] == "web,database,broker"
    path.write_text(path.read_text().replace("=web,", "=web,wroker,"))
    with pytest.raises(Stop, match="no role 'wroker'"):
        command.main(["--root", str(tmp_path)])


def test_a_socket_that_is_another_is_opened_anew_before_what_serves_at_it():
    of_web = ["portal-web.socket", "portal-web.service", "portal-certificate.path"]
    told = [" ".join(words) for words in taking_over(of_web, {"portal-web.socket"})]
    assert told == [
        "daemon-reload",
        "enable portal-web.socket portal-web.service portal-certificate.path",
        "stop portal-web.service",
        "restart portal-web.socket portal-certificate.path",
        "start portal-web.socket",
        "restart portal-web.service",
    ]
    as_before = [" ".join(words) for words in taking_over(of_web, set())]
    assert [words for words in as_before if "web.socket" in words][1:] == ["start portal-web.socket"]


def test_what_systemd_goes_by_is_compared_with_the_files(tmp_path, monkeypatch):
    told = "Id=portal-web.socket\nNeedDaemonReload=yes\n\nId=portal-web.service\nNeedDaemonReload=no\n"
    (tmp_path / "systemctl").write_text(f"#!/bin/sh\nprintf '{told}'\n")
    (tmp_path / "systemctl").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert changed(["portal-web.socket", "portal-web.service"]) == {"portal-web.socket"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "by which name"),
        (["--name", "a", "--roles", "cook"], "no role 'cook'"),
        (["--name", "a", "--certificate", "/nowhere/c.pem"], "comes with its key"),
        (["--name", "a", "--certificate", "/nowhere/c.pem", "--key", "/nowhere/k.pem"], "no /nowhere/c.pem"),
        (["--name", "a", "--roles", "web"], "no database: say where it is by --shared FILE or --database"),
        (["--name", "a", "--roles", "web", "--database", "a", "--broker", "b"], "needs the keys .+--shared"),
        (["--name", "a", "--shared", "/nowhere/shared.env"], "no /nowhere/shared.env"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(tmp_path, arguments, told):
    with pytest.raises(Stop, match=told):
        command.main(["--root", str(tmp_path), *arguments])
    assert list(tmp_path.iterdir()) == []


def test_systemd_finds_no_fault_in_the_units_and_little_exposed(installed):
    units = sorted((installed / "etc/systemd/system").glob("portal-*"))
    for unit in units:
        text = unit.read_text().replace("/opt/portal/portal", str(ROOT / "portal"))
        unit.write_text(text)
    told = subprocess.run(["systemd-analyze", "verify", *units], check=False, capture_output=True, text=True)
    assert (told.returncode, told.stderr) == (0, "")
    for unit in units:
        if "ProtectProc" not in unit.read_text():
            continue
        told = subprocess.run(
            ["systemd-analyze", "security", "--offline=yes", unit], check=True, capture_output=True, text=True
        )
        exposed = float(re.search(r"exposure level for \S+: ([\d.]+)", told.stdout).group(1))
        assert exposed <= MOST_EXPOSED, unit.name
    install(installed)


def test_the_pages_first_commands_take_the_settings_as_they_stand(tmp_path):
    install(tmp_path, "--name", NAME)
    path = tmp_path / "etc/portal/portal.env"
    odd = {
        "EMAIL_URL": "smtp+tls://name:a$HOME`b'c\"d@mail.example:587",
        "PORTAL_BACKUP_KEEP": "7 4 12",
        "PORTAL_METRICS": "10.1.0.3:9180",
    }
    path.write_text(path.read_text() + "".join(f"{name}={value}\n" for name, value in odd.items()))
    lines = "\n".join(operating.commands("Before the commands"))
    used = sorted(
        set(re.findall(r"\$\{?(PORTAL_\w+)", operating.PAGE.read_text())) & settings.read(path).keys()
    )
    asked = (
        "import json, os; from deploy import environment; environment.read_settings(); "
        "print(json.dumps(dict(os.environ)))"
    )
    script = f"""set -eu
{lines.replace("/opt/portal", str(ROOT)).replace("/etc/portal", str(path.parent))}
for name in {" ".join(used)}; do eval echo "\\$$name"; done
exec .venv/bin/python -P -c '{asked}'"""
    told = subprocess.run(
        ["sh", "-c", script], check=True, env=foreign() | {"PYTHONPATH": "."}, capture_output=True, text=True
    )
    *shown, found = told.stdout.splitlines()
    assert len(used) >= 4
    kept = settings.read(path)
    assert shown == [kept[name] for name in used]
    assert kept.items() <= json.loads(found).items()
    assert told.stderr == ""


READ_ALONE = {
    "PORTAL_CERTIFICATE": "by nginx, and root",
    "PORTAL_CERTIFICATE_KEY": "by nginx, and root",
    "PORTAL_CURRENT": "the code",
    "PORTAL_KEYS": "by the portal's user on the command line, who makes and rotates them",
    "PORTAL_SIGNER_CRL": "by the worker; renewed by who runs the portal",
    "PORTAL_SOCKET": "made by systemd, in /run/portal",
    "PORTAL_BACKUPS": "written by portal-backup.service, which root starts",
}


def test_what_the_settings_let_the_portal_write_its_units_may_write(tmp_path):
    install(tmp_path, "--name", NAME)
    path = tmp_path / "etc/portal/portal.env"
    wished = (
        "\nPORTAL_ERRORS=/var/log/portal/errors.json\nPORTAL_MAINTENANCE=/srv/shared/maintenance.json\n"
        "PORTAL_TRAIL_ANCHORS=syslog:, file:/mnt/other/anchors.jsonl\n"
    )
    path.write_text(re.sub("^#PORTAL", "PORTAL", path.read_text(), flags=re.MULTILINE) + wished)
    install(tmp_path)
    named = {name: value for name, value in settings.read(path).items() if value.startswith("/")}
    assert {"PORTAL_HOME", "PORTAL_STORAGE", "PORTAL_ERRORS", "PORTAL_MAINTENANCE"} <= named.keys()
    for unit in ("web", "worker", "beat", "metrics"):
        text = (tmp_path / f"etc/systemd/system/portal-{unit}.service").read_text()
        allowed = re.search("^ReadWritePaths=(.+)$", text, re.MULTILINE).group(1).replace("-/", "/").split()
        assert "/mnt/other" in allowed
        assert {
            name: value
            for name, value in named.items()
            if name not in READ_ALONE and not any(Path(value).is_relative_to(each) for each in allowed)
        } == {}
    number = int(re.search(r"^portal:x:(\d+):", (tmp_path / "etc/passwd").read_text(), re.MULTILINE).group(1))
    for folder in ("srv/portal", "srv/shared", "var/log/portal"):
        status = (tmp_path / folder).stat()
        assert (status.st_uid, stat.S_IMODE(status.st_mode)) == (number, 0o750)
    assert (tmp_path / "var/log").stat().st_uid == 0
    assert not (tmp_path / "mnt/other").exists()  # another machine's disk, or nothing


def test_who_has_not_the_storage_makes_no_folder_in_its_place(tmp_path):
    (tmp_path / "shared.env").write_text(SHARED + "PORTAL_MAINTENANCE=/srv/portal/maintenance.json\n")
    install(tmp_path, "--shared", tmp_path / "shared.env", "--roles", "web", "--address", "10.1.0.3")
    assert not (tmp_path / "srv/portal").exists()
    assert "-/srv/portal\n" in (tmp_path / "etc/systemd/system/portal-web.service").read_text()
    (tmp_path / "var/log").mkdir(parents=True, exist_ok=True)
    with (tmp_path / "etc/portal/portal.env").open("a") as kept:
        kept.write("PORTAL_ERRORS=/var/log/errors.json\n")
    install(tmp_path)
    assert (tmp_path / "var/log").stat().st_uid == 0


# The local CA


def test_the_local_ca_vouches_for_the_portals_names_alone(installed):
    tls = installed / "etc/portal/tls"
    checked = ["openssl", "verify", "-x509_strict", "-CAfile", tls / "root.pem", "-verify_hostname", NAME]
    subprocess.run([*checked, tls / "portal.pem"], check=True, capture_output=True)
    root = x509.load_pem_x509_certificate((tls / "root.pem").read_bytes())
    allowed = root.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees
    assert [str(each.value) for each in allowed] == [NAME, "10.1.0.2/32"]
    page = (installed / "var/lib/portal-public/ca/index.html").read_text()
    assert f"http://{NAME}/ca/" in page
    assert "<svg" in page


@pytest.mark.parametrize(
    ("names", "strange"), [(["a.example"], "1.2.3.4"), (["a.example"], "::2"), (["10.1.0.2"], "a.example")]
)
def test_the_local_ca_vouches_for_no_other_kind_of_name(tmp_path, names, strange):
    authority.issue(tmp_path, names)
    root = (tmp_path / "root.pem").read_bytes()
    authority.issue(tmp_path, [strange])
    assert (tmp_path / "root.pem").read_bytes() == root
    checked = ["openssl", "verify", "-CAfile", tmp_path / "root.pem", tmp_path / "portal.pem"]
    told = subprocess.run(checked, check=False, capture_output=True, text=True)
    assert "permitted subtree violation" in told.stderr or "excluded subtree violation" in told.stderr


def test_for_a_name_that_is_added_there_is_another_root_and_it_is_told(tmp_path):
    install(tmp_path, "--name", NAME, "--name", "old.example")
    tls = tmp_path / "etc/portal/tls"
    root, path = (tls / "root.pem").read_bytes(), tmp_path / "etc/portal/portal.env"
    kept = path.read_text()
    path.write_text(kept.replace(f"PORTAL_HOSTS={NAME},", f"PORTAL_HOSTS={NAME},new.example,"))
    with pytest.raises(Stop, match="portal install"):
        certificate.main(["--root", str(tmp_path)])
    assert f"take its certificate again, from http://{NAME}/ca/" in install(tmp_path)
    assert (tls / "root.pem").read_bytes() != root
    checked = ["openssl", "verify", "-CAfile", tls / "root.pem", "-verify_hostname", "new.example"]
    subprocess.run([*checked, tls / "portal.pem"], check=True, capture_output=True)
    renewed = (tls / "root.pem").read_bytes()
    below = kept.replace(f"PORTAL_HOSTS={NAME},", f"PORTAL_HOSTS={NAME},m.{NAME},")
    for names in (kept, below):  # one that is given up, one that the root allows
        path.write_text(names)
        assert "again" not in install(tmp_path)
        assert (tls / "root.pem").read_bytes() == renewed
        subprocess.run(["openssl", "verify", "-CAfile", tls / "root.pem", tls / "portal.pem"], check=True)


def test_a_certificate_is_renewed_when_due_and_the_root_stays(tmp_path, monkeypatch):
    authority.issue(tmp_path, ["a.example"])
    first = (tmp_path / "portal.pem").read_bytes()
    root = (tmp_path / "root.pem").read_bytes()
    assert not authority.is_due(tmp_path / "portal.pem", ["a.example"])
    assert authority.is_due(tmp_path / "portal.pem", ["b.example"])
    monkeypatch.setattr(authority, "RENEWED_BEFORE", authority.LEAF_LASTS)
    assert authority.is_due(tmp_path / "portal.pem", ["a.example"])
    authority.issue(tmp_path, ["a.example"])
    assert (tmp_path / "portal.pem").read_bytes() != first
    assert (tmp_path / "root.pem").read_bytes() == root


# A machine, installed


AS_PROXY = ["setpriv", "--reuid=www-data", "--regid=www-data", "--clear-groups"]
AS_PORTAL = ["setpriv", "--reuid=portal", "--regid=portal", "--init-groups"]
TRUSTED = ["curl", "-sS", "--max-time", "90", "--cacert", "/etc/portal/tls/root.pem"]
TO_THE_END = [*TRUSTED, "--include"]
LOGIN = "https://localhost/accounts/login/"
SETTINGS_FIRST = "; ".join(operating.commands("Before the commands"))
SHELL = ["/usr/local/sbin/portal", "manage", "shell", "--no-imports", "-c"]


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """Installed as the page says, with PostgreSQL, the queue and the proxy running."""
    with Machine(tmp_path_factory.mktemp("machine")) as machine:
        machine.start_postgres()
        for line in operating.commands("Install"):
            machine.run("sh", "-c", line, env=foreign() | {"NAME": "localhost"}, umask=0o077)
        machine.run("nginx", "-t")
        machine.start("nginx", "-g", "daemon off;")
        machine.until(lambda: machine.answers(*TRUSTED, "https://localhost/"), "the proxy")
        machine.start_unit("portal-broker.service")
        yield machine


@pytest.fixture(scope="module")
def units(machine):
    """All serve; and what was answered before."""
    before = machine.run(*TO_THE_END, "https://localhost/verify/ABCD-secret/")
    for unit in releases.UNITS[::-1]:
        machine.start_unit(unit)
    machine.until(lambda: "csrfmiddlewaretoken" in machine.run(*TRUSTED, LOGIN), "the first page")
    return before


@pytest.fixture(scope="module")
def backed_up(machine):
    """Installed again, with a backup's settings in the settings file."""
    machine.run("sh", "-c", operating.commands("Keys")[0], env=foreign() | {"IDENTITY": "/run/identity"})
    recipient = machine.run("age-keygen", "-y", "/run/identity").strip()
    settings = f"PORTAL_BACKUPS=/srv/backups\nPORTAL_BACKUP_RECIPIENT={recipient}\n"
    machine.run("sh", "-c", f"printf '{settings}' >> /etc/portal/portal.env")
    machine.run("/usr/local/sbin/portal", "install")


def running(machine):
    return [(name, each) for name, each in machine.units.items() if name.endswith(".service")]


@pytest.mark.drill
def test_a_machine_serves_by_its_units(machine, units):
    assert re.search(r"^HTTP/\S+ 502 ", units)
    assert "门户暂时无法访问" in units
    assert "retry-after: 30" in units.lower()

    head = machine.run(*TO_THE_END, "--header", "X-Request-ID: forged", LOGIN)
    assert re.search(r"x-request-id: [0-9a-f]{32}\b", head.lower())
    assert "strict-transport-security" in head.lower()
    style = re.search(r'href="(/static/[^"]+\.css)"', head).group(1)
    assert "immutable" in machine.run(*TRUSTED, "--head", f"https://localhost{style}")
    assert " 404" in machine.run(*TRUSTED, "--head", "https://localhost/static/none.css")
    assert "down" not in machine.run(*TRUSTED, "https://localhost/readyz")
    length = f"Content-Length: {BODY_MAX + 1}"
    large = machine.run(*TO_THE_END, "--http1.1", "--request", "POST", "--header", length, LOGIN)
    assert " 413" in large
    assert "100 MB" in large

    moved = machine.run("curl", "-sS", "--include", "http://localhost/sites/?q=1")
    assert " 308" in moved
    assert "Location: https://localhost/sites/?q=1" in moved
    assert "portal-ca.crt" in machine.run("curl", "-sS", "http://localhost/ca/")
    assert "portal_condition" in machine.run("curl", "-sS", "http://127.0.0.1:9180/metrics")
    assert "forged" not in machine.read("/var/log/nginx/portal.log")
    for name, process in running(machine):
        assert process.poll() is None, name
        assert b"portal_owner" not in Path(f"/proc/{process.pid}/environ").read_bytes()


IDLE = """
import socket, sys, time
held = [socket.create_connection(("127.0.0.1", 443)) for _ in range(2000)]
print("held", flush=True)
time.sleep(60)
"""


@pytest.mark.drill
def test_two_thousand_who_say_nothing_shut_nobody_out(machine, units):
    holder = machine.start(
        "sh", "-c", 'ulimit -n 4096; exec python3 -c "$1"', "sh", IDLE, stdout=subprocess.PIPE
    )
    assert holder.stdout.readline() == b"held\n"
    assert "csrfmiddlewaretoken" in machine.run(*TRUSTED[:-4], "--max-time", "5", *TRUSTED[-2:], LOGIN)
    holder.kill()


@pytest.mark.drill
def test_the_proxys_logs_hold_no_address_whole(machine, units):
    for door in (["curl", "-sS", "http://localhost"], [*TRUSTED, "https://localhost"]):
        machine.run(*door[:-1], f"{door[-1]}/verify/ABCD-secret/")
    logs = machine.run("sh", "-c", "cat /var/log/nginx/*")
    assert '"GET /verify" 502' in logs
    assert "secret" not in logs


@pytest.mark.drill
def test_the_doctor_finds_nothing_amiss_on_a_machine_as_it_was_installed(machine, units):
    asked = machine.within("sh", "-c", f"{SETTINGS_FIRST}; ./portal doctor")
    told = subprocess.run(asked, check=False, capture_output=True, text=True, env=foreign()).stdout
    for title in ("Files", "Settings", "Packages"):
        assert f"\nok       {title}: " in told


@pytest.mark.drill
def test_an_upgrade_finds_the_web_that_systemd_started(machine, units):
    asked = (
        "from pathlib import Path; from deploy import environment; from deploy.backup import releases; "
        "environment.read_settings(); "
        "releases.COMING_UP = 30; releases.wait_until_ready(Path('/var/lib/portal'))"
    )
    machine.run("sh", "-c", f'{SETTINGS_FIRST}; PYTHONPATH=. exec .venv/bin/python -P -c "{asked}"')


RESTORE = "/usr/local/sbin/portal restore /srv/none"


@pytest.mark.drill
@pytest.mark.parametrize(
    ("restore", "told"),
    [
        (RESTORE, r"already running \(PORTAL_HOME /var/lib/portal\)"),
        (
            f"SECRET_KEY=x SALT_KEY=y PORTAL_HOME=/run/other {RESTORE}",
            r"uses the database portal from 127\.0\.0\.1 \(connections: [1-9]",
        ),
    ],
)
def test_nothing_is_restored_while_units_of_this_or_another_machine_serve(machine, units, restore, told):
    # Units that were started just now have no session yet; who answered a page has one.
    machine.until(lambda: "csrfmiddlewaretoken" in machine.run(*TRUSTED, LOGIN), "a page")
    asked = machine.within("sh", "-c", restore)
    refused = subprocess.run(asked, check=False, capture_output=True, text=True, env=foreign())
    assert refused.returncode == 1
    assert re.search(told, refused.stderr), refused.stderr
    assert "systemctl stop portal-web.socket" in refused.stderr


@pytest.mark.drill
def test_readers_wait_and_none_is_turned_away_while_the_webs_processes_are_exchanged(machine, units):
    web = machine.units["portal-web.service"]
    answered, failed, done = [], [], threading.Event()

    def read():
        """As a proxy does: a connection is kept as long as the portal keeps it."""
        connection = OverPath(str(machine.inside("/run/portal/web.sock")))
        while not done.is_set():
            try:
                connection.request("POST", "/healthz", body="x=1", headers={"X-Forwarded-Proto": "https"})
                answer = connection.getresponse()
                answered.append(answer.read())
                time.sleep(0.05)
            except (OSError, http.client.HTTPException) as error:
                failed.append(error)
                connection.close()
        connection.close()

    former = children_of(web.pid)
    readers = [threading.Thread(target=read) for _ in range(6)]
    for reader in readers:
        reader.start()
    try:
        web.send_signal(signal.SIGHUP)
        machine.until(lambda: len(children_of(web.pid) - former) == 2, "the new ones")
        machine.until(lambda: not former & children_of(web.pid), "the end of the old ones")
        assert failed == []
        one = min(children_of(web.pid))
        os.kill(one, signal.SIGKILL)
        machine.until(lambda: len(children_of(web.pid) - {one}) == 2, "another for the killed one")
    finally:
        done.set()
        for reader in readers:
            reader.join()
    # A killed process takes with it what it was answering: of each reader one request.
    assert len(failed) <= len(readers)
    assert len(answered) > 50


@pytest.mark.drill
def test_a_database_of_a_newer_version_is_refused(machine):
    future = "INSERT INTO django_migrations (app, name, applied) VALUES ('desk', '9999_future', now())"
    assert sql(machine, future, role="owner")[0]
    served = machine.within("/usr/local/sbin/portal", "serve", "worker")
    refused = subprocess.run(served, check=False, capture_output=True, text=True, env=foreign())
    assert sql(machine, "DELETE FROM django_migrations WHERE name = '9999_future'", role="owner")[0]
    assert refused.returncode == 1
    assert "migrated by a newer version (desk.9999_future)" in refused.stderr


@pytest.mark.drill
def test_the_portals_data_is_its_own(machine):
    for program, name in (["cat", "campaign"], ["ls", "media"], ["ls", "."]):
        assert not machine.answers(*AS_PROXY, program, f"/var/lib/portal/{name}")
    keys = [line.partition("=")[0] for line in machine.read("/etc/portal/keys/secrets.env").splitlines()]
    assert {name for name in keys if not name.startswith("YEAR_KEY_")} == set(key_file.NEW)
    for program, name in (["cat", "secrets.env"], ["ls", "."]):
        assert machine.answers(*AS_PORTAL, program, f"/etc/portal/keys/{name}")
        assert not machine.answers(*AS_PROXY, program, f"/etc/portal/keys/{name}")
    assert not machine.answers("test", "-e", "/var/lib/portal/secrets.env")
    assert not machine.answers(*AS_PORTAL, "cat", "/etc/portal/owner.env")
    assert machine.run("find", "/var/lib/portal", "-not", "-user", "portal") == ""


@pytest.mark.drill
def test_installed_again_it_still_works_and_stands_on_the_real_date(machine, backed_up):
    for line in operating.commands("Network and TLS"):
        machine.run("sh", "-c", line)
    date = machine.run(*SHELL, "from core.clock import today; print(today())")
    assert date.strip() == datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat()


@pytest.mark.drill
def test_root_backs_up_what_is_the_portals(machine, backed_up):
    before = machine.run("find", "/srv/backups").count("manifest.json")
    machine.run("sh", "-c", f"{SETTINGS_FIRST}; ./portal backup")
    # Where the database is another machine's there is no owner.env.
    as_application = "sleep 1; PORTAL_OWNER_DATABASE_URL= ./portal backup"
    machine.run("sh", "-c", f"{SETTINGS_FIRST}; {as_application}")
    assert machine.run("find", "/srv/backups").count("manifest.json") == before + 2
    assert ".age" in machine.run("find", "/srv/backups-keys")
    assert of_others(machine) == ""


def of_others(machine):
    """What a service could not read or write because it is another's."""
    return machine.run(
        "find", "/var/lib/portal", "/etc/portal/keys", "/srv", "-mindepth", "1", "-not", "-user", "portal"
    )


# Whatever PostgreSQL knows of who may do what.
RIGHTS = """
SELECT format('%s %s %s', relname, relowner::regrole, relacl) FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind <> 'i'
UNION ALL SELECT format('database %s %s', datdba::regrole, datacl) FROM pg_database
 WHERE datname = current_database()
UNION ALL SELECT 'schema ' || replace(nspacl::text, 'pg_database_owner', 'portal_owner') FROM pg_namespace
 WHERE nspname = 'public'
UNION ALL SELECT format('new %s %s %s', defaclrole::regrole, defaclobjtype, defaclacl) FROM pg_default_acl
UNION ALL SELECT format('function %s %s', proowner::regrole, proacl) FROM pg_proc
 WHERE pronamespace = 'public'::regnamespace
"""


def rights(machine):
    worked, said = sql(machine, RIGHTS, role="owner")
    assert worked, said
    return set(said.splitlines())


@pytest.mark.drill
def test_root_upgrades_and_rolls_back_what_systemd_runs(machine, units, backed_up):
    new = machine.inside("/opt/portal-0.2.0")
    release(new, venv="/opt/portal-0.1.0/.venv", **{"0002_next": ADDS_A_TABLE})
    upgrade, rollback = operating.commands("Upgrade and rollback")[-2:]
    as_installed = rights(machine)
    with machine.systemd():
        env = foreign() | {"NEW": "/opt/portal-0.2.0"}
        machine.run("sh", "-c", f"{SETTINGS_FIRST}; {upgrade}", env=env, umask=0o077)
        serves(machine, "/opt/portal-0.2.0")
        assert {each for each in rights(machine) if "core_next" not in each} == as_installed
        assert sql(machine, "INSERT INTO core_next VALUES (1)", role="application") == (True, "INSERT 0 1")

        machine.run("sh", "-c", f"{SETTINGS_FIRST}; {rollback}")
        serves(machine, "/opt/portal-0.1.0")
        assert rights(machine) == as_installed


def serves(machine, folder):
    """All units run that release's code, its pages have their style sheets, each file is whose it was."""
    page = machine.run(*TRUSTED, LOGIN)
    assert (f"release {Path(folder).name}" in page) is (folder != "/opt/portal-0.1.0")
    style = re.search(r'href="(/static/[^"]+\.css)"', page).group(1)
    assert " 200" in machine.run(*TRUSTED, "--head", f"https://localhost{style}")
    machine.until(lambda: "down" not in machine.run(*TRUSTED, "https://localhost/readyz"), "readiness")
    assert machine.run("readlink", "/opt/portal").strip() == folder
    code = {name: Path(f"/proc/{each.pid}/environ").read_bytes() for name, each in running(machine)}
    ours = [code[unit] for unit in releases.UNITS if unit.endswith(".service")]
    assert all(f"PYTHONPATH={folder}".encode() in each for each in ours)
    assert of_others(machine) == ""


# PostgreSQL's two roles

FORBIDDEN = {
    "drop a table": "DROP TABLE auditlog_logentry",
    "empty a table": "TRUNCATE auditlog_logentry",
    "change an entry": "UPDATE auditlog_logentry SET object_repr = ''",
    "take an entry out": "DELETE FROM auditlog_logentry",
    "drop a trigger": "DROP TRIGGER auditlog_logentry_update_guard ON auditlog_logentry",
    "hollow a trigger": "CREATE OR REPLACE FUNCTION auditlog_logentry_update_guard() RETURNS trigger"
    " LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "disable a trigger": "ALTER TABLE auditlog_logentry DISABLE TRIGGER ALL",
    "change a table": "ALTER TABLE accounts_user ADD COLUMN more text",
    "drop a function": "DROP FUNCTION portal_renew_statistics() CASCADE",
    "pass by the triggers": "SET session_replication_role = replica",
    "make a table": "CREATE TABLE more (id int)",
    "become the owner": "SET ROLE portal_owner",
}
# As the worker does it; each writes, and the first counts the tables anew.
TASKS = """
from core.tasks import renew_statistics, resend_lost_jobs
from audit.tasks import seal_trail
from desk.tasks import begin_day, check_open_steps, make_digests
from accounts.models import User
User.objects.create_user(username="first", password="a long one 2026", name="示例")
for task in (renew_statistics, resend_lost_jobs, begin_day, check_open_steps, make_digests, seal_trail):
    task()
"""


def sql(machine, statement, *, role):
    """What psql says and whether it worked, in the name of the application or of the owner."""
    file = {"application": "portal.env", "owner": "owner.env"}[role]
    url = re.search(r"postgres://.+", machine.read(f"/etc/portal/{file}")).group(0)
    command = machine.within("psql", url, "--tuples-only", "--no-align", "--command", statement)
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.returncode == 0, (done.stdout + done.stderr).strip()


@pytest.mark.drill
def test_the_application_works_with_a_role_that_owns_nothing(machine):
    machine.run(*SHELL, TASKS)
    uncounted = "SELECT count(*) FROM pg_stat_user_tables WHERE last_analyze IS NULL"
    assert sql(machine, uncounted, role="application") == (True, "0")
    assert sql(machine, "SELECT count(*) > 0 FROM audit_seal", role="application") == (True, "t")
    owned = "SELECT count(*) FROM pg_tables WHERE tableowner = 'portal'"
    assert sql(machine, owned, role="application") == (True, "0")
    assert sql(machine, "SHOW jit", role="application") == (True, "off")


@pytest.mark.drill
@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_application_takes_nothing_away(machine, what):
    worked, said = sql(machine, FORBIDDEN[what], role="application")
    assert not worked
    assert re.search("must be owner|permission denied|append-only", said)


@pytest.mark.drill
def test_the_owner_can_put_a_new_database_in_the_old_ones_place(machine):
    assert sql(machine, "CREATE DATABASE beside", role="owner")[0]
    member = "SELECT pg_has_role('portal', 'USAGE')"  # may end its connections
    assert sql(machine, member, role="owner") == (True, "t")
    assert sql(machine, "DROP DATABASE beside", role="owner")[0]


@pytest.mark.drill
def test_nobody_else_comes_into_the_database(machine):
    asked = "SELECT has_database_privilege('public', current_database(), 'CONNECT')"
    assert sql(machine, asked, role="owner") == (True, "f")
