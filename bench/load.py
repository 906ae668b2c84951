"""A city's morning: two hundred people sign in within a minute, each on a connection of their own, and mark.

Each saves twenty marks within the minute after, beside fifty public pages a second and twenty papers a
minute. Nothing may be lost or doubled: what was acknowledged is counted against what the database holds
afterwards. The client shares the machine with what it measures; its part of the cores is told.
"""

import http.client
import multiprocessing
import os
import re
import resource
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlencode

from bench import Figure
from bench._pages import CSRF, Pen, pens_of
from bench._portal import apart, environment, grow, prepare, set_up
from bench._serving import TICKS, served
from deploy import broker
from deploy.console import ROOT, end
from deploy.run import worker_command

PEOPLE, MARKS = 200, 20
# While all holds, the same people once more in half the time, a third …, as if there were so many more.
FASTEST = 10
SIGNING_IN, MARKING = 60.0, 60.0  # seconds
PUBLIC_A_SECOND, READERS = 50, 5
PAPERS_A_MINUTE = 20
# Of so many there are as many people with a sheet of their own.
SITES = 2_300
MINUTES = (SIGNING_IN + MARKING) / 60
PASSWORD = "shifandian-2008"  # noqa: S105  # every account's of the demo
# Of which kind of request so many of a hundred are answered in so many seconds.
TARGETS = (
    ("load.sign_in_p95", "sign_in", 95, 3),
    ("load.first_page_p95", "home", 95, 3),
    ("load.sheet_p95", "sheet", 95, None),
    ("load.save_p99", "save", 99, 1),
    ("load.public_p95", "public", 95, None),
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Seen:
    """What all clients together saw: seconds by the kind of request, and what was no right answer."""

    took: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    # How many marks of each sheet were acknowledged.
    saved: Counter[int] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, kind: str, wanted: int, send: Callable[[], http.client.HTTPResponse]) -> bytes:
        """The body of an answer with the wanted status; "" where it was another one."""
        started = time.monotonic()
        try:
            answer = send()
            body, status = answer.read(), str(answer.status)
        except (OSError, http.client.HTTPException) as error:
            body, status = b"", repr(error)
        with self.lock:
            self.took.setdefault(kind, []).append(time.monotonic() - started)
            if status != str(wanted):
                self.errors.append(f"{kind}: {status}")
        return body if status == str(wanted) else b""

    def share(self, kind: str, of_hundred: int) -> float:
        """The time within which so many of a hundred were answered."""
        took = sorted(self.took[kind])
        return took[min(len(took) * of_hundred // 100, len(took) - 1)]


def measure() -> Iterator[Figure]:
    """A morning with its figures, and at how many times its pace it still is one."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        home = str(Path(folder) / "load")
        prepare(home, "demo")
        grow(home, SITES)
        figures = list(a_morning_of(home, pace=1))
        yield from figures
        pace = 1
        while not (short := [figure for figure in figures if not figure.is_ok]) and pace < FASTEST:
            pace += 1
            figures = list(a_morning_of(home, pace=pace))
        note = f"with {PEOPLE * pace} a minute {', '.join(map(str, short)) or 'all held'}"
        yield Figure("load.held", PEOPLE * (pace - 1 if short else pace), "people a minute", note=note)


def a_morning_of(home: str, *, pace: int) -> Iterator[Figure]:
    """At `pace` 2 all that people do takes half the time; readers and papers come as ever."""
    pens = apart(pens_of, home, PEOPLE)
    writers = list(zip(pens, apart(names_of, home, pens), strict=True))
    before = apart(versions_of, home, pens)
    seen = Seen()
    env = environment(home) | {"REDIS_URL": f"unix://{Path(home) / 'valkey.sock'}"}
    with served(env) as server, _behind(home, env, MINUTES / pace) as papers:
        cpu, others, started = _used(), _busy() - server.cpu(), time.monotonic()
        _morning(server.port, seen, writers, pace)
        cores = (time.monotonic() - started) * (os.cpu_count() or 1)
        cpu = _used() - cpu
        others = _busy() - server.cpu() - others - cpu
        made = papers.result()
    yield Figure("load.people", len(pens), "", at_least=PEOPLE)
    for name, kind, of_hundred, at_most in TARGETS:
        yield Figure(name, seen.share(kind, of_hundred), "s", at_most=at_most)
    wanted = round(PUBLIC_A_SECOND * 60 * MINUTES / pace)
    yield Figure("load.public_pages", len(seen.took["public"]), "", at_least=0.95 * wanted)
    yield Figure("load.papers", made, "", at_least=round(PAPERS_A_MINUTE * MINUTES / pace))
    yield Figure("load.errors", len(seen.errors), "", at_most=0, note="; ".join(sorted(set(seen.errors))[:5]))
    after = apart(versions_of, home, pens)
    more = {sheet: after[sheet] - before[sheet] - seen.saved[sheet] for sheet in after}
    lost, doubled = -sum(min(each, 0) for each in more.values()), sum(max(each, 0) for each in more.values())
    yield Figure("load.lost", lost, "marks", at_most=0, note=f"of {seen.saved.total()}")
    yield Figure("load.doubled", doubled, "marks", at_most=0)
    yield Figure("load.client", 100 * cpu / cores, "% of the cores")
    yield Figure(
        "load.others", 100 * others / cores, "% of the cores", note="worker, broker, and what is not ours"
    )


# -- who asks ------------------------------------------------------------------------


def _morning(port: int, seen: Seen, people: list[tuple[Pen, str]], pace: int) -> None:
    """Everybody's minute, one after the other's, and those who read beside them until the last is done."""
    done = threading.Event()
    readers = [threading.Thread(target=_read, args=(port, seen, done)) for _ in range(READERS)]
    writers = [
        threading.Thread(
            target=_work,
            args=(port, seen, pen, name, number * SIGNING_IN / len(people) / pace),
            kwargs={"pace": pace},
        )
        for number, (pen, name) in enumerate(people)
    ]
    for thread in (*readers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()


def _read(port: int, seen: Seen, done: threading.Event) -> None:
    """Public pages at an even pace, whatever they take."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    due = time.monotonic()
    for address in cycle(("/", "/sites/", "/notices/", "/standards/")):
        due += READERS / PUBLIC_A_SECOND
        if done.wait(max(due - time.monotonic(), 0)):
            return
        seen.ask("public", 200, _sent(connection, "GET", address))


def _work(port: int, seen: Seen, pen: Pen, name: str, begin: float, *, pace: int) -> None:
    """Somebody signs in, looks at the home, opens the sheet and marks item after item."""
    time.sleep(begin)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    cookies = {"csrftoken": CSRF}
    page = seen.ask("form", 200, _sent(connection, "GET", "/accounts/login/", cookies))
    typed = dict(re.findall(rb'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    typed |= {b"login": name.encode(), b"password": PASSWORD.encode(), b"csrfmiddlewaretoken": CSRF.encode()}
    seen.ask("sign_in", 302, _sent(connection, "POST", "/accounts/login/", cookies, body=urlencode(typed)))
    if "sessionid" not in cookies:
        return
    seen.ask("home", 200, _sent(connection, "GET", "/desk/", cookies))
    seen.ask("sheet", 200, _sent(connection, "GET", f"/desk/sheets/{pen.sheet}/", cookies))
    own = replace(pen, session=cookies["sessionid"])
    for item in islice(cycle(pen.versions), MARKS):
        time.sleep(MARKING / MARKS / pace)
        method, address, body, headers = own.save(item)
        if seen.ask("save", 200, _sent(connection, method, address, body=body, headers=headers)):
            seen.saved[own.sheet] += 1


def _sent(
    connection: http.client.HTTPConnection,
    method: str,
    address: str,
    cookies: dict[str, str] | None = None,
    *,
    body: str = "",
    headers: Mapping[str, str] | None = None,
) -> Callable[[], http.client.HTTPResponse]:
    """Send it; what cookies come back are kept in `cookies`."""
    words = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
    own = {"Host": "localhost", **({"Cookie": words} if words else {}), **(FORM if body else {})}

    def send() -> http.client.HTTPResponse:
        connection.request(method, address, body, own | dict(headers or {}))
        answer = connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.split(";")[0].partition("=")
            if cookies is not None and name != "csrftoken":
                cookies[name] = value
        return answer

    return send


def _busy() -> float:
    """Seconds that all cores of the machine have worked."""
    user, nice, system, _idle, _waiting, *rest = map(
        int, Path("/proc/stat").read_text().split("\n")[0].split()[1:]
    )
    return (user + nice + system + sum(rest[:3])) / TICKS


def _used() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


# -- what works behind the pages -------------------------------------------------------


@contextmanager
def _behind(home: str, env: dict[str, str], minutes: float) -> Iterator[Future[int]]:
    """Broker and worker, and a process that has a paper made every few seconds; how many were made."""
    at = Path(home) / "valkey.sock"
    with ExitStack() as stack:
        stack.callback(end, subprocess.Popen(broker.command(Path(home), at)))
        while not broker.answers(at):
            time.sleep(0.1)
        quiet = subprocess.DEVNULL
        stack.callback(end, subprocess.Popen(worker_command(), env=os.environ | env, cwd=ROOT, stderr=quiet))
        pool = stack.enter_context(ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")))
        yield pool.submit(have_papers_made, env, minutes)


def have_papers_made(env: dict[str, str], minutes: float) -> int:
    """In a process of the portal's own: hand papers to the worker at their pace; how many are made."""
    os.environ |= env
    import django  # noqa: PLC0415  # once the settings are known

    django.setup()
    from core.jobs import send  # noqa: PLC0415  # after set-up
    from documents.models import Document  # noqa: PLC0415

    papers = list(Document.objects.waiting().order_by("pk")[: round(PAPERS_A_MINUTE * minutes)])
    for paper in papers:
        send(paper)
        time.sleep(60 / PAPERS_A_MINUTE)
    time.sleep(10)
    waiting = Document.objects.waiting().filter(pk__in=[paper.pk for paper in papers])
    return len(papers) - waiting.count()


# -- in the portal's own process (`_portal.apart`) ---------------------------------------


def names_of(home: str, pens: list[Pen]) -> list[str]:
    """Who signs in to write with each pen."""
    set_up(home)
    from accounts.enums import Role  # noqa: PLC0415  # after set_up
    from assessments.models import Sheet  # noqa: PLC0415

    sheets = Sheet.objects.in_bulk([pen.sheet for pen in pens])
    units = (sheets[pen.sheet].assessment.site.organisation for pen in pens)
    return [unit.people.filter(role=Role.LIAISON)[0].username for unit in units]


def versions_of(home: str, pens: list[Pen]) -> dict[int, int]:
    """How many marks were ever written on each of these sheets."""
    set_up(home)
    from django.db.models import Sum  # noqa: PLC0415  # after set_up

    from assessments.models import Score  # noqa: PLC0415

    marks = Score.objects.filter(sheet__in=[pen.sheet for pen in pens]).values_list("sheet")
    return dict.fromkeys((pen.sheet for pen in pens), 0) | dict(marks.annotate(written=Sum("version")))
