"""How long a wide table of 22,000 rows keeps who asks for it waiting, and the worker busy.

The yardstick is XlsxWriter in its constant-memory mode, which writes the same cells in the same run with no
more than a format for the days.
"""

import io
import resource
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench import Figure
from bench._portal import apart, prepare, set_up
from bench.imports import seconds

TIMES = 3


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        home = str(Path(folder) / "demo")
        prepare(home, "demo")
        asked, made, more = apart(seconds_and_megabytes, home)
        yield Figure("exports.asked", asked, "s", at_most=0.3)
        yield Figure("exports.memory", more, "MB", at_most=100)
        beside = made / apart(seconds_of_xlsxwriter, home)
        yield Figure("exports.made_beside_xlsxwriter", beside, "x", at_most=1.5, note=f"{made:.1f} s")


def seconds_and_megabytes(home: str) -> tuple[float, float, float]:
    """To be told that the worker makes it, for the worker to make it, and how much more memory that took."""
    set_up(home)
    from django.conf import settings  # noqa: PLC0415  # after set_up, like the others
    from django.test import Client  # noqa: PLC0415

    from accounts.models import Export, User  # noqa: PLC0415
    from accounts.services import exports  # noqa: PLC0415

    settings.ROOT_URLCONF = "bench._wide"
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username="shiban"))
    asked, made, before = [], [], 0
    for _ in range(TIMES):
        started = time.perf_counter()
        answer = client.get("/wide/?format=xlsx")
        asked.append(time.perf_counter() - started)
        assert answer.status_code == 303, answer.status_code
        export = Export.objects.latest("pk")
        before = before or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        made.append(seconds(partial(exports.make, export.pk)))
        export.refresh_from_db()
        assert export.rows, export.error
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return min(asked), min(made), more


def seconds_of_xlsxwriter(home: str) -> float:
    set_up(home)
    from xlsxwriter import Workbook  # noqa: PLC0415  # as the portal does, where a workbook is made

    from bench._wide import DAY, HEADS, rows  # noqa: PLC0415  # after set_up

    def write() -> None:
        book = Workbook(io.BytesIO(), {"constant_memory": True})
        day, sheet = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_worksheet()
        sheet.write_row(0, 0, HEADS)
        for at, row in enumerate(rows(), start=1):
            for column, value in enumerate(row):
                if value == DAY:
                    sheet.write_datetime(at, column, value, day)
                else:
                    sheet.write(at, column, value)
        book.close()

    return min(seconds(write) for _ in range(TIMES))
