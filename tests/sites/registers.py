"""Files and jobs for the tests of the registers."""

from accounts.enums import Role
from sites.enums import Outcome
from sites.models import ImportJob
from sites.registers import REGISTRARS
from sites.services import imports
from tables.reading import read
from tables.rows import MAX_REGISTER_ROWS
from tables.writing import xlsx
from tests import factories
from tests.sites.making import upload

ORGANISATION = {
    "code": "R-1",
    "name": "示例第一单位",
    "short_name": "示例一",
    "mongolian_name": "ᠮᠣᠩᠭᠤᠯ",
    "kind": "部门",
    "district": "海勃湾区",
    "aliases": "示例别名、示例旧名",
    "is_active": "是",
}
PERSON = {
    "username": "shili01",
    "name": "示例甲",
    "role": "联络员",
    "organisation": "乌海市公安局",
    "phone": "0473-0000000",
    "email": "",
    "is_active": "是",
}
SITE = {
    "level": "区级",
    "body": "海勃湾区",
    "organisation": "凤凰岭街道",
    "window_name": "示例大厅",
    "mongolian_name": "ᠦᠬᠠᠢ ᠬᠣᠲᠠ",
    "kind": "办事公开",
    "address": "示例路1号",
    "reason": "群众办事集中（示例）",
    "working_body": "示例办公室",
    "liaison_name": "示例乙",
    "liaison_phone": "0473-0000000",
    "liaison_since": "2008-01-07",
}


def workbook(register: str, rows) -> bytes:
    """Rows of cells by column; a column that no row has is left out."""
    columns = [column for column in REGISTRARS[register].columns if any(column.field in row for row in rows)]
    return xlsx(columns, ([row.get(column.field, "") for column in columns] for row in rows), "示例")


def organisations(count: int):
    return [
        ORGANISATION
        | {"code": f"R-{n}", "name": f"示例第{n}单位", "short_name": f"示例{n}", "aliases": f"示例别名{n}"}
        for n in range(count)
    ]


def judged(register: str, *rows, by=None):
    """The entries that these rows give."""
    registrar = REGISTRARS[register](by=by or factories.user(Role.OFFICE))
    table = read(upload(workbook(register, rows)), registrar.columns, max_rows=MAX_REGISTER_ROWS)
    return [registrar.judge(line, table.letters) for line in table.lines]


def judge(register: str, *rows, by=None):
    """The outcomes, with the columns that each wrong row has something said about."""
    return [
        (str(entry.outcome), sorted({one["field"] for one in entry.complaints}))
        if entry.outcome == Outcome.WRONG
        else str(entry.outcome)
        for entry in judged(register, *rows, by=by)
    ]


def start(register: str, rows, by=None) -> ImportJob:
    content = rows if isinstance(rows, bytes) else workbook(register, rows)
    return imports.start_import(
        register=register, upload=upload(content, "示例.xlsx"), by=by or factories.user(Role.OFFICE)
    )


def previewed(register: str, rows, by=None) -> ImportJob:
    job = start(register, rows, by)
    imports.run(job.pk)
    job.refresh_from_db()
    return job


def taken(register: str, rows, by=None) -> ImportJob:
    job = previewed(register, rows, by)
    imports.confirm_import(job=job, by=job.by)
    imports.run(job.pk)
    job.refresh_from_db()
    return job


def exported(register: str, by=None) -> bytes:
    registrar = REGISTRARS[register](by=by or factories.user(Role.OFFICE))
    return xlsx(registrar.columns, registrar.rows(), "示例")


def lines(job: ImportJob):
    return list(job.lines.values_list("number", "outcome"))
