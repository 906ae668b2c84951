"""What web processes and a worker's children hold once they worked, and what a web process' start costs.

What counts is the proportional set (`Pss` of /proc/PID/smaps_rollup): what is shared, such as libraries,
fonts and what a worker loaded before it forked, counts to each process by its part. The resident set, as `ps`
tells it, stands in the note.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from bench import Figure
from bench._pages import Kind, ask_for
from bench._portal import apart, environment, prepare
from bench._serving import CLIENTS, Side, served, take_turns
from deploy import broker
from deploy.console import ROOT, end
from deploy.run import worker_command

PAGES = (
    Kind("public", "", "/sites/"),
    Kind("home", "shiban", "/desk/"),
    Kind("papers", "shiban", "/desk/documents/"),
    Kind("sheet", "lianluo20", "/desk/sheets/{sheet}/?section=1"),
)
PAPERS = 16
PATIENCE = 120.0


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        home = str(Path(folder) / "demo")
        prepare(home, "demo")
        yield from _web(home)
        yield _worker(home)


def _web(home: str) -> Iterator[Figure]:
    asked = apart(ask_for, home, PAGES, "on")
    with served(environment(home)) as server:
        start = server.cpu() / len(server.processes)
        yield Figure("memory.start_of_web", start, "s of CPU", at_most=1.5)
        yield _held("memory.web_at_rest", server.processes, 90)
        take_turns(*(Side(server, page.page, clients=CLIENTS) for page in asked.values()))
        yield _held("memory.web_at_work", server.processes, 150)


def _worker(home: str) -> Figure:
    """After so many papers, the same ones that the demo left for the worker."""
    at = Path(home) / "valkey.sock"
    env = os.environ | environment(home) | {"REDIS_URL": f"unix://{at}"}
    with ExitStack() as stack:
        stack.callback(end, subprocess.Popen(broker.command(Path(home), at)))
        while not broker.answers(at):
            time.sleep(0.1)
        worker = subprocess.Popen(worker_command(), env=env, cwd=ROOT)
        stack.callback(end, worker)
        apart(make_papers, home, env["REDIS_URL"])
        return _held("memory.child_of_worker", children(worker.pid), 160)


def make_papers(home: str, broker_url: str) -> None:
    """In a process of the portal's own: hand papers to the worker and wait for them."""
    os.environ |= environment(home) | {"REDIS_URL": broker_url}
    import django  # noqa: PLC0415  # once the settings are known

    django.setup()
    from core.jobs import send  # noqa: PLC0415  # after set-up
    from documents.models import Document  # noqa: PLC0415

    papers = list(Document.objects.waiting().order_by("pk")[:PAPERS])
    assert all(map(send, papers))
    ours = Document.objects.waiting().filter(pk__in=[paper.pk for paper in papers])
    deadline = time.monotonic() + PATIENCE
    while ours.exists():
        assert time.monotonic() < deadline, "the papers were not made in time"
        time.sleep(0.2)


def _held(name: str, processes: Iterable[int], at_most: float) -> Figure:
    """The largest share of one of them."""
    held = [memory(process) for process in processes]
    sizes = ", ".join(f"{resident:.0f}" for _share, resident in held)
    return Figure(name, max(held)[0], "MB", at_most=at_most, note=f"resident sets of {sizes} MB")


def memory(process: int) -> tuple[float, float]:
    """What a process holds in MB: its proportional and its resident set."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    held = {name: int(rest.split()[0]) / 1024 for name, _, rest in (line.partition(":") for line in lines)}
    return held["Pss"], held["Rss"]


def children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
