"""The list of conditions, each told in words with what to do; what hangs or breaks costs the others none."""

import datetime
import json
import os
import re
import shutil
import threading
import time
from collections import namedtuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings as portal
from django.core.cache import cache
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone, translation

from accounts.conditions import mail
from audit.conditions import keys, trail
from audit.models import Check
from core import access, key_file
from core.beat import LEASE
from core.conditions import configured, machine, pages, work
from core.enums import Severity
from core.health import PATIENCE, Condition, Found, conditions, examine
from core.models import BeatLease
from deploy import doctor
from deploy.console import as_called_here
from tests.at_once import on_both
from tests.core.test_jobs import MADE, put, take

OK, WARNING, ERROR = Severity.OK, Severity.WARNING, Severity.ERROR
OPERATE = (portal.BASE_DIR / "docs" / "operate.md").read_text()


def condition(name, look, **more):
    return Condition(id=name, title=name, advice="示例", look=look, **more)


# -- the list -----------------------------------------------------------------


def test_each_condition_has_its_heading_in_the_operators_page():
    of_the_machine = ["port", "portal", "files", "settings", "packages", "units"]
    names = [each.id for each in conditions]
    assert len(names) == len(set(names)) >= 15
    assert [name for name in names + of_the_machine if f"\n### Condition {name}\n" not in OPERATE] == []


def test_each_is_told_in_both_languages():
    for each in conditions:
        with translation.override("en"):
            english = str(each.title), str(each.advice)
        with translation.override("zh-hans"):
            chinese = str(each.title), str(each.advice)
        assert all(said.isascii() for said in english), each.id
        assert not any(said.isascii() for said in chinese), each.id


def test_what_hangs_is_named_in_time_and_the_others_are_told():
    hanging = threading.Event()
    chosen = [
        condition("hangs", hanging.wait, lane="one"),
        condition("behind", lambda: Found("behind it"), lane="one"),
        condition("beside", lambda: Found("beside it")),
    ]
    started = time.monotonic()
    with translation.override("en"):
        reports = examine(chosen)
    assert time.monotonic() - started < PATIENCE + 1
    hanging.set()
    assert [(each.found.severity, each.found.words) for each in reports] == [
        (ERROR, "There was no answer within 3 seconds."),
        (ERROR, "There was no answer within 3 seconds."),
        (OK, "beside it"),
    ]


def test_what_breaks_is_told_without_personal_data():
    def breaks():
        raise ValueError("13800001234 张三")

    def refused():
        raise ConnectionRefusedError(111, "Connection refused to 张三")

    with translation.override("en"):
        found = [each.found.words for each in examine([condition("a", breaks), condition("b", refused)])]
    assert found == [
        "It does not work: ValueError",
        "It does not work: ConnectionRefusedError: [Errno 111] Connection refused to …",
    ]


# -- what each finds ----------------------------------------------------------


@pytest.mark.django_db
def test_database_and_code_of_one_version():
    assert pages.migrations().severity == OK
    recorder = MigrationRecorder.Migration.objects
    recorder.create(app="no_room_of_ours", name="0001_initial")
    assert pages.migrations().severity == OK
    newer = recorder.create(app="sites", name="9999_newer")
    assert (pages.migrations().severity, "sites.9999_newer" in pages.migrations().words) == (ERROR, True)
    newer.delete()
    recorder.filter(app="sites", name="0001_initial").delete()
    assert (pages.migrations().severity, "sites.0001_initial" in pages.migrations().words) == (ERROR, True)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", MADE)
def test_the_oldest_that_nobody_took_up_is_told_by_its_kind(settings, kind):
    settings.PORTAL_MAIL_ON, settings.PORTAL_MAIL_DOMAINS = True, ["wuhai.example"]
    made = MADE[kind]()
    name = type(made)._meta.label_lower
    since = type(made).life.waits_from
    for minutes, expected in ((1, OK), (7, WARNING), (40, ERROR)):
        put(made, **{since: timezone.now() - datetime.timedelta(minutes=minutes)})
        found = work.waiting()
        assert found.severity == expected
        assert found.figures["job_oldest_waiting_seconds"][name] == pytest.approx(60 * minutes, abs=10)
    take(made)
    assert work.waiting().severity == OK
    assert work.failed().severity == OK
    put(made, state="failed", error="示例", claimed_at=None)
    assert work.failed().figures["jobs_failed"][name] == 1
    assert work.failed().severity == WARNING


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("silent", "undone", "expected"), [(5, 1, OK), (5, 90, WARNING), (5, 3600, ERROR), (60, 1, ERROR)]
)
def test_what_is_done_by_the_clock(silent, undone, expected):
    cache.delete(work.TICK)
    assert work.beat().severity == ERROR
    until = timezone.now() + LEASE - datetime.timedelta(seconds=silent)
    BeatLease.objects.create(pk=BeatLease.ONLY, holder="eine/7/ab", fencing=3, until=until)
    work.note_tick()
    cache.set(work.TICK, cache.get(work.TICK) - undone)
    found = work.beat()
    assert found.severity == expected
    assert found.figures["beat_leader"] == {"eine": 1}


