"""A city on nine machines: cables are pulled and processes killed while clerks save, and nothing is lost."""

import http.client
import json
import os
import secrets
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from core import key_file
from deploy import broker, postgres
from deploy.console import ROOT
from deploy.environment import throwaway
from deploy.run import CELERY, PYTHON
from tests import operating
from tests.files import pdf
from tests.machines.network import Network

pytestmark = pytest.mark.drill

FILES = ROOT / "deploy" / "install" / "files"
POOLED = 6432
PAPERS = 6
AS_POSTGRES = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
PASSWORD = secrets.token_urlsafe(12)

PROGRAMME = "示范点"
# Written as any page writes it; prints when it was there.
WRITE = """
import time
from sites.models import Programme
programme = Programme.objects.get(is_current=True)
programme.title = "换了题名的示例方案"
programme.save()
print(time.time())
"""


def until(what, *, seconds, says):
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, says() if callable(says) else says
        time.sleep(0.1)
    return found


class Clerk(threading.Thread):
    """Files one piece of evidence after the other; what is not answered is sent again, the very same form."""

    def __init__(self, city, unit):
        super().__init__(daemon=True)
        self.city, self.unit = city, unit
        self.acknowledged, self.refused = [], Counter()
        self.over = threading.Event()

    def run(self):
        while not self.over.is_set():
            title, key = f"示例{uuid.uuid4().hex}", secrets.token_urlsafe(16)
            while not self.sent(title, key) and not self.over.is_set():
                time.sleep(0.3)
            self.over.wait(0.4)

    def sent(self, title, key):
        try:
            status = self.post({"title": title, "chosen": str(self.unit["item"]), "once": key})
        except (OSError, http.client.HTTPException) as error:
            status = type(error).__name__
        if status == 302:
            self.acknowledged.append(title)
            return True
        self.refused[status] += 1
        return False

    def post(self, fields):
        token, mark = "t" * 32, uuid.uuid5(uuid.NAMESPACE_URL, fields["once"]).hex
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in (fields | {"csrfmiddlewaretoken": token}).items()
        ]
        parts.append(
            f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n'
            f"{pdf(fields['title'].encode()).decode('latin-1')}\r\n--{mark}--\r\n"
        )
        headers = {
            "Content-Type": f"multipart/form-data; boundary={mark}",
            "Cookie": f"sessionid={self.unit['session']}; csrftoken={token}",
        }
        with self.city.asked("POST", self.unit["address"], "".join(parts).encode(), headers) as answer:
            return answer.status


