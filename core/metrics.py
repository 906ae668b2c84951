"""What Prometheus is told: each request and each task as they are done, and the conditions when it asks.

Loaded where `PORTAL_METRICS` is set. Every process writes its counts into a file of its own in
PORTAL_HOME/metrics; one small process (`manage.py metrics`) adds them up and serves them. What a process
counted stays when it ends, so no sum falls when one is started anew. Who starts while no other runs empties
the folder: then all sums begin at nought together, which Prometheus takes for the restart that it is.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from celery.signals import task_postrun, worker_init
from django.conf import settings
from django.utils import translation
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from core.enums import Severity
from core.health import Report, examine

FOLDER = settings.PORTAL_HOME / "metrics"
SEVERITIES = {Severity.OK: 0, Severity.WARNING: 1, Severity.ERROR: 2}

REQUESTS = Histogram(
    "portal_request_seconds",
    "How long answers took, by the page's name, method and class of status.",
    ("route", "method", "status"),
    buckets=(0.025, 0.1, 0.3, 1, 3, 10),
    registry=None,
)
TASKS = Histogram(
    "portal_task_seconds",
    "How long tasks of the worker took, by name and outcome.",
    ("task", "outcome"),
    buckets=(0.1, 1, 5, 30, 120, 600),
    registry=None,
)
_held: list[int] = []


@worker_init.connect
def begin(**_from_celery: object) -> None:
    """To be called before this process, or one forked from it, counts anything."""
    if _held:
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    lock = os.open(FOLDER / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pass  # others count here
    else:
        for file in FOLDER.glob("*.db"):
            file.unlink()
    fcntl.flock(lock, fcntl.LOCK_SH)  # until the process ends, and all that it forked
    _held.append(lock)


def observe_request(route: str, method: str, status: int, seconds: float) -> None:
    _of_requests(route, method, status // 100).observe(seconds)


@lru_cache(4096)
def _of_requests(route: str, method: str, hundreds: int) -> Histogram:
    return REQUESTS.labels(route, method, f"{hundreds}xx")


@task_postrun.connect
def observe_task(task: Any = None, state: str = "", **_from_celery: object) -> None:
    started = getattr(task.request, "portal_started", None)  # core.request_id
    if started is not None:
        TASKS.labels(task.name, (state or "unknown").lower()).observe(time.perf_counter() - started)


def registry() -> CollectorRegistry:
    """All there is to tell, asked at each scrape."""
    made = CollectorRegistry()
    MultiProcessCollector(made, path=str(FOLDER))
    made.register(_Conditions())
    return made


class _Conditions(Collector):
    """Figures and severities of the conditions, asked anew."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with translation.override("en"):
            reports = examine()
        told = GaugeMetricFamily(
            "portal_condition", "0: in order, 1: to be looked after, 2: broken.", labels=["id"]
        )
        for report in reports:
            told.add_metric([report.condition.id], SEVERITIES[report.found.severity])
        yield told
        for report in reports:
            yield from _figures(report)

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing: to be registered need not mean to be asked."""
        return []


def _figures(report: Report) -> Iterator[GaugeMetricFamily]:
    about = f"Of the condition {report.condition.id}, see docs/operate.md."
    for name, value in report.found.figures.items():
        if isinstance(value, float | int):
            yield GaugeMetricFamily(f"portal_{name}", about, value=value)
            continue
        by_kind = GaugeMetricFamily(f"portal_{name}", about, labels=["kind"])
        for kind, each in value.items():
            by_kind.add_metric([kind], each)
        yield by_kind
