"""The portal's pages under several web servers, each given the same slow readers: why waitress serves.

waitress is served as `./portal serve web` does, the others as near to that as their options go: with as many
processes and threads (cheroot in one process, with as many threads as the others have together). They are no
part of the portal: pip brings them (`servers.txt`) into a folder of the run; where it cannot, that is said.

Targets are for the one that is used; of the others the same is told beside it.
"""

import http.client
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path
from statistics import median

from bench import Figure
from bench._pages import CSRF, Kind, ask_for
from bench._portal import apart, environment, prepare
from bench._serving import Page, Server, Side, answer_to, free_port, take_turns
from bench.memory import children, memory
from bench.start import answers
from deploy.console import ROOT, end, fail

OURS = "waitress"
PROCESSES, THREADS = 2, 4
APPLICATION = "wuhai_portal.wsgi:application"
OTHERS = {
    "granian": (
        *("granian", "--interface", "wsgi", "--http", "1", "--log-level", "error", "--port", "{port}"),
        *("--workers", f"{PROCESSES}", "--blocking-threads", f"{THREADS}", APPLICATION),
    ),
    "gunicorn": (
        *("gunicorn", "--worker-class", "gthread", "--log-level", "error", "--bind", "127.0.0.1:{port}"),
        *("--workers", f"{PROCESSES}", "--threads", f"{THREADS}", "--keep-alive", "60", APPLICATION),
    ),
    "cheroot": ("cheroot", "--bind", "127.0.0.1:{port}", "--threads", f"{PROCESSES * THREADS}", APPLICATION),
}
# It has one process, which cannot be exchanged while it serves.
RELOADABLE = {OURS, "granian", "gunicorn"}

IDLE, HEADS, BODIES = 300, 200, 200
HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
# A page reads a form where its sender shows the key.
FORM = {"Host": "localhost", "Cookie": f"csrftoken={CSRF}", "X-CSRFToken": CSRF}
BODY = "\r\n".join(
    [
        "POST /accounts/login/ HTTP/1.1",
        *(f"{name}: {value}" for name, value in FORM.items()),
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Length: 5000\r\n\r\n",
    ]
).encode()
# Bytes, and how long (seconds) each is on its way.
UPLOADS, UPLOAD, UPLOADING = 4, 4_000_000, 20.0
PIECES = 200
# Who has no answer by then (seconds) is not answered at all.
PATIENCE = 10.0
RELOADS, CLIENTS = 3, 4
COMING_UP = 60.0
SMALL = Page("/healthz")
KINDS = (Kind("public", "", "/"), Kind("desk", "shiban", "/desk/"))


def measure() -> Iterator[Figure]:
    _open_enough_files()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        home = str(Path(folder) / "demo")
        prepare(home, "demo")
        env = environment(home) | {"PYTHONPATH": os.pathsep.join([folder, str(ROOT)])}
        names = (OURS, *(OTHERS if _install(folder) else ()))
        pages = {name: asked.page for name, asked in apart(ask_for, home, KINDS, "on").items()}
        for name in names:
            with _served(name, env) as server:
                yield from _figures(name, server, pages)
        yield from _beside_ours(names, env, pages)


