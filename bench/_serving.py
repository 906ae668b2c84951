"""Serving two sites under the same server and the same load, in turns."""

import http.client
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from statistics import median

from deploy.console import ROOT, end
from deploy.run import WEB, is_served, web_command

CLIENTS = 4
SECONDS = 2.0
TURNS = 7

# A client's n-th request: method, address, body, headers.
Request = tuple[str, str, str, Mapping[str, str]]
# What each client sends, by its number and the request's.
Load = Callable[[int, int], Request]


@contextmanager
def served(env: Mapping[str, str]) -> Iterator[int]:
    """The site of these settings under as many processes as `./portal run` has; its port."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener, ExitStack() as stack:
        for _ in WEB:
            process = subprocess.Popen(
                web_command(listener), env=os.environ | env, cwd=ROOT, pass_fds=[listener.fileno()]
            )
            stack.callback(end, process)
        deadline = time.monotonic() + 30
        while not is_served(listener):
            if time.monotonic() > deadline:
                raise RuntimeError("the site did not come up; the reason is above")
            time.sleep(0.05)
        yield listener.getsockname()[1]


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
