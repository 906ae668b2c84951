"""What a signed-in person takes out as a table, a workbook or a sheet to print: one door that keeps a note.

Rooms use this and not `tables.writing`'s own responses, which serve what is public. `about` in each is the
record a table is of, or the model of its rows: under that the trail names it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import count, islice
from pathlib import PurePath
from typing import Any, ClassVar, TypeVar

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.views.generic import ListView

from accounts.http import StaffRequest, Taken, WorkersRequest
from accounts.services import exports
from audit.services import note_export
from core.brakes import refuse_above
from core.paging import Pages
from tables import writing
from tables.writing import CONTENT_TYPES, XLSX, Head, Row

R = TypeVar("R", bound=Model)

# A longer table is made by the worker: a web thread writes so many rows in some tenths of a second.
AT_ONCE = 2000
# So many records are read at a time.
CHUNK = 1000
# What a list's address says beside its filters.
_NO_FILTER = ("format", "page", "before")


def exported(
    request: StaffRequest,
    name: str,
    heads: Sequence[Head],
    rows: Iterable[Row],
    *,
    about: Model | type[Model],
) -> HttpResponse:
    """The table as a download in the format `?format=` asks for; its length and filters go into the trail.

    Of a long one no more is read than shows that it is long: the worker has the same view make it, and the
    answer leads to the page where it is fetched.
    """
    form, query = "csv" if request.GET.get("format") == "csv" else "xlsx", _filters(request)
    if not isinstance(request, WorkersRequest):
        refuse_above(request, "exports_account")
        found = _each(rows)
        rows = list(islice(found, AT_ONCE + 1))
        # SQLite writes nothing beside a question that was not read to its end.
        found.close()
        if len(rows) > AT_ONCE:
            return _by_the_worker(request, f"{name}.{form}", {**query, "format": [form]})
    counter = count()
    # zip asks the rows first, so that the counter stands at their number when they end.
    response = writing.export_response(
        request, name, heads, (row for row, _n in zip(rows, counter, strict=False))
    )
    taken = Taken(about, f"{name}.{form}", next(counter), query)
    if isinstance(request, WorkersRequest):
        request.taken = taken
    else:
        note_export(taken.about, name=taken.name, rows=taken.rows, query=taken.query, limit="")
    return response


def printed(
    request: StaffRequest, name: str, draw: Callable[[], bytes], *, about: Model | type[Model]
) -> HttpResponse:
    """A sheet to print, or a copy to edit: the worker draws it, by the same view, as it makes a long table.

    `name` is the file's, and ends as its kind does (`tables.writing.CONTENT_TYPES`).
    """
    query = _filters(request)
    if not isinstance(request, WorkersRequest):
        refuse_above(request, "exports_account")
        return _by_the_worker(request, name, query)
    request.taken = Taken(about, name, None, query)
    return writing.download(draw(), name, CONTENT_TYPES[PurePath(name).suffix])


def _filters(request: StaffRequest) -> dict[str, list[str]]:
    return {key: values for key, values in request.GET.lists() if any(values) and key not in _NO_FILTER}


def chunks(records: QuerySet[R, Any]) -> Iterator[list[R]]:
    """The records, so many at a time as are held: for rows that ask for something more of each."""
    found = records.iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        yield chunk


def _each(rows: Iterable[Row]) -> Generator[Row]:
    yield from rows


def _by_the_worker(request: StaffRequest, name: str, query: dict[str, list[str]]) -> HttpResponse:
    """303: what the address asked for is to be had at another one."""
    address = f"{request.path_info}?{urlencode(query, doseq=True)}" if query else request.path_info
    export = exports.ask(address=address, name=name, by=request.user)
    return HttpResponseRedirect(export.get_absolute_url(), status=303)


def handed_out(
    content: bytes, file_name: str, content_type: str = XLSX, *, about: Model | type[Model]
) -> HttpResponse:
    """A ready file as a download, noted in the trail."""
    note_export(about, name=file_name)
    return writing.download(content, file_name, content_type)


class ExportedList(ABC, ListView[Any]):
    """A filtered list; `?format=xlsx|csv` gives all of what is listed, every column, as a download.

    `get_queryset` binds `filter`; `title` heads the page and names the file.
    """

    paginate_by = 50
    paginator_class = Pages
    request: StaffRequest
    filter: forms.Form
    title: ClassVar[Promise]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.export() if "format" in request.GET else super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(filter=self.filter, title=self.title, **kwargs)

    def export(self) -> HttpResponse:
        records = self.get_queryset()
        rows = (self.row(record) for record in records.iterator(chunk_size=CHUNK))
        return exported(self.request, str(self.title), self.heads(), rows, about=records.model)

    @abstractmethod
    def heads(self) -> list[Head]:
        """The columns of the table."""

    @abstractmethod
    def row(self, record: Any) -> Row:
        """A record in these columns."""