def _install(folder: str) -> bool:
    """Bring the other servers into the folder; whether that went well."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    what = ["--target", folder, "--requirement", str(Path(__file__).with_suffix(".txt"))]
    told = subprocess.run([*pip, *what], check=False, stderr=subprocess.PIPE, text=True)
    if told.returncode:
        fail(f"{', '.join(OTHERS)} cannot be had, {OURS} is measured alone: {told.stderr.strip()}")
    return not told.returncode


@contextmanager
def _served(name: str, env: Mapping[str, str]) -> Iterator[Server]:
    """The portal under this server; the first of its processes has started the others."""
    port = free_port()
    arguments = ("deploy", "serve", "web") if name == OURS else OTHERS[name]
    command = [sys.executable, "-P", "-m", *(each.format(port=port) for each in arguments)]
    own = {"PORT": str(port), "PORTAL_WEB_PROCESSES": str(PROCESSES)}
    process = subprocess.Popen(command, env=os.environ | env | own, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + COMING_UP
        while not answers(f"http://127.0.0.1:{port}/healthz"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{name} did not come up; the reason is above")
            time.sleep(0.1)
        yield Server(port, tuple(_tree(process.pid)))
    finally:
        end(process)


def _tree(process: int) -> list[int]:
    return [process, *(below for child in children(process) for below in _tree(child))]


def _open_enough_files() -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


# -- what each is measured by ----------------------------------------------------------


def _figures(name: str, server: Server, pages: Mapping[str, Page]) -> Iterator[Figure]:
    is_ours = name == OURS
    for page in pages.values():
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(lambda page: seconds_to_answer(server.port, page), [page] * 5 * CLIENTS))
    held = sum(memory(process)[0] for process in _tree(server.processes[0]))
    yield Figure(f"servers.{name}.memory", held, "MB", note="all its processes")
    if name in RELOADABLE:
        lost, asked = reload(server, [SMALL, pages["desk"]])
        note = "; ".join([f"of {asked}", *sorted(set(lost))])
        yield Figure(f"servers.{name}.lost", len(lost), "requests", at_most=0 if is_ours else None, note=note)
    with slow_readers(server.port), ThreadPoolExecutor(UPLOADS) as pool:
        uploads = [pool.submit(upload, server.port) for _ in range(UPLOADS)]
        took: dict[str, list[float]] = {"healthz": [], "desk": []}
        until = time.monotonic() + UPLOADING
        while time.monotonic() < until:
            took["healthz"].append(seconds_to_answer(server.port, SMALL))
            took["desk"].append(seconds_to_answer(server.port, pages["desk"]))
            time.sleep(0.05)
        taken = sum(each.result() for each in uploads)
    for asked_for, times in took.items():
        note = f"p50 {median(times):.3f}, {len(times)} asked"
        at_most = 1 if is_ours else None
        yield Figure(f"servers.{name}.{asked_for}_max", max(times), "s", at_most=at_most, note=note)
    yield Figure(f"servers.{name}.uploads", taken, "", at_least=UPLOADS if is_ours else None)


def _beside_ours(
    names: tuple[str, ...], env: Mapping[str, str], pages: Mapping[str, Page]
) -> Iterator[Figure]:
    """Without slow readers: the pages a second, and their CPU time, beside ours (2 x is twice as many)."""
    with ExitStack() as stack:
        servers = {name: stack.enter_context(_served(name, env)) for name in names}
        for kind, page in {"healthz": SMALL, **pages}.items():
            sides = {name: Side(server, page) for name, server in servers.items()}
            take_turns(*sides.values())
            ours = sides[OURS]
            for name, side in sides.items():
                note = f"{side.cost_beside(ours):.2f} x the CPU time, {side.milliseconds:.2f} ms"
                yield Figure(f"servers.{name}.{kind}_rate", side.rate_beside(ours), "x", note=note)


# -- readers ---------------------------------------------------------------------------


def seconds_to_answer(port: int, page: Page) -> float:
    """On a connection of its own; PATIENCE where there was none."""
    started = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        answer_to(connection, page(0, 0))
        return time.monotonic() - started
    except (OSError, http.client.HTTPException):
        return PATIENCE
    finally:
        connection.close()


@contextmanager
def slow_readers(port: int) -> Iterator[None]:
    """Connections that say nothing, and others whose heads and bodies come a byte a second."""
    done = threading.Event()
    with ExitStack() as stack:
        readers = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
            for _ in range(IDLE + HEADS + BODIES)
        ]
        for number, reader in enumerate(readers[IDLE:]):
            reader.sendall(HEAD if number < HEADS else BODY)

        def drip() -> None:
            while not done.wait(1):
                for reader in readers[IDLE:]:
                    with suppress(OSError):  # shown out
                        reader.send(b"x")

        thread = threading.Thread(target=drip)
        thread.start()
        stack.callback(thread.join)
        stack.callback(done.set)
        yield


def upload(port: int) -> bool:
    """Send a large file slowly; whether it was answered by a page of the portal's."""
    edge = b"--edge\r\nContent-Disposition: form-data; name="
    start, stop = edge + b'"file"; filename="large.bin"\r\n\r\n', b"\r\n--edge--\r\n"

    def pieces() -> Iterator[bytes]:
        yield start
        for _ in range(PIECES):
            yield bytes(UPLOAD // PIECES)
            time.sleep(UPLOADING / PIECES)
        yield stop

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    length = len(start) + UPLOAD + len(stop)
    headers = {"Content-Type": "multipart/form-data; boundary=edge", "Content-Length": f"{length}"} | FORM
    try:
        connection.request("POST", "/accounts/login/", pieces(), headers)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def reload(server: Server, pages: list[Page]) -> tuple[list[str], int]:
    """Exchange the server's processes several times; how requests were lost meanwhile, and of how many."""
    done, lost = threading.Event(), list[str]()

    def read(number: int) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        for asked in count(1):
            try:
                answer_to(connection, pages[number % len(pages)](0, 0))
            except (OSError, http.client.HTTPException, RuntimeError) as error:
                lost.append(repr(error))
                connection.close()
            if done.is_set():
                return asked
        raise AssertionError

    with ThreadPoolExecutor(CLIENTS) as pool:
        readers = [pool.submit(read, number) for number in range(CLIENTS)]
        for _ in range(RELOADS):
            _exchange(server.processes[0])
        done.set()
        return lost, sum(each.result() for each in readers)


def _exchange(main: int) -> None:
    """Until none of the processes is left that served before."""
    former = set(_tree(main)[1:])
    os.kill(main, signal.SIGHUP)
    deadline = time.monotonic() + COMING_UP
    while former & set(_tree(main)):
        if time.monotonic() > deadline:
            raise RuntimeError("the processes were not exchanged")
        time.sleep(0.1)
    time.sleep(1)
