"""Django's administration, by the three administrators' rules: what a role may not do there it does not see.

A page says by role who reads and who writes; nothing is deleted there, and nothing done to many at once.
What a rule of the workflow is about (sites, lists, sheets, scores, papers, notices, findings, objections,
decisions) has no page: it is the campaign's, and no administrator's.
"""

from typing import Any, TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

M = TypeVar("M", bound=Model)


class AdministratorsPage(admin.ModelAdmin[M]):
    """Base of every page. `readers` and `writers` are roles; who writes reads as well.

    Groups and permissions of Django's own count for nothing: rights come from the role alone.
    """

    readers: tuple[str, ...] = ()
    writers: tuple[str, ...] = ()
    actions = None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is(request, (*self.readers, *self.writers))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._is(request, self.writers)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is(request, self.writers)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: object, request: HttpRequest | None = None) -> bool:
        """By its address a list is narrowed by what stands beside it, and not by a password's digest."""
        return lookup.split("__", maxsplit=1)[0] in self.list_filter

    @staticmethod
    def _is(request: HttpRequest, roles: tuple[str, ...]) -> bool:
        """Of nobody signed in, and of an account switched off since, the answer is no."""
        return request.user.is_active and getattr(request.user, "role", "") in roles
