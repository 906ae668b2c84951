"""What the lists of people and of organisations have in common."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.views.generic import ListView

from accounts.http import StaffRequest
from accounts.rules import is_office, manages_people
from tables.writing import export_response


class Register(LoginRequiredMixin, UserPassesTestMixin, ListView[Any]):
    """A list for the offices and the administrator (403 for others); `?format=` gives it as a table."""

    paginate_by = 50
    request: StaffRequest
    filter: forms.Form
    title: ClassVar[Promise]

    def test_func(self) -> bool:
        return bool(manages_people(self.request.user))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.export() if "format" in request.GET else super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_import = is_office(self.request.user)
        return super().get_context_data(filter=self.filter, may_import=may_import, **kwargs)

    def export(self) -> HttpResponse:
        rows = (self.row(record) for record in self.get_queryset())
        return export_response(self.request, str(self.title), self.heads(), rows)

    def heads(self) -> list[str]:
        raise NotImplementedError

    def row(self, record: Any) -> list[object]:
        raise NotImplementedError