@pytest.mark.parametrize(
    ("free", "expected"), [(0.5, ERROR), (4, WARNING), (15, WARNING), (25, OK)], ids="{} GiB".format
)
def test_room_on_the_disk(monkeypatch, free, expected):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(400 * machine.GIB, 0, free * machine.GIB))
    assert machine.disk().severity == expected


@pytest.mark.parametrize(("days", "expected"), [(-1, ERROR), (2, ERROR), (10, WARNING), (60, OK)])
def test_days_of_the_certificate(settings, tmp_path, days, expected):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "portal.example")])
    ends = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days, hours=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(ends - datetime.timedelta(days=90))
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
    settings.PORTAL_CERTIFICATE = str(tmp_path / "portal.crt")
    from cryptography.hazmat.primitives.serialization import Encoding

    (tmp_path / "portal.crt").write_bytes(made.public_bytes(Encoding.PEM))
    found = machine.certificate()
    assert (found.severity, int(found.figures["certificate_days"])) == (expected, max(0, days))


@pytest.mark.django_db
@pytest.mark.parametrize(("hours", "expected"), [(1, OK), (30, WARNING), (60, ERROR)])
def test_age_of_the_backup_is_known_to_every_machine(settings, tmp_path, hours, expected):
    settings.PORTAL_HOME = tmp_path
    assert machine.backup().severity == WARNING
    at = timezone.now() - datetime.timedelta(hours=hours)
    (tmp_path / "backup.json").write_text(json.dumps({"finished_at": at.isoformat()}))
    assert machine.backup().severity == expected
    call_command("note_backup")
    settings.PORTAL_HOME = tmp_path / "another machine's"
    assert machine.backup().severity == expected


@pytest.mark.parametrize(
    ("age", "fails", "expected"),
    [(60, False, OK), (60, True, WARNING), (3700, False, ERROR), (3700, True, ERROR)],
)
def test_log_of_the_database_that_is_not_kept_any_more(age, fails, expected):
    found = machine.kept_log(age, fails=fails)
    assert (found.severity, found.figures) == (expected, {"archive_age_seconds": age})


@pytest.mark.django_db
@on_both
def test_a_database_whose_log_nobody_keeps_is_well(database):
    assert (machine.archive().severity, machine.archive().figures) == (OK, {})


def test_proxy_that_is_not_trusted(settings, tmp_path):
    settings.PORTAL_HOME = tmp_path
    assert configured.proxy().severity == OK
    configured.note_proxy(configured.UNTRUSTED)
    assert configured.proxy().severity == WARNING
    settings.PORTAL_PROXIES = 1
    assert configured.proxy().severity == OK
    settings.PORTAL_PROXIES = 0
    os.utime(tmp_path / configured.PROXY_NOTE, (0, 0))
    assert configured.proxy().severity == OK


@pytest.mark.parametrize(
    ("proxies", "headers", "is_told"),
    [
        (0, {}, False),
        (0, {"X-Forwarded-For": "1.2.3.4"}, True),
        (0, {"Forwarded": "for=1.2.3.4"}, True),
        (0, {"X-Real-IP": "1.2.3.4"}, True),
        (1, {"X-Forwarded-For": "1.2.3.4"}, False),
        (2, {"X-Forwarded-For": "1.2.3.4"}, True),
        (2, {"X-Forwarded-For": "1.2.3.4, 10.0.0.3"}, False),
        (1, {}, True),
    ],
)
def test_other_proxies_than_those_set_are_noticed(client, settings, tmp_path, proxies, headers, is_told):
    settings.PORTAL_HOME = tmp_path
    settings.PORTAL_PROXIES = proxies
    access._note_proxy.cache_clear()
    client.get("/healthz", REMOTE_ADDR="10.0.0.2")
    assert configured.proxy().severity == OK
    client.get("/no-such-page/", headers=headers, REMOTE_ADDR="8.8.8.8")
    assert configured.proxy().severity == OK
    client.get("/no-such-page/", headers=headers, REMOTE_ADDR="10.0.0.2")
    assert configured.proxy().severity == (WARNING if is_told else OK)


