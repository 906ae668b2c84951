"""This room for the system administrator: to be looked at, never changed. Objections are not shown at all."""

from django.contrib import admin

from audit.admin import ReadOnly

from .models import Naming, Notice, Revocation, TrackingNote


@admin.register(Notice)
class NoticeAdmin(ReadOnly, admin.ModelAdmin[Notice]):
    list_display = ["title", "published_on", "ends_on", "state"]
    list_filter = ["state"]


@admin.register(Naming)
class NamingAdmin(ReadOnly, admin.ModelAdmin[Naming]):
    list_display = ["site", "plaque_number", "named_on", "plaque_handed_on"]
    list_select_related = ["site"]


@admin.register(TrackingNote)
class TrackingNoteAdmin(ReadOnly, admin.ModelAdmin[TrackingNote]):
    list_display = ["naming", "kind", "on"]
    list_select_related = ["naming__site"]


@admin.register(Revocation)
class RevocationAdmin(ReadOnly, admin.ModelAdmin[Revocation]):
    list_display = ["naming", "revoked_on"]
    list_select_related = ["naming__site"]
