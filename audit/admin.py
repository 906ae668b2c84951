"""The trail in the system administrator's pages: read, never written.

The rooms above take `ReadOnly` from here for every record that only the
workflow may change.
"""

from typing import Any

from auditlog.admin import LogEntryAdmin
from auditlog.models import LogEntry
from django.contrib import admin
from django.http import HttpRequest

from .models import Seal


class ReadOnly:
    """Mixin for a ModelAdmin or an inline: shows, and refuses to add, change and delete."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


admin.site.unregister(LogEntry)


@admin.register(LogEntry)
class TrailEntryAdmin(ReadOnly, LogEntryAdmin):
    # auditlog's own list searches first and last names, which people here do not have.
    search_fields = ["object_repr", "changes", "actor__username", "actor__name"]


@admin.register(Seal)
class SealAdmin(ReadOnly, admin.ModelAdmin[Seal]):
    list_display = ["__str__", "sealed_at", "digest"]
    exclude = ["entries"]
