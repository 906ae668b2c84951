"""What must hold of the trail and of the keys for the portal to be well (`core.health`)."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.conditions import DAY, age_of, judged, lasting
from core.enums import Severity
from core.health import DATABASE, Condition, Found, conditions

from .keys import same_keys
from .models import Check


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
        told = gettext("SECRET_KEY or SALT_KEY is another one than the database was made with.")
        return Found(told, Severity.ERROR)
    return Found(gettext("The keys are those of the database."))


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
        advice=_("Put back the secrets.env that belongs to this database."),
        look=keys,
        lane=DATABASE,
    ),
    place=20,
)
