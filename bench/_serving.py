"""Serving two sites under the same server and the same load, in turns."""

import http.client
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
APPLICATION = "django.core.wsgi:get_wsgi_application()"
CLIENTS = 4
SECONDS = 2.0
TURNS = 7

# A client's n-th request: method, address, body, headers.
Request = tuple[str, str, str, Mapping[str, str]]
# What each client sends, by its number and the request's.
Load = Callable[[int, int], Request]


@contextmanager
def served(env: Mapping[str, str]) -> Iterator[int]:
    """The site of these settings under gunicorn with two sync workers, as `./portal run` has it; its port."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        log = Path(folder) / "log"
        command = [sys.executable, "-m", "gunicorn", APPLICATION, "--bind", "127.0.0.1:0", "--workers", "2"]
        with log.open("wb") as output:
            server = subprocess.Popen(
                [*command, "--no-control-socket"], env=os.environ | env, cwd=ROOT, stderr=output
            )
        try:
            yield _port(log)
        finally:
            server.terminate()
            server.wait()


def _port(log: Path) -> int:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        told = [line for line in log.read_text().splitlines() if "Listening at" in line]
        if told:
            return int(told[0].split("127.0.0.1:")[1].split()[0])
        time.sleep(0.05)
    raise RuntimeError(log.read_text())


def ratio(ours: tuple[int, Load], theirs: tuple[int, Load]) -> float:
    """Requests a second of ours to theirs: the middle one of several pairs of turns, close to each other.

    Both have the same machine, and what else it does falls on both.
    """
    return median(_rate(*ours) / _rate(*theirs) for _ in range(TURNS))


def _rate(port: int, load: Load) -> float:
    """Answers a second with some clients at once, each sending the next as soon as it has the last."""
    done = [0] * CLIENTS
    failed: list[str] = []
    end = time.monotonic() + SECONDS

    def run(client: int) -> None:
        while time.monotonic() < end and not failed:
            method, address, body, headers = load(client, done[client])
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request(method, address, body, {"Host": "localhost", **headers})
            answer = connection.getresponse()
            answer.read()
            connection.close()
            if answer.status != 200:
                failed.append(f"{method} {address}: {answer.status}")
            done[client] += 1

    threads = [threading.Thread(target=run, args=(client,)) for client in range(CLIENTS)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise RuntimeError(failed[0])
    return sum(done) / (time.monotonic() - started)
