"""Assessments for the system administrator: to be looked at, never changed; people act in the portal."""

from django.contrib import admin

from audit.admin import ReadOnly

from .models import Acceptance, Finding, Recusal, Round, Sheet


@admin.register(Round)
class RoundAdmin(ReadOnly, admin.ModelAdmin[Round]):
    list_display = ["title", "kind", "opened_on", "due_on", "closed_on"]
    list_filter = ["kind"]


@admin.register(Sheet)
class SheetAdmin(ReadOnly, admin.ModelAdmin[Sheet]):
    list_display = ["assessment", "role", "author", "state", "submitted_on", "signed_on"]
    list_filter = ["role", "state"]
    list_select_related = ["assessment__round", "assessment__site", "author"]


@admin.register(Recusal)
class RecusalAdmin(ReadOnly, admin.ModelAdmin[Recusal]):
    list_display = ["user", "site", "reason", "declared_on"]
    list_select_related = ["user", "site"]


@admin.register(Finding)
class FindingAdmin(ReadOnly, admin.ModelAdmin[Finding]):
    list_display = ["assessment", "item", "state", "deadline"]
    list_filter = ["state"]
    list_select_related = ["assessment__round", "assessment__site", "item"]


@admin.register(Acceptance)
class AcceptanceAdmin(ReadOnly, admin.ModelAdmin[Acceptance]):
    list_display = ["assessment", "composite", "recommendation", "decision", "decided_on"]
    list_filter = ["decision"]
    list_select_related = ["assessment__round", "assessment__site"]
