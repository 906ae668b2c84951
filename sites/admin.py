"""The campaign to look at. Holidays alone are entered here: next year's arrangement comes out each autumn."""

from django.contrib import admin

from audit.admin import ReadOnly

from .models import DesignatedUnit, Filing, Holiday, Liaison, Phase, Programme, Site, StageChange, WorkPlan


class PhaseInline(ReadOnly, admin.TabularInline[Phase, Programme]):
    model = Phase
    fields = ["ordinal", "name", "starts_on", "ends_on"]


class DesignatedUnitInline(ReadOnly, admin.TabularInline[DesignatedUnit, Programme]):
    model = DesignatedUnit


@admin.register(Programme)
class ProgrammeAdmin(ReadOnly, admin.ModelAdmin[Programme]):
    list_display = ["title", "document_number", "issued_on", "is_current"]
    inlines = [PhaseInline, DesignatedUnitInline]


@admin.register(Holiday)
class HolidayAdmin(admin.ModelAdmin[Holiday]):
    list_display = ["date", "name", "kind", "source"]
    list_filter = ["kind"]
    date_hierarchy = "date"


@admin.register(Filing)
class FilingAdmin(ReadOnly, admin.ModelAdmin[Filing]):
    list_display = ["organisation", "level", "state", "filed_on", "reviewed_on", "approved_on"]
    list_filter = ["state", "level"]


class LiaisonInline(ReadOnly, admin.TabularInline[Liaison, Site]):
    model = Liaison


class WorkPlanInline(ReadOnly, admin.TabularInline[WorkPlan, Site]):
    model = WorkPlan
    fields = ["version", "state", "filed_by", "filed_on", "decided_by", "decided_on"]


class StageChangeInline(ReadOnly, admin.TabularInline[StageChange, Site]):
    model = StageChange
    fields = ["action", "from_stage", "to_stage", "by", "on", "at", "note"]
    readonly_fields = ["at"]


@admin.register(Site)
class SiteAdmin(ReadOnly, admin.ModelAdmin[Site]):
    list_display = ["window_name", "organisation", "level", "kind", "stage", "stage_since"]
    list_filter = ["stage", "level", "kind"]
    search_fields = ["window_name", "organisation__name"]
    readonly_fields = ["stage", "stage_since"]
    inlines = [LiaisonInline, WorkPlanInline, StageChangeInline]
