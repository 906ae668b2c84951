"""What the trail tells beside changes, and what a check of it can find."""

from enum import nonmember

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class SignIn(TextChoices):
    """What happened at the staff door."""

    IN = "in", _("signed in")
    OUT = "out", _("signed out")
    FAILED = "failed", _("tried to sign in, in vain")
    LINK = "link", _("set a password through a link")
    TRIES = "tries", _("failed sign-ins of an hour: wrong passwords + refused")
    ENDED = "ended", _("sign-in ended")
    FACTOR_SET = "factor_set", _("A second factor was set up")
    FACTOR_GONE = "factor_gone", _("A second factor was removed")
    FACTOR_RESET = "factor_reset", _("The second factor was taken away as lost")
    FACTOR_FAILED = "factor_failed", _("The second factor was wrong")
    OWN_WRONG = "own_wrong", _("While signed in, typed a wrong password or code of their own")
    BESIDE_WRONG = "beside_wrong", _("At a colleague's device, a wrong password or code was typed for them")
    CODES = "codes", _("New recovery codes were made")


class Incident(TextChoices):
    """What became of a paper's stored file, as the trail tells it."""

    DAMAGED = "damaged", _("stored file lost or changed: handed to nobody")
    MADE_AGAIN = "made_again", _("stored file made again as it was issued")
    DIFFERS = "differs", _("file made again differs from what was issued: handed to nobody")


class RingKey(TextChoices):
    """The keys of the ring (`core.ring`), by their names there."""

    DATA = "data", _("data key")
    SIGN = "sign", _("signing key")
    YEAR = "year", _("key of a year")
    TRAIL = "trail", _("key of the trail")


class RotationState(TextChoices):
    WAITING = "waiting", _("waiting for the worker")
    RUNNING = "running", _("being encrypted anew")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")

    PENDING = nonmember(("waiting", "running"))


class Fault(TextChoices):
    """The first place where trail and seals part; the label says what was found, with its numbers."""

    CHANGED = "changed", gettext_noop("Entry %(entry)s was changed after seal %(seal)s covered it.")
    REMOVED = "removed", gettext_noop("Entry %(entry)s, which seal %(seal)s covers, was removed.")
    INSERTED = "inserted", gettext_noop("Entry %(entry)s was not written by this portal, or was changed.")
    COPIED = "copied", gettext_noop("Entry %(entry)s is a copy of another.")
    FORMER_KEY = (
        "former_key",
        gettext_noop("Entry %(entry)s was made with a former key of the trail, after the change of keys."),
    )
    FORMER_SEAL = (
        "former_seal",
        gettext_noop(
            "Seal %(seal)s was made or signed with a former key of the trail, after the change of keys."
        ),
    )
    KEY_CHANGE = (
        "key_change",
        gettext_noop(
            "The trail does not tell of the change to version %(about)s of its key, or lacks what was sealed "
            "before it: entries were removed, the database is an older copy, or the change was broken off "
            "(./portal rotate-keys trail goes on with it)."
        ),
    )
    SEAL = "seal", gettext_noop("Seal %(seal)s was changed, or was not made by this portal.")
    CHAIN = "chain", gettext_noop("The seal before seal %(seal)s was removed or exchanged.")
    UNSIGNED = "unsigned", gettext_noop("Seal %(seal)s does not bear the signature of the trail's key.")
    LAST_SEAL = "last_seal", gettext_noop("Seal %(seal)s, the last one at the check before, is gone.")
    HEAD_KEY = (
        "head_key",
        gettext_noop("The public key %(about)s of the trail was not put there by this portal."),
    )
    CHECK_GONE = "check_gone", gettext_noop("A check of the trail is gone: %(about)s.")
    ANCHOR = (
        "anchor",
        gettext_noop(
            "Seal %(seal)s, which was anchored outside, is gone or another: entries or seals were removed, "
            "or the database is an older copy."
        ),
    )
    GUARD = "guard", gettext_noop("The database lacks what keeps it from being changed: %(about)s.")
