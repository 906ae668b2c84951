"""What a signed-in person takes out of the portal as a table or a workbook: one door, and it keeps a note.

Rooms use this and not `tables.writing`'s own responses, which serve what is public. `about` in each is the
record a table is of, or the model of its rows: under that the trail names it.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.views.generic import ListView

from accounts.http import StaffRequest
from audit.services import note_export
from tables import writing
from tables.writing import XLSX, Head, Row

# What a list's address says beside its filters.
_NO_FILTER = ("format", "page", "before")


def exported(
    request: HttpRequest,
    name: str,
    heads: Sequence[Head],
    rows: Iterable[Row],
    *,
    about: Model | type[Model],
) -> HttpResponse:
    """The table as a download in the format `?format=` asks for; its length and filters go into the trail."""
    counter = count()
    # zip asks the rows first, so that the counter stands at their number when they end.
    response = writing.export_response(
        request, name, heads, (row for row, _n in zip(rows, counter, strict=False))
    )
    query = {key: values for key, values in request.GET.lists() if any(values) and key not in _NO_FILTER}
    form = "csv" if request.GET.get("format") == "csv" else "xlsx"
    note_export(about, name=f"{name}.{form}", rows=next(counter), query=query)
    return response


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
    request: StaffRequest
    filter: forms.Form
    title: ClassVar[Promise]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.export() if "format" in request.GET else super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(filter=self.filter, title=self.title, **kwargs)

    def export(self) -> HttpResponse:
        records = self.get_queryset()
        rows = (self.row(record) for record in records)
        return exported(self.request, str(self.title), self.heads(), rows, about=records.model)

    @abstractmethod
    def heads(self) -> list[Head]:
        """The columns of the table."""

    @abstractmethod
    def row(self, record: Any) -> Row:
        """A record in these columns."""
