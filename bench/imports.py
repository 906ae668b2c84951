"""How long a register of 10,000 organisations takes from the file to the records, and with how much memory.

The file is the workbook that the portal itself hands out; the yardstick is openpyxl, which reads the same
file and keeps nothing.
"""

import io
import multiprocessing
import os
import resource
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from openpyxl import load_workbook

from bench import Figure

ROWS = 10_000
TIMES = 3


def measure() -> Iterator[Figure]:
    """In processes of their own: Django with a throw-away database, and a peak that is only the import's."""
    with (
        tempfile.TemporaryDirectory(prefix="portal-bench-") as home,
        ProcessPoolExecutor(
            1, mp_context=multiprocessing.get_context("spawn"), max_tasks_per_child=1
        ) as pool,
    ):
        content = pool.submit(make_register, home).result()
        ratio = pool.submit(ratio_to_openpyxl, home, content).result()
        yield Figure("imports.organisations_10000", ratio, "x", at_most=3)
        peak = pool.submit(peak_megabytes, home, content).result()
        yield Figure("imports.peak_memory", peak, "MB", at_most=100)


def make_register(home: str) -> bytes:
    """The register as a workbook; besides, the database it is loaded into."""
    set_up(home)
    from django.core.management import call_command  # noqa: PLC0415  # after set_up

    from sites.registers.organisations import Organisations  # noqa: PLC0415
    from tables.writing import xlsx  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("load_plan", verbosity=0)
    rows = (
        (f"R-{n:05}", f"示例第{n}单位", f"示例{n}", "部门", "海勃湾区", f"示例别名{n}、示例旧名{n}", "是")
        for n in range(ROWS)
    )
    return xlsx(Organisations.columns, rows, "示例")


def ratio_to_openpyxl(home: str, content: bytes) -> float:
    """The best of several times, taken in turns so that both have the same machine."""
    set_up(home)
    load, clean_up = importer(content)
    ours, theirs = [], []
    for _ in range(TIMES):
        theirs.append(seconds(lambda: read_with_openpyxl(content)))
        ours.append(seconds(load))
        clean_up()
    return min(ours) / min(theirs)


def peak_megabytes(home: str, content: bytes) -> float:
    set_up(home)
    load, _clean_up = importer(content)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    load()
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def set_up(home: str) -> None:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "wuhai_portal.settings",
        "PORTAL_HOME": home,
        "DATABASE_URL": f"sqlite:///{Path(home) / 'bench.sqlite3'}",
        "REDIS_URL": "memory://",
        "SECRET_KEY": secrets.token_hex(),
        "SALT_KEY": secrets.token_hex(),
        "DEBUG": "",
    }
    import django  # noqa: PLC0415  # once the settings are known

    django.setup()


def importer(content: bytes) -> tuple[Callable[[], None], Callable[[], None]]:
    """What takes the register from the upload to its last row, and what takes it away again."""
    from auditlog.models import LogEntry  # noqa: PLC0415  # after set_up
    from django.core.files.base import ContentFile  # noqa: PLC0415

    from accounts.enums import OrganisationKind, Role  # noqa: PLC0415
    from accounts.models import Organisation, User  # noqa: PLC0415
    from sites.enums import JobState, Register  # noqa: PLC0415
    from sites.models import ImportLine  # noqa: PLC0415
    from sites.services import imports  # noqa: PLC0415

    office = Organisation.objects.get(kind=OrganisationKind.OFFICE)
    by, _ = User.objects.get_or_create(username="bench", role=Role.OFFICE, name="示例", organisation=office)

    def load() -> None:
        upload = ContentFile(content, "示例.xlsx")
        job = imports.start_import(register=Register.ORGANISATIONS, upload=upload, by=by)
        imports.run(job.pk)
        imports.confirm_import(job=job, by=by)
        imports.run(job.pk)
        job.refresh_from_db()
        assert (job.state, job.counts["new"]) == (JobState.DONE, ROWS), job.error

    def clean_up() -> None:
        for records in (
            LogEntry.objects,
            ImportLine.objects,
            Organisation.objects.filter(code__startswith="R-"),
        ):
            records.all()._raw_delete("default")

    return load, clean_up


def read_with_openpyxl(content: bytes) -> None:
    book = load_workbook(io.BytesIO(content), read_only=True)
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            cell.value  # noqa: B018  # reading it is the point


def seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started
