"""A worker of the benchmarks' own with a broker beside it, and papers for it to make."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench._portal import apart, environment
from deploy import broker
from deploy.console import ROOT, end
from deploy.run import worker_command

PATIENCE = 300.0


class Worker:
    """`process` has the children that work."""

    def __init__(self, home: str, broker_url: str, process: int) -> None:
        self.process = process
        self._home, self._broker_url = home, broker_url

    def make(self, papers: int) -> float:
        """Hand over so many of the papers that wait; the seconds until the last one is made."""
        return apart(_make, self._home, self._broker_url, papers)


@contextmanager
def working(home: str, processes: int) -> Iterator[Worker]:
    """The portal's worker with so many children."""
    at = Path(home) / "valkey.sock"
    os.environ["PORTAL_WORKER_PROCESSES"] = str(processes)  # the worker's command says it
    env = os.environ | environment(home) | {"REDIS_URL": f"unix://{at}"}
    with ExitStack() as stack:
        stack.callback(end, subprocess.Popen(broker.command(Path(home), at)))
        while not broker.answers(at):
            time.sleep(0.1)
        worker = subprocess.Popen(worker_command(), env=env, cwd=ROOT)
        stack.callback(end, worker)
        yield Worker(home, env["REDIS_URL"], worker.pid)


def _make(home: str, broker_url: str, many: int) -> float:
    """In a process of the portal's own."""
    os.environ |= environment(home) | {"REDIS_URL": broker_url}
    import django  # noqa: PLC0415  # once the settings are known

    django.setup()
    from core.jobs import send  # noqa: PLC0415  # after set-up
    from documents.models import Document  # noqa: PLC0415

    papers = list(Document.objects.waiting().order_by("pk")[:many])
    assert len(papers) == many, "there are not so many papers"
    started = time.monotonic()
    assert all(map(send, papers))
    ours = Document.objects.waiting().filter(pk__in=[paper.pk for paper in papers])
    while ours.exists():
        assert time.monotonic() < started + PATIENCE, "the papers were not made in time"
        time.sleep(0.2)
    return time.monotonic() - started
