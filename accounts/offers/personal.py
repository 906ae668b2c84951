"""What is kept of the people who work with the portal."""

from django.utils.translation import gettext_lazy as _

from core.personal import PERSONAL, InTrail, Personal, Whose

_TO_WORK = _("to sign in, to be given work and to be named for what one does")
_AS_LONG_AS_THE_RECORDS = _("as long as the records that name the person")
_COLLEAGUES = _("everybody who works with the portal")

PERSONAL.add(
    Personal(
        "accounts.User.username",
        Whose.STAFF,
        _TO_WORK,
        _COLLEAGUES,
        _AS_LONG_AS_THE_RECORDS,
        InTrail.CLEAR,
        "pk",
    ),
    Personal(
        "accounts.User.name", Whose.STAFF, _TO_WORK, _COLLEAGUES, _AS_LONG_AS_THE_RECORDS, InTrail.CLEAR, "pk"
    ),
    Personal(
        "accounts.User.phone",
        Whose.STAFF,
        _("to be reached about one's work"),
        _("the municipal office, and who gives out the account"),
        _AS_LONG_AS_THE_RECORDS,
        InTrail.FINGERPRINT,
        "pk",
    ),
    Personal(
        "accounts.User.email",
        Whose.STAFF,
        _("for the digest, if one wants it"),
        _("the municipal office, and who gives out the account"),
        _AS_LONG_AS_THE_RECORDS,
        InTrail.FINGERPRINT,
        "pk",
    ),
    Personal(
        "accounts.Message.address",
        Whose.STAFF,
        _("to know where a message went"),
        _("the municipal office"),
        _AS_LONG_AS_THE_RECORDS,
        InTrail.FINGERPRINT,
        "user",
    ),
    Personal(
        "accounts.Session.device",
        Whose.STAFF,
        _("to know one's own sign-ins from a stranger's"),
        _("oneself"),
        _("until the sign-in is too old"),
        InTrail.NOTHING,
        "user",
    ),
    Personal(
        "accounts.Session.network",
        Whose.STAFF,
        _("to know one's own sign-ins from a stranger's"),
        _("oneself"),
        _("until the sign-in is too old"),
        InTrail.NOTHING,
        "user",
    ),
    Personal(
        "accounts.Meeting.guests",
        Whose.GUEST,
        _("for the minutes"),
        _("who may read the minutes"),
        _("as long as the minutes"),
        InTrail.FINGERPRINT,
    ),
    place=10,
)
