"""A key for each year, for what is erased in time: made before the year begins, destroyed when none needs it.

What was erased in the portal stands in its older backups still, closed: with the key of its year it is gone
from them too. In the file of keys `destroyed` then stands in the key's place, so that nobody looks for it,
and none is made again. Where the keys stand in settings it is the operator who puts it there.
"""

import datetime
import logging

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import erased_files, key_file, ring
from core.acting import Refusal
from core.clock import today
from core.encrypted import columns
from core.locks import change_once

from . import rotation
from .enums import RingKey, RotationState
from .models import KeyFingerprint, KeyRotation

logger = logging.getLogger(__name__)

# So long before a year its key is made: no machine writes by a key that another has not.
BEFORE = datetime.timedelta(days=31)


def keep_up() -> None:
    """Make what is lacking and destroy what is over, where this process may; else the condition tells."""
    for turn in (make, destroy):
        try:
            turn()
        except (Refusal, OSError) as error:  # the former says a new key: no log is told
            logger.info("The keys of the years are not ours to change (%s)", type(error).__name__)


def lacking() -> list[int]:
    """This year, and from December on the next, where it has no key; a destroyed one is not made again."""
    years = {today().year, (today() + BEFORE).year}
    return sorted(year for year in years if _line(year) not in ring.lines())


@transaction.atomic
def make() -> list[int]:
    """Make the keys that are lacking; what a data key closed instead is closed anew. Raises Refusal."""
    lines = [_line(year) for year in lacking()]
    if lines:
        told = _(
            "The keys stand in the settings: add %(line)s there on every machine, start it anew, "
            "and say this again."
        )
        new = " ".join(f"{line}={key_file.made(line)}" for line in lines)
        # A database that has noted no key yet serves nobody: its first machine makes all of them.
        if KeyFingerprint.objects.exists() or settings.PORTAL_GIVEN_KEYS:
            rotation.refuse_given(RingKey.YEAR, told % {"line": new})
        key_file.add(settings.PORTAL_KEYS, lines)
    known = set(KeyRotation.objects.filter(key=RingKey.YEAR).values_list("version", flat=True))
    new_years = [key.version for key in ring.versions("year") if key.version not in known]
    for year in new_years:
        state = RotationState.WAITING if rotation.lying_before(RingKey.YEAR) else RotationState.DONE
        rotation.begun(key=RingKey.YEAR, version=year, state=state)
    return sorted(new_years)


def over() -> list[int]:
    """The years of which the key is there and nothing that is kept needs it."""
    return [key.version for key in ring.versions("year") if not why_kept(key.version)]


def why_kept(year: int) -> str:
    """Why the key of this year stays; "" where it may go.

    A whole year lies between: until then a machine may write by it that has no newer one yet.
    """
    if year + 1 >= today().year or year == ring.of_year(today().year).version:
        return _("The key of %(year)d is in use until %(until)d.") % {"year": year, "until": year + 2}
    found = {each.purpose: each.lying_of(year).count() for each in columns() if each.by_year}
    found |= erased_files.lying_of(year)
    if told := ", ".join(f"{purpose}: {count}" for purpose, count in found.items() if count):
        return _("The key of %(year)d is still needed. %(columns)s") % {"year": year, "columns": told}
    return ""


def destroy() -> list[int]:
    """Destroy the keys that are over, and note in the trail which are gone; raises Refusal.

    The file first: whoever is killed in between is followed by one that finds them gone, and notes it.
    """
    gone = set(over())
    if lines := [_line(year) for year in sorted(gone)]:
        told = _("The keys stand in the settings: put %(line)s there on every machine, and start it anew.")
        instead = dict.fromkeys(lines, key_file.DESTROYED)
        new = " ".join(f"{line}={value}" for line, value in instead.items())
        rotation.refuse_given(RingKey.YEAR, told % {"line": new})
        key_file.remove(settings.PORTAL_KEYS, lines, instead=instead)
    return sorted(gone | {year for year in ring.destroyed("year") if _noted(year)})


@transaction.atomic
def _noted(year: int) -> bool:
    """False where it was noted before."""
    KeyFingerprint.objects.filter(name=_line(year)).delete()
    KeyRotation.objects.get_or_create(key=RingKey.YEAR, version=year, defaults={"state": RotationState.DONE})
    mine = KeyRotation.objects.filter(key=RingKey.YEAR, version=year, forgotten_at=None)
    return change_once(mine, forgotten_at=timezone.now())


def _line(year: int) -> str:
    return f"{ring.LINES['year']}_{year}"
