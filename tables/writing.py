"""Tables that leave the portal: workbooks and CSV files that are safe to open and read back unchanged."""

import datetime
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from csv import writer
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import content_disposition_header

from .office_files import XLSX as XLSX
from .table import Column
from .texts import guarded, writable

CSV, PDF = "text/csv; charset=utf-8", "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CONTENT_TYPES = {".csv": CSV, ".docx": DOCX, ".pdf": PDF, ".xlsx": XLSX}

Head: TypeAlias = Column | str | Promise
# Whatever is no number and no date is written as its text.
Value: TypeAlias = object
Row: TypeAlias = Sequence[Value]

_NUMBERS = (int, float, Decimal)
_NO_FILE_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')


@dataclass(frozen=True)
class Part:
    """One sheet of a workbook; its rows are asked for when they are written.

    The first `fixed` columns say what a row is about: they stay in sight, and on every printed page.
    """

    title: str
    heads: Sequence[Head]
    rows: Iterable[Row]
    fixed: int = 0


def xlsx(
    heads: Sequence[Head],
    rows: Iterable[Row],
    sheet_title: str,
    offers: Mapping[int, Sequence[str]] = MappingProxyType({}),
) -> bytes:
    """A workbook of one sheet: texts as texts, never as formulas; numbers and dates as such.

    `offers` are drop-downs, by the columns' places counted from nought.
    """
    from .sheets import one_sheet  # noqa: PLC0415  # XlsxWriter is loaded where a workbook is made

    return one_sheet(heads, rows, sheet_title, offers)


def xlsx_of(parts: Iterable[Part]) -> bytes:
    """A workbook of several sheets, written one after the other."""
    from .sheets import several_sheets  # noqa: PLC0415  # as above

    return several_sheets(parts)


def csv(heads: Sequence[Head], rows: Iterable[Row]) -> bytes:
    """The same as UTF-8 text that Excel knows by its mark; formulas are disarmed by an apostrophe."""
    out = io.StringIO(newline="")
    lines = writer(out)
    lines.writerow([guarded(writable(head_text(head))) for head in heads])
    for row in rows:
        lines.writerow([csv_cell(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def export_response(
    request: HttpRequest, name: str, heads: Sequence[Head], rows: Iterable[Row]
) -> HttpResponse:
    """The table as a download, in the format `?format=` asks for: csv, or else xlsx.

    `name` is the file's name without its ending, and the sheet's title.
    """
    if request.GET.get("format") == "csv":
        return download(csv(heads, rows), f"{name}.csv", CSV)
    return download(xlsx(heads, rows, name), f"{name}.xlsx", XLSX)


def download(content: bytes, file_name: str, content_type: str = XLSX) -> HttpResponse:
    """A file to save, under a name that any system can keep."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=safe_name(file_name)
    )
    return response


def safe_name(file_name: str) -> str:
    """A name that any system can keep a file under."""
    return _NO_FILE_NAME.sub("_", visible(file_name))


# -- cells ---------------------------------------------------------------------


def head_text(head: Head) -> str:
    return str(head.head if isinstance(head, Column) else head)


def csv_cell(value: Value) -> str:
    if value is None:
        return ""
    if is_number(value):
        return str(value)
    if isinstance(value, datetime.datetime):
        return f"{local(value):%Y-%m-%d %H:%M:%S}"
    return guarded(writable(str(value)))


def is_number(value: Value) -> bool:
    return isinstance(value, _NUMBERS) and not isinstance(value, bool)


def local(value: Value) -> Value:
    """A time as the clock on the wall shows it: workbooks know no time zones."""
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        return timezone.make_naive(value)
    return value


# -- names -----------------------------------------------------------------------


def visible(text: str) -> str:
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
