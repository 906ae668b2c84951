"""What must hold of the trail, the keys and what they close for the portal to be well (`core.health`)."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.ciphers import Unreadable, unseal
from core.conditions import DAY, age_of, judged, lasting
from core.encrypted import Column, columns
from core.enums import Severity
from core.health import DATABASE, Condition, Found, conditions

from .enums import RotationState
from .keys import same_keys
from .models import Check, KeyRotation

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


def keys() -> Found:
    if same_keys():
        told = gettext("A key is missing, or is another one than the database was made with.")
        return Found(told, Severity.ERROR)
    under_way = KeyRotation.objects.filter(state__in=RotationState.PENDING).first()
    if under_way:
        told = gettext("%(key)s: what a former one closed is closed anew, %(n)d values so far.")
        return Found(told % {"key": under_way, "n": under_way.closed_anew})
    return Found(gettext("The keys are those of the database."))


def data() -> Found:
    """The newest and the oldest values of each encrypted column are opened, and nothing is shown of them."""
    closed = [column.field.purpose for column in columns() if not _opens(column)]
    figures = {"data_unreadable": float(len(closed))}
    if closed:
        told = gettext("What is kept encrypted cannot be read: %(columns)s.")
        return Found(told % {"columns": ", ".join(closed)}, Severity.ERROR, figures)
    return Found(gettext("What is kept encrypted can be read."), figures=figures)


def _opens(column: Column) -> bool:
    rows = column.lying()
    try:
        for _pk, value in (*rows.order_by("pk")[:SAMPLE], *rows.order_by("-pk")[:SAMPLE]):
            unseal(value, purpose=column.field.purpose)
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
        id="keys",
        title=_("Keys"),
        advice=_("Put back the file of keys that belongs to this database."),
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
