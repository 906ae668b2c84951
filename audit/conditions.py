"""What must hold of the trail, the keys and what they close for the portal to be well (`core.health`)."""

from auditlog.models import LogEntry
from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.ciphers import Unreadable
from core.conditions.measures import DAY, HOUR, MINUTE, age_of, judged, lasting
from core.encrypted import Column, columns
from core.enums import Severity
from core.health import DATABASE, Condition, Found, conditions

from . import year_keys
from .anchors import is_late
from .enums import RotationState
from .keys import same_keys
from .models import Anchored, Check, KeyRotation, Seal

# Of each column's values, from either end.
SAMPLE = 10


def trail() -> Found:
    """What the last check found, and how long ago."""
    last = Check.objects.first()
    if last is None:
        return Found(gettext("The trail was not checked yet."), Severity.WARNING)
    age = age_of(last.checked_at)
    figures = {"trail_check_age_seconds": age, "trail_fault": float(bool(last.fault))}
    if last.fault:
        return Found(last.found, Severity.ERROR, figures)
    told = gettext("The trail held when it was last checked, %(age)s ago.") % {"age": lasting(age)}
    return Found(told, judged(age, warning=1.5 * DAY, error=4 * DAY), figures)


def sealing() -> Found:
    """How long the oldest entry waits that no seal lists; beat seals within a second."""
    top = Seal.objects.aggregate(top=Max("last_entry"))["top"] or 0
    since = LogEntry.objects.filter(pk__gt=top).order_by("pk").values_list("timestamp", flat=True).first()
    if since is None:
        return Found(gettext("Every entry of the trail is sealed."), figures={"trail_unsealed_seconds": 0})
    age = age_of(since)
    told = gettext("Entries of the trail are not sealed since %(age)s.") % {"age": lasting(age)}
    return Found(told, judged(age, warning=MINUTE, error=HOUR), {"trail_unsealed_seconds": max(age, 0)})


def anchored() -> Found:
    """Whether each place outside of the database has a head that is not too old."""
    if not settings.PORTAL_TRAIL_ANCHORS:
        return Found(gettext("No place outside of the database is set; see PORTAL_TRAIL_ANCHORS."))
    newest = Seal.objects.order_by("-pk").values_list("pk", flat=True).first()
    noted = {each.address: each for each in Anchored.objects.all()}
    late = [
        address
        for address in settings.PORTAL_TRAIL_ANCHORS
        if newest and is_late(address, noted.get(address), newest)
    ]
    figures: dict[str, float] = {"trail_anchors_late": len(late)}
    if late:
        why = noted[late[0]].failure if late[0] in noted else ""
        told = gettext("The head of the trail was not noted for long at: %(places)s. %(why)s")
        return Found(told % {"places": ", ".join(late), "why": why}, Severity.ERROR, figures)
    return Found(gettext("The head of the trail is noted outside of the database."), figures=figures)


def keys() -> Found:
    if same_keys():
        told = gettext("A key is missing, or is another one than the database was made with.")
        return Found(told, Severity.ERROR)
    under_way = KeyRotation.objects.filter(state__in=RotationState.PENDING).first()
    if under_way:
        told = gettext("%(key)s: what a former one closed is closed anew, %(n)d values so far.")
        return Found(told % {"key": under_way, "n": under_way.closed_anew})
    if lacking := year_keys.lacking():
        told = gettext(
            "There is no key of %(years)s: what is erased in time is encrypted by an older one then. "
            "./portal rotate-keys year makes it."
        )
        return Found(told % {"years": ", ".join(map(str, lacking))}, Severity.WARNING)
    if over := year_keys.over():
        told = gettext(
            "Nothing needs the key of %(years)s any more, but for older backups: "
            "./portal rotate-keys year --forget destroys it."
        )
        return Found(told % {"years": ", ".join(map(str, over))}, Severity.WARNING)
    return Found(gettext("The keys are those of the database."))


def data() -> Found:
    """The newest and the oldest values of each encrypted column are opened, and nothing is shown of them."""
    closed = [column.purpose for column in columns() if not _opens(column)]
    figures = {"data_unreadable": float(len(closed))}
    if closed:
        told = gettext("What is kept encrypted cannot be read: %(columns)s.")
        return Found(told % {"columns": ", ".join(closed)}, Severity.ERROR, figures)
    return Found(gettext("What is kept encrypted can be read."), figures=figures)


def _opens(column: Column) -> bool:
    rows = column.lying()
    try:
        for _pk, value in (*rows.order_by("pk")[:SAMPLE], *rows.order_by("-pk")[:SAMPLE]):
            column.opened(value)
    except Unreadable:
        return False
    return True


conditions.add(
    Condition(
        id="trail",
        title=_("Trail"),
        advice=_("Ask the auditor to look at the seals; a worker that runs checks the trail once a day."),
        look=trail,
        lane=DATABASE,
    ),
    Condition(
        id="sealing",
        title=_("Sealing of the trail"),
        advice=_("See whether beat runs, and whether its machine has the key TRAIL_SIGNING_KEY."),
        look=sealing,
        lane=DATABASE,
    ),
    Condition(
        id="anchors",
        title=_("Anchors of the trail"),
        advice=_("See whether the machine with beat reaches the place: a mount, a log server, an authority."),
        look=anchored,
        lane=DATABASE,
    ),
    Condition(
        id="keys",
        title=_("Keys"),
        advice=_(
            "What is missing or another: put back the file of keys that belongs to this database. Of a "
            "year's key the command says what to do."
        ),
        look=keys,
        lane=DATABASE,
    ),
    Condition(
        id="data",
        title=_("Encrypted data"),
        advice=_("Put back the key that is missing; what was changed comes back from a backup."),
        look=data,
        lane=DATABASE,
    ),
    place=20,
)
