"""This room for the system administrator: to be looked at, never changed. Objections are not shown at all."""

from django.contrib import admin

from audit.admin import ReadOnly

from .models import (
    Naming,
    Notice,
    Recheck,
    RecheckDraw,
    Revocation,
    RevocationHearing,
    TrackingNote,
    Warned,
    WarningAnswer,
)


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


@admin.register(RecheckDraw)
class RecheckDrawAdmin(ReadOnly, admin.ModelAdmin[RecheckDraw]):
    list_display = ["programme", "drawn_on", "wanted", "seed"]


@admin.register(Recheck)
class RecheckAdmin(ReadOnly, admin.ModelAdmin[Recheck]):
    list_display = ["naming", "origin", "due_on"]
    list_select_related = ["naming__site"]


@admin.register(Warned)
class WarnedAdmin(ReadOnly, admin.ModelAdmin[Warned]):
    list_display = ["naming", "warned_on", "rectify_by", "lifted_on"]
    list_select_related = ["naming__site"]


@admin.register(WarningAnswer)
class WarningAnswerAdmin(ReadOnly, admin.ModelAdmin[WarningAnswer]):
    list_display = ["warned", "on"]
    list_select_related = ["warned__naming__site"]


@admin.register(RevocationHearing)
class RevocationHearingAdmin(ReadOnly, admin.ModelAdmin[RevocationHearing]):
    list_display = ["warned", "opened_on", "state_by", "stated_on"]
    list_select_related = ["warned__naming__site"]


@admin.register(Revocation)
class RevocationAdmin(ReadOnly, admin.ModelAdmin[Revocation]):
    list_display = ["naming", "revoked_on"]
    list_select_related = ["naming__site"]
