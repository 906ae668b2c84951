"""How long a register of 10,000 rows takes from the file to the records, and with how much memory.

Reading, judging, previewing, taking and the trail all count. The yardstick is openpyxl, which reads the same
file in the same run and keeps nothing. The files are those that people bring: written by openpyxl as it
writes by default, by Excel, which keeps each text once, and by the portal itself.
"""

import io
import re
import resource
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook, load_workbook

from bench import Figure
from bench._portal import apart, copy_home, make_database, prepare, set_up

ROWS = 10_000
TIMES = 3


@dataclass(frozen=True)
class Case:
    """Rows that are all new, or all on record already and each a little different."""

    name: str
    register: str
    kind: str = "openpyxl"
    is_changed: bool = False

    @property
    def at_most(self) -> float:
        """A row that changes a record is read from the database three times, and tells what was before."""
        return 3.5 if self.is_changed else 3


CASES = (
    Case("organisations", "organisations"),
    Case("organisations_of_excel", "organisations", kind="excel"),
    Case("organisations_of_the_portal", "organisations", kind="portal"),
    Case("organisations_changed", "organisations", is_changed=True),
    Case("people", "people"),
    Case("sites", "sites"),
    Case("sites_changed", "sites", is_changed=True),
)
Rows = list[tuple[str, ...]]


def measure() -> Iterator[Figure]:
    """In processes of their own: Django with a throw-away database, and a peak that is only the import's."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        pattern, home = str(Path(folder) / "pattern"), str(Path(folder) / "imports")
        prepare(pattern, "empty")
        copy_home(pattern, home)
        for case in CASES:
            ratio = apart(ratio_to_openpyxl, pattern, home, case)
            yield Figure(f"imports.{case.name}_{ROWS}", ratio, "x", at_most=case.at_most)
        peak = apart(peak_megabytes, pattern, home)
        yield Figure("imports.peak_memory", peak, "MB", at_most=100)


def ratio_to_openpyxl(pattern: str, home: str, case: Case) -> float:
    """The best of several times, taken in turns so that both have the same machine."""
    set_up(home)
    content = make_file(case.kind, case.register, rows_of(case.register))
    before = make_file(case.kind, case.register, rows_of(case.register, "旧"))
    outcome = "changed" if case.is_changed else "new"
    ours, theirs = [], []
    for _ in range(TIMES):
        start_anew(pattern, home)
        if case.is_changed:
            load(case.register, before, "new")
        theirs.append(seconds(lambda: read_with_openpyxl(content)))
        ours.append(seconds(lambda: load(case.register, content, outcome)))
    return min(ours) / min(theirs)


def peak_megabytes(pattern: str, home: str) -> float:
    set_up(home)
    start_anew(pattern, home)
    content = make_file("openpyxl", "organisations", rows_of("organisations"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    load("organisations", content, "new")
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def read_with_openpyxl(content: bytes) -> None:
    book = load_workbook(io.BytesIO(content), read_only=True)
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            cell.value  # noqa: B018  # reading it is the point


# -- the portal ----------------------------------------------------------------


def start_anew(pattern: str, home: str) -> None:
    """The database as it was made: what an import leaves in the trail is refused to be deleted."""
    from django.db import connections  # noqa: PLC0415  # after set_up

    connections.close_all()
    make_database(home, pattern)


def load(register: str, content: bytes, outcome: str) -> None:
    """From the upload to the last row; all of them have this outcome."""
    from django.core.files.base import ContentFile  # noqa: PLC0415  # after set_up

    from accounts.enums import OrganisationKind, Role  # noqa: PLC0415
    from accounts.models import Organisation, User  # noqa: PLC0415
    from sites.services import imports  # noqa: PLC0415

    office = Organisation.objects.get(kind=OrganisationKind.OFFICE)
    by, _ = User.objects.get_or_create(username="bench", role=Role.OFFICE, name="示例", organisation=office)
    job = imports.start_import(register=register, upload=ContentFile(content, "示例.xlsx"), by=by)
    imports.run(job.pk)
    imports.confirm_import(job=job, by=by)
    imports.run(job.pk)
    job.refresh_from_db()
    assert job.counts.get(outcome) == ROWS, (job.error, job.counts)


# -- the files -----------------------------------------------------------------


def rows_of(register: str, mark: str = "") -> Rows:
    """Rows as long as real ones; those of another `mark` change what may be changed."""
    every = range(ROWS)
    if register == "organisations":
        return [
            (
                f"R-{n:05}",
                f"示例第{n}单位{mark}",
                f"示例{n}",
                "部门",
                "海勃湾区",
                f"示例别名{n}、示例旧名{n}",
                "是",
            )
            for n in every
        ]
    if register == "people":
        return [
            (
                f"shili{n:05}",
                f"示例{n}",
                "联络员",
                "乌海市公安局",
                f"0473-{n:07}",
                f"shili{n:05}@example.cn",
                "是",
            )
            for n in every
        ]
    return [
        (
            *("区级", "海勃湾区", "凤凰岭街道", f"示例大厅{n}", "办事公开", f"示例路{n}号{mark}"),
            *("群众办事集中（示例）", "示例办公室", f"示例{n}", f"0473-{n:07}", "2008-01-07"),
        )
        for n in every
    ]


def make_file(kind: str, register: str, rows: Rows) -> bytes:
    from sites.registers import REGISTRARS  # noqa: PLC0415  # after set_up
    from tables.writing import xlsx  # noqa: PLC0415

    columns = REGISTRARS[register].columns
    if kind == "portal":
        return xlsx(columns, rows, "示例")
    content = written_by_openpyxl([tuple(str(column.head) for column in columns), *rows])
    return content if kind == "openpyxl" else with_shared_strings(content)


def written_by_openpyxl(rows: Sequence[tuple[str, ...]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


SHARED_STRINGS = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType='
    b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)


def with_shared_strings(content: bytes) -> bytes:
    """The same workbook as Excel saves it: its texts stand in a part of their own, and cells point there."""
    places: dict[bytes, int] = {}

    def pointing(text: re.Match[bytes]) -> bytes:
        return b't="s"><v>%d</v>' % places.setdefault(text[1], len(places))

    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = re.sub(rb't="inlineStr"><is><t>([^<]*)</t></is>', pointing, parts[sheet])
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", SHARED_STRINGS)
    texts = b"".join(b"<si><t>%b</t></si>" % text for text in places)
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/sharedStrings.xml"] = b'<sst xmlns="%b">%b</sst>' % (space, texts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in parts.items():
            new.writestr(name, part)
    return out.getvalue()
