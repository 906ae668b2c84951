"""How long `./portal run` takes to a served page once everything is installed and seeded."""

import os
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench import Figure
from bench._serving import free_port

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 300.0


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as home:
        yield Figure("start.new_home", seconds_to_a_page(home), "s", at_most=180)
        yield Figure("start.again", seconds_to_a_page(home), "s", at_most=10)


def seconds_to_a_page(home: str) -> float:
    port = free_port()
    env = os.environ | {"PORTAL_HOME": home, "PORT": str(port)}
    started = time.monotonic()
    portal = subprocess.Popen([ROOT / "portal", "run"], env=env, stdout=subprocess.DEVNULL)
    try:
        while not answers(f"http://127.0.0.1:{port}/"):
            if portal.poll() is not None or time.monotonic() - started > PATIENCE:
                raise RuntimeError("the portal did not come up")
            time.sleep(0.05)
        return time.monotonic() - started
    finally:
        portal.send_signal(signal.SIGINT)
        portal.wait()


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=30) as page:  # noqa: S310 - our own http address
            return bool(page.status == 200)
    except (urllib.error.URLError, OSError):
        return False
