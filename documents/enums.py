"""The life of a paper in the print shop."""

from enum import nonmember

from django.db import models
from django.utils.translation import gettext_lazy as _


class RenderState(models.TextChoices):
    QUEUED = "queued", _("waiting to be made")
    RENDERING = "rendering", _("being made")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")

    PENDING = nonmember(("queued", "rendering"))


class DraftState(models.TextChoices):
    """Where a draft is on its way to a number."""

    CHECKING = "checking", _("to be checked")
    COUNTERSIGNING = "countersigning", _("to be countersigned")
    SIGNING = "signing", _("to be signed")
    RETURNED = "returned", _("sent back to be changed")
    SIGNED = "signed", _("signed and issued")
    ENDED = "ended", _("not issued")

    OPEN = nonmember(("checking", "countersigning", "signing", "returned"))


class DraftAct(models.TextChoices):
    """What somebody did to a draft."""

    DRAFTED = "drafted", _("drafted it")
    REMARKED = "remarked", _("remarked")
    CHANGED = "changed", _("changed it")
    DRAWN_ANEW = "drawn_anew", _("drew it up anew, as what it says has changed")
    SENT_BACK = "sent_back", _("sent it back")
    HANDED_IN = "handed_in", _("handed it in again")
    CHECKED = "checked", _("checked it")
    ASKED = "asked", _("asked for a countersignature")
    COUNTERSIGNED = "countersigned", _("countersigned it")
    OBJECTED = "objected", _("did not countersign it")
    PEN_ENTERED = "pen_entered", _("entered the sheet signed with a pen")
    PEN_REFUSED = "pen_refused", _("found the signed sheet otherwise than entered")
    PEN_CONFIRMED = "pen_confirmed", _("compared the signed sheet")
    SIGNED = "signed", _("signed it")
    ENDED = "ended", _("ended it")


class Openness(models.TextChoices):
    """公开属性 (国办发〔2001〕 and GB/T 9704: said of each paper when it is drawn up)."""

    OPEN = "open", _("open of our own accord")
    ON_REQUEST = "on_request", _("open on request")
    CLOSED = "closed", _("not open")


class Retention(models.TextChoices):
    """保管期限 (国家档案局令第8号, 2006: permanent, or for thirty or ten years)."""

    PERMANENT = "permanent", _("permanently")
    LONG = "30", _("30 years")
    SHORT = "10", _("10 years")
