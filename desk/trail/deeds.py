"""What can be done, as the trail tells it."""

from auditlog.models import LogEntry
from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.enums import SessionEnd
from audit.enums import Incident, SignIn
from core.enums import UploadRefusal


class Deed(TextChoices):
    CREATED = "created", _("created")
    CHANGED = "changed", _("changed")
    DELETED = "deleted", _("deleted")
    LOOKED_AT = "looked_at", _("looked at")
    TAKEN_OUT = "taken_out", _("taken out")
    SIGNED_IN = "signed_in", _("signed in or out")
    REFUSED = "refused", _("a file refused")
    STORED = "stored", _("a stored file lost, changed or made again")


_OF_ACTION = {
    LogEntry.Action.CREATE: Deed.CREATED,
    LogEntry.Action.UPDATE: Deed.CHANGED,
    LogEntry.Action.DELETE: Deed.DELETED,
}
ICONS = {
    Deed.CREATED: "plus-circle",
    Deed.CHANGED: "pencil",
    Deed.DELETED: "trash",
    Deed.LOOKED_AT: "eye",
    Deed.TAKEN_OUT: "download",
    Deed.SIGNED_IN: "door-open",
    Deed.REFUSED: "slash-circle",
    Deed.STORED: "exclamation-triangle",
}
_ACCESS = Q(action=LogEntry.Action.ACCESS)
_KEPT = ("export", "sign_in", "upload", "incident")
_OUT, _DOOR, _UPLOAD, _STORED = (Q(additional_data__has_key=key) for key in _KEPT)
FOUND_BY = {
    **{deed: Q(action=action) for action, deed in _OF_ACTION.items()},
    # Of most looks nothing more is kept.
    Deed.LOOKED_AT: _ACCESS & (Q(additional_data=None) | ~(_OUT | _DOOR | _UPLOAD | _STORED)),
    Deed.TAKEN_OUT: _ACCESS & _OUT,
    Deed.SIGNED_IN: _ACCESS & _DOOR,
    Deed.REFUSED: _ACCESS & _UPLOAD,
    Deed.STORED: _ACCESS & _STORED,
}


def deed_of(entry: LogEntry) -> Deed:
    told = entry.additional_data or {}
    if "export" in told:
        return Deed.TAKEN_OUT
    if "sign_in" in told:
        return Deed.SIGNED_IN
    if "upload" in told:
        return Deed.REFUSED
    if "incident" in told:
        return Deed.STORED
    return _OF_ACTION.get(entry.action, Deed.LOOKED_AT)


def words_of(entry: LogEntry) -> str:
    """The deed in words; at the door, which way."""
    told = entry.additional_data or {}
    if "upload" in told:
        return str(UploadRefusal(told["upload"]).label)
    if "incident" in told:
        return str(Incident(told["incident"]).label)
    if "sign_in" not in told:
        return str(deed_of(entry).label)
    why = SessionEnd(told["why"]).label if "why" in told else ""
    colon = pgettext("between a label and its text", ": ")
    return f"{SignIn(told['sign_in']).label}{colon if why else ''}{why}"
