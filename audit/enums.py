"""What the trail tells beside changes, and what a check of it can find."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class SignIn(TextChoices):
    """What happened at the staff door."""

    IN = "in", _("signed in")
    OUT = "out", _("signed out")
    FAILED = "failed", _("tried to sign in, in vain")
    ENDED = "ended", _("sign-in ended")


class Fault(TextChoices):
    """The first place where trail and seals part; the label says what was found, with its numbers."""

    CHANGED = "changed", gettext_noop("Entry %(entry)s was changed after seal %(seal)s covered it.")
    REMOVED = "removed", gettext_noop("Entry %(entry)s, which seal %(seal)s covers, was removed.")
    INSERTED = "inserted", gettext_noop("Entry %(entry)s was put in below seal %(seal)s, which never saw it.")
    SEAL = "seal", gettext_noop("Seal %(seal)s was changed, or was not made by this portal.")
    CHAIN = "chain", gettext_noop("The seal before seal %(seal)s was removed or exchanged.")
    LAST_SEAL = "last_seal", gettext_noop("Seal %(seal)s, the last one at the check before, is gone.")
