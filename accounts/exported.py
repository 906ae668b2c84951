"""Lists that leave the portal as a table, too."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.views.generic import ListView

from tables.writing import Head, Row, export_response

from .http import StaffRequest


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
        rows = (self.row(record) for record in self.get_queryset())
        return export_response(self.request, str(self.title), self.heads(), rows)

    @abstractmethod
    def heads(self) -> list[Head]:
        """The columns of the table."""

    @abstractmethod
    def row(self, record: Any) -> Row:
        """A record in these columns."""
