"""The standards and the rulebook to look at; a change is a new version, made by those who may."""

from django.contrib import admin

from audit.admin import ReadOnly

from .models import Ground, Item, Rulebook, Section, Standard


class SectionInline(ReadOnly, admin.TabularInline[Section, Standard]):
    model = Section
    show_change_link = True


class ItemInline(ReadOnly, admin.TabularInline[Item, Section]):
    model = Item
    fields = ["code", "text", "clause", "points", "may_be_inapplicable", "either_or", "deduction"]


@admin.register(Standard)
class StandardAdmin(ReadOnly, admin.ModelAdmin[Standard]):
    list_display = ["title", "version", "kind", "state", "published_on", "total"]
    inlines = [SectionInline]


@admin.register(Section)
class SectionAdmin(ReadOnly, admin.ModelAdmin[Section]):
    list_display = ["name", "standard", "ordinal", "points"]
    list_filter = ["standard"]
    inlines = [ItemInline]


@admin.register(Rulebook)
class RulebookAdmin(ReadOnly, admin.ModelAdmin[Rulebook]):
    list_display = ["title", "version", "state", "published_on"]


@admin.register(Ground)
class GroundAdmin(ReadOnly, admin.ModelAdmin[Ground]):
    list_display = ["number", "title", "issuer", "in_force_from", "in_force_until"]
