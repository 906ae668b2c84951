"""Serving several sites under the same server and the same load, in turns, and what that costs.

What counts is the CPU time of the processes that serve (`/proc`): the machine has other things to do, and who
asks takes his share of it.
"""

import http.client
import os
import re
import resource
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile

from deploy.console import ROOT, end
from deploy.run import WEB, is_served, web_command

CLIENTS = 4
SECONDS = 1
TURNS = 5
# An answer that comes sooner (seconds) is asked for by wrk. At slower pages our own client is no burden, and
# it waits for what it asked last: what wrk leaves unanswered would weigh.
QUICK = 0.01
WRK = shutil.which("wrk")
TICKS = os.sysconf("SC_CLK_TCK")

# A client's n-th request: method, address, body, headers.
Request = tuple[str, str, str, Mapping[str, str]]


@dataclass(frozen=True)
class Page:
    """One address, asked again and again; "" is nobody's session."""

    address: str
    session: str = ""

    def __call__(self, _client: int, _number: int) -> Request:
        return "GET", self.address, "", self.headers

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"sessionid={self.session}"} if self.session else {}


# What each client sends, by its number and the request's.
Load = Page | Callable[[int, int], Request]


@dataclass(frozen=True)
class Server:
    """A served site: where, and by which processes."""

    port: int
    processes: tuple[int, ...]

    def cpu(self) -> float:
        """Seconds its processes have worked so far."""
        return sum(_cpu(process) for process in self.processes)


def _cpu(process: int) -> float:
    after_the_name = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, after_the_name[11:13])) / TICKS  # utime and stime


@contextmanager
def served(env: Mapping[str, str]) -> Iterator[Server]:
    """The site of these settings under as many processes as `./portal run` has."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener, ExitStack() as stack:
        command = web_command(listener)
        log = stack.enter_context(TemporaryFile("w+"))
        processes = []
        for _ in WEB:
            process = subprocess.Popen(
                command, env=os.environ | env, cwd=ROOT, pass_fds=[listener.fileno()], stderr=log
            )
            stack.callback(end, process)
            processes.append(process.pid)
        deadline = time.monotonic() + 30
        while not is_served(listener):
            if time.monotonic() > deadline:
                log.seek(0)
                raise RuntimeError(f"the site did not come up:\n{log.read()}")
            time.sleep(0.05)
        yield Server(listener.getsockname()[1], tuple(processes))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


# -- turns -----------------------------------------------------------------------


@dataclass(frozen=True)
class Turn:
    """What a while of asking came to.

    `cpu` and `client` are the seconds that the server and who asked it worked.
    """

    answers: int
    seconds: float
    cpu: float
    client: float

    @property
    def milliseconds(self) -> float:
        """The server's work for one answer."""
        return 1000 * self.cpu / self.answers

    @property
    def rate(self) -> float:
        return self.answers / self.seconds


@dataclass
class Side:
    """A load at a server, and the turns it had."""

    server: Server
    load: Load
    clients: int = CLIENTS
    by_wrk: bool = False
    turns: list[Turn] = field(default_factory=list)

    @property
    def milliseconds(self) -> float:
        return median(turn.milliseconds for turn in self.turns)

    def cost_beside(self, other: "Side") -> float:
        """CPU of an answer of ours to one of the other's: the middle one of the pairs of turns."""
        return _middle(self, other, lambda turn: turn.milliseconds)

    def rate_beside(self, other: "Side") -> float:
        return _middle(self, other, lambda turn: turn.rate)

    @property
    def share_of_client(self) -> float:
        """What the asking took of the machine's cores."""
        return median(turn.client / turn.seconds for turn in self.turns) / (os.cpu_count() or 1)


def _middle(ours: Side, theirs: Side, value: Callable[[Turn], float]) -> float:
    return median(value(mine) / value(yours) for mine, yours in zip(ours.turns, theirs.turns, strict=True))


def take_turns(*sides: Side) -> None:
    """Each in turn, close to each other, and several times: what else the machine does falls on all."""
    for side in sides:
        _ask(side, 3)  # each process has seen the page before it is measured
        started = time.monotonic()
        answers = _ask(side, 3)
        is_quick = time.monotonic() - started < QUICK * answers
        side.by_wrk = bool(WRK) and is_quick and isinstance(side.load, Page)
    for _ in range(TURNS):
        for side in sides:
            side.turns.append(_turn(side))


def _turn(side: Side) -> Turn:
    who = resource.RUSAGE_CHILDREN if side.by_wrk else resource.RUSAGE_SELF
    cpu, client, started = side.server.cpu(), _used(who), time.monotonic()
    answers = _wrk(side) if side.by_wrk else _ask(side)
    return Turn(answers, time.monotonic() - started, side.server.cpu() - cpu, _used(who) - client)


def _used(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


# -- clients ---------------------------------------------------------------------


def _wrk(side: Side) -> int:
    """wrk's number of answers; it takes little of the machine."""
    page = side.load
    assert isinstance(page, Page)
    headers = [f"-H{name}: {value}" for name, value in ({"Host": "localhost"} | page.headers).items()]
    asked = subprocess.run(
        [
            *(str(WRK), "-t1", f"-c{side.clients}", f"-d{SECONDS}s", "--timeout", "60s"),
            *headers,
            f"http://127.0.0.1:{side.server.port}{page.address}",
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    if "Non-2xx" in asked.stdout or "Socket errors" in asked.stdout:
        raise RuntimeError(f"{page.address}: {asked.stdout}")
    found = re.search(r"(\d+) requests in", asked.stdout)
    assert found, asked.stdout
    return int(found[1])


def _ask(side: Side, at_most: int | None = None) -> int:
    """Some clients at once, each sending the next as soon as it has the last; the number of answers."""
    done = [0] * side.clients
    failed: list[BaseException] = []
    end = time.monotonic() + SECONDS

    def run(client: int) -> None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", side.server.port, timeout=60)
            while (done[client] < at_most if at_most else time.monotonic() < end) and not failed:
                answer_to(connection, side.load(client, done[client]))
                done[client] += 1
        except (OSError, http.client.HTTPException, RuntimeError) as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(client,)) for client in range(side.clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return sum(done)


def answer_to(connection: http.client.HTTPConnection, request: Request) -> None:
    method, address, body, headers = request
    connection.request(method, address, body, {"Host": "localhost", **headers})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{method} {address}: {answer.status}")
