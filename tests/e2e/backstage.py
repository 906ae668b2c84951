"""The real broker, worker and beat, beside the tests' own database."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection
from kombu import pools

from deploy import broker
from wuhai_portal.celery import app

ROOT = settings.BASE_DIR


def wait_for(what: Callable[[], object], *, seconds: float = 60, says: str) -> None:
    """Until `what` is true; fails with `says` when it takes too long.

    Meanwhile a browser tells nothing: for an event of a page, `page.expect_event`.
    """
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, says
        time.sleep(0.1)


class Backstage:
    """Starts and stops the processes a portal has behind its pages; `stop` leaves none."""

    def __init__(self) -> None:
        # A short path: the kernel allows a socket's name 107 bytes.
        self.home = Path(tempfile.mkdtemp(prefix="portal-e2e-"))
        self.socket = self.home / "valkey.sock"
        self.url = f"unix://{self.socket}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.env = os.environ | {
            "PORTAL_HOME": str(settings.PORTAL_HOME),
            "DATABASE_URL": database_url(),
            "REDIS_URL": self.url,
            "PORTAL_RENDER_STALE_SECONDS": "3",
            "PORTAL_RESEND_SECONDS": "1",
        }

    def start_broker(self) -> None:
        self._start("broker", broker.command(self.home, self.socket))
        wait_for(lambda: broker.answers(self.socket), seconds=20, says="the broker does not answer")

    def start_worker(self) -> None:
        self._start("worker", [*_celery(), "worker", "--concurrency", "1", "--loglevel", "WARNING"])

    def start_beat(self) -> None:
        self._start("beat", [*_celery(), "beat", "--pidfile=", "--loglevel", "WARNING"])

    def end(self, name: str, signum: signal.Signals = signal.SIGTERM) -> None:
        """End a process and all it started; SIGKILL is the power cut."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signum)
        process.wait(timeout=20)

    def stop(self) -> None:
        for name in ("beat", "worker", "broker"):
            if name in self.processes:
                self.end(name, signal.SIGKILL)

    def _start(self, name: str, command: list[str]) -> None:
        self.processes[name] = subprocess.Popen(command, env=self.env, cwd=ROOT, start_new_session=True)


def point_at(url: str) -> None:
    """Let this process's own Celery publish to another broker."""
    pools.reset()  # closes and forgets: a pool that is only closed would come back for the same address
    app._pool = None
    app.amqp._producer_pool = None
    app.conf.broker_url = url


def redis_to_celery(url: str) -> str:
    return url.replace("unix://", "redis+socket://", 1)


def _celery() -> list[str]:
    return [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", "wuhai_portal"]


def database_url() -> str:
    """The address under which another process finds the tests' database."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['DATABASE_URL'].rsplit('/', 1)[0]}/{name}"
