"""Papers for the system administrator: to be looked at, never changed; the portal issues and makes them."""

from django.contrib import admin
from django.http import HttpRequest

from .models import Document, Series


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows rows; adds, changes and deletes none."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = ["full_number", "title", "kind", "state", "issued_on", "attempts"]
    list_filter = ["kind", "state"]
    search_fields = ["title", "verification_code"]


@admin.register(Series)
class SeriesAdmin(ReadOnlyAdmin):
    list_display = ["code", "year", "last_number"]
