"""Papers to look at: the portal issues and makes them, nothing here does."""

from django.contrib import admin

from audit.admin import ReadOnly

from .models import Document, Series


@admin.register(Document)
class DocumentAdmin(ReadOnly, admin.ModelAdmin[Document]):
    list_display = ["full_number", "title", "kind", "state", "issued_on", "attempts"]
    list_filter = ["kind", "state"]
    search_fields = ["title", "verification_code"]


@admin.register(Series)
class SeriesAdmin(ReadOnly, admin.ModelAdmin[Series]):
    list_display = ["code", "year", "last_number"]
