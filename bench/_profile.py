"""`./portal bench profile ADDRESS [USERNAME]`: what a page of the demo spends its time on."""

import cProfile
import pstats
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

from bench._portal import DEMO_SITES, apart, grow, prepare, set_up

TIMES = 10
FUNCTIONS = 25


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="./portal bench profile", description=__doc__)
    parser.add_argument("address")
    parser.add_argument("username", nargs="?", default="", help="of a demo account; without it: anybody")
    parser.add_argument("--sites", type=int, default=DEMO_SITES, help="so many sites (%(default)s)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        home = str(Path(folder) / "demo")
        prepare(home, "demo")
        if options.sites > DEMO_SITES:
            grow(home, options.sites)
        return apart(profile, home, options.address, options.username)


def profile(home: str, address: str, username: str) -> int:
    """Warm requests in this process: their CPU time, the questions to the database, the dearest functions."""
    set_up(home)
    from django.db import connection  # noqa: PLC0415  # after set_up
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415

    client = Client(headers={"host": "localhost"})
    if username:
        client.force_login(User.objects.get(username=username))

    def ask() -> None:
        status = client.get(address).status_code
        if status != 200:
            raise SystemExit(f"portal: {address} answers {status}")

    for _ in range(3):
        ask()
    print(f"{_milliseconds(ask):.1f} ms of CPU a request")
    with CaptureQueriesContext(connection) as captured:
        ask()
    print(f"{len(captured)} queries, seconds each:")
    for query in captured:
        print(f"  {query['time']} {query['sql'][:200]}")
    profiler = cProfile.Profile()
    with profiler:
        for _ in range(TIMES):
            ask()
    stats = pstats.Stats(profiler, stream=sys.stdout)
    for order in ("tottime", "cumtime"):
        stats.sort_stats(order).print_stats(FUNCTIONS)
    return 0


def _milliseconds(ask: Callable[[], None]) -> float:
    started = time.process_time()
    for _ in range(TIMES):
        ask()
    return 1000 * (time.process_time() - started) / TIMES