class City:
    """Two web machines, two with worker and beat, one each for database, broker, files and proxy."""

    def __init__(self, network):
        self.network = network
        names = ("web1", "web2", "back1", "back2", "database", "broker", "proxy")
        self.machines = {name: network.machine(name) for name in names}
        self.files = network.folder / "files"  # as a shared folder is mounted on each machine
        self.files.mkdir()
        self.keys = {name: key_file.made(name) for name in key_file.NEW}

    def __getattr__(self, name):
        return self.machines[name]

    def env(self, home, *, port=5432):
        home.mkdir(mode=0o700, exist_ok=True)
        return throwaway(home) | self.keys | {
            "DJANGO_SETTINGS_MODULE": "tests.machines.settings",
            "DATABASE_URL": f"postgres://portal:{PASSWORD}@{self.database.address}:{port}/postgres",
            "PORTAL_POOLED": "on" if port == POOLED else "",
            "REDIS_URL": f"redis://:{PASSWORD}@{self.broker.address}:6379/0",
            "PORTAL_STORAGE": str(self.files),
            "PORTAL_HOSTS": "*",
            "PORTAL_TODAY": "2008-03-20",
            "PORTAL_RESEND_SECONDS": "2",
            "PORTAL_RENDER_STALE_SECONDS": "5",
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        }  # fmt: skip

    def start_database(self):
        folder = self.database.folder
        programs = postgres._programs()
        folder.chmod(0o755)
        (data := folder / "pg").mkdir()
        shutil.chown(data, "postgres")
        postgres._initialise(programs, data)
        with (data / "data" / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {self.network.prefix}.0/24 scram-sha-256\n")
        settings = [f"listen_addresses={self.database.address}", f"unix_socket_directories={data}"]
        settings += postgres.CARELESS
        words = (word for setting in settings for word in ("-c", setting))
        command = [*AS_POSTGRES, programs / "postgres", "-D", data / "data", *words]
        self.database.start("postgres", command, dict(os.environ), cwd=data)
        self.socket = data
        until(self.database_answers, seconds=20, says=lambda: self.database.said("postgres"))
        with psycopg.connect(
            f"host={self.socket} user=portal dbname=postgres", autocommit=True
        ) as connection:
            connection.execute(f"ALTER ROLE portal PASSWORD '{PASSWORD}'")

    def database_answers(self):
        try:
            return self.rows("SELECT 1")
        except psycopg.OperationalError:
            return None

    def start_pooler(self):
        """As docs/operate.md has it, but for the addresses."""
        ini = operating.block("Several machines", "ini")
        users = self.socket / "users.txt"
        values = {"DATABASE": self.database.address, "NETWORK": self.database.address}
        values["/etc/pgbouncer/userlist.txt"] = str(users)
        for name, value in values.items():
            ini = ini.replace(name, value)
        users.write_text(f'"portal" "{PASSWORD}"\n')
        (self.socket / "pgbouncer.ini").write_text(
            ini.replace("dbname=portal", "dbname=postgres").replace("portal =", "postgres =")
            + "unix_socket_dir =\n"
        )
        command = [*AS_POSTGRES, "pgbouncer", self.socket / "pgbouncer.ini"]
        self.database.start("pgbouncer", command, dict(os.environ), cwd=self.socket)

    def start_broker(self):
        """Nothing of its queue is kept."""
        options = ["--bind", self.broker.address, "--requirepass", PASSWORD, "--save", "", "--port", "6379"]
        command = [broker.binary(), *options, "--dir", self.broker.folder]
        self.broker.start("valkey", command, dict(os.environ))

    def start_web(self, machine, *, port=5432):
        command = [*PYTHON, "tests.machines.web", machine.address, "8000"]
        machine.start("web", command, self.env(machine.folder / "home", port=port), cwd=ROOT)

    def manage(self, machine, *words, **env):
        """A command of the portal's own on a machine: what it prints, and how it ends."""
        command = ["ip", "netns", "exec", machine.namespace, sys.executable, "manage.py", *words]
        env = self.env(machine.folder / "home") | env
        return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)

    def start_worker(self, machine):
        options = ["--concurrency", "1", "--loglevel", "WARNING", "--hostname", machine.address]
        machine.start("worker", [*CELERY, "worker", *options], self.env(machine.folder / "home"), cwd=ROOT)

    def start_beat(self, machine):
        options = ["--pidfile=", "--loglevel", "INFO"]
        machine.start("beat", [*CELERY, "beat", *options], self.env(machine.folder / "home"), cwd=ROOT)

    def start_proxy(self):
        folder = self.proxy.folder
        for source, name in (
            (ROOT / "tests/machines/nginx.conf", "nginx.conf"),
            (FILES / "nginx-pages.conf", "pages.conf"),
            (FILES / "nginx-kept.conf", "kept.conf"),
        ):
            text = source.read_text()
            values = {"folder": folder, "cache": folder / "cache"} | {
                name: machine.address for name, machine in self.machines.items()
            }
            for key, value in values.items():
                text = text.replace(f"@{{{key}}}", str(value))
            (folder / name).write_text(text)
        folder.chmod(0o755)
        self.proxy.start("nginx", ["nginx", "-c", folder / "nginx.conf"], dict(os.environ))

    def campaign(self, sites, papers):
        command = [*PYTHON, "tests.machines.campaign", str(sites), str(papers)]
        made = subprocess.run(
            command, env=self.env(self.network.folder / "home"), cwd=ROOT, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        return json.loads(made.stdout)

    @contextmanager
    def asked(self, method, address, body=None, headers=(), *, machine=None, timeout=10):
        host = machine.address if machine else self.proxy.address
        connection = http.client.HTTPConnection(host, 8000 if machine else 80, timeout=timeout)
        try:
            connection.request(method, address, body, dict(headers))
            yield connection.getresponse()
        finally:
            connection.close()

    def home_says(self, title, machine=None):
        with self.asked("GET", "/", machine=machine) as answer:
            return title in answer.read().decode()

    def is_served(self, machine=None):
        try:
            with self.asked("GET", "/healthz", machine=machine, timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def rows(self, query, *values):
        """Asked where the database stands, whatever becomes of its cable."""
        address = f"host={self.socket} user=portal dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            return connection.execute(query, values).fetchall()

    def holder(self):
        """Of the lease: the machine whose beat has it, and the fencing number."""
        found = self.rows("SELECT holder, fencing FROM core_beatlease WHERE until > now()")
        by_pid = {str(each.processes["beat"].pid): each for each in (self.back1, self.back2)}
        return (by_pid[found[0][0].split("/")[1]], found[0][1]) if found else None


@pytest.fixture(scope="module")
def city():
    network = Network(Path(tempfile.mkdtemp(prefix="portal-city-")))
    network.folder.chmod(0o755)
    try:
        yield City(network)
    finally:
        network.end()


@contextmanager
def saving(clerks):
    for clerk in clerks:
        clerk.start()
    try:
        yield
    finally:
        for clerk in clerks:
            clerk.over.set()
        for clerk in clerks:
            clerk.join(20)


def saved(clerks):
    return sum(len(clerk.acknowledged) for clerk in clerks)


def goes_on(clerks, *, seconds, during):
    """Everybody's next forms are taken."""
    before = [len(clerk.acknowledged) for clerk in clerks]
    until(
        lambda: all(len(clerk.acknowledged) > had + 1 for clerk, had in zip(clerks, before, strict=True)),
        seconds=seconds,
        says=lambda: f"nobody saves while {during}: {[clerk.refused for clerk in clerks]}",
    )


def states(city):
    return Counter(state for (state,) in city.rows("SELECT state FROM documents_document"))


def kept_pages(city, writer, timings):
    """What is written on one machine the others' public pages say at once, and the proxy's in a second."""
    seen, over = [], threading.Event()

    def look():
        while not over.is_set():
            seen.append((time.time(), city.home_says("换了题名")))
            time.sleep(0.02)

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    written = city.manage(writer, "shell", "-v0", "-c", WRITE)
    assert written.returncode == 0, written.stderr
    assert city.home_says("换了题名", city.web2)
    at = float(written.stdout)
    until(lambda: seen[-1][1], seconds=5, says="the proxy shows the old page")
    over.set()
    looking.join()
    stale = max((when for when, is_new in seen if not is_new), default=at) - at
    timings["stale at most"] = round(stale, 2)
    assert stale <= 1.0
    kept, own = (rate(f"http://{host}/") for host in (city.proxy.address, f"{city.web2.address}:8000"))
    timings["pages a second, kept and own"] = (kept, own)
    assert kept >= 5 * own


def rate(address):
    command = ["wrk", "--threads", "1", "--connections", "8", "--duration", "2s", address]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "Non-2xx" not in said, said
    return round(float(said.split("Requests/sec:")[1].split()[0]))


def test_a_bad_day_in_a_city(city, capsys):
    timings, began = {}, time.monotonic()

    def noted(name):
        timings[name] = round(time.monotonic() - began, 1)

    city.start_database()
    city.start_broker()
    units = city.campaign(3, PAPERS)
    noted("campaign made")
    city.start_pooler()
    city.start_web(city.web1)
    city.start_web(city.web2, port=POOLED)
    for machine in (city.back1, city.back2):
        city.start_beat(machine)
    city.start_proxy()
    for machine in (city.web1, city.web2, None):
        until(lambda: city.is_served(machine), seconds=60, says=lambda: city.web1.said("web"))  # noqa: B023
    noted("served")
    clerks = [Clerk(city, unit) for unit in units]
    with saving(clerks):
        goes_on(clerks, seconds=30, during="all is well")
        holding, fencing = until(city.holder, seconds=40, says="no beat has the lease")
        other = city.back1 if holding is city.back2 else city.back2
        noted("all is well")

        # The beat's holder is cut off, and a web machine; a worker is killed in a paper.
        assert all(city.home_says(PROGRAMME, machine) for machine in (city.web1, city.web2, None))
        holding.pull_cable()
        cut_at = time.monotonic()
        city.web1.pull_cable()
        goes_on(clerks, seconds=40, during="a web machine is cut off")
        noted("saved without a web machine")
        city.start_worker(other)
        until(lambda: states(city)["rendering"], seconds=40, says="no paper is being made")
        other.kill("worker")
        assert states(city)["rendering"] > 0
        city.start_worker(other)
        noted("worker killed")
        kept_pages(city, other, timings)
        refused = city.manage(city.web2, "check", SALT_KEY="another")
        assert refused.returncode != 0
        assert "This database was made with another SALT_KEY" in refused.stderr
        noted("other keys refused")
        taken = until(
            lambda: (found := city.holder()) and found[0] is other and found,
            seconds=60,
            says=lambda: f"no other beat took over: {other.said('beat')}",
        )
        assert taken[1] > fencing
        timings["takeover took"] = round(time.monotonic() - cut_at, 1)
        *_installing, shown = operating.commands("Several machines")
        env = city.env(city.network.folder / "home")
        told = subprocess.run(
            shlex.split(shown), env=env, cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert f"has lease {taken[1]}" in told.stdout
        assert "resend-lost-jobs" in told.stdout
        holding.plug_in()
        city.web1.plug_in()
        city.start_worker(holding)

        # The database's machine.
        city.database.pull_cable()
        time.sleep(10)
        city.database.plug_in()
        goes_on(clerks, seconds=40, during="the database is back")
        noted("saved after the database's cut")

        # The broker, with its queue.
        city.broker.kill("valkey")
        goes_on(clerks, seconds=20, during="the broker is away")
        city.start_broker()
        until(lambda: set(states(city)) == {"ready"}, seconds=60, says=lambda: f"papers wait: {states(city)}")
        noted("papers made")
        before = time.time()
        sent = "SELECT 1 FROM core_duetask WHERE sent_at > to_timestamp(%s)"
        until(lambda: city.rows(sent, before), seconds=40, says="beat sends nothing any more")
        goes_on(clerks, seconds=20, during="all is well again")
    noted("over")

    # Every acknowledged form is there once, with its file; and no form twice that nobody acknowledged.
    titles = Counter(title for (title,) in city.rows("SELECT title FROM assessments_evidence"))
    acknowledged = [title for clerk in clerks for title in clerk.acknowledged]
    assert [title for title in acknowledged if titles[title] != 1] == []
    assert set(titles.values()) == {1}
    assert len(titles) - len(acknowledged) <= len(clerks)
    stored = [name for (name,) in city.rows("SELECT file FROM assessments_evidencefile")]
    assert [name for name in stored if not (city.files / name).is_file()] == []
    # Every paper once, with one number.
    papers = city.rows("SELECT number, file FROM documents_document")
    assert len({number for number, _file in papers}) == len(papers) == PAPERS
    assert all((city.files / file).is_file() for _number, file in papers)
    # Beats lived on, and each due time was sent once, under numbers that only grow.
    assert all(machine.processes["beat"].poll() is None for machine in (city.back1, city.back2))
    due = city.rows("SELECT name, due_at, fencing FROM core_duetask WHERE sent_at IS NOT NULL ORDER BY id")
    assert len({(name, due_at) for name, due_at, _fencing in due}) == len(due)
    numbers = [fencing for _name, _due_at, fencing in due]
    assert numbers == sorted(numbers)
    with capsys.disabled():
        print(f"\n{timings} saved {len(acknowledged)} sent again {[dict(each.refused) for each in clerks]}")  # noqa: T201