def test_maintenance(settings, tmp_path):
    settings.PORTAL_MAINTENANCE = tmp_path / "maintenance.json"
    assert configured.maintenance().severity == OK
    settings.PORTAL_MAINTENANCE.write_text(json.dumps({"is_on": True, "begins_at": None, "text": ""}))
    assert configured.maintenance().severity == WARNING


def test_debug(settings):
    assert configured.debug().severity == OK
    settings.DEBUG = True
    assert configured.debug().severity == ERROR


@pytest.mark.django_db
def test_trail_and_keys(settings):
    assert trail().severity == WARNING
    check = Check.objects.create(seals=1, entries=1, unsealed=0)
    assert trail().severity == OK
    Check.objects.create(seals=1, entries=1, unsealed=0, fault="changed", fault_entry=7, fault_seal=1)
    assert (trail().severity, trail().figures["trail_fault"]) == (ERROR, 1)
    assert check.pk
    assert keys().severity == WARNING
    settings.PORTAL_GIVEN_KEYS = settings.PORTAL_GIVEN_KEYS | {
        "YEAR_KEY_2008": "2008",
        "YEAR_KEY_2009": "2009",
    }
    assert keys().severity == OK


def test_mail_server(settings):
    assert mail().severity == OK
    settings.PORTAL_MAIL_ON = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with translation.override("en"):
        [report] = examine([each for each in conditions if each.id == "mail"])
    assert (report.found.severity, "refused" in report.found.words) == (ERROR, True)


# -- the doctor's own ---------------------------------------------------------


def test_doctor_on_a_bare_machine(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("PORTAL_TODYA", "2008-01-10")
    tmp_path.chmod(0o755)
    assert doctor.main(["--json"]) == 1
    told = {each["id"]: each["severity"] for each in json.loads(capsys.readouterr().out)}
    assert told["portal"] == "error"
    assert told["files"] == "error"
    assert told["settings"] == "warning"
    assert list(tmp_path.iterdir()) == []
    doctor.main([])
    said = capsys.readouterr().out
    assert "PORTAL_TODYA" in said
    assert "Start it: ./portal run." in said
    assert re.search(r"^2 errors, 1 warning, \d conditions$", said, re.MULTILINE)


def test_doctor_names_the_command_as_it_is_called_on_an_installed_machine(
    settings, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path))
    monkeypatch.setenv("PORTAL_INSTALLED", "1")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    doctor.main([])
    assert "Prepare it: portal install." in capsys.readouterr().out
    assert (
        as_called_here("in ../portal.env: ./portal, ./portal upgrade")
        == "in ../portal.env: portal, portal upgrade"
    )
    [backup] = [each for each in conditions if each.id == "backup"]
    assert "./portal backup" in backup.to_do
    settings.PORTAL_COMMAND = "portal"
    assert "./portal" not in backup.to_do
    assert "portal backup" in backup.to_do


def test_doctor_makes_no_keys_for_a_database_that_is_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
    for name in key_file.NEW:
        monkeypatch.delenv(name, raising=False)
    [portal] = doctor.of_the_portal(tmp_path)
    assert (portal.severity, list(tmp_path.iterdir())) == ("error", [])
    assert "the keys are neither set nor in" in portal.found


@pytest.mark.parametrize(
    ("installed", "mode", "advice"), [("", 0o710, "700"), ("1", 0o710, ""), ("1", 0o755, "710")]
)
def test_doctor_lets_the_proxy_alone_pass_through_an_installed_home(
    tmp_path, monkeypatch, installed, mode, advice
):
    monkeypatch.setenv("PORTAL_INSTALLED", installed)
    tmp_path.chmod(mode)
    [files] = [each for each in doctor.of_the_machine(tmp_path) if each.id == "files"]
    assert files.advice == (f"Shut them: chmod {advice} {tmp_path}" if advice else "")


def test_doctor_names_a_port_that_is_taken(tmp_path, monkeypatch):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv("PORT", str(other.getsockname()[1]))
        monkeypatch.delenv("PORTAL_INSTALLED", raising=False)
        [port] = [each for each in doctor.of_the_machine(tmp_path) if each.id == "port"]
    assert port.severity == "error"
