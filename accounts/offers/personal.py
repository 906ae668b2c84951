"""What is kept of the people who work with the portal."""

from django.utils.translation import gettext_lazy as _

from core.personal import PERSONAL, InTrail, Personal, Whose

_TO_WORK = _("to sign in, to be given work and to be named for what one does")
_AS_LONG_AS_THE_RECORDS = _("as long as the records that name the person")
_NOBODY = _("nobody: the portal alone")
_SIGN_IN = _("until the sign-in ends")
_TOLD = _("to tell people what happened, and what they have to do")
_FOR_THE_SECOND = _("so that a second person decides on what the first has filled in")
_DECIDERS = _("who may decide it")
_TRAIL = _("to prove who did what")
_AUDITORS = _("the auditors")
_AS_THE_TRAIL = _("as long as the trail, which nothing is taken out of")
_COLLEAGUES = _("everybody who works with the portal")
_KEEPERS = _("the municipal office, and who gives out the account")

PERSONAL.add(
    *(
        Personal(
            f"accounts.User.{name}", Whose.STAFF, purpose, readers, _AS_LONG_AS_THE_RECORDS, in_trail, "pk"
        )
        for name, purpose, readers, in_trail in (
            ("username", _TO_WORK, _COLLEAGUES, InTrail.CLEAR),
            ("name", _TO_WORK, _COLLEAGUES, InTrail.CLEAR),
            ("phone", _("to be reached about one's work"), _KEEPERS, InTrail.FINGERPRINT),
            ("email", _("for the digest, if one wants it"), _KEEPERS, InTrail.FINGERPRINT),
        )
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
    *(
        Personal(
            f"accounts.Session.{name}",
            Whose.STAFF,
            _("to know one's own sign-ins from a stranger's"),
            _("oneself"),
            _("until the sign-in is too old"),
            InTrail.NOTHING,
            "user",
        )
        for name in ("device", "network")
    ),
    Personal(
        "accounts.Meeting.guests",
        Whose.GUEST,
        _("for the minutes"),
        _("who may read the minutes"),
        _("as long as the minutes"),
        InTrail.FINGERPRINT,
    ),
    *(
        Personal(f"accounts.{field}", Whose.STAFF, purpose, readers, kept, trail, account)
        for field, purpose, readers, kept, trail, account in (
            (
                "User.off_reason",
                _("so that it is known why an account was switched off"),
                _KEEPERS,
                _AS_LONG_AS_THE_RECORDS,
                InTrail.CLEAR,
                "pk",
            ),
            (
                "Deputy.reason",
                _("so that it is known why somebody acts for another"),
                _("who is away, the deputy, and who gives out the account"),
                _AS_LONG_AS_THE_RECORDS,
                InTrail.CLEAR,
                "person",
            ),
            (
                "Export.query",
                _("to make the table that was asked for"),
                _("oneself, and the auditors"),
                _AS_LONG_AS_THE_RECORDS,
                InTrail.NOTHING,
                "asked_by",
            ),
            ("Notification.about", _TOLD, _("oneself"), _AS_LONG_AS_THE_RECORDS, InTrail.NOTHING, ""),
            (
                "Message.subject",
                _TOLD,
                _("the municipal office"),
                _AS_LONG_AS_THE_RECORDS,
                InTrail.NOTHING,
                "",
            ),
            ("Message.text", _TOLD, _("the municipal office"), _AS_LONG_AS_THE_RECORDS, InTrail.NOTHING, ""),
            ("Motion.title", _FOR_THE_SECOND, _DECIDERS, _AS_LONG_AS_THE_RECORDS, InTrail.CLEAR, ""),
            ("Motion.values", _FOR_THE_SECOND, _DECIDERS, _AS_LONG_AS_THE_RECORDS, InTrail.CLEAR, ""),
            ("SecrecyReview.values", _FOR_THE_SECOND, _DECIDERS, _AS_LONG_AS_THE_RECORDS, InTrail.CLEAR, ""),
            (
                "Session.data",
                _("to stay signed in from page to page"),
                _NOBODY,
                _SIGN_IN,
                InTrail.NOTHING,
                "",
            ),
            (
                "KnownPlace.digest",
                _("to know one's own browsers and addresses from a stranger's"),
                _NOBODY,
                _("until it was not used for a long time"),
                InTrail.NOTHING,
                "",
            ),
        )
    ),
    Personal(
        "core.SentForm.told",
        Whose.STAFF,
        _("so that a form sent twice says the same twice"),
        _("oneself"),
        _("for some days"),
        InTrail.NOTHING,
    ),
    Personal(
        "mfa.Authenticator.data",
        Whose.STAFF,
        _("for the second factor"),
        _NOBODY,
        _("until it is taken away"),
        InTrail.NOTHING,
    ),
    Personal(
        "account.EmailAddress.email",
        Whose.STAFF,
        _TO_WORK,
        _NOBODY,
        _AS_LONG_AS_THE_RECORDS,
        InTrail.NOTHING,
        "user",
    ),
    *(
        Personal(f"admin.LogEntry.{field}", Whose.STAFF, _TRAIL, _AUDITORS, _AS_THE_TRAIL, InTrail.NOTHING)
        for field in ("object_repr", "change_message")
    ),
    place=10,
)
