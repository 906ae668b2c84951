"""What web processes and a worker's children hold once they worked, and what a web process' start costs.

What counts is the proportional set (`Pss` of /proc/PID/smaps_rollup): what is shared, such as libraries,
fonts and what a worker loaded before it forked, counts to each process by its part. The resident set, as `ps`
tells it, stands in the note.
"""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from bench import Figure
from bench._pages import Kind, ask_for
from bench._portal import apart, environment, prepare
from bench._serving import CLIENTS, Side, served, take_turns
from bench._worker import working

PAGES = (
    Kind("public", "", "/sites/"),
    Kind("home", "shiban", "/desk/"),
    Kind("papers", "shiban", "/desk/documents/"),
    Kind("sheet", "lianluo20", "/desk/sheets/{sheet}/?section=1"),
)
PAPERS = 16


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
    with working(home, 2) as worker:
        worker.make(PAPERS)
        return _held("memory.child_of_worker", children(worker.process), 160)


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
